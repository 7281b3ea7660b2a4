"""What a service and its rows say now, as the facts that a published version keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from services_catalog.facts import ServiceFacts

if TYPE_CHECKING:
    from services_catalog.models import Service
    from services_catalog.service_parts import DocumentRequirement, Question, RouteStop


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
