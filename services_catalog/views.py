"""The public catalog: all services, one service, the printed sheet."""

from __future__ import annotations

from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from services_catalog.facts import DocumentFacts
from services_catalog.models import ServiceVersion
from services_catalog.offered import read_sheets
from services_catalog.searching import SheetSearch
from services_catalog.sheets import Sheet, asked_by_all
from web.public_pages.caching import shared
from web.public_pages.kept_values import kept_values


@shared
def show_catalog(request: HttpRequest) -> HttpResponse:
    """All services by category, narrowed by ``?category=`` and by the words of ``?q=``."""
    query = request.GET.get("q", "").strip()[:100]
    chosen = request.GET.get("category", "")
    sheets = read_sheets()
    categories = list({s.category: s.category_title for s in sheets}.items())
    shelf = chosen if chosen in dict(categories) else ""
    sheets = _narrow(sheets, shelf)
    search = SheetSearch.begin(query)
    found = search.find(sheets)
    groups = group_by_category(found)
    context = {
        "groups": groups,
        # The whole catalog reads alike for everybody; what somebody looked for is drawn for them.
        "shelves": draw_shelves(groups) if query else read_shelves(shelf),
        "categories": categories,
        "chosen": chosen,
        "query": query,
        "count": len(found),
        "suggestion": "" if found else search.suggest(sheets),
    }
    return render(request, "services_catalog/index.html", context)


@shared
def show_service(request: HttpRequest, code: str) -> HttpResponse:
    """One service: who may ask, the way, the documents, the promise, the fee, the letter."""
    version = get_object_or_404(
        ServiceVersion.objects.select_related("service__category"),
        service__code=code,
        current=True,
    )
    context = {"sheet": version.sheet, "open": version.service.live}
    return render(request, "services_catalog/detail.html", context)


@shared
def serve_printed(request: HttpRequest) -> HttpResponse:
    """«برگه شماره ۲» on paper: every service with what it asks beside what all of them ask."""
    usual, tables = kept_values.find("printed sheets", _draw_tables)
    return render(request, "services_catalog/print.html", {"usual": usual, "tables": tables})


def _draw_tables() -> tuple[list[DocumentFacts], SafeString]:
    sheets = read_sheets()
    usual = asked_by_all(sheets)
    named = {(document.type, document.required) for document in usual}
    rows = [(sheet, sheet.documents_beside(named)) for sheet in sheets]
    by_category = groupby(rows, key=lambda row: row[0].category_title)
    groups = [(title, list(shelf)) for title, shelf in by_category]
    return usual, render_to_string("services_catalog/_tables.html", {"groups": groups})


def read_shelves(category: str) -> SafeString:
    """The shelves of the catalog, or of one category, drawn once for each state of it."""

    def draw() -> SafeString:
        # Read here: what was read before the state that it is kept for could be of an earlier one.
        return draw_shelves(group_by_category(_narrow(read_sheets(), category)))

    return kept_values.find(("shelves", category), draw)


def _narrow(sheets: list[Sheet], category: str) -> list[Sheet]:
    return [sheet for sheet in sheets if category in ("", sheet.category)]


def draw_shelves(groups: list[tuple[str, list[Sheet]]]) -> SafeString:
    """A card for each sheet, below the title of its category."""
    return render_to_string("services_catalog/_shelves.html", {"groups": groups})


def group_by_category(sheets: list[Sheet]) -> list[tuple[str, list[Sheet]]]:
    """Sheets by the title of their category, in the order of the first of each."""
    groups: dict[str, list[Sheet]] = {}
    for sheet in sheets:
        groups.setdefault(sheet.category_title, []).append(sheet)
    return list(groups.items())
