"""The applicant's menu and the search over guides and services."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from wagtail.models import Page

from doors.requests import UserRequest
from guides.models import GuidePage
from persian.text import words
from services_catalog.models import ServiceVersion
from services_catalog.presenting import sheets_of
from submissions.models import Contract, Submission
from submissions.states import Box

MOST = 20


@login_required
def desk(request: UserRequest) -> HttpResponse:
    """«میز خدمت و مکاتبات الکترونیکی»: where the acting party stands and what it can do next."""
    party = request.user.acting_for
    own = Submission.objects.of(party)
    held = Contract.objects.filter(party=party).select_related("park")[:MOST] if party else []
    contracts = list(held)
    context = {
        "party": party,
        "contracts": contracts,
        "stages": _stages(bool(contracts)),
        "latest": own.order_by("-updated_at", "-pk")[:5],
        "awaiting": own.in_box(Box.AWAITING).count(),
    }
    return render(request, "home/desk.html", context)


def _stages(has_contract: bool) -> list[dict[str, str]]:
    """The two stages of the guide, and which of them is next."""
    return [
        {"label": "ثبت اطلاعات قرارداد", "state": "done" if has_contract else "current"},
        {"label": "ثبت درخواست خدمات", "state": "current" if has_contract else "todo"},
    ]


def search(request: HttpRequest) -> HttpResponse:
    """Guides and services that hold every word of the query, however it is spelled."""
    query = request.GET.get("q", "").strip()[:100]
    folded = words(query)
    context: dict[str, Any] = {"query": query, "services": [], "guides": []}
    if folded:
        sheets = sheets_of(ServiceVersion.objects.offered())
        context["services"] = [sheet for sheet in sheets if sheet.found_by(folded)][:MOST]
        context["guides"] = _guides(folded)
    return render(request, "home/search.html", context)


def _guides(folded: str) -> list[Page]:
    found = GuidePage.objects.live().public().autocomplete(folded, operator="and")
    rest = GuidePage.objects.live().public().search(folded, operator="and")
    guides = {page.pk: page for page in [*found[:MOST], *rest[:MOST]]}
    return list(guides.values())
