"""``manage.py check_audit``: whether the audit trail is as it was written."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from work import audit
from work.audit_keys import KeyMissing
from work.models import AuditEntry


class Command(BaseCommand):
    """Recomputes every seal of the trail."""

    help = (
        "Recompute the seals of the audit trail. The last number and seal that it prints are to be "
        "kept elsewhere: compared with a later run's trail (--noted), they show that nothing was "
        "cut off the end."
    )

    def add_arguments(self, parser: Any) -> None:
        """What was printed before."""
        parser.add_argument("--noted", metavar="NUMBER:SEAL", help="what an earlier run printed")

    def handle(self, *args: Any, noted: str | None = None, **options: Any) -> None:
        """Print the last number and seal; CommandError names the first entry that does not fit."""
        try:
            broken = audit.verify_chain()
        except KeyMissing as missing:
            raise CommandError(str(missing)) from None
        if broken is not None:
            raise CommandError(f"The trail is broken at the entry with the key {broken}.")
        sealed = AuditEntry.objects.exclude(seq=None)
        if (
            noted
            and not sealed.filter(seq=_parse_number(noted), seal=noted.partition(":")[2]).exists()
        ):
            raise CommandError(f"The trail no longer holds {noted}.")
        last = sealed.order_by("seq").last()
        waiting = AuditEntry.objects.filter(seq=None).count()
        end = f"{last.seq}:{last.seal}" if last else "no entry"
        self.stdout.write(f"The trail is whole; the last one is {end}; {waiting} wait for a seal.")


def _parse_number(noted: str) -> int:
    number = noted.partition(":")[0]
    if not number.isdecimal():
        raise CommandError("--noted takes what an earlier run has printed, like 815:4f0c…")
    return int(number)
