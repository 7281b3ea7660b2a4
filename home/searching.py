"""The public search: services and guides in one order, and what was probably meant."""

from __future__ import annotations

from dataclasses import dataclass, field

from guides.models import GuidePage
from persian.searching import Query, rank, read_query
from persian.suggesting import suggest
from services_catalog.models import Synonyms
from services_catalog.offered import read_sheets
from services_catalog.searching import find_sheets, texts_of
from services_catalog.sheets import Sheet
from web.public_pages.kept_values import kept_values

MOST = 20
FEW = 5


@dataclass(frozen=True)
class Answer:
    """What is shown for a query."""

    services: list[Sheet] = field(default_factory=list)
    guides: list[GuidePage] = field(default_factory=list)
    #: Services that hold only some of the words, when nothing holds all of them.
    near: list[Sheet] = field(default_factory=list)
    #: The query with its mistyped words mended, when that finds something.
    suggestion: str = ""


def search_public(typed: str) -> Answer:
    """Only what everybody may read is searched, and only its words are suggested."""
    thesaurus = Synonyms.objects.read_thesaurus()
    query = read_query(typed, thesaurus)
    if not query:
        return Answer()
    sheets = read_sheets()
    guides = kept_values.find("searched guides", _read_guides)
    services, found = find_sheets(query, sheets), find_guides(query, guides)
    if services or found:
        return Answer(services[:MOST], found[:MOST])
    meant = suggest(typed, [*texts_of(sheets), *(text for g in guides for text in g.searched)])
    mended = read_query(meant, thesaurus)
    if not (find_sheets(mended, sheets) or find_guides(mended, guides)):
        meant = ""
    return Answer(near=find_sheets(query, sheets, some=True)[:FEW], suggestion=meant)


def _read_guides() -> list[GuidePage]:
    return list(GuidePage.objects.live().public().order_by("path"))


def find_guides(query: Query, guides: list[GuidePage]) -> list[GuidePage]:
    """The guides that hold every word of the query, the best first."""
    return rank(guides, query, lambda guide: guide.searched) if query else []
