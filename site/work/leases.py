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

from work.queue import back_off

# Stands on a claimed row until its task has said how it ended; a killed one never does.
NOT_RETURNED = "آغاز شد و هنوز پایان نیافته است"


class ClaimableQuerySet(models.QuerySet):
    """Query set of claimable rows, with the claiming itself."""

    def unfinished(self) -> Self:
        """The rows on which something is still to be done.

        To be told by the concrete model, by columns of its own table only:
        the claim's UPDATE must be able to judge the row again after having
        waited for another one's.
        """
        raise NotImplementedError

    def unclaimed(self, now: datetime) -> Self:
        """Unfinished, due, and held by nobody at ``now``."""
        free = Q(claimed_until=None) | Q(claimed_until__lt=now)
        due = Q(not_before=None) | Q(not_before__lte=now)
        return self.unfinished().filter(free, due)

    def forgotten(self, now: datetime, grace: timedelta) -> Self:
        """Unclaimed although queued longer than ``grace`` ago: its task is probably lost."""
        return self.unclaimed(now).filter(queued_at__lte=now - grace)

    def claim(self, pk: Any, lease: timedelta) -> Any | None:
        """Take the row for ``lease``; None when it is taken, not due, finished or gone.

        The rest after a failure is written with the claim: a task that is killed cannot
        write it. Success clears it (see :data:`SETTLED`), ``release`` shortens it.

        Commits by itself, so it must not be called inside a transaction
        (RuntimeError): a claim that others cannot see protects nothing.
        """
        now = timezone.now()
        with transaction.atomic(using=self.db, durable=True):
            taken = (
                self.unclaimed(now)
                .filter(pk=pk)
                .update(tries=F("tries") + 1, claimed_until=now + lease)
            )
            if not taken:
                return None
            row: Any = self.get(pk=pk)
            row.not_before = row.claimed_until + back_off(row.tries)
            row.last_error = NOT_RETURNED
            self.filter(pk=pk).update(not_before=row.not_before, last_error=row.last_error)
            return row


# What an ``update`` writes to a row whose task has come to its end.
SETTLED: dict[str, Any] = {"claimed_until": None, "not_before": None, "last_error": ""}


class Claimable(models.Model):
    """The columns of a row that tasks claim."""

    tries = models.PositiveSmallIntegerField("تعداد تلاش", default=0, editable=False)
    queued_at = models.DateTimeField("زمان ورود به صف", default=timezone.now, editable=False)
    claimed_until = models.DateTimeField("در دست انجام تا", null=True, blank=True, editable=False)
    not_before = models.DateTimeField("نه پیش از", null=True, blank=True, editable=False)
    last_error = models.TextField("آخرین خطا", blank=True, editable=False)

    class Meta:
        abstract = True

    def release(self, after: timedelta, reason: object) -> None:
        """Give the claim back, to be tried again once ``after`` has passed.

        ``reason`` is kept for the people who look after the system. A claim
        that has run out and was taken by another is left alone.
        """
        held = self.claimed_until
        self.claimed_until = None
        self.not_before = timezone.now() + after
        self.last_error = str(reason)
        type(self)._default_manager.filter(pk=self.pk, claimed_until=held).update(
            claimed_until=None, not_before=self.not_before, last_error=self.last_error
        )
