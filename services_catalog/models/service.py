"""Services and their published versions.

The tables of places, of the calendar, of terms and of a service's rows stand in their own
modules and are part of this app's models.
"""

from __future__ import annotations

from typing import Any, Self

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.db.models.functions import Cast
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from modelcluster.models import ClusterableModel
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    PreviewableMixin,
    Revision,
    RevisionMixin,
    WorkflowMixin,
    WorkflowState,
)
from wagtail.search import index

from db.constraints import known_words
from db.frozen import FrozenModel, FrozenQuerySet
from persian.collation import PERSIAN
from services_catalog.facts import ServiceFacts, read_facts
from services_catalog.kinds import REQUEST, document_kinds, kind_choices, listed_kinds
from services_catalog.models.service_parts import freeze_route
from services_catalog.models.terms import Category
from services_catalog.publish_checks import Unfinished, require_whole
from services_catalog.sheets import Sheet
from services_catalog.vocabulary import Applicant, Fee


class ServiceQuerySet(models.QuerySet["Service"]):
    def offered(self) -> Self:
        """Services that can be asked for now."""
        return self.filter(live=True)

    def listed(self) -> Self:
        """With what the editors' list says of each: its category, its schedule, its approval."""
        planned = Revision.objects.filter(
            base_content_type=ContentType.objects.get_for_model(Service),
            object_id=Cast(OuterRef("pk"), models.CharField()),
            approved_go_live_at__isnull=False,
        )
        approvals = Prefetch(
            "_workflow_states", WorkflowState.objects.active(), to_attr="_current_workflow_states"
        )
        return (
            self.select_related("category")
            .annotate(is_planned=Exists(planned))
            .prefetch_related(approvals)
        )


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

    Applicant = Applicant
    Fee = Fee

    code = models.SlugField("کد", unique=True)
    title = models.CharField("عنوان", max_length=200, db_collation=PERSIAN)
    kind = models.CharField("نوع", max_length=20, choices=kind_choices, default=REQUEST.code)
    category = models.ForeignKey(Category, models.PROTECT, verbose_name="دسته")
    summary = models.TextField("معرفی", blank=True)
    keywords = models.CharField(
        "کلیدواژه‌های جستجو", max_length=300, blank=True, help_text="با «،» از هم جدا شود."
    )
    applicant = models.CharField("متقاضی", max_length=10, choices=Applicant, default=Applicant.BOTH)
    needs_contract = models.BooleanField("نیازمند قرارداد تأییدشده", default=True)
    preconditions = models.TextField(
        "پیش‌شرط‌ها", blank=True, help_text="هر پیش‌شرط در یک سطر نوشته شود."
    )
    promise_days = models.PositiveSmallIntegerField("مهلت پاسخ (روز کاری)", default=3)
    fee = models.CharField("هزینه", max_length=10, choices=Fee, default=Fee.FREE)
    fee_note = models.CharField("توضیح هزینه", max_length=300, blank=True)
    letter_kind = models.SlugField("نوع نامه", blank=True)
    letter_subject = models.CharField("موضوع نامه", max_length=300, blank=True)
    recipient = models.SlugField(
        "گیرندهٔ نامه",
        default="applicant",
        help_text="نوع دستگاه گیرنده؛ «applicant» برای خود متقاضی، «answer» برای پاسخ متقاضی.",
    )
    refusal_letter = models.BooleanField(
        "نامهٔ رد",
        default=False,
        db_default=False,
        help_text="در صورت رد درخواست، نامه‌ای با دلیل رد برای متقاضی صادر می‌شود.",
    )
    order = models.PositiveSmallIntegerField("ترتیب", default=0)

    objects = ServiceQuerySet.as_manager()

    search_fields = [
        index.SearchField("title"),
        index.AutocompleteField("title"),
        index.SearchField("keywords"),
        index.SearchField("code"),
        index.SearchField("summary"),
        index.FilterField("live"),
        index.FilterField("category_id"),
    ]

    class Meta:
        verbose_name = "خدمت"
        verbose_name_plural = "خدمات"
        ordering = ["order", "pk"]
        constraints = [
            # Who is offered it, and what the catalog says that it costs.
            known_words("applicant", *Applicant.values, name="service_applicant_known"),
            known_words("fee", *Fee.values, name="service_fee_known"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def approved_schedule(self) -> bool:
        """Whether a publication is planned; a list has asked that for all its rows at once."""
        listed = self.__dict__.get("is_planned")
        return bool(super().approved_schedule if listed is None else listed)

    def clean(self) -> None:
        if self.kind in document_kinds() and not self.letter_kind:
            raise ValidationError({"letter_kind": "نتیجهٔ هر خدمت، صدور نامه یا گواهی است."})

    @transaction.atomic
    def publish(self, revision: Any, *args: Any, **kwargs: Any) -> Any:
        """Every way of publishing comes here: page, approval in a workflow, schedule, shell.

        Raises Unfinished when the revision could not be asked for; what is live stays as it was.
        The service and the version that it becomes are written together, or neither is.
        """
        revision.as_object().require_whole()
        return super().publish(revision, *args, **kwargs)

    def freeze(self) -> ServiceFacts:
        """What the service and its rows say now, as a published version keeps it."""
        return ServiceFacts.model_validate(
            {
                "code": self.code,
                "title": self.title,
                "kind": self.kind,
                "category": self.category.code,
                "category_title": self.category.title,
                "summary": self.summary,
                "keywords": [word.strip() for word in self.keywords.split("،") if word.strip()],
                "applicant": self.applicant,
                "needs_contract": self.needs_contract,
                "preconditions": [line for line in self.preconditions.splitlines() if line.strip()],
                "promise_days": self.promise_days,
                "fee": self.fee,
                "fee_note": self.fee_note,
                "letter_kind": self.letter_kind,
                "letter_subject": self.letter_subject,
                "recipient": self.recipient,
                "refusal_letter": self.refusal_letter,
                "questions": [question.freeze() for question in self.questions.all()],
                "documents": [
                    document.freeze() for document in self.documents.select_related("type")
                ],
                "route": freeze_route(self.stops.select_related("unit")),
            }
        )

    def require_whole(self) -> None:
        """Raise Unfinished with what the service as it stands here lacks, its rows included."""
        rows = [self, *self.questions.all(), *self.documents.all(), *self.stops.all()]
        require_whole(rows, has_route=bool(self.stops.all()), freeze=self.freeze)

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """The page of the service as it would be, or what it still lacks."""
        try:
            self.require_whole()
        except Unfinished as refusal:
            return render(request, "services_catalog/unfinished.html", {"refusal": refusal})
        category = self.category
        sheet = Sheet(self.freeze(), self.pk or 0, category.code, category.title)
        context = {"sheet": sheet, "open": True}
        return render(request, "services_catalog/detail.html", context)

    @property
    def current_version(self) -> ServiceVersion | None:
        """What is offered now; None before the first publication."""
        return self.versions.filter(current=True).first()


class ServiceVersionQuerySet(FrozenQuerySet["ServiceVersion"]):
    def offered(self) -> Self:
        """What the catalog offers now, in its order.

        Identity, contract, agency and succession are no entries of the catalog: the desk
        leads to each of them by its own page.
        """
        return (
            self.filter(current=True, service__live=True, service__kind__in=listed_kinds())
            .select_related("service__category")
            .order_by("service__category__order", "service__order", "service_id")
        )

    @transaction.atomic
    def write(self, service: Service) -> ServiceVersion:
        """Freeze what the service says now; the same facts again write nothing."""
        facts = service.freeze()
        latest = self.select_for_update().filter(service=service).order_by("-number").first()
        # Compared as read: a field that the schema has gained since is no change of the service.
        if latest and latest.facts == facts:
            return latest
        self.filter(service=service, current=True).update(current=False)
        return self.create(
            service=service,
            number=latest.number + 1 if latest else 1,
            content=facts.model_dump(mode="json"),
        )


class ServiceVersion(FrozenModel):
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
            read_facts(self.content)
        super().save(*args, **kwargs)

    @property
    def facts(self) -> ServiceFacts:
        """The content, checked against its schema; raises pydantic.ValidationError if tampered."""
        if not hasattr(self, "_facts"):
            self._facts = _read_once(self.pk, self.content)
        return self._facts

    @property
    def sheet(self) -> Sheet:
        """The service as the public reads it."""
        category = self.service.category
        return Sheet(self.facts, self.service_id, category.code, category.title)


# By version: the content that was read, and the facts that it holds.
_facts_read: dict[int, tuple[dict[str, Any], ServiceFacts]] = {}
MOST_FACTS = 500


def _read_once(version: int | None, content: dict[str, Any]) -> ServiceFacts:
    """The facts of a version, which every page about a submission asks for.

    A version never changes, and is compared all the same: to compare costs a hundredth of reading.
    """
    if version is None:
        return read_facts(content)
    known = _facts_read.get(version)
    if known is None or known[0] != content:
        if len(_facts_read) >= MOST_FACTS:
            _facts_read.clear()
        known = _facts_read[version] = (content, read_facts(content))
    return known[1]
