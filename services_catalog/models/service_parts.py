"""The rows of a service: questions, required documents, stops of its route."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from modelcluster.fields import ParentalKey
from wagtail.models import Orderable

from db.constraints import known_words
from services_catalog import validation
from services_catalog.models.places import Unit
from services_catalog.models.terms import DocumentType
from services_catalog.question_kinds import QUESTION_KINDS
from services_catalog.vocabulary import Alongside


class ServicePart(Orderable):
    """A row below a service, named by a code that outlives the row."""

    code = models.SlugField("کد", max_length=60)

    class Meta(Orderable.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.code


class Question(ServicePart):
    service = ParentalKey(
        "services_catalog.Service", on_delete=models.CASCADE, related_name="questions"
    )
    label = models.CharField("پرسش", max_length=300)
    help = models.CharField("راهنما", max_length=500, blank=True)
    kind = models.CharField(
        "نوع پاسخ",
        max_length=20,
        choices=[(spec.kind, spec.label) for spec in QUESTION_KINDS.values()],
    )
    required = models.BooleanField("الزامی", default=True)
    min = models.FloatField("حداقل", null=True, blank=True)
    max = models.FloatField("حداکثر", null=True, blank=True)
    unit = models.CharField("واحد", max_length=30, blank=True)
    choices = models.JSONField("گزینه‌ها", default=list, blank=True)
    shown_when = models.JSONField("شرط نمایش", null=True, blank=True)

    class Meta(ServicePart.Meta):
        verbose_name = "پرسش"
        verbose_name_plural = "پرسش‌ها"
        constraints = [
            models.UniqueConstraint(fields=["service", "code"], name="question_code_once"),
            # How an answer is asked for and read hangs on it.
            known_words(
                "kind", *[kind.value for kind in QUESTION_KINDS], name="question_kind_known"
            ),
        ]

    def clean(self) -> None:
        validation.check_choices(self.kind, self.choices)
        validation.check_condition("shown_when", self.shown_when)
        validation.check_limits(self.min, self.max)

    def freeze(self) -> dict[str, Any]:
        """The row as :class:`services_catalog.facts.QuestionFacts` keeps it."""
        names = ("code", "label", "help", "kind", "required", "min", "max", "unit")
        named = {name: getattr(self, name) for name in names}
        return named | {"choices": self.choices or [], "shown_when": self.shown_when or None}


class DocumentRequirement(ServicePart):
    class Required(models.TextChoices):
        ALWAYS = "always", "همه"
        NATURAL = "natural", "شخص حقیقی"
        LEGAL = "legal", "شخص حقوقی"
        AGENT = "agent", "نماینده یا وکیل، نه خود متقاضی"
        DECLARED = "declared", "در صورت وجود، به اظهار متقاضی"

    service = ParentalKey(
        "services_catalog.Service", on_delete=models.CASCADE, related_name="documents"
    )
    type = models.ForeignKey(DocumentType, models.PROTECT, verbose_name="نوع مدرک")
    required = models.CharField(
        "برای چه کسی", max_length=10, choices=Required, default=Required.ALWAYS
    )
    max_mb = models.PositiveSmallIntegerField("حداکثر حجم (مگابایت)", default=5)
    help = models.CharField("راهنما", max_length=500, blank=True)

    class Meta(ServicePart.Meta):
        verbose_name = "مدرک لازم"
        verbose_name_plural = "مدارک لازم"
        constraints = [
            models.UniqueConstraint(fields=["service", "code"], name="requirement_code_once"),
            # Whether a request is complete hangs on it.
            known_words(
                "required",
                "always",
                "natural",
                "legal",
                "agent",
                "declared",
                name="requirement_required_known",
            ),
        ]

    def clean(self) -> None:
        validation.check_size(self.max_mb)

    def freeze(self) -> dict[str, Any]:
        """The row as :class:`services_catalog.facts.DocumentFacts` keeps it."""
        return {
            "code": self.code,
            "type": self.type.code,
            "title": self.type.title,
            "help": self.help or self.type.help,
            "required": self.required,
            "max_bytes": self.max_mb * 1024 * 1024,
        }


class RouteStop(ServicePart):
    service = ParentalKey(
        "services_catalog.Service", on_delete=models.CASCADE, related_name="stops"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, verbose_name="واحد")
    share = models.PositiveSmallIntegerField("سهم از مهلت (درصد)", null=True, blank=True)
    condition = models.JSONField("شرط عبور", null=True, blank=True)
    may_reject = models.BooleanField("می‌تواند رد کند", default=False)
    signs = models.BooleanField("امضا می‌کند", default=False)
    not_same_as = models.JSONField("متفاوت با تصمیم‌گیرندهٔ", default=list, blank=True)
    alongside = models.CharField(
        "ترتیب بررسی",
        max_length=5,
        choices=Alongside,
        blank=True,
        default=Alongside.AFTER,
        db_default="",
    )

    awaits_inquiries = models.BooleanField(
        "تا دریافت پاسخ استعلام، تصمیم‌گیری متوقف می‌ماند", default=True, db_default=True
    )

    class Meta(ServicePart.Meta):
        verbose_name = "مرحله"
        verbose_name_plural = "مراحل"
        constraints = [
            models.UniqueConstraint(fields=["service", "code"], name="stop_code_once"),
            # How many agreements a request waits for hangs on it.
            known_words("alongside", *Alongside.values, name="stop_alongside_known"),
        ]

    def clean(self) -> None:
        validation.check_condition("condition", self.condition)
        validation.check_codes("not_same_as", self.not_same_as)

    def freeze(self) -> dict[str, Any]:
        """The row as :class:`services_catalog.facts.StopFacts` keeps it."""
        names = ("code", "share", "may_reject", "signs", "awaits_inquiries")
        named = {name: getattr(self, name) for name in names}
        return named | {
            "unit": self.unit.code,
            "unit_title": self.unit.title,
            "condition": self.condition or None,
            "not_same_as": self.not_same_as or [],
        }


def freeze_route(stops: Iterable[RouteStop]) -> list[dict[str, Any]]:
    """The stops as a version keeps them, those that stand side by side with the number of their group."""
    frozen: list[dict[str, Any]] = []
    for stop in stops:
        row = stop.freeze()
        if stop.alongside and frozen:
            first = frozen[-1]
            number = first.get("group") or len(frozen)
            first |= {"group": number, "join": first.get("join", stop.alongside)}
            row |= {"group": number, "join": stop.alongside}
        frozen.append(row)
    return frozen
