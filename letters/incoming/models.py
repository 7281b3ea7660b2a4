"""Tables of the incoming register («نامهٔ وارده»): letters, their scans, relations and history."""

from __future__ import annotations

import uuid
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.utils.timezone import now

from accounts.models import User
from db.constraints import known_words
from db.frozen import FrozenModel, FrozenQuerySet
from letters.dispatch.models import new_message_id
from letters.drafts.marks import Classification
from letters.ece.models import ReceivedMail
from persian.text import fold_key
from services_catalog.models import Organisation
from submissions.models import InquiryReply, Submission, WorkItem, private_storage
from submissions.states import Urgency
from work.leases import Claimable, ClaimableQuerySet


class ArrivalWay(models.TextChoices):
    """How a letter came in."""

    POST = "post", "پست"
    HAND = "hand", "تحویل حضوری"
    ECE = "ece", "شبکهٔ دولت (ECE)"
    SIMAD = "simad", "سیماد"
    EMAIL = "email", "پست الکترونیک"
    FAX = "fax", "نمابر"


class IncomingState(models.TextChoices):
    """Whether a number of the register still stands for a letter."""

    REGISTERED = "registered", "ثبت‌شده"
    VOID = "void", "باطل"


def sender_key(sender: str, organisation: Organisation | None) -> str:
    """By what two letters are of the same sender: the body of the catalog, else the folded name."""
    return f"body:{organisation.pk}" if organisation else fold_key(sender)[:300]


class IncomingLetter(FrozenModel):
    """A letter that came in, under its number of the incoming register.

    Nothing of it is ever deleted: what was typed wrong is corrected and a number that was given in
    error is made void, each with its reason (``IncomingEvent``). ``revision`` counts these.
    """

    # What it refers to is shown on its own page, to whom that may be shown.
    wagtail_reference_index_ignore = True
    changing = frozenset(
        {"sender", "organisation", "sender_key", "sender_number", "sender_date", "subject"}
    )
    changing |= {"received_on", "way", "urgency", "classification", "enclosures", "note"}
    changing |= {"submission", "inquiry", "reply", "state", "void_reason", "revision"}

    State = IncomingState

    book = models.ForeignKey("letters.LetterBook", models.PROTECT, related_name="incoming")
    number = models.PositiveIntegerField("ردیف")
    number_text = models.CharField("شمارهٔ ثبت", max_length=40)
    registered_at = models.DateTimeField("زمان ثبت", default=now)
    # Null: the system, for what came by the government network.
    registered_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="ثبت‌کننده"
    )
    sender = models.CharField("فرستنده", max_length=300)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="+", verbose_name="دستگاه"
    )
    sender_key = models.CharField(max_length=320, editable=False)
    sender_number = models.CharField("شمارهٔ نامهٔ فرستنده", max_length=40, blank=True)
    sender_date = models.DateField("تاریخ نامهٔ فرستنده", null=True)
    subject = models.CharField("موضوع", max_length=300)
    received_on = models.DateField("تاریخ دریافت")
    way = models.CharField("روش دریافت", max_length=10, choices=ArrivalWay)
    urgency = models.CharField("فوریت", max_length=10, choices=Urgency, default=Urgency.NORMAL)
    classification = models.CharField(
        "طبقه‌بندی", max_length=15, choices=Classification, default=Classification.NORMAL
    )
    enclosures = models.CharField("پیوست‌ها", max_length=300, blank=True)
    note = models.TextField("خلاصه", blank=True)
    submission = models.ForeignKey(
        Submission, models.PROTECT, null=True, related_name="incoming", verbose_name="درخواست"
    )
    # The question to a body outside that it answers, and the answer once it is registered.
    inquiry = models.ForeignKey(WorkItem, models.PROTECT, null=True, related_name="incoming")
    reply = models.OneToOneField(
        InquiryReply, models.PROTECT, null=True, related_name="incoming_letter"
    )
    mail = models.OneToOneField(
        ReceivedMail, models.PROTECT, null=True, related_name="incoming_letter"
    )
    state = models.CharField(
        "وضعیت", max_length=12, choices=IncomingState, default=IncomingState.REGISTERED
    )
    void_reason = models.TextField("دلیل باطل شدن", blank=True)
    revision = models.PositiveIntegerField(default=0)

    objects = FrozenQuerySet["IncomingLetter"].as_manager()

    class Meta:
        verbose_name = "نامهٔ وارده"
        verbose_name_plural = "نامه‌های وارده"
        default_permissions = ("add", "view", "change")
        constraints = [
            models.UniqueConstraint(fields=["book", "number"], name="incoming_number_once"),
            models.UniqueConstraint(fields=["book", "number_text"], name="incoming_text_once"),
            # Of two who register the same letter the second is told of the first.
            models.UniqueConstraint(
                fields=["sender_key", "sender_number", "sender_date"],
                condition=Q(state="registered") & ~Q(sender_number=""),
                name="incoming_letter_once",
            ),
            models.CheckConstraint(
                condition=Q(sender_number="") | Q(sender_date__isnull=False),
                name="incoming_number_with_date",
            ),
            models.CheckConstraint(
                condition=Q(inquiry=None) | Q(submission__isnull=False),
                name="incoming_inquiry_of_request",
            ),
            models.CheckConstraint(
                condition=Q(reply=None) | Q(inquiry__isnull=False, state="registered"),
                name="incoming_reply_to_inquiry",
            ),
            known_words("way", *ArrivalWay.values, name="incoming_way_known"),
            known_words("urgency", *Urgency.values, name="incoming_urgency_known"),
            known_words(
                "classification", *Classification.values, name="incoming_classification_known"
            ),
            known_words("state", *IncomingState.values, name="incoming_state_known"),
            models.CheckConstraint(
                condition=(Q(state="void") & ~Q(void_reason=""))
                | (Q(state="registered", void_reason="")),
                name="incoming_void_says_why",
            ),
        ]
        indexes = [
            # The list of the secretariat, newest first.
            models.Index(fields=["-registered_at", "-id"], name="incoming_newest"),
            # What is typed from a paper: our number, the last part of it, or theirs.
            models.Index(fields=["number_text"], name="incoming_number_text"),
            models.Index(fields=["number"], name="incoming_number"),
            models.Index(fields=["sender_number"], name="incoming_sender_number"),
        ]

    def __str__(self) -> str:
        return self.number_text

    @property
    def is_void(self) -> bool:
        return self.state == IncomingState.VOID


class ScanQuerySet(FrozenQuerySet["IncomingScan"]):
    def current(self) -> Self:
        """Those that were not set aside."""
        return self.filter(set_aside_at=None)


def scan_path(scan: IncomingScan | None = None, filename: str = "") -> str:
    """A name that says nothing; the original name is kept as text only."""
    return f"incoming/{now():%Y/%m}/{uuid.uuid4()}"


class IncomingScan(FrozenModel):
    """A picture of a letter or of what came with it, looked into before it was kept.

    One that belongs to another letter is set aside, which the history tells with its reason.
    """

    changing = frozenset({"set_aside_at"})

    letter = models.ForeignKey(IncomingLetter, models.PROTECT, related_name="scans")
    file = models.FileField(upload_to=scan_path, storage=private_storage, max_length=120)
    original_name = models.CharField("نام فایل", max_length=255)
    size = models.PositiveBigIntegerField("حجم (بایت)")
    content_type = models.CharField("نوع محتوا", max_length=100)
    sha256 = models.CharField(max_length=64)
    added_at = models.DateTimeField("زمان افزودن", default=now)
    set_aside_at = models.DateTimeField("زمان کنار گذاشتن", null=True)

    objects = ScanQuerySet.as_manager()

    class Meta:
        verbose_name = "تصویر نامهٔ وارده"
        verbose_name_plural = "تصویرهای نامه‌های وارده"
        default_permissions = ()
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(Exact(Length("sha256"), 64), ~Q(file=""), size__gt=0),
                name="incoming_scan_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.original_name


class RelationKind(models.TextChoices):
    """How an incoming letter refers to another one."""

    REPLY = "reply", "عطف به"
    FOLLOW = "follow", "پیرو"
    BACK = "back", "بازگشت به"


class IncomingRelation(models.Model):
    """A letter of ours, or an earlier incoming one, that an incoming letter refers to."""

    letter = models.ForeignKey(IncomingLetter, models.PROTECT, related_name="relations")
    kind = models.CharField("نوع ارتباط", max_length=8, choices=RelationKind)
    outgoing = models.ForeignKey(
        "letters.Letter", models.PROTECT, null=True, related_name="referring"
    )
    incoming = models.ForeignKey(
        IncomingLetter, models.PROTECT, null=True, related_name="referring"
    )

    class Meta:
        verbose_name = "ارتباط نامهٔ وارده"
        verbose_name_plural = "ارتباط‌های نامه‌های وارده"
        default_permissions = ()
        ordering = ["pk"]
        constraints = [
            known_words("kind", *RelationKind.values, name="incoming_relation_known"),
            models.CheckConstraint(
                condition=Q(outgoing=None, incoming__isnull=False)
                | Q(outgoing__isnull=False, incoming=None),
                name="incoming_relation_to_one",
            ),
            models.UniqueConstraint(
                fields=["letter", "kind", "outgoing"], name="incoming_relation_out_once"
            ),
            models.UniqueConstraint(
                fields=["letter", "kind", "incoming"], name="incoming_relation_in_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.target.number_text}"

    @property
    def target(self) -> Any:
        """The letter that is referred to: outgoing or incoming."""
        return self.outgoing or self.incoming


class IncomingAct(models.TextChoices):
    """What was done about an incoming letter."""

    REGISTERED = "registered", "ثبت در دفتر"
    CORRECTED = "corrected", "اصلاح"
    ANSWERED = "answered", "ثبت به‌عنوان پاسخ استعلام"
    VOIDED = "voided", "باطل کردن شماره"


class IncomingEvent(FrozenModel):
    """One thing done about an incoming letter: who, when, why, and what stood there before."""

    letter = models.ForeignKey(IncomingLetter, models.PROTECT, related_name="events")
    at = models.DateTimeField("زمان", default=now)
    # Null: the system.
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    act = models.CharField("اقدام", max_length=12, choices=IncomingAct)
    reason = models.TextField("دلیل", blank=True)
    # Lists of label, before and after, each in words.
    changes = models.JSONField(default=list)

    objects = FrozenQuerySet["IncomingEvent"].as_manager()

    class Meta:
        verbose_name = "سابقهٔ نامهٔ وارده"
        verbose_name_plural = "سوابق نامه‌های وارده"
        default_permissions = ()
        ordering = ["pk"]
        constraints = [known_words("act", *IncomingAct.values, name="incoming_act_known")]

    def __str__(self) -> str:
        return self.get_act_display()


class ReceiptState(models.TextChoices):
    """How far the receipt of a letter is."""

    QUEUED = "queued", "رسید در صف ارسال"
    SENT = "sent", "رسید ارسال شد"
    FAILED = "failed", "رسید ارسال نشد"
    IN_DOUBT = "in_doubt", "نتیجهٔ ارسال رسید نامعلوم است"


class SentReceiptQuerySet(ClaimableQuerySet):
    def unfinished(self) -> Self:
        """Not handed over yet."""
        return self.filter(state=ReceiptState.QUEUED)


class SentReceipt(Claimable):
    """Our receipt («رسید») for a letter of the government network, sent to where that came from."""

    State = ReceiptState

    letter = models.OneToOneField(IncomingLetter, models.PROTECT, related_name="receipt")
    address = models.EmailField("نشانی")
    message_id = models.CharField(max_length=200, unique=True, default=new_message_id)
    state = models.CharField("وضعیت", max_length=10, choices=State, default=State.QUEUED)
    ended_at = models.DateTimeField("زمان پایان", null=True)

    objects = SentReceiptQuerySet.as_manager()

    class Meta:
        verbose_name = "رسید ارسالی"
        verbose_name_plural = "رسیدهای ارسالی"
        default_permissions = ()
        constraints = [known_words("state", *ReceiptState.values, name="sent_receipt_state_known")]
        indexes = [
            models.Index(
                fields=["queued_at"], condition=Q(state="queued"), name="sent_receipt_to_send"
            ),
        ]

    def __str__(self) -> str:
        return self.address
