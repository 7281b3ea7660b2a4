"""``manage.py rotate_secrets``: encrypt all seeds of second factors with the newest key."""

from typing import Any

from django.core.management import BaseCommand, CommandError

from signin.staff import seeds


class Command(BaseCommand):
    help = (
        "Encrypt the seeds of second factors with the first of SECRETS_KEYS. May be repeated. Once "
        "it reports no seed without a key, the older keys can be taken out of the settings."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        found = seeds.seal_seeds()
        self.stdout.write(
            f"{found[seeds.SEALED]} encrypted with the newest key, "
            f"{found[seeds.CURRENT]} were already."
        )
        if found[seeds.LOCKED]:
            raise CommandError(
                f"{found[seeds.LOCKED]} fit none of SECRETS_KEYS: put the missing key back, or "
                "let their owners begin anew (reset_second_factor USERNAME)."
            )
