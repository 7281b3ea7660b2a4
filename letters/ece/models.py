"""What goes by the government network beside the dispatches: tries, test letters, received mails."""

from __future__ import annotations

import uuid
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from accounts.models import User
from db.constraints import known_words
from letters.dispatch.models import Dispatch, new_message_id
from services_catalog.models import Organisation
from submissions.models import private_storage
from work.leases import Claimable, ClaimableQuerySet


class HandedMail(models.Model):
    """A mail whose text our mail server was given, written before the first byte of it.

    Without one nothing can have been sent; with ``answer`` it was taken. What has neither end is
    in doubt: it is looked for in our own mailbox, and never repeated by itself.
    """

    message_id = models.CharField(max_length=200, unique=True)
    # Where it went: only from there its receipt is believed.
    address = models.EmailField()
    begun_at = models.DateTimeField(default=now)
    answer = models.CharField(max_length=300, blank=True)
    # Copies in our mailbox of tries before this one, which prove nothing of it.
    copies = models.PositiveSmallIntegerField(default=0)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.message_id


class TestState(models.TextChoices):
    """How far a test letter is."""

    QUEUED = "queued", "در انتظار ارسال"
    SENT = "sent", "ارسال شده، در انتظار رسید"
    PROVED = "proved", "رسید دریافت شد"
    FAILED = "failed", "ناموفق"
    IN_DOUBT = "in_doubt", "نامعلوم"


def new_test_number() -> str:
    """The number of a test letter: none that a real letter has, and none that can be guessed."""
    return f"TEST-{uuid.uuid4().hex[:12].upper()}"


class TestLetterQuerySet(ClaimableQuerySet):
    def unfinished(self) -> Self:
        """Not handed over yet."""
        return self.filter(state=TestState.QUEUED)


class TestLetter(Claimable):
    """A letter that says nothing, by which a body shows that it can be reached by the network."""

    # Not a test of pytest.
    __test__ = False
    State = TestState

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="+", verbose_name="دستگاه"
    )
    address = models.EmailField("نشانی")
    number = models.CharField("شماره", max_length=40, unique=True, default=new_test_number)
    message_id = models.CharField(max_length=200, unique=True, default=new_message_id)
    state = models.CharField("وضعیت", max_length=10, choices=State, default=State.QUEUED)
    asked_at = models.DateTimeField("زمان درخواست", default=now)
    asked_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name="درخواست‌کننده"
    )
    ended_at = models.DateTimeField("زمان پایان", null=True)

    objects = TestLetterQuerySet.as_manager()

    class Meta:
        verbose_name = "نامهٔ آزمایشی"
        verbose_name_plural = "نامه‌های آزمایشی"
        default_permissions = ()
        constraints = [
            known_words("state", *TestState.values, name="test_letter_state_known"),
            # Two at a time would prove no more than one.
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(state__in=["queued", "sent", "in_doubt"]),
                name="test_letter_one_under_way",
            ),
        ]
        indexes = [
            models.Index(
                fields=["queued_at"], condition=Q(state="queued"), name="test_letter_to_send"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class MailKind(models.TextChoices):
    """What a received mail brought."""

    LETTER = "letter", "نامهٔ وارده"
    RECEIPT = "receipt", "رسید"
    BOUNCE = "bounce", "خبر نرسیدن"
    COPY = "copy", "رونوشت ارسال خود ما"
    OTHER = "other", "نامشخص"


class MailState(models.TextChoices):
    """What became of a received mail."""

    NEW = "new", "در انتظار بررسی"
    MATCHED = "matched", "تطبیق داده شد"
    REGISTERED = "registered", "ثبت در دفتر وارده"
    CLOSED = "closed", "بررسی و بسته شد"


def mail_path(mail: ReceivedMail, filename: str) -> str:
    """The name of the file of a received mail in the private storage."""
    return f"ece/{now():%Y/%m}/{uuid.uuid4()}.xml"


class ReceivedMail(models.Model):
    """A mail of our mailbox on the network, kept with its XML whatever it was.

    ``reason`` says in words why nothing came of it by itself.
    """

    Kind = MailKind
    State = MailState

    uid_validity = models.PositiveBigIntegerField(editable=False)
    uid = models.PositiveBigIntegerField(editable=False)
    message_id = models.CharField(max_length=255, blank=True, editable=False)
    # Of the whole mail: the same one is the same under another number too.
    digest = models.CharField(max_length=64, unique=True, editable=False)
    kind = models.CharField("نوع", max_length=10, choices=MailKind)
    state = models.CharField("وضعیت", max_length=10, choices=MailState, default=MailState.NEW)
    reason = models.TextField("توضیح", blank=True)
    sender = models.CharField("نشانی فرستنده", max_length=254, blank=True)
    subject = models.CharField("موضوع", max_length=500, blank=True)
    received_at = models.DateTimeField("زمان دریافت", default=now)
    size = models.PositiveBigIntegerField("حجم", default=0)
    file = models.FileField(
        upload_to=mail_path, storage=private_storage, max_length=120, blank=True
    )
    # What the file says, without its files; see letters.ece.receiving.
    content = models.JSONField(default=dict, blank=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="+", verbose_name="دستگاه"
    )
    dispatch = models.ForeignKey(
        Dispatch, models.PROTECT, null=True, related_name="mails", verbose_name="ارسال"
    )
    # In the incoming register, once somebody has entered it there.
    register_number = models.CharField("شمارهٔ دفتر وارده", max_length=60, blank=True)
    handled_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="بررسی‌کننده"
    )
    handled_at = models.DateTimeField("زمان بررسی", null=True)

    class Meta:
        verbose_name = "پیام دریافتی شبکهٔ دولت"
        verbose_name_plural = "پیام‌های دریافتی شبکهٔ دولت"
        default_permissions = ("view", "change")
        constraints = [
            models.UniqueConstraint(fields=["uid_validity", "uid"], name="received_mail_once"),
            known_words("kind", *MailKind.values, name="received_mail_kind_known"),
            known_words("state", *MailState.values, name="received_mail_state_known"),
            models.CheckConstraint(
                condition=Q(state="registered") | Q(register_number=""),
                name="received_mail_registered_by_number",
            ),
        ]
        indexes = [
            # The list of the secretariat, newest first.
            models.Index(fields=["-received_at", "-id"], name="received_mail_newest"),
            models.Index(fields=["message_id"], name="received_mail_message_id"),
            # What waits for somebody, and receipts that wait for their letter.
            models.Index(
                fields=["kind", "id"], condition=Q(state="new"), name="received_mail_waiting"
            ),
        ]

    def __str__(self) -> str:
        return self.subject or self.sender

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Always TypeError: what was received stays."""
        raise TypeError("A received mail is never deleted")
