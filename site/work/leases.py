"""Leases: rows worked on later by whoever claims them first.

The row is the outbox: it is written with the change that causes the work, a
task claims it by id, does the slow thing outside any transaction and records
the result in another. A claim runs out by itself, so a killed worker loses
nothing, and a row whose work kills its worker is tried less and less often.
"""

from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from work.processes import own_name
from work.queue import rest_after_death

# Stands on a claimed row until its task has said how it ended; a killed one never does.
NOT_RETURNED = "شروع شد و هنوز پایان نیافته است"


class ClaimableQuerySet(models.QuerySet):
    """Query set of claimable rows, with the claiming itself."""

    def unfinished(self) -> Self:
        """The rows on which something is still to be done.

        To be told by the concrete model, by columns of its own table only:
        the claim's UPDATE must be able to judge the row again after having
        waited for another one's.
        """
        raise NotImplementedError

    def unheld(self, now: datetime | None = None) -> Self:
        """Nobody works on them at ``now``, which is this moment unless it is given."""
        return self.filter(Q(claimed_until=None) | Q(claimed_until__lt=now or timezone.now()))

    def held_at(self, now: datetime) -> Self:
        """Those on which somebody works."""
        return self.unfinished().filter(claimed_until__gte=now)

    def unclaimed(self, now: datetime) -> Self:
        """Unfinished, due, and held by nobody at ``now``."""
        due = Q(not_before=None) | Q(not_before__lte=now)
        return self.unfinished().unheld(now).filter(due)

    def forgotten(self, now: datetime, grace: timedelta) -> Self:
        """Unclaimed although queued longer than ``grace`` ago: its task is probably lost."""
        return self.unclaimed(now).filter(queued_at__lte=now - grace)

    def claim(self, pk: Any, lease: timedelta) -> Any | None:
        """Take the row for ``lease``; None when it is taken, not due, finished or gone.

        The rest after a failure is written with the claim: a task that is killed cannot
        write it. Success clears it (see :data:`SETTLED`), ``release`` sets another, and
        ``work.recovery`` shortens it when the process is seen to be dead.

        Commits by itself, so it must not be called inside a transaction
        (RuntimeError): a claim that others cannot see protects nothing.
        """
        now = timezone.now()
        with transaction.atomic(using=self.db, durable=True):
            taken = (
                self.unclaimed(now)
                .filter(pk=pk)
                .update(tries=F("tries") + 1, claimed_until=now + lease, claimed_by=own_name())
            )
            if not taken:
                return None
            row: Any = self.get(pk=pk)
            row.not_before = row.claimed_until + rest_after_death(row.tries)
            row.last_error = NOT_RETURNED
            self.filter(pk=pk).update(not_before=row.not_before, last_error=row.last_error)
            return row

    def postpone(self, pk: Any, until: datetime, reason: str) -> bool:
        """Have an unclaimed row wait, which is no try; False when it is not to be worked on now."""
        waiting = self.unclaimed(timezone.now()).filter(pk=pk)
        return bool(waiting.update(not_before=until, last_error=reason))


# What an ``update`` writes to a row whose task has come to its end.
SETTLED: dict[str, Any] = {
    "claimed_until": None,
    "claimed_by": "",
    "not_before": None,
    "last_error": "",
}


class Claimable(models.Model):
    """The columns of a row that tasks claim."""

    tries = models.PositiveSmallIntegerField("تعداد تلاش", default=0, editable=False)
    queued_at = models.DateTimeField("زمان ورود به صف", default=timezone.now, editable=False)
    claimed_until = models.DateTimeField("در دست انجام تا", null=True, blank=True, editable=False)
    # The process that holds it, see work.processes; means nothing once the claim has run out.
    claimed_by = models.CharField(
        "در دست انجام توسط",
        max_length=60,
        blank=True,
        default="",
        db_default="",  # added without writing the table anew
        editable=False,
    )
    not_before = models.DateTimeField("شروع مجدد پس از", null=True, blank=True, editable=False)
    last_error = models.TextField("آخرین خطا", blank=True, editable=False)

    class Meta:
        abstract = True

    def held(self) -> models.QuerySet[Any]:
        """The row for as long as this claim holds it; nothing once another has taken it over.

        Whoever writes to a claimed row writes to this, and looks whether a row was there.
        """
        rows = type(self)._default_manager
        return rows.filter(pk=self.pk, claimed_until=self.claimed_until)

    def renew(self, lease: timedelta, **facts: Any) -> bool:
        """Hold the row for another ``lease`` and write ``facts`` to it; False when it is lost."""
        facts["claimed_until"] = timezone.now() + lease
        renewed = self.held().update(**facts)
        if renewed:
            for name, value in facts.items():
                setattr(self, name, value)
        return bool(renewed)

    def finish(self, **facts: Any) -> bool:
        """Write how the work has ended, once; False when another run has been faster."""
        rows: Any = type(self)._default_manager
        return bool(rows.unfinished().filter(pk=self.pk).update(**SETTLED | facts))

    def rest_after_death(self) -> timedelta:
        """How long the row rests once the process of its last try is known to be dead."""
        return rest_after_death(self.tries)

    def release_dead(self, died: datetime | None = None) -> bool:
        """Give back the claim of a process that has died; the first time without a rest.

        ``died``: when that was at the latest; now, unless more is known.
        """
        facts: dict[str, Any] = {"claimed_until": None, "claimed_by": ""}
        if self.last_error == NOT_RETURNED:
            facts["not_before"] = (died or timezone.now()) + self.rest_after_death()
        return bool(self.held().filter(claimed_by=self.claimed_by).update(**facts))

    def hand_back(self, until: datetime | None = None, reason: str = "") -> None:
        """Give the claim back as if it had not been taken, to be worked on once ``until`` is over."""
        untried = {"tries": F("tries") - 1, "not_before": until, "last_error": reason}
        self.held().update(**SETTLED | untried)

    def release(self, after: timedelta, reason: object) -> None:
        """Give the claim back, to be tried again once ``after`` has passed.

        ``reason`` is kept for the people who look after the system. A claim
        that has run out and was taken by another is left alone.
        """
        held = self.held()
        self.claimed_until = None
        self.not_before = timezone.now() + after
        self.last_error = str(reason)
        held.update(claimed_until=None, not_before=self.not_before, last_error=self.last_error)
