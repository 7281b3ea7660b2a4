"""Endpoints that take the catalog out as one document and bring it in; for those who publish it."""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import ConfigDict, Field

from accounts.models import Scope, User
from services_catalog.exchange import bringing_in
from services_catalog.exchange.document import CatalogDocument, export_catalog, make_schema
from signin.callers import signed_in
from signin.tokens.scopes import asks_for, useful_to
from web.api.problems import answer_problem, point_to
from web.requests import UserRequest

exchange = Router(auth=signed_in, tags=["catalog"])
FAULT = "document_unfit"
useful_to(bringing_in.may_exchange, Scope.CATALOG_READ, Scope.CATALOG_ACT)


class StrictBody(Schema):
    model_config = ConfigDict(extra="forbid")


class DocumentBody(StrictBody):
    document: CatalogDocument


class BringingInBody(DocumentBody):
    """``expecting``: the ``digest`` of the answer that showed what would change."""

    expecting: Annotated[str, Field(max_length=64)]


class FieldChangeOut(Schema):
    """``path``: where it stands in the service, its rows by their codes."""

    path: str
    before: Any
    after: Any


class ServiceChangeOut(Schema):
    """``kind``: added, changed or removed; ``words``: the same as ``fields``, for people."""

    code: str
    title: str
    kind: str
    words: list[str]
    fields: list[FieldChangeOut]


class FaultOut(Schema):
    """``pointer``: into the document."""

    pointer: str
    code: str
    detail: str


class ComparisonOut(Schema):
    """What a document would change. ``digest``: of the state that it was compared with."""

    digest: str
    unchanged: int
    changes: list[ServiceChangeOut]
    faults: list[FaultOut]


@exchange.get("schema/", response=dict[str, Any], auth=None, summary="ساختار سند کاتالوگ")
def show_schema(request: HttpRequest) -> dict[str, Any]:
    """The JSON Schema of the document."""
    return make_schema()


@exchange.get("export/", response=CatalogDocument, summary="خروجی کاتالوگ")
@asks_for(Scope.CATALOG_READ)
def export_document(request: UserRequest) -> CatalogDocument:
    """All published services as editors write them."""
    _require_publisher(request)
    return export_catalog()


@exchange.post("import/check/", response=ComparisonOut, summary="بررسی آزمایشی سند کاتالوگ")
@asks_for(Scope.CATALOG_ACT)
def check_document(request: UserRequest, said: DocumentBody) -> ComparisonOut:
    """What the document would change and what is wrong with it. Nothing is written."""
    user = _require_publisher(request)
    return _tell(bringing_in.compare_document(said.document, by=user))


@exchange.post("import/", response=ComparisonOut, summary="ورود سند کاتالوگ")
@asks_for(Scope.CATALOG_ACT)
def import_document(request: UserRequest, said: BringingInBody) -> ComparisonOut | HttpResponse:
    """Publish all that the document says otherwise, or nothing.

    409 when the catalog is not as ``expecting`` names it, 422 with each fault of the document.
    """
    user = _require_publisher(request)
    try:
        done = bringing_in.bring_in(said.document, by=user, expecting=said.expecting)
    except bringing_in.Unfit as refusal:
        errors = [_fault(fault, "/document") for fault in refusal.faults]
        return answer_problem(
            refusal.status, code=refusal.code, title=refusal.title, detail=str(refusal),
            errors=errors,
        )  # fmt: skip
    return _tell(done)


def _require_publisher(request: UserRequest) -> User:
    if not bringing_in.may_exchange(request.user):
        raise PermissionDenied
    return request.user


def _tell(found: bringing_in.Comparison) -> ComparisonOut:
    return ComparisonOut(
        digest=found.digest,
        unchanged=found.unchanged,
        changes=[ServiceChangeOut(**_as_data(change)) for change in found.changes],
        faults=[FaultOut(**_fault(fault)) for fault in found.faults],
    )


def _as_data(change: NamedTuple) -> dict[str, Any]:
    told = change._asdict()
    return told | {"fields": [field._asdict() for field in told["fields"]]}


def _fault(fault: bringing_in.DocumentFault, below: str = "") -> dict[str, str]:
    return {"pointer": below + point_to(fault.path), "code": FAULT, "detail": fault.detail}
