"""Recovery: gives back what dead processes of this host held, and undoes a clock that was set back.

Other hosts cannot be looked at: for their claims only the lease counts.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.apps import apps
from django.conf import settings
from django.db.models import Min
from django.utils import timezone

from work import processes, queue, sweeps
from work.leases import NOT_RETURNED, ClaimableQuerySet

# What was put into the queue and is still unclaimed after this has lost its worker, if one died.
GRACE = timedelta(seconds=3)
# Nothing of ours is ever put off for longer, but by a clock that was ahead.
FARTHEST = queue.LONGEST + timedelta(minutes=10)


def recover(
    rows: Mapping[int, float], in_hand: Mapping[str, Collection[str]] | None = None
) -> float | None:
    """Have the work of dead processes done again; the seconds until more of it is due, if any.

    ``rows`` are those of the ORM queue that they had pulled, with the rest of each. ``in_hand``
    are, by class, the calls that living workers of this host have pulled and not yet begun: their
    work is not lost, and is not sent again.
    """
    now = timezone.now()
    mend_times(now)
    for kind in sweeps.swept_kinds():
        release_dead_claims(kind, now)
    if settings.WORK_BROKER == "orm":
        queue.put_back(rows)
    sweeps.send_forgotten(GRACE, in_hand=in_hand or {})
    return _seconds_until_next(timezone.now())


def release_dead_claims(rows: ClaimableQuerySet, now: datetime) -> int:
    """Give back the claims among ``rows`` whose process has ended; how many they were."""
    ours = rows.held_at(now).filter(claimed_by__startswith=f"{processes.host_name()}:")
    return sum(row.release_dead() for row in ours if processes.is_gone(row.claimed_by))


def mend_times(now: datetime) -> None:
    """Bring back to ``now`` what waits for a time that comes only because the clock was set back."""
    schedules = apps.get_model("django_q", "Schedule").objects.filter(schedule_type="I")
    for schedule in schedules.filter(next_run__gt=now):
        if schedule.next_run > now + timedelta(minutes=2 * (schedule.minutes or 1)):
            schedules.filter(pk=schedule.pk, next_run=schedule.next_run).update(next_run=now)
    for kind in sweeps.swept_kinds():
        waiting = kind.unfinished()
        waiting.filter(queued_at__gt=now + GRACE).update(queued_at=now)
        waiting.unheld(now).filter(not_before__gt=now + FARTHEST).update(not_before=now)
    if settings.WORK_BROKER == "orm":
        apps.get_model("django_q", "OrmQ").objects.filter(lock__gt=now + FARTHEST).update(lock=now)


def _seconds_until_next(now: datetime) -> float | None:
    """Until the first rest ends of what a dead process left; the sweep sees to what rests long."""
    ends = [
        kind.unfinished()
        .unheld(now)
        .filter(last_error=NOT_RETURNED, not_before__gt=now)
        .aggregate(end=Min("not_before"))["end"]
        for kind in sweeps.swept_kinds()
    ]
    known = [end for end in ends if end is not None]
    return (min(known) - now).total_seconds() + 0.1 if known else None
