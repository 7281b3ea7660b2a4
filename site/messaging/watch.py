"""What is known of text messages: how many wait, how many failed of late."""

from datetime import timedelta

from django.db.models import QuerySet
from django.utils.timezone import now

from accounts.models import SmsMessage
from work.watch import MOST_COUNTED, Figure, Values, count_rows, register_figure, register_finding

LATELY = timedelta(hours=1)
# A few that fail are numbers that do not exist; so many are the gateway's or ours.
MOST_FAILURES = 5
FAILED = (SmsMessage.State.FAILED, SmsMessage.State.UNKNOWN)


def count_waiting() -> Values:
    """Messages that no gateway has taken yet."""
    return count_rows(SmsMessage.objects.all().unfinished())


def count_failures() -> Values:
    """Messages written within the last hour that were not sent, by state."""
    states = _written_lately().filter(state__in=FAILED).values_list("state", flat=True)
    found = list(states[:MOST_COUNTED])
    return {state.value: found.count(state) for state in FAILED}


def _written_lately() -> "QuerySet[SmsMessage]":
    return SmsMessage.objects.filter(created_at__gte=now() - LATELY)


def check_messages() -> str:
    """Whether messages fail in numbers."""
    failed = sum(count_failures().values())
    return f"{failed:.0f} failed within the last hour" if failed >= MOST_FAILURES else ""


def register_all() -> None:
    """Tell ``work.watch`` of all this; called from AppConfig.ready()."""
    register_figure(Figure("portal_sms_waiting", "Messages in no hand yet.", count_waiting))
    register_figure(
        Figure(
            "portal_sms_failures_last_hour",
            "Messages of the last hour that were not sent.",
            count_failures,
            "state",
        )
    )
    register_finding(check_messages, "messages")
