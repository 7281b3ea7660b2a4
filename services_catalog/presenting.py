"""A service as the public reads it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from persian.digits import to_persian
from persian.text import words
from services_catalog.facts import DocumentFacts, ServiceFacts
from services_catalog.models import Service, ServiceVersion

# Where a letter goes, in words that hold for every province.
RECIPIENTS = {
    "applicant": "متقاضی",
    "answer": "مرجع به انتخاب متقاضی",
    "bank": "بانک عامل به انتخاب متقاضی",
    "elec": "شرکت توزیع نیروی برق استان",
    "gas": "شرکت گاز استان",
    "telecom": "شرکت مخابرات استان",
    "tax": "اداره کل امور مالیاتی استان",
    "sso": "اداره کل تأمین اجتماعی استان",
    "labour": "اداره کل تعاون، کار و رفاه اجتماعی استان",
    "smt": "سازمان صنعت، معدن و تجارت استان",
    "env": "اداره کل حفاظت محیط زیست استان",
    "post": "اداره کل پست استان",
    "registry": "اداره ثبت اسناد و املاک",
}


@dataclass(frozen=True)
class Sheet:
    """One service of the catalog, with its facts in words."""

    facts: ServiceFacts
    service_id: int
    category: str
    category_title: str

    @property
    def code(self) -> str:
        return self.facts.code

    @property
    def title(self) -> str:
        return self.facts.title

    @property
    def promise(self) -> str:
        days = self.facts.promise_days
        return f"{to_persian(days)} روز کاری" if days else "تا پایان همان روز کاری"

    @property
    def fee(self) -> str:
        return str(Service.Fee(self.facts.fee).label)

    @property
    def applicant(self) -> str:
        return str(Service.Applicant(self.facts.applicant).label)

    @property
    def letter_to(self) -> str:
        return RECIPIENTS.get(self.facts.recipient, "دستگاه مربوط")

    @property
    def documents(self) -> list[DocumentFacts]:
        return list(self.facts.documents)

    @property
    def stops(self) -> list[str]:
        return [stop.unit_title for stop in self.facts.route]

    @cached_property
    def _folded(self) -> str:
        facts = self.facts
        return words(
            f"{facts.title} {' '.join(facts.keywords)} {facts.summary} {facts.category_title}"
        )

    def found_by(self, folded: str) -> bool:
        """Whether every word of the folded query stands in the sheet; an empty one finds all."""
        squeezed = self._folded.replace(" ", "")
        return all(word in squeezed for word in folded.split())


def sheet_of(version: ServiceVersion) -> Sheet:
    category = version.service.category
    return Sheet(version.facts, version.service_id, category.code, category.title)


def sheets_of(versions: Iterable[ServiceVersion]) -> list[Sheet]:
    return [sheet_of(version) for version in versions]
