"""Dispatches of letters: to whom, by which channel, how far, and all that was done for it."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.utils.timezone import now
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

from accounts.models import User
from db.constraints import known_words
from db.frozen import FrozenModel, FrozenQuerySet
from services_catalog.models import Desk, Organisation
from submissions.models import Submission
from work.leases import Claimable, ClaimableQuerySet

BARCODE_DIGITS = 24


class Channel(models.TextChoices):
    """How a letter gets to a recipient."""

    ECE_EMAIL = "ece_email", "شبکهٔ دولت (ECE)"
    SIMAD_MANUAL = "simad_manual", "سیماد (ثبت دستی)"
    POST = "post", "پست"
    HAND = "hand", "تحویل حضوری"
    PORTAL = "portal", "کارتابل متقاضی"
    APPLICANT_EMAIL = "applicant_email", "پست الکترونیک متقاضی"


# What a worker hands over; everything else waits for somebody of the secretariat.
BY_MACHINE = frozenset({Channel.ECE_EMAIL, Channel.APPLICANT_EMAIL})
# What only the applicant of the letter can be reached by.
OF_THE_APPLICANT = frozenset({Channel.PORTAL, Channel.APPLICANT_EMAIL})


class DispatchState(models.TextChoices):
    """How far a dispatch is."""

    HELD = "held", "در مهلت نگهداری"
    QUEUED = "queued", "در انتظار ارسال"
    SENDING = "sending", "در حال ارسال"
    SENT = "sent", "ارسال شده"
    RECEIPTED = "receipted", "رسید دریافت شده"
    FAILED = "failed", "ناموفق"
    RETURNED = "returned", "برگشتی"
    STOPPED = "stopped", "متوقف شده"
    IN_DOUBT = "in_doubt", "نامعلوم"


# States in which nothing has left the house; IN_DOUBT belongs to neither.
UNSENT = (DispatchState.HELD, DispatchState.QUEUED, DispatchState.FAILED)
LEFT_THE_HOUSE = (DispatchState.SENT, DispatchState.RECEIPTED, DispatchState.RETURNED)


class Role(models.TextChoices):
    """What the recipient is to the letter."""

    MAIN = "main", "گیرندهٔ اصلی"
    APPLICANT = "applicant", "متقاضی"
    COPY = "copy", "رونوشت"


@register_setting(icon="mail", order=95)
class DispatchSettings(BaseGenericSetting):
    """«ارسال نامه‌ها»: for how long a letter rests before it is sent."""

    holding_minutes = models.PositiveSmallIntegerField(
        "مهلت نگهداری پیش از ارسال (دقیقه)",
        default=30,
        help_text="در این مهلت، دبیرخانه می‌تواند ارسال نامه را متوقف کند. صفر یعنی ارسال بدون مهلت.",
    )

    panels: ClassVar = [FieldPanel("holding_minutes")]

    class Meta:
        verbose_name = verbose_name_plural = "ارسال نامه‌ها"

    @property
    def holding(self) -> timedelta:
        return timedelta(minutes=self.holding_minutes)


class PostBatch(models.Model):
    """Letters that were printed for the post together."""

    made_at = models.DateTimeField("زمان چاپ", default=now, editable=False)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="چاپ‌کننده")

    class Meta:
        verbose_name = "دستهٔ پستی"
        verbose_name_plural = "دسته‌های پستی"
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.pk)


def new_message_id() -> str:
    """The Message-ID of a dispatch: made with it, so that every try carries the same."""
    host = settings.SITE_URL.split("://", 1)[-1].split("/")[0].split(":")[0]
    return f"<{uuid.uuid4().hex}@{host or 'localhost'}>"


class DispatchQuerySet(ClaimableQuerySet, FrozenQuerySet["Dispatch"]):  # type: ignore[override]  # the plugin gives each its own manager
    def unfinished(self) -> Self:
        """What a worker has to hand over."""
        states = (DispatchState.QUEUED, DispatchState.SENDING)
        return self.filter(state__in=states, channel__in=BY_MACHINE)

    def unsent(self) -> Self:
        """Nothing of them has left the house, and no worker is about to hand them over."""
        return self.filter(state__in=UNSENT).unheld()

    def past_holding(self) -> Self:
        """Held for as long as they were to be."""
        return self.filter(state=DispatchState.HELD, held_until__lte=now())


class Dispatch(FrozenModel, Claimable):
    """One letter on its way to one recipient.

    A row is written with the paper of its letter. ``held`` until the holding time is over,
    ``queued`` until a worker (channels of BY_MACHINE) or the secretariat hands it over.
    Acts of persons are in ``letters.dispatch.acts``, those of the worker in ``letters.dispatch.tasks``.
    """

    # Letter, recipient and message-id never change.
    changing = frozenset(
        {"channel", "state", "held_until", "sent_at", "barcode", "handed_to", "returned_at"}
    )
    changing |= {"receipt_number", "receipt_at", "opened_at", "address", "postal_code", "batch"}
    changing |= {"responsible", "email"}
    changing |= {field.name for field in Claimable._meta.fields}

    Channel = Channel
    State = DispatchState
    Role = Role

    letter = models.ForeignKey(
        "letters.Letter", models.PROTECT, related_name="dispatches", verbose_name="نامه"
    )
    # Of the letter: lists are narrowed by it.
    submission = models.ForeignKey(
        Submission, models.PROTECT, related_name="+", verbose_name="درخواست"
    )
    role = models.CharField("نقش گیرنده", max_length=10, choices=Role)
    # Null: the applicant, or a body that the applicant named and the catalog does not know.
    organisation = models.ForeignKey(
        Organisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="دستگاه",
    )
    name = models.CharField("گیرنده", max_length=300)
    post = models.CharField("سمت گیرنده", max_length=150, blank=True)
    address = models.TextField("نشانی پستی", blank=True)
    postal_code = models.CharField("کد پستی", max_length=10, blank=True)
    # The applicant's, where the letter goes there.
    email = models.EmailField("نشانی پست الکترونیک", blank=True, default="", db_default="")
    channel = models.CharField("روش ارسال", max_length=16, choices=Channel)
    state = models.CharField("وضعیت", max_length=10, choices=State)
    created_at = models.DateTimeField("زمان ایجاد", default=now, editable=False)
    held_until = models.DateTimeField("پایان مهلت نگهداری", null=True)
    message_id = models.CharField(
        max_length=200, unique=True, default=new_message_id, editable=False
    )
    sent_at = models.DateTimeField("زمان ارسال", null=True)
    # Registered there under this number, on this day.
    receipt_number = models.CharField("شمارهٔ ثبت در مقصد", max_length=60, blank=True)
    receipt_at = models.DateTimeField("تاریخ رسید", null=True)
    # When the applicant opened the letter in the portal for the first time.
    opened_at = models.DateTimeField("اولین مشاهده", null=True)
    barcode = models.CharField("بارکد پستی", max_length=BARCODE_DIGITS, blank=True)
    batch = models.ForeignKey(
        PostBatch, models.PROTECT, null=True, blank=True, related_name="dispatches"
    )
    handed_to = models.CharField("تحویل‌گیرنده", max_length=150, blank=True)
    returned_at = models.DateTimeField("زمان برگشت", null=True)
    # Who sees to it when it fails: the desk that approved the letter, and one person if somebody took it.
    desk = models.ForeignKey(
        Desk, models.PROTECT, null=True, related_name="+", verbose_name="میز مسئول"
    )
    responsible = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="مسئول پیگیری"
    )

    objects = DispatchQuerySet.as_manager()

    class Meta:
        verbose_name = "ارسال نامه"
        verbose_name_plural = "ارسال نامه‌ها"
        default_permissions = ("view", "change")
        constraints = [
            # Each recipient of a letter has one dispatch, whoever begins it and however often.
            models.UniqueConstraint(
                fields=["letter", "organisation"], name="dispatch_once_for_a_body"
            ),
            models.UniqueConstraint(
                fields=["letter"], condition=Q(role="main"), name="dispatch_one_main"
            ),
            models.UniqueConstraint(
                fields=["letter"], condition=Q(role="applicant"), name="dispatch_one_applicant"
            ),
            models.CheckConstraint(
                condition=~Q(role="copy") | Q(organisation__isnull=False),
                name="dispatch_copy_names_a_body",
            ),
            known_words("role", *Role.values, name="dispatch_role_known"),
            # A worker asks for the handler of it, people for its label.
            known_words("channel", *Channel.values, name="dispatch_channel_known"),
            known_words("state", *DispatchState.values, name="dispatch_state_known"),
            models.CheckConstraint(
                condition=Q(role="applicant")
                | ~Q(channel__in=sorted(channel.value for channel in OF_THE_APPLICANT)),
                name="dispatch_portal_is_the_applicants",
            ),
            models.CheckConstraint(
                condition=~Q(channel="applicant_email") | ~Q(email=""),
                name="dispatch_email_has_its_address",
            ),
            # The report tells the applicant these dates by the state.
            models.CheckConstraint(
                condition=Q(state__in=["sent", "receipted", "returned"], sent_at__isnull=False)
                | (~Q(state__in=["sent", "receipted", "returned"]) & Q(sent_at=None)),
                name="dispatch_sent_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(state="receipted", receipt_at__isnull=False)
                | (~Q(state="receipted") & Q(receipt_at=None, receipt_number="")),
                name="dispatch_receipt_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(state="returned", returned_at__isnull=False)
                | (~Q(state="returned") & Q(returned_at=None)),
                name="dispatch_return_has_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="held") | Q(held_until__isnull=False),
                name="dispatch_held_until_when",
            ),
            models.CheckConstraint(
                condition=Q(barcode="") | Q(Exact(Length("barcode"), BARCODE_DIGITS)),
                name="dispatch_barcode_is_whole",
            ),
            # The post gives a number to one item; a slip of the scanner would name another's.
            models.UniqueConstraint(
                fields=["barcode"], condition=~Q(barcode=""), name="dispatch_barcode_once"
            ),
        ]
        indexes = [
            # The lists of the desk, each of some states.
            models.Index(fields=["state", "created_at", "id"], name="dispatch_by_state"),
            # The sweep, every minute: what a worker has to hand over.
            models.Index(
                fields=["queued_at"],
                condition=Q(state__in=["queued", "sending"]),
                name="dispatch_to_hand_over",
            ),
            # The chore, every minute: whose holding time is over.
            models.Index(
                fields=["held_until"], condition=Q(state="held"), name="dispatch_past_holding"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AttemptAct(models.TextChoices):
    """What was done for a dispatch."""

    MADE = "made", "ایجاد"
    RELEASED = "released", "پایان مهلت نگهداری"
    TRIED = "tried", "تلاش برای ارسال"
    STOPPED = "stopped", "توقف"
    SENT_NOW = "sent_now", "ارسال بدون انتظار"
    AGAIN = "again", "ارسال مجدد"
    DECIDED = "decided", "تعیین نتیجهٔ نامعلوم"
    SENT = "sent", "ثبت ارسال"
    HANDED_OVER = "handed_over", "ثبت تحویل حضوری"
    RECEIPT = "receipt", "ثبت رسید"
    OPENED = "opened", "اولین مشاهده"
    RETURNED = "returned", "ثبت برگشت"
    CHANNEL = "channel", "تغییر روش ارسال"
    PRINTED = "printed", "چاپ برای پست"
    ASSIGNED = "assigned", "تعیین مسئول پیگیری"


class DispatchAttempt(FrozenModel):
    """One thing done for a dispatch, by somebody or by the system, and how it stood afterwards."""

    dispatch = models.ForeignKey(Dispatch, models.PROTECT, related_name="attempts")
    at = models.DateTimeField("زمان", default=now)
    # Null: the system.
    by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="انجام‌دهنده"
    )
    act = models.CharField("اقدام", max_length=12, choices=AttemptAct)
    channel = models.CharField("روش ارسال", max_length=16, choices=Channel)
    state = models.CharField("وضعیت پس از آن", max_length=10, choices=DispatchState)
    # What came of it, in words for the desk.
    detail = models.TextField("شرح", blank=True)

    objects = FrozenQuerySet["DispatchAttempt"].as_manager()

    class Meta:
        verbose_name = "اقدام برای ارسال"
        verbose_name_plural = "اقدام‌ها برای ارسال"
        default_permissions = ()
        ordering = ["pk"]
        constraints = [
            known_words("act", *AttemptAct.values, name="attempt_act_known"),
            known_words("channel", *Channel.values, name="attempt_channel_known"),
            known_words("state", *DispatchState.values, name="attempt_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_act_display()}: {self.get_state_display()}"


def write_attempt(
    dispatch: Dispatch, act: str, by: User | None, detail: str = ""
) -> DispatchAttempt:
    """Write down what was done, by nobody: the system; ``dispatch`` stands as it does afterwards."""
    facts: dict[str, Any] = {"channel": dispatch.channel, "state": dispatch.state}
    return DispatchAttempt.objects.create(dispatch=dispatch, act=act, by=by, detail=detail, **facts)
