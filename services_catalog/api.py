"""Endpoints of the catalog: what can be asked for, as the public pages say it."""

from __future__ import annotations

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema

from services_catalog.facts import ServiceFacts
from services_catalog.models import Province, ServiceVersion
from services_catalog.offered import read_sheets
from services_catalog.searching import SheetSearch
from services_catalog.sheets import Sheet

router = Router(tags=["catalog"])


class CatalogQuery(Schema):
    """What narrows the list: words, and the code of a category."""

    q: str = ""
    category: str = ""


class ServiceBrief(Schema):
    """A service in a list. ``promise_days``: working days, 0: by the end of the same day."""

    code: str
    title: str
    lead: str
    kind: str
    category: str
    category_title: str
    applicant: str
    promise_days: int
    fee: str


class ServiceList(Schema):
    """``suggestion``: what was probably meant, when nothing was found."""

    count: int
    items: list[ServiceBrief]
    suggestion: str = ""


class ServiceDetail(Schema):
    """One service with all that its published version says; ``open``: whether it can be asked for."""

    open: bool
    version: int
    facts: ServiceFacts


class ParkOut(Schema):
    """``id``: what a request or a search is given."""

    id: int
    name: str


class ProvinceOut(Schema):
    slug: str
    name: str
    parks: list[ParkOut]


def brief_of(sheet: Sheet) -> ServiceBrief:
    facts = sheet.facts
    return ServiceBrief(
        code=sheet.code,
        title=sheet.title,
        lead=sheet.lead,
        kind=facts.kind,
        category=sheet.category,
        category_title=sheet.category_title,
        applicant=facts.applicant,
        promise_days=facts.promise_days,
        fee=facts.fee,
    )


@router.get("services/", response=ServiceList, summary="خدمات قابل درخواست")
def list_services(request: HttpRequest, narrowed: Query[CatalogQuery]) -> ServiceList:
    """All services on offer, the best first when words are given."""
    sheets = read_sheets()
    if narrowed.category:
        sheets = [sheet for sheet in sheets if sheet.category == narrowed.category]
    search = SheetSearch.begin(narrowed.q.strip()[:100])
    found = search.find(sheets)
    return ServiceList(
        count=len(found),
        items=[brief_of(sheet) for sheet in found],
        suggestion="" if found else search.suggest(sheets),
    )


@router.get("services/{code}/", response=ServiceDetail, summary="یک خدمت")
def show_service(request: HttpRequest, code: str) -> ServiceDetail:
    """Questions with their conditions, documents, the route and the promise of one service."""
    version = get_object_or_404(
        ServiceVersion.objects.select_related("service"), service__code=code, current=True
    )
    return ServiceDetail(open=version.service.live, version=version.number, facts=version.facts)


@router.get("places/", response=list[ProvinceOut], summary="استان‌ها و شهرک‌ها")
def list_places(request: HttpRequest) -> list[ProvinceOut]:
    """All provinces with their parks."""
    return [
        ProvinceOut(
            slug=province.slug,
            name=province.name,
            parks=[ParkOut(id=park.pk, name=park.name) for park in province.parks.all()],
        )
        for province in Province.objects.prefetch_related("parks")
    ]
