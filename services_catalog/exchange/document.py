"""The shape of the document, and what the catalog offers now in that shape.

It holds what editors write of each published service, by the codes of units, categories and types
of documents. Drafts are not in it.
"""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Annotated, Any, Final, Literal, Self

from django.db import models
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter

from persian.text import clean_text
from services_catalog.facts import QuestionKind
from services_catalog.models import DocumentRequirement, Question, RouteStop, Service
from services_catalog.vocabulary import Alongside, Applicant, Fee

FORMAT: Final = "miz-catalog/1"
MOST_SERVICES, MOST_ROWS = 1000, 200

Code = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[-a-zA-Z0-9_]+$")]
Line = Annotated[str, Field(max_length=500), AfterValidator(clean_text)]
Lines = Annotated[str, Field(max_length=20_000), AfterValidator(clean_text)]
Word = Annotated[
    str, Field(min_length=1, max_length=300, pattern=r"^[^،\n]+$"), AfterValidator(clean_text)
]
Precondition = Annotated[
    str, Field(min_length=1, max_length=2000, pattern=r"^[^\n]+$"), AfterValidator(clean_text)
]
Small = Annotated[int, Field(ge=0, le=32767)]
Limit = Annotated[float, Field(allow_inf_nan=False)]


class Part(BaseModel):
    """A piece of the document: nothing unknown is taken."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_enum_values=True)


class ConditionPart(Part):
    question: Code
    equals: bool | int | Line


class ChoicePart(Part):
    value: Line
    label: Line


class QuestionPart(Part):
    code: Code
    label: Line
    help: Line = ""
    kind: QuestionKind
    required: bool = True
    min: Limit | None = None
    max: Limit | None = None
    unit: Line = ""
    choices: Annotated[tuple[ChoicePart, ...], Field(max_length=MOST_ROWS)] = ()
    shown_when: ConditionPart | None = None


class DocumentPart(Part):
    """``type``: the code of a type of documents."""

    code: Code
    type: Code
    required: Literal["always", "natural", "legal", "agent", "declared"] = "always"
    max_mb: Small = 5
    help: Line = ""


class StopPart(Part):
    """``unit``: its code; ``alongside``: how it stands to the stop before, as editors choose it."""

    code: Code
    unit: Code
    share: Small | None = None
    condition: ConditionPart | None = None
    may_reject: bool = False
    signs: bool = False
    not_same_as: Annotated[tuple[Code, ...], Field(max_length=MOST_ROWS)] = ()
    alongside: Alongside = Alongside.AFTER
    awaits_inquiries: bool = True


class ServicePart(Part):
    """One service, as editors write it."""

    code: Code
    title: Line
    kind: Code = "request"
    category: Code
    order: Small = 0
    summary: Lines = ""
    keywords: Annotated[tuple[Word, ...], Field(max_length=MOST_ROWS)] = ()
    applicant: Applicant = Applicant.BOTH
    needs_contract: bool = True
    preconditions: Annotated[tuple[Precondition, ...], Field(max_length=MOST_ROWS)] = ()
    promise_days: Small = 3
    fee: Fee = Fee.FREE
    fee_note: Line = ""
    letter_kind: Literal[""] | Code = ""
    letter_subject: Line = ""
    recipient: Code = "applicant"
    refusal_letter: bool = False
    questions: Annotated[tuple[QuestionPart, ...], Field(max_length=MOST_ROWS)] = ()
    documents: Annotated[tuple[DocumentPart, ...], Field(max_length=MOST_ROWS)] = ()
    stops: Annotated[tuple[StopPart, ...], Field(max_length=MOST_ROWS)] = ()

    @classmethod
    def of(cls, service: Service) -> Self:
        """What the row of a service and those below it say now."""
        plain = {name: getattr(service, name) for name in PLAIN}
        return cls.model_validate(
            plain
            | {
                "category": service.category.code,
                "keywords": _split(service.keywords, "،"),
                "preconditions": _split(service.preconditions, "\n"),
                "questions": [_row(QuestionPart, row) for row in service.questions.all()],
                "documents": [
                    _row(DocumentPart, row, type=row.type.code) for row in service.documents.all()
                ],
                "stops": [_row(StopPart, row, unit=row.unit.code) for row in service.stops.all()],
            }
        )


#: What the columns of a service and the document call the same.
PLAIN = tuple(
    name
    for name in ServicePart.model_fields
    if name not in ("category", "keywords", "preconditions", "questions", "documents", "stops")
)


class CatalogDocument(Part):
    """All that the catalog offers; the order within ``services`` means nothing."""

    format: Literal["miz-catalog/1"] = FORMAT
    services: Annotated[tuple[ServicePart, ...], Field(max_length=MOST_SERVICES)]


_DOCUMENT = TypeAdapter(CatalogDocument)


def read_document(text: str | bytes) -> CatalogDocument:
    """The document in a JSON text. Raises pydantic.ValidationError."""
    return _DOCUMENT.validate_json(text)


def make_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of the document."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | _DOCUMENT.json_schema()


def export_catalog() -> CatalogDocument:
    """What is offered now, service by service."""
    live = services_with_rows().filter(live=True)
    return CatalogDocument(services=tuple(ServicePart.of(service) for service in live))


def services_with_rows() -> models.QuerySet[Service]:
    """All services with their rows, in a fixed order and a fixed number of queries."""
    rows = (
        models.Prefetch("questions", Question.objects.order_by("sort_order")),
        models.Prefetch(
            "documents", DocumentRequirement.objects.select_related("type").order_by("sort_order")
        ),
        models.Prefetch("stops", RouteStop.objects.select_related("unit").order_by("sort_order")),
    )
    found = Service.objects.select_related("category").prefetch_related(*rows)
    return found.order_by("category__order", "order", "pk")


def digest_of(services: list[Service]) -> str:
    """A name of the state: another as soon as anything is published, withdrawn or drafted."""
    said = [
        [service.pk, service.live, service.latest_revision_id]
        + ([ServicePart.of(service).model_dump(mode="json")] if service.live else [])
        for service in sorted(services, key=lambda service: service.pk)
    ]
    return sha256(json.dumps(said, ensure_ascii=True).encode()).hexdigest()


def _row(kind: type[Part], row: models.Model, **named: str) -> Part:
    """A row below a service; an empty condition or list is what the column keeps for none."""
    said = {name: getattr(row, name) for name in kind.model_fields if name not in named}
    for name in ("choices", "not_same_as"):
        if name in said:
            said[name] = said[name] or ()
    for name in ("shown_when", "condition"):
        if name in said:
            said[name] = said[name] or None
    return kind.model_validate(said | named)


def _split(text: str, sign: str) -> list[str]:
    return [piece.strip() for piece in text.split(sign) if piece.strip()]
