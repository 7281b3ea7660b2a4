"""Search among the services that are offered, with the synonyms that editors keep."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from persian.searching import Query, Thesaurus, rank, read_query
from persian.suggesting import suggest
from services_catalog.models import Synonyms
from services_catalog.sheets import Sheet


@dataclass(frozen=True)
class SheetSearch:
    """What was typed, for the sheets that the person may see."""

    typed: str
    thesaurus: Thesaurus

    @classmethod
    def begin(cls, typed: str) -> SheetSearch:
        return cls(typed, Synonyms.objects.read_thesaurus() if typed else Thesaurus())

    @property
    def query(self) -> Query:
        return read_query(self.typed, self.thesaurus)

    def find(self, sheets: list[Sheet]) -> list[Sheet]:
        """Sheets that hold every word, the best first; all of them when nothing was typed."""
        return find_sheets(self.query, sheets) if self.query else sheets

    def suggest(self, sheets: list[Sheet]) -> str:
        """What was probably meant, if that finds one of the sheets."""
        meant = suggest(self.typed, texts_of(sheets))
        return meant if find_sheets(read_query(meant, self.thesaurus), sheets) else ""


def find_sheets(query: Query, sheets: list[Sheet], *, some: bool = False) -> list[Sheet]:
    """The sheets that answer the query, which an empty one never does; see :func:`rank`."""
    return rank(sheets, query, lambda sheet: sheet.searched, some=some) if query else []


def texts_of(sheets: Iterable[Sheet]) -> list[str]:
    """Everything that the sheets say and are found by."""
    return [text for sheet in sheets for text in sheet.searched]
