"""Recovery: gives back what dead processes of this host held, and undoes a clock that was set back.

Other hosts cannot be looked at; what a silent one held is given back as a whole (``work.hosts``).
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from functools import partial

from django.apps import apps
from django.conf import settings
from django.db.models import Min
from django.utils import timezone

from work import processes, queue, sweeps
from work.leases import NOT_RETURNED, ClaimableQuerySet

# What was put into the queue and is still unclaimed after this has lost its worker, if one died.
GRACE = timedelta(seconds=3)
# Seconds until what could not be seen to is tried again.
AFTER_FAILURE = 2.0
# Nothing of ours is ever put off for longer, but by a clock that was ahead.
FARTHEST = queue.LONGEST + timedelta(minutes=10)


def recover(
    rows: Mapping[int, float],
    in_hand: Mapping[str, Collection[str]] | None = None,
    served_by: str = "",
) -> float | None:
    """Have the work of dead processes done again; the seconds until more of it is due, if any.

    ``rows`` are those of the ORM queue that they had pulled, with the rest of each. ``in_hand``
    are, by class, the calls that living workers of this host have pulled and not yet begun: their
    work is not lost, and is not sent again. ``served_by`` is the serving parent, before whose time
    all others had ended: see ``release_dead_claims``.
    """
    now = timezone.now()
    mend_times(now)
    kinds = sweeps.swept_kinds()
    done = sweeps.do_each(
        {
            f"claims of {kind.model.__name__} ({number})": partial(
                release_dead_claims, kind, now, served_by
            )
            for number, kind in enumerate(kinds)
        }
    )
    if settings.WORK_BROKER == "orm":
        queue.put_back(rows)
    sent = sweeps.send_forgotten(GRACE, in_hand=in_hand or {})
    if sweeps.FAILED in (*done.values(), *sent.values()):
        return AFTER_FAILURE
    return _seconds_until_next(timezone.now())


def release_dead_claims(rows: ClaimableQuerySet, now: datetime, served_by: str = "") -> int:
    """Give back the claims among ``rows`` whose process has ended; how many they were.

    Whatever a former serving parent has started ended with it, before ``served_by`` began: the rest
    of its rows goes by while this one loads, and does not begin afterwards.
    """
    ours = rows.held_at(now).filter(claimed_by__startswith=f"{processes.host_name()}:")
    dead = [row for row in ours if processes.is_gone(row.claimed_by)]
    return sum(row.release_dead(_latest_death(row.claimed_by, now, served_by)) for row in dead)


def release_claims_of_host(name: str, silent_for: float) -> int:
    """Give back all that a host held of which nothing was heard for so many seconds; how much."""
    now = timezone.now()
    died = now - timedelta(seconds=silent_for)
    return sum(
        row.release_dead(died)
        for kind in sweeps.swept_kinds()
        for row in kind.held_at(now).filter(claimed_by__startswith=f"{name}:")
    )


def send_lost_work() -> float | None:
    """Queue again what a lost host had pulled or held; the seconds until more is due, if any.

    What living workers have pulled and not begun may be queued once more: nobody knows of all.
    """
    sweeps.send_forgotten(GRACE, in_hand={})
    return _seconds_until_next(timezone.now())


def _latest_death(name: str, now: datetime, served_by: str) -> datetime:
    if not served_by or not processes.began_before(name, served_by):
        return now
    return now - timedelta(seconds=processes.seconds_since_begin(served_by))


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
