"""What this app has done by the clock: rows of django-q2, written after every ``migrate``."""

from typing import Any

from django.apps import AppConfig
from django.apps import apps as installed

FOLLOWING = "accounts.follow_deliveries"


def keep_following(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """Have the gateway asked every two minutes what became of its messages."""
    try:
        schedules = kwargs.get("apps", installed).get_model("django_q", "Schedule")
    except LookupError:
        # Only our own tables were migrated; the next full migrate comes here again.
        return
    schedules.objects.using(using).update_or_create(
        name=FOLLOWING,
        defaults={
            "func": "accounts.tasks.follow_deliveries",
            "schedule_type": "I",
            "minutes": 2,
            "repeats": -1,
        },
    )
