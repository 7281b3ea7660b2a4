"""What is known of the government network: what waits for a person, and whether our servers answer."""

from __future__ import annotations

from letters.ece.lines import IMAP, SMTP, is_on
from letters.ece.models import MailKind, MailState, ReceivedMail
from work import breakers
from work.watch import Figure, Values, count_rows, register_figure, register_finding


def count_waiting() -> Values:
    """Received mails that nobody has looked at."""
    return count_rows(ReceivedMail.objects.filter(state=MailState.NEW))


def check_servers() -> str:
    """Which of our two mail servers has not answered for several times in a row."""
    if not is_on():
        return ""
    words = {IMAP: "the mailbox cannot be read", SMTP: "the mail server takes nothing"}
    return ", ".join(said for name, said in words.items() if breakers.resting_gateway(name))


def check_bounces() -> str:
    """Whether letters came back that belong to nothing that could show it."""
    rows = ReceivedMail.objects.filter(kind=MailKind.BOUNCE, state=MailState.NEW)
    found = count_rows(rows)[""]
    return f"{found:.0f} bounces wait for somebody" if found else ""


def register_all() -> None:
    """Tell ``work.watch`` of all this; called from AppConfig.ready()."""
    register_figure(Figure("portal_ece_waiting", "Received mails that wait.", count_waiting))
    register_finding(check_servers, "government network")
    register_finding(check_bounces, "bounced letters")
