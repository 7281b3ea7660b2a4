"""Notices, text messages and the office's own wording of messages."""

from __future__ import annotations

from datetime import timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from accounts.models.people import User
from db.constraints import known_words
from db.sealed import SealingCharField, SealingTextField
from work.leases import SETTLED, Claimable, ClaimableQuerySet

# When the gateway is first asked what became of a message, and after how long no more:
# it keeps that for two days.
FIRST_LOOK = timedelta(minutes=2)
LAST_LOOK = timedelta(days=2)
# What a killed process was handing over reaches the gateway within this time, or never.
ON_ITS_WAY = timedelta(seconds=10)


class SmsQuerySet(ClaimableQuerySet):
    def unfinished(self) -> Self:
        return self.filter(state=SmsMessage.State.QUEUED)

    def to_follow(self) -> Self:
        """Taken by the gateway; what became of them is to be asked now."""
        return self.filter(look_at__lte=now())

    def retryable(self) -> Self:
        """Not sent, for a cause that can be put right, and still of use to somebody."""
        return self.filter(Q(good_until=None) | Q(good_until__gt=now()), retryable=True)

    def in_trouble(self) -> Self:
        """What the staff should look at."""
        return self.filter(state__in=SmsMessage.TROUBLES)


class SmsMessage(Claimable):
    """One text message: written with the change that it tells of, sent by a task later."""

    class State(models.TextChoices):
        QUEUED = "queued", "در صف ارسال"
        SENT = "sent", "ارسال شده"
        DELIVERED = "delivered", "تحویل به گیرنده"
        UNDELIVERED = "undelivered", "تحویل نشده"
        BLOCKED = "blocked", "مسدود از سوی گیرنده"
        FAILED = "failed", "ناموفق"
        UNKNOWN = "unknown", "نامشخص"
        HELD = "held", "نگه‌داشته (آزمایشی)"

    TROUBLES = (State.FAILED, State.UNKNOWN, State.UNDELIVERED, State.BLOCKED)

    event = models.CharField(max_length=100)
    key = models.CharField("پیام", max_length=100, blank=True, editable=False)
    recipient = models.CharField("گیرنده", max_length=11)
    # Of a secret message encrypted until it is handed over, and afterwards without its secret.
    text = SealingTextField("متن")
    # What a gateway puts into its own template, when the message is a code.
    code = SealingCharField(max_length=200, blank=True, editable=False)
    parts = models.PositiveSmallIntegerField("بخش", default=1, editable=False)
    price = models.PositiveIntegerField("برآورد هزینه (ریال)", default=0, editable=False)
    cost = models.PositiveIntegerField("هزینه (ریال)", null=True, blank=True, editable=False)
    state = models.CharField("وضعیت", max_length=12, choices=State, default=State.QUEUED)
    created_at = models.DateTimeField("زمان", default=now, editable=False, db_index=True)
    sent_at = models.DateTimeField("زمان ارسال", null=True, blank=True)
    settled_at = models.DateTimeField("زمان نتیجه", null=True, blank=True, editable=False)
    reference = models.CharField("شناسهٔ درگاه", max_length=64, blank=True)
    good_until = models.DateTimeField("قابل ارسال تا", null=True, blank=True, editable=False)
    # It was being handed over and no answer is known: the gateway is asked before it is sent.
    in_doubt = models.BooleanField(default=False, editable=False)
    retryable = models.BooleanField(default=False, editable=False)
    look_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = SmsQuerySet.as_manager()

    class Meta:
        verbose_name = "پیامک"
        verbose_name_plural = "پیامک‌ها"
        constraints = [
            # Telling twice is refused by the database, whoever repeats the task.
            models.UniqueConstraint(fields=["event", "recipient"], name="sms_once"),
            # The sweep sends what is queued; the lists of the staff go by the state.
            known_words(
                "state",
                "queued",
                "sent",
                "delivered",
                "undelivered",
                "blocked",
                "failed",
                "unknown",
                "held",
                name="sms_state_known",
            ),
            # Sending again is for what was not sent: the button and the door rely on it.
            models.CheckConstraint(
                condition=Q(retryable=False) | Q(state__in=["failed", "unknown"], reference=""),
                name="sms_sent_is_not_retryable",
            ),
        ]
        indexes = [
            # The list of the staff: by state, and by number.
            models.Index(fields=["state", "created_at"], name="sms_by_state"),
            models.Index(fields=["recipient", "created_at"], name="sms_by_recipient"),
            # to_follow
            models.Index(
                fields=["look_at"], name="sms_to_follow", condition=Q(look_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recipient}: {self.text[:40]}"

    @property
    def local_id(self) -> str:
        """Our name for the message at the gateway: a whole number, the same at every try.

        The moment of writing is in it, so that two portals (or one and its restored
        copy) which share an account never mean each other's messages.
        """
        return f"{int(self.created_at.timestamp())}{self.pk % 10**8:08}"

    @property
    def came_too_late(self) -> bool:
        """Whether nobody needs the message any more, like a code that has run out."""
        return self.good_until is not None and self.good_until <= now()

    @property
    def masked_recipient(self) -> str:
        """The number for those to whom it is none of their business: ``0913***0001``."""
        return f"{self.recipient[:4]}***{self.recipient[7:]}"

    def rest_after_death(self) -> timedelta:
        """What was being handed over may still be on its way: only then can the gateway tell."""
        rest = super().rest_after_death()
        return max(rest, ON_ITS_WAY) if self.in_doubt else rest

    def record_handing_over(self) -> bool:
        """From here on, until something else is recorded, the gateway may have it.

        False when another one has it in hand by now.
        """
        return self._record(release=False, in_doubt=True)

    def record_unsent(self) -> None:
        """The gateway said that it has not taken it."""
        self._record(release=False, in_doubt=False)

    def record_sent(self, reference: str, *, cost: int | None = None, follow: bool = False) -> None:
        """The gateway has taken the message under the name ``reference``.

        ``follow``: it can be asked what became of it, from two minutes later on.
        """
        look_at = now() + FIRST_LOOK if follow else None
        self._record(
            state=self.State.SENT,
            sent_at=now(),
            reference=reference[:64],
            cost=cost,
            in_doubt=False,
            last_error="",
            look_at=look_at,
        )

    def forget_secret(self, words: str) -> None:
        """Keep ``words`` instead of the secret ones: the gateway has them, and nobody asks any more."""
        self._record(release=False, text=words, code="")

    def record_failed(self, reason: object, *, by_hand: bool = False) -> None:
        """The message was not sent; ``reason`` is for those who look after the system.

        ``by_hand``: the staff may have it sent again.
        """
        self._record(
            state=self.State.FAILED, last_error=str(reason), retryable=by_hand, in_doubt=False
        )

    def record_unknown(self, reason: object, *, by_hand: bool) -> None:
        """Record that the outcome is unknown. ``by_hand``: the gateway can be asked again later."""
        self._record(state=self.State.UNKNOWN, last_error=str(reason), retryable=by_hand)

    def record_held(self) -> None:
        """Record that a portal on trial keeps it, because the number is none of its guests."""
        self._record(state=self.State.HELD)

    def record_settled(self, state: str, reason: str = "") -> None:
        """What became of a message that the gateway had taken."""
        self._record(state=state, settled_at=now(), look_at=None, last_error=reason)

    def record_underway(self) -> None:
        """Nothing new from the gateway: look again later and later, for two days."""
        age = now() - (self.sent_at or self.created_at)
        later = now() + max(FIRST_LOOK, age / 2)
        self._record(look_at=later if age < LAST_LOOK else None)

    def _record(self, *, release: bool = True, **facts: object) -> bool:
        """Write what this claim has brought; nothing, and False, once another has taken it over."""
        if release:
            facts = SETTLED | facts
        written = bool(self.held().update(**facts))
        if written and release:
            self.claimed_until = None
        return written


class MessageText(models.Model):
    """The words that replace those of ``templates/messages/<key>.txt``.

    Its title and placeholders stand in ``templates/messages/contents.json``. Written
    through :func:`messaging.texts.change_text` alone.
    """

    key = models.CharField("پیام", max_length=100, unique=True)
    body = models.TextField("متن")
    changed_at = models.DateTimeField("زمان تغییر", default=now, editable=False)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name="تغییردهنده",
    )

    class Meta:
        verbose_name = "متن پیامک"
        verbose_name_plural = "متن پیامک‌ها"

    def __str__(self) -> str:
        return self.key


class Notice(models.Model):
    """One thing told to one person inside the portal."""

    event = models.CharField(max_length=100)
    recipient = models.ForeignKey(User, models.CASCADE, related_name="notices")
    text = models.TextField("متن")
    url = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=now, editable=False)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "اعلان"
        verbose_name_plural = "اعلان‌ها"
        constraints = [
            # Telling twice is refused by the database, whoever repeats the task.
            models.UniqueConstraint(fields=["event", "recipient"], name="notice_once"),
        ]

    def __str__(self) -> str:
        return self.text
