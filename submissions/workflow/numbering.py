"""Numbers of steps in the history of all requests, for whoever reads on from the last one seen.

A key is handed out before its transaction commits, so that a lower one may appear after a higher.
Numbers are given afterwards, to what is committed, without gaps, each the highest so far plus one:
the unique column lets no second writer give one before the first has ended, so that whoever has
seen a number has seen, or could have seen, all below it.
"""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import Max

from submissions.models import Step

AT_ONCE = 500


def latest_number() -> int:
    """The number of the last step that has one; 0 before the first."""
    found = Step.objects.aggregate(last=Max("number"))["last"]
    return found or 0


def number_steps() -> int:
    """Number what has been committed since; how many steps that were.

    Two at once do no harm: the later one gives way and leaves the rest to the next.
    """
    total = 0
    try:
        while numbered := _number_some():
            total += numbered
    except IntegrityError:
        pass
    return total


def _number_some() -> int:
    if not Step.objects.filter(number=None).exists():
        return 0
    with transaction.atomic():
        # Locked in the order of the keys, which within a request is that of its steps.
        rows = Step.objects.select_for_update().filter(number=None).order_by("pk")
        found = list(rows.only("pk")[:AT_ONCE])
        # Asked for after the rows: another one may have numbered while they were waited for.
        for number, step in enumerate(found, start=latest_number() + 1):
            step.number = number
        Step.objects.bulk_update(found, ["number"])
    return len(found)
