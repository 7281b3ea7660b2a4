"""Subscribers, what is sent to each of them, and the log of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from accounts.models import Party
from db.constraints import known_words
from db.sealed import SealingCharField
from submissions.models import Step, Submission
from submissions.workflow.events import EVENT_TYPES
from work.leases import Claimable, ClaimableQuerySet


class SubscriberQuerySet(ClaimableQuerySet):
    def unfinished(self) -> Self:
        """Those that are told of events; whether there is any to tell their task looks itself."""
        return self.filter(is_on=True, paused_at=None)


class Subscriber(Claimable):
    """Where events are sent, as far as ``owner`` may know of them.

    It is claimed as a whole: one task at a time sends to it, so that order is kept.
    """

    title = models.CharField("عنوان", max_length=100)
    url = models.CharField("نشانی", max_length=500)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="webhooks",
        verbose_name="صاحب",
    )
    party = models.ForeignKey(
        Party, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="متقاضی"
    )
    # Types of events; empty: all.
    events = models.JSONField("رویدادها", default=list, blank=True)
    secret = SealingCharField("کلید امضا", max_length=300, editable=False)
    is_on = models.BooleanField("فعال", default=True)
    paused_at = models.DateTimeField("زمان توقف", null=True, editable=False)
    # Up to this number of an event deliveries have been written.
    position = models.BigIntegerField(default=0, editable=False)
    created_at = models.DateTimeField("زمان ایجاد", default=now, editable=False)

    objects = SubscriberQuerySet.as_manager()

    class Meta:
        verbose_name = "گیرندهٔ رویداد"
        verbose_name_plural = "گیرندگان رویداد"

    def __str__(self) -> str:
        return self.title

    @property
    def event_names(self) -> list[str]:
        """The names of the steps that it is told of."""
        return [EVENT_TYPES[event] for event in self.events or EVENT_TYPES if event in EVENT_TYPES]


class DeliveryState(models.TextChoices):
    """How far one event is with one subscriber."""

    WAITING = "waiting", "در انتظار ارسال"
    ACKNOWLEDGED = "acknowledged", "تأیید دریافت"
    WITHHELD = "withheld", "خارج از دسترس صاحب"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def waiting(self) -> Self:
        return self.filter(state=DeliveryState.WAITING)

    def ready(self, moment: datetime) -> Self:
        """What can be sent, in its order; nothing of a request of which something rests."""
        waiting = self.waiting()
        held = waiting.filter(not_before__gt=moment).values("submission")
        return waiting.exclude(submission__in=held).order_by("number")

    def send_again(self) -> int:
        """Have them wait anew, whatever became of them; how many."""
        return self.update(
            state=DeliveryState.WAITING,
            tries=0,
            not_before=None,
            failed_since=None,
            settled_at=None,
            queued_at=now(),
        )


class Delivery(models.Model):
    """One event for one subscriber, until it has said that it got it."""

    subscriber = models.ForeignKey(Subscriber, models.CASCADE, related_name="deliveries")
    step = models.ForeignKey(Step, models.PROTECT, related_name="+")
    # Of the step, as order and claims go by columns of this table.
    submission = models.ForeignKey(Submission, models.PROTECT, related_name="+")
    number = models.BigIntegerField("شمارهٔ رویداد")
    state = models.CharField(
        "وضعیت", max_length=12, choices=DeliveryState, default=DeliveryState.WAITING
    )
    queued_at = models.DateTimeField("زمان ورود به صف", default=now)
    tries = models.PositiveSmallIntegerField("تعداد تلاش", default=0)
    not_before = models.DateTimeField("ارسال مجدد پس از", null=True)
    failed_since = models.DateTimeField("ناموفق از", null=True)
    settled_at = models.DateTimeField("زمان نتیجه", null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = "ارسال رویداد"
        verbose_name_plural = "ارسال رویدادها"
        constraints = [
            # However often events are looked through, each is written once; the log reads by it.
            models.UniqueConstraint(fields=["subscriber", "number"], name="delivery_once"),
            known_words(
                "state", "waiting", "acknowledged", "withheld", name="delivery_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", settled_at=None)
                | (~Q(state="waiting") & Q(settled_at__isnull=False)),
                name="delivery_settled_when_over",
            ),
        ]
        indexes = [
            # ready
            models.Index(
                fields=["subscriber", "number"],
                condition=Q(state="waiting"),
                name="delivery_waiting",
            ),
            # ready: of which requests something rests
            models.Index(
                fields=["subscriber", "submission", "not_before"],
                condition=Q(state="waiting"),
                name="delivery_resting",
            ),
            # watch: the oldest that waits
            models.Index(
                fields=["queued_at"], condition=Q(state="waiting"), name="delivery_oldest"
            ),
            # the sweep of what is over
            models.Index(fields=["settled_at"], name="delivery_by_end"),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.get_state_display()}"

    def settle(self, state: str, moment: datetime) -> bool:
        """Write how it ended; False when it is not there any more."""
        return self._write(state=state, settled_at=moment, not_before=None, failed_since=None)

    def rest(self, until: datetime, moment: datetime) -> bool:
        """Write that a try has failed at ``moment``, the next is due at ``until``; as ``settle``."""
        self.failed_since = self.failed_since or moment
        self.tries += 1
        return self._write(tries=self.tries, not_before=until, failed_since=self.failed_since)

    def _write(self, **facts: Any) -> bool:
        return bool(Delivery.objects.waiting().filter(pk=self.pk).update(**facts))


class Attempt(models.Model):
    """One try to send an event: what was said, and what came back, both cut to a length."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="attempts")
    at = models.DateTimeField("زمان", default=now)
    milliseconds = models.PositiveIntegerField("مدت (میلی‌ثانیه)")
    request = models.TextField("درخواست")
    # 0: there was no answer.
    status = models.PositiveSmallIntegerField("وضعیت پاسخ", default=0)
    answer = models.TextField("پاسخ", blank=True)
    error = models.CharField("خطا", max_length=100, blank=True)

    class Meta:
        verbose_name = "تلاش برای ارسال"
        verbose_name_plural = "تلاش‌ها برای ارسال"
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.status} {self.error}".strip()
