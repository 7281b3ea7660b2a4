"""``manage.py reset_second_factor USERNAME``: for a colleague who lost phone and recovery codes."""

from argparse import ArgumentParser
from typing import Any

from allauth.mfa.models import Authenticator
from django.core.management import BaseCommand, CommandError
from django.db import transaction

from accounts.models import User
from signin.sessions import end_all
from work import audit


class Command(BaseCommand):
    help = (
        "Take away the second factor of one member of the staff and end their sessions: the next "
        "sign-in sets up a new one. Make sure first that it is they who ask."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        user = User.objects.filter(username__iexact=username).first()
        if user is None:
            raise CommandError(f"Nobody is called {username}.")
        with transaction.atomic():
            count, _ = Authenticator.objects.filter(user=user).delete()
            end_all(user)
            audit.record_entry(None, "reset_second_factor", user, {"removed": count})
        self.stdout.write(f"{count} factors of {user.username} were taken away.")
