"""A document is compared with what is offered, and brought in: all of it, or nothing.

What it says goes the way of an editor: a revision of each changed service, published after the same
checks. A service that the document does not have is withdrawn; it is never deleted, and those of
the desk's own stages stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from wagtail.models import ReferenceIndex
from wagtail.signal_handlers import disable_reference_index_auto_update

from accounts.models import User
from services_catalog.exchange.differences import (
    DRAFT_GOES,
    ServiceChange,
    compare_parts,
    withdraw,
)
from services_catalog.exchange.document import (
    PLAIN,
    CatalogDocument,
    DocumentPart,
    QuestionPart,
    ServicePart,
    StopPart,
    digest_of,
    services_with_rows,
)
from services_catalog.kinds import listed_kinds
from services_catalog.models import (
    Category,
    DocumentRequirement,
    DocumentType,
    Question,
    RouteStop,
    Service,
    Unit,
)
from services_catalog.publish_checks import Unfinished
from web.refusals import NotNow, Refusal
from work import audit

TWICE = "این خدمت در سند دو بار آمده است."
OTHER_KIND = "نوع خدمت تغییر نمی‌کند و خدمت جدید فقط از نوع «درخواست خدمت» است."
LOCKED = "این خدمت قفل شده یا در انتظار تأیید است و اکنون تغییر نمی‌کند."


class CatalogMoved(NotNow):
    """Something was published, withdrawn or drafted since the differences were shown."""

    code = "catalog_moved"
    title = "کاتالوگ در این فاصله تغییر کرده است"
    message = "پس از بررسی این سند، کاتالوگ تغییر کرده است. لطفاً تغییرات را دوباره بررسی کنید."


class Unfit(Refusal):
    """The document has faults; nothing of it was brought in."""

    status = 422
    code = "document_unfit"
    title = "این سند قابل اعمال نیست"
    message = "لطفاً موارد اعلام‌شده را در سند اصلاح کنید."

    def __init__(self, faults: Sequence[DocumentFault]) -> None:
        self.faults = faults
        super().__init__()


class DocumentFault(NamedTuple):
    """What is wrong; ``path``: of keys and positions in the document."""

    path: tuple[str | int, ...]
    detail: str


@dataclass
class Comparison:
    """What a document would change. ``digest``: of the state it was compared with."""

    digest: str
    changes: list[ServiceChange] = field(default_factory=list)
    faults: list[DocumentFault] = field(default_factory=list)
    unchanged: int = 0
    #: The services to be published, as they would be.
    prepared: list[Service] = field(default_factory=list)


def may_exchange(user: Any) -> bool:
    """Whoever may publish services may take all out and bring all in."""
    rights = ("add_service", "change_service", "publish_service")
    return all(user.has_perm(f"services_catalog.{right}") for right in rights)


def compare_document(document: CatalogDocument, *, by: AbstractBaseUser | None) -> Comparison:
    """What ``document`` would change, and what is wrong with it. Nothing is written."""
    services = list(services_with_rows())
    found = Comparison(digest_of(services))
    known, there = _Known.read(), {service.code: service for service in services}
    seen: set[str] = set()
    for position, part in enumerate(document.services):
        if part.code in seen:
            found.faults.append(DocumentFault(("services", position, "code"), TWICE))
        else:
            _compare_one(found, position, part, there.get(part.code), known, by)
        seen.add(part.code)
    gone = (service for service in services if service.live and service.code not in seen)
    for service in gone:
        if service.kind in listed_kinds():
            found.changes.append(withdraw(service))
    return found


@transaction.atomic
def bring_in(document: CatalogDocument, *, by: User | None, expecting: str) -> Comparison:
    """Publish what the document says otherwise, withdraw what it does not have any more.

    ``by``: None for the command line. Raises PermissionDenied, CatalogMoved when the state is not
    the one whose digest is ``expecting``, and Unfit with all faults.
    """
    if by is not None and not may_exchange(by):
        raise PermissionDenied
    # Whoever publishes, withdraws or saves a draft of any of them waits here.
    list(Service.objects.select_for_update().order_by("pk").values_list("pk"))
    found = compare_document(document, by=by)
    if found.digest != expecting:
        raise CatalogMoved
    if found.faults:
        raise Unfit(found.faults)
    for service in found.prepared:
        _publish(service, by)
    gone = [change.code for change in found.changes if change.kind == "removed"]
    for service in Service.objects.filter(code__in=gone):
        service.unpublish(user=by)
    for change in found.changes:
        service = Service.objects.get(code=change.code)
        audit.record_entry(by, "bring_in", service, {"change": change.kind})
    return found


class _Known(NamedTuple):
    """Rows that a document names by their codes."""

    categories: dict[str, Category]
    types: dict[str, DocumentType]
    units: dict[str, Unit]

    @classmethod
    def read(cls) -> _Known:
        return cls(
            {row.code: row for row in Category.objects.all()},
            {row.code: row for row in DocumentType.objects.all()},
            {row.code: row for row in Unit.objects.all()},
        )

    @property
    def titles(self) -> dict[str, dict[str, str]]:
        return {
            "documents": {code: row.title for code, row in self.types.items()},
            "stops": {code: row.title for code, row in self.units.items()},
        }

    def find_unknown(self, part: ServicePart) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """What the part names and nobody knows, each with its path within the part."""
        if part.category not in self.categories:
            yield ("category",), part.category
        for position, paper in enumerate(part.documents):
            if paper.type not in self.types:
                yield ("documents", position, "type"), paper.type
        for position, stop in enumerate(part.stops):
            if stop.unit not in self.units:
                yield ("stops", position, "unit"), stop.unit


def _compare_one(
    found: Comparison,
    position: int,
    part: ServicePart,
    service: Service | None,
    known: _Known,
    by: AbstractBaseUser | None,
) -> None:
    """Add what becomes of one service of the document, or what is wrong with it."""
    offered = ServicePart.of(service) if service and service.live else None
    change = compare_parts(offered, part, known.titles)
    if change is None:
        found.unchanged += 1
        return
    if service and service.has_unpublished_changes and service.latest_revision_id:
        change.words.append(DRAFT_GOES)
    found.changes.append(change)
    faults = list(_find_faults(part, service, known, by))
    if not faults:
        ready = _describe(service or Service(code=part.code, live=False), part, known)
        try:
            ready.require_whole()
        except Unfinished as refusal:
            faults = [((), str(refusal))]
        found.prepared.append(ready)
    found.faults += [DocumentFault(("services", position, *path), said) for path, said in faults]


def _find_faults(
    part: ServicePart, service: Service | None, known: _Known, by: AbstractBaseUser | None
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    for path, code in known.find_unknown(part):
        yield path, f"کد «{code}» در سامانه تعریف نشده است."
    if part.kind != service.kind if service else part.kind not in listed_kinds():
        yield ("kind",), OTHER_KIND
    lock = service.get_lock() if service else None
    if lock is not None and (by is None or lock.for_user(by)):
        yield (), LOCKED


def _describe(service: Service, part: ServicePart, known: _Known) -> Service:
    """The service with what the part says, its rows included; nothing is saved."""
    for name in PLAIN:
        setattr(service, name, getattr(part, name))
    service.category = known.categories[part.category]
    service.keywords = "، ".join(part.keywords)
    service.preconditions = "\n".join(part.preconditions)
    service.questions = _describe_rows(Question, part.questions, service.questions)
    service.documents = _describe_rows(
        DocumentRequirement, part.documents, service.documents, type=known.types
    )
    service.stops = _describe_rows(RouteStop, part.stops, service.stops, unit=known.units)
    return service


def _describe_rows(
    model: type[models.Model],
    parts: Sequence[QuestionPart | DocumentPart | StopPart],
    there: Any,
    **named: dict[str, Any],
) -> list[models.Model]:
    """Rows below a service; one that keeps its code is the same row as before."""
    keys = {row.code: row.pk for row in there.all()}
    rows = []
    for position, part in enumerate(parts):
        said: dict[str, Any] = part.model_dump(mode="json")
        said |= {name: rows_by_code[said[name]] for name, rows_by_code in named.items()}
        row = model(pk=keys.pop(part.code, None), sort_order=position, **said)
        row._state.adding = row.pk is None
        rows.append(row)
    return rows


def _publish(service: Service, by: User | None) -> None:
    is_new = service.pk is None
    # Each of its children would have the whole service indexed anew; once is enough.
    with disable_reference_index_auto_update():
        if is_new:
            service.save()
        action = "wagtail.create" if is_new else True
        service.save_revision(user=by, log_action=action).publish(user=by)
    ReferenceIndex.create_or_update_for_object(Service.objects.get(pk=service.pk))
