"""Loads missing rows of the catalog from the app's data files.

What stands in the database is the editors': only ``reset=True`` brings it back to the files.

Services go the editors' way, through a revision that is published, so that each
has the version that submissions are pinned to.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.db import models, transaction
from wagtail.models import ReferenceIndex
from wagtail.signal_handlers import disable_reference_index_auto_update

from persian.text import fold_key
from services_catalog.models import (
    Category,
    Desk,
    DocumentRequirement,
    DocumentType,
    Organisation,
    Park,
    Province,
    Question,
    ReturnReason,
    RouteStop,
    Service,
    Synonyms,
    Unit,
)
from services_catalog.models.terms import split_words
from web.references import index_references

DATA = Path(__file__).parent / "data"
Row = dict[str, Any]

# Columns of Service that the file gives under the same name.
PLAIN = (
    "title", "kind", "applicant", "summary", "needs_contract", "promise_days", "fee",
    "fee_note", "letter_kind", "letter_subject", "recipient",
)  # fmt: skip
# What has a desk in the whole province, and the one that also sits in a park.
STAFFED_PROVINCES = ("isfahan", "yazd")
PARK_DESKS = (("isfahan", "jey"),)


def read_seed(name: str) -> dict[str, list[Row]]:
    """The content of one data file of this app."""
    content: dict[str, list[Row]] = json.loads((DATA / f"{name}.json").read_text("utf-8"))
    return content


@transaction.atomic
def load_catalog(*, reset: bool = False) -> None:
    """Everything: places, units and desks, organisations, and the services, published."""
    load_foundation(reset=reset)
    load_desks()
    load_organisations(read_seed("organisations")["organisations"])
    for order, row in enumerate(read_seed("catalog")["services"], start=1):
        load_service(row, order, reset=reset)


@transaction.atomic
def load_foundation(*, reset: bool = False) -> None:
    """What no office can begin without: places, units, vocabulary and the stages.

    Desks, people, recipients and the catalog are the office's own.
    """
    places, catalog = read_seed("parks"), read_seed("catalog")
    load_places(places["provinces"], places["parks"], reset=reset)
    load_vocabulary(catalog, reset=reset)
    load_synonyms(read_seed("synonyms")["groups"])
    # Behind the catalog, whose services count from one.
    for order, row in enumerate(stage_services(), start=len(catalog["services"]) + 1):
        load_service(row, order, reset=reset)


def stage_services() -> list[Row]:
    """Identity, contract, agency and succession: services of the desk, not of the catalog."""
    rows: list[Row] = json.loads((DATA / "stages.json").read_text("utf-8"))
    return rows


def load_places(provinces: list[Row], parks: list[Row], *, reset: bool = False) -> None:
    provinces, parks = _with_name_keys(provinces), _with_name_keys(parks)
    _write_rows(Province, provinces, by=("slug",), reset=reset)
    ids = dict(Province.objects.values_list("slug", "pk"))
    rows = [_resolve_codes(row, province_id=ids[row["province"]]) for row in parks]
    _write_rows(Park, rows, by=("province_id", "slug"), reset=reset)
    index_references(Park.objects.all())


def _with_name_keys(places: list[Row]) -> list[Row]:
    """Many rows are written at once, past ``save``."""
    return [row | {"name_key": fold_key(row["name"])} for row in places]


def load_vocabulary(catalog: dict[str, list[Row]], *, reset: bool = False) -> None:
    """Units, categories, types of documents and reasons for a return."""
    _write_rows(Unit, catalog["units"], by=("code",), reset=reset)
    _write_rows(Category, catalog["categories"], by=("code",), reset=reset)
    _write_rows(DocumentType, catalog["document_types"], by=("code",), reset=reset)
    _write_rows(ReturnReason, catalog["return_reasons"], by=("code",), reset=reset)


def load_synonyms(groups: list[Row]) -> None:
    """The first groups of synonyms; one of which a word is known already is the editors' to say."""
    known = {fold_key(word) for group in Synonyms.objects.all() for word in split_words(str(group))}
    Synonyms.objects.bulk_create(
        Synonyms(words="، ".join(row["words"]))
        for row in groups
        if known.isdisjoint(map(fold_key, row["words"]))
    )


def load_desks() -> None:
    """A desk of every unit in the staffed provinces; elsewhere a submission waits, visibly."""
    for province in Province.objects.filter(slug__in=STAFFED_PROVINCES):
        for unit in Unit.objects.all():
            Desk.objects.get_or_create(unit=unit, province=province, park=None)
    for province_slug, park_slug in PARK_DESKS:
        park = Park.objects.get(province__slug=province_slug, slug=park_slug)
        unit = Unit.objects.get(code="park")
        Desk.objects.get_or_create(unit=unit, park=park, defaults={"province": park.province})


def load_organisations(rows: list[Row]) -> None:
    """Recipients of letters, one of a kind in a province (None: the whole country)."""
    ids: dict[str | None, int | None] = dict(Province.objects.values_list("slug", "pk"))
    wanted = {(row["kind"], ids.get(row["province"])): row for row in rows}
    for body in Organisation.objects.all():
        wanted.pop((body.kind, body.province_id), None)
    Organisation.objects.bulk_create(
        Organisation(**_resolve_codes(row, province_id=province))
        for (_, province), row in wanted.items()
    )
    index_references(Organisation.objects.filter(province__isnull=False))


def load_service(row: Row, order: int, *, reset: bool = False) -> Service:
    """Publish one service as the file has it; one that is there already is left alone.

    ``reset`` brings one that says something else back to the file, as its next version.
    """
    there = Service.objects.filter(code=row["code"]).first()
    if there and not reset:
        return there
    service = _describe_service(there or Service(code=row["code"], live=False), row, order)
    published = there.current_version if there else None
    if published and published.facts == service.freeze():
        return service
    service.full_clean()
    # Each of its children would have the whole service indexed anew; once is enough.
    with disable_reference_index_auto_update():
        service.save()
        service.save_revision(log_action=True if there else "wagtail.create").publish()
    service = Service.objects.get(pk=service.pk)
    ReferenceIndex.create_or_update_for_object(service)
    return service


def _describe_service(service: Service, row: Row, order: int) -> Service:
    """The service with what the row says, children included; nothing is saved."""
    for name in PLAIN:
        setattr(service, name, row[name])
    service.order = order
    service.category = Category.objects.get(code=row["category"])
    service.keywords = "، ".join(row["keywords"])
    service.preconditions = "\n".join(row["preconditions"])
    service.questions = [Question(sort_order=i, **q) for i, q in enumerate(row["questions"])]
    service.documents = [_make_requirement(i, d) for i, d in enumerate(row["documents"])]
    service.stops = [_make_stop(i, stop) for i, stop in enumerate(row["route"])]
    return service


def _make_requirement(position: int, row: Row) -> DocumentRequirement:
    kind = DocumentType.objects.get(code=row["type"])
    return DocumentRequirement(sort_order=position, **_resolve_codes(row, type=kind))


def _make_stop(position: int, row: Row) -> RouteStop:
    unit = Unit.objects.get(code=row["unit"])
    return RouteStop(sort_order=position, **_resolve_codes(row, unit=unit))


def _resolve_codes(row: Row, **relations: Any) -> Row:
    """The row with codes of other tables replaced by what they name."""
    names = {name.removesuffix("_id") for name in relations}
    return {key: value for key, value in row.items() if key not in names} | relations


def _write_rows(
    model: type[models.Model], rows: list[Row], by: tuple[str, ...], *, reset: bool
) -> None:
    """Add the rows; those that stand there under the same key are kept, or reset to the file."""
    objects = [model(**row) for row in rows]
    if not reset:
        model._default_manager.bulk_create(objects, ignore_conflicts=True)
        return
    others = sorted({name for row in rows for name in row} - set(by))
    model._default_manager.bulk_create(
        objects,
        update_conflicts=True,
        unique_fields=[name.removesuffix("_id") for name in by],
        update_fields=others,
    )
