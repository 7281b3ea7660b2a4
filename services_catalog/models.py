"""What can be asked for, where, of whom, by when.

The tables of places and of the calendar stand in their own modules and are part
of this app's models.
"""

from __future__ import annotations

from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    Orderable,
    PreviewableMixin,
    RevisionMixin,
    WorkflowMixin,
)
from wagtail.search import index

from doors.refusals import Refusal
from persian.text import words
from services_catalog import checking, service_panels
from services_catalog.calendar import CalendarDay, OfficeCalendar, OfficeHours, WeekendRule
from services_catalog.editing import ServiceForm
from services_catalog.facts import QuestionKind, ServiceFacts
from services_catalog.places import Desk, Organisation, Park, Place, Province, Seat, Unit
from services_catalog.presenting import Sheet
from services_catalog.vocabulary import Applicant, Fee
from work.frozen import Frozen, FrozenQuerySet

__all__ = [
    "CalendarDay",
    "Category",
    "Desk",
    "DocumentRequirement",
    "DocumentType",
    "OfficeCalendar",
    "OfficeHours",
    "Organisation",
    "Park",
    "Place",
    "Province",
    "Question",
    "ReturnReason",
    "RouteStop",
    "Seat",
    "Service",
    "ServiceVersion",
    "Unit",
    "WeekendRule",
]


class Category(models.Model):
    code = models.SlugField("کد", unique=True)
    title = models.CharField("عنوان", max_length=100)
    order = models.PositiveSmallIntegerField("ترتیب", default=0)
    retired = models.BooleanField("بازنشسته", default=False)

    class Meta:
        verbose_name = "دستهٔ خدمت"
        verbose_name_plural = "دسته‌های خدمت"
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.title


class DocumentType(models.Model):
    code = models.SlugField("کد", unique=True)
    title = models.CharField("عنوان", max_length=200)
    help = models.TextField("راهنما", blank=True)
    reusable_months = models.PositiveSmallIntegerField(
        "مدت استفادهٔ دوباره (ماه)",
        null=True,
        blank=True,
        help_text="مدرک پذیرفته‌شده تا چند ماه برای همان قرارداد دوباره به کار می‌رود؛ "
        "صفر یعنی بی‌پایان، خالی یعنی هر بار از نو بارگذاری می‌شود.",
    )
    retired = models.BooleanField("بازنشسته", default=False)

    class Meta:
        verbose_name = "نوع مدرک"
        verbose_name_plural = "انواع مدرک"
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class ReturnReason(models.Model):
    """Why something is sent back, with the sentence that tells the applicant what to do."""

    code = models.SlugField("کد", unique=True)
    title = models.CharField("عنوان", max_length=150)
    advice = models.TextField("راهنمای متقاضی")
    retired = models.BooleanField("بازنشسته", default=False)

    class Meta:
        verbose_name = "دلیل عودت"
        verbose_name_plural = "دلایل عودت"
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class ServiceQuerySet(models.QuerySet["Service"]):
    def offered(self) -> Self:
        """Services that can be asked for now."""
        return self.filter(live=True)


class Service(
    WorkflowMixin,
    PreviewableMixin,
    DraftStateMixin,
    LockableMixin,
    RevisionMixin,
    index.Indexed,
    ClusterableModel,
):
    """One entry of the catalog («برگه شماره ۲»), edited as a draft and then published.

    Publishing writes a :class:`ServiceVersion`; submissions follow that, never this row.
    """

    class Kind(models.TextChoices):
        REQUEST = "request", "درخواست خدمت"
        IDENTITY = "identity", "تأیید هویت"
        CONTRACT = "contract", "ثبت اطلاعات قرارداد"
        SUCCESSION = "succession", "جانشینی"
        AGENCY = "agency", "نمایندگی"

    Applicant = Applicant
    Fee = Fee

    code = models.SlugField("کد", unique=True)
    title = models.CharField("عنوان", max_length=200)
    kind = models.CharField("گونه", max_length=20, choices=Kind, default=Kind.REQUEST)
    category = models.ForeignKey(Category, models.PROTECT, verbose_name="دسته")
    summary = models.TextField("معرفی", blank=True)
    keywords = models.CharField(
        "واژه‌های جستجو", max_length=300, blank=True, help_text="با «،» از هم جدا شوند."
    )
    applicant = models.CharField("متقاضی", max_length=10, choices=Applicant, default=Applicant.BOTH)
    needs_contract = models.BooleanField("نیازمند قرارداد تأییدشده", default=True)
    preconditions = models.TextField(
        "پیش‌شرط‌ها", blank=True, help_text="هر پیش‌شرط در یک سطر نوشته شود."
    )
    promise_days = models.PositiveSmallIntegerField("مهلت پاسخ (روز کاری)", default=3)
    fee = models.CharField("هزینه", max_length=10, choices=Fee, default=Fee.FREE)
    fee_note = models.CharField("توضیح هزینه", max_length=300, blank=True)
    letter_kind = models.SlugField("گونهٔ نامه", blank=True)
    letter_subject = models.CharField("موضوع نامه", max_length=300, blank=True)
    recipient = models.SlugField(
        "گیرندهٔ نامه",
        default="applicant",
        help_text="نوع دستگاه گیرنده؛ «applicant» برای خود متقاضی، «answer» برای پاسخ متقاضی.",
    )
    order = models.PositiveSmallIntegerField("ترتیب", default=0)

    objects = ServiceQuerySet.as_manager()
    base_form_class = ServiceForm
    panels = service_panels.SERVICE

    search_fields = [
        index.SearchField("search_text"),
        index.AutocompleteField("search_title"),
        index.FilterField("live"),
        index.FilterField("category_id"),
    ]

    class Meta:
        verbose_name = "خدمت"
        verbose_name_plural = "خدمات"
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        if self.kind == self.Kind.REQUEST and not self.letter_kind:
            raise ValidationError({"letter_kind": "هر خدمت به صدور یک نامه یا گواهی می‌انجامد."})

    @transaction.atomic
    def publish(self, revision: Any, *args: Any, **kwargs: Any) -> Any:
        """Every way of publishing comes here: page, approval in a workflow, schedule, shell.

        Raises Unfinished when the revision could not be asked for; what is live stays as it was.
        The service and the version that it becomes are written together, or neither is.
        """
        require_whole(revision.as_object())
        return super().publish(revision, *args, **kwargs)

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """The page of the service as it would be, or what it still lacks."""
        try:
            require_whole(self)
        except Unfinished as refusal:
            return render(request, "services_catalog/unfinished.html", {"refusal": refusal})
        category = self.category
        sheet = Sheet(facts_of(self), self.pk or 0, category.code, category.title)
        context = {"sheet": sheet, "open": True}
        return render(request, "services_catalog/detail.html", context)

    def search_text(self) -> str:
        """Everything that finds the service, folded like the query."""
        return words(f"{self.title} {self.keywords} {self.summary} {self.category.title}")

    def search_title(self) -> str:
        return words(f"{self.title} {self.keywords}")

    @property
    def current_version(self) -> ServiceVersion | None:
        """What is offered now; None before the first publication."""
        return self.versions.filter(current=True).first()


class Unfinished(Refusal):
    """A service that lacks something cannot be published."""

    status = 422
    code = "service_unfinished"
    title = "این خدمت هنوز برای انتشار کامل نیست"


def require_whole(service: Service) -> None:
    """Raises Unfinished with what the service as it stands here lacks, its rows included."""
    parts = [*service.questions.all(), *service.documents.all(), *service.stops.all()]
    faults = [fault for row in (service, *parts) for fault in _faults(row)]
    if not service.stops.all():
        faults.append("مسیر بررسی: دست‌کم یک ایستگاه لازم است.")
    if faults or (faults := list(checking.contradictions(facts_of(service)))):
        raise Unfinished(" ".join(faults))


def _faults(row: models.Model) -> list[str]:
    """What is wrong in one row, each with the name of its field."""
    try:
        # A row of a revision is not below its service yet as far as it knows.
        row.full_clean(exclude=["service"], validate_constraints=False)
    except ValidationError as error:
        names = {field.name: str(field.verbose_name) for field in row._meta.fields}
        return [
            f"{names.get(name, row)}: {said}"
            for name, sentences in error.message_dict.items()
            for said in sentences
        ]
    return []


class ServicePart(Orderable):
    """A row below a service, named by a code that outlives the row."""

    code = models.SlugField("کد", max_length=60)

    class Meta(Orderable.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.code


class Question(ServicePart):
    service = ParentalKey(Service, on_delete=models.CASCADE, related_name="questions")
    label = models.CharField("پرسش", max_length=300)
    help = models.CharField("راهنما", max_length=500, blank=True)
    kind = models.CharField(
        "نوع پاسخ",
        max_length=20,
        choices=[
            (QuestionKind.TEXT, "متن کوتاه"),
            (QuestionKind.LONG_TEXT, "متن بلند"),
            (QuestionKind.NUMBER, "عدد صحیح"),
            (QuestionKind.DECIMAL, "عدد اعشاری"),
            (QuestionKind.DATE, "تاریخ"),
            (QuestionKind.CHOICE, "انتخاب از فهرست"),
            (QuestionKind.YES_NO, "بله / خیر"),
            (QuestionKind.PERSON_NAME, "نام شخص"),
            (QuestionKind.COMPANY_NAME, "نام شرکت"),
            (QuestionKind.NATIONAL_CODE, "کد ملی"),
            (QuestionKind.LEGAL_ID, "شناسه ملی شخص حقوقی"),
            (QuestionKind.MOBILE, "شماره موبایل"),
            (QuestionKind.POSTAL_CODE, "کد پستی"),
            (QuestionKind.PAST_DATE, "تاریخ گذشته"),
            (QuestionKind.FUTURE_DATE, "تاریخ آینده"),
        ],
    )
    required = models.BooleanField("الزامی", default=True)
    min = models.FloatField("کمینه", null=True, blank=True)
    max = models.FloatField("بیشینه", null=True, blank=True)
    unit = models.CharField("واحد", max_length=30, blank=True)
    choices = models.JSONField("گزینه‌ها", default=list, blank=True)
    shown_when = models.JSONField("شرط نمایش", null=True, blank=True)
    panels = service_panels.QUESTION

    class Meta(ServicePart.Meta):
        verbose_name = "پرسش"
        verbose_name_plural = "پرسش‌ها"
        constraints = [
            models.UniqueConstraint(fields=["service", "code"], name="question_code_once"),
        ]

    def clean(self) -> None:
        checking.check_choices(self.kind, self.choices)
        checking.check_condition("shown_when", self.shown_when)
        checking.check_limits(self.min, self.max)


class DocumentRequirement(ServicePart):
    class Required(models.TextChoices):
        ALWAYS = "always", "همه"
        NATURAL = "natural", "شخص حقیقی"
        LEGAL = "legal", "شخص حقوقی"
        DECLARED = "declared", "در صورت وجود، به اظهار متقاضی"

    service = ParentalKey(Service, on_delete=models.CASCADE, related_name="documents")
    type = models.ForeignKey(DocumentType, models.PROTECT, verbose_name="نوع مدرک")
    required = models.CharField(
        "برای چه کسی", max_length=10, choices=Required, default=Required.ALWAYS
    )
    max_mb = models.PositiveSmallIntegerField("بیشینهٔ حجم (مگابایت)", default=5)
    help = models.CharField("راهنما", max_length=500, blank=True)
    panels = service_panels.DOCUMENT

    class Meta(ServicePart.Meta):
        verbose_name = "مدرک لازم"
        verbose_name_plural = "مدارک لازم"
        constraints = [
            models.UniqueConstraint(fields=["service", "code"], name="requirement_code_once"),
        ]

    def clean(self) -> None:
        checking.check_size(self.max_mb)


class RouteStop(ServicePart):
    service = ParentalKey(Service, on_delete=models.CASCADE, related_name="stops")
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name="واحد")
    share = models.PositiveSmallIntegerField("سهم از مهلت (درصد)", null=True, blank=True)
    condition = models.JSONField("شرط عبور", null=True, blank=True)
    may_reject = models.BooleanField("می‌تواند رد کند", default=False)
    signs = models.BooleanField("امضا می‌کند", default=False)
    not_same_as = models.JSONField("شخصی جز تصمیم‌گیرندهٔ", default=list, blank=True)
    panels = service_panels.STOP

    class Meta(ServicePart.Meta):
        verbose_name = "ایستگاه"
        verbose_name_plural = "ایستگاه‌ها"
        constraints = [
            models.UniqueConstraint(fields=["service", "code"], name="stop_code_once"),
        ]

    def clean(self) -> None:
        checking.check_condition("condition", self.condition)
        checking.check_codes("not_same_as", self.not_same_as)


class ServiceVersionQuerySet(FrozenQuerySet["ServiceVersion"]):
    def offered(self) -> Self:
        """What the catalog offers now, in its order.

        Identity, contract, agency and succession are no entries of the catalog: the desk
        leads to each of them by its own page.
        """
        return (
            self.filter(current=True, service__live=True, service__kind=Service.Kind.REQUEST)
            .select_related("service__category")
            .order_by("service__category__order", "service__order", "service_id")
        )

    @transaction.atomic
    def write(self, service: Service) -> ServiceVersion:
        """Freeze what the service says now; the same facts again write nothing."""
        facts = facts_of(service).model_dump(mode="json")
        latest = self.select_for_update().filter(service=service).order_by("-number").first()
        if latest and latest.content == facts:
            return latest
        self.filter(service=service, current=True).update(current=False)
        return self.create(
            service=service, number=latest.number + 1 if latest else 1, content=facts
        )


class ServiceVersion(Frozen):
    """A service as it was published. Immutable: submissions are judged by it for good."""

    changing = frozenset({"current"})

    service = models.ForeignKey(Service, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField("نسخه")
    content = models.JSONField(editable=False)
    current = models.BooleanField(default=True, editable=False)
    published_at = models.DateTimeField("زمان انتشار", default=now, editable=False)

    objects = ServiceVersionQuerySet.as_manager()

    class Meta:
        verbose_name = "نسخهٔ خدمت"
        verbose_name_plural = "نسخه‌های خدمت"
        constraints = [
            models.UniqueConstraint(fields=["service", "number"], name="version_once"),
            models.UniqueConstraint(
                fields=["service"], condition=Q(current=True), name="one_current_version"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.facts.title} ({self.number})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.pk:
            ServiceFacts.model_validate(self.content)
        super().save(*args, **kwargs)

    @property
    def facts(self) -> ServiceFacts:
        """The content, checked against its schema; raises pydantic.ValidationError if tampered."""
        if not hasattr(self, "_facts"):
            self._facts = ServiceFacts.model_validate(self.content)
        return self._facts


def facts_of(service: Service) -> ServiceFacts:
    """The facts of a service and its children as they stand now."""
    return ServiceFacts.model_validate(
        {
            "code": service.code,
            "title": service.title,
            "kind": service.kind,
            "category": service.category.code,
            "category_title": service.category.title,
            "summary": service.summary,
            "keywords": [word.strip() for word in service.keywords.split("،") if word.strip()],
            "applicant": service.applicant,
            "needs_contract": service.needs_contract,
            "preconditions": [line for line in service.preconditions.splitlines() if line.strip()],
            "promise_days": service.promise_days,
            "fee": service.fee,
            "fee_note": service.fee_note,
            "letter_kind": service.letter_kind,
            "letter_subject": service.letter_subject,
            "recipient": service.recipient,
            "questions": [_question(question) for question in service.questions.all()],
            "documents": [_document(d) for d in service.documents.select_related("type")],
            "route": [_stop(stop) for stop in service.stops.select_related("unit")],
        }
    )


def _question(row: Question) -> dict[str, Any]:
    names = ("code", "label", "help", "kind", "required", "min", "max", "unit")
    named = {name: getattr(row, name) for name in names}
    return named | {"choices": row.choices or [], "shown_when": row.shown_when or None}


def _document(row: DocumentRequirement) -> dict[str, Any]:
    return {
        "code": row.code,
        "type": row.type.code,
        "title": row.type.title,
        "help": row.help or row.type.help,
        "required": row.required,
        "max_bytes": row.max_mb * 1024 * 1024,
    }


def _stop(row: RouteStop) -> dict[str, Any]:
    names = ("code", "share", "may_reject", "signs")
    named = {name: getattr(row, name) for name in names}
    return named | {
        "unit": row.unit.code,
        "unit_title": row.unit.title,
        "condition": row.condition or None,
        "not_same_as": row.not_same_as or [],
    }
