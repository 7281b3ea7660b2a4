"""Services as the public reads them («برگه شماره ۲»)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from persian.digits import to_persian
from services_catalog.facts import DocumentFacts, ServiceFacts
from services_catalog.vocabulary import RECIPIENTS, Applicant, Fee

# Who brings a document, as the headings of the list.
BEARERS = {
    "always": "برای همه",
    "natural": "فقط برای شخص حقیقی",
    "legal": "فقط برای شخص حقوقی",
    "agent": "فقط اگر نماینده یا وکیل اقدام می‌کند",
    "declared": "فقط در صورت شمول",
}


@dataclass(frozen=True)
class SheetStage:
    """What looks at a request side by side, mostly one unit; ``any``: whether one is enough."""

    titles: tuple[str, ...]
    any: bool


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
    def lead(self) -> str:
        """The first sentence of the summary: enough to tell services apart in a list."""
        sentence, stop, _ = self.facts.summary.partition(". ")
        return sentence + stop.strip()

    @property
    def promise(self) -> str:
        days = self.facts.promise_days
        return f"{to_persian(days)} روز کاری" if days else "تا پایان همان روز کاری"

    @property
    def fee(self) -> str:
        return str(Fee(self.facts.fee).label)

    @property
    def applicant(self) -> str:
        return str(Applicant(self.facts.applicant).label)

    @property
    def letter_to(self) -> str:
        return RECIPIENTS.get(self.facts.recipient, "دستگاه مربوط")

    @property
    def documents(self) -> list[DocumentFacts]:
        return list(self.facts.documents)

    @property
    def documents_by_bearer(self) -> list[tuple[str, list[DocumentFacts]]]:
        """The documents under who has to bring them; groups without one are left out."""
        groups = [
            (words, [document for document in self.facts.documents if document.required == who])
            for who, words in BEARERS.items()
        ]
        return [(words, documents) for words, documents in groups if documents]

    def documents_beside(self, usual: Collection[tuple[str, str]]) -> list[DocumentFacts]:
        """The documents that are not among the ``usual`` ones, each a type and who brings it."""
        return [d for d in self.facts.documents if (d.type, d.required) not in usual]

    @property
    def usual_bytes(self) -> int:
        """The size that most documents may have, said once for all of them."""
        sizes = [document.max_bytes for document in self.facts.documents]
        return max(sizes, key=sizes.count, default=0)

    @property
    def stages(self) -> list[SheetStage]:
        """The stops in their order, those together that look at it side by side."""
        groups = self.facts.group_stops(self.facts.route)
        return [
            SheetStage(tuple(stop.unit_title for stop in group), group[0].join == "any")
            for group in groups
        ]

    @property
    def searched(self) -> tuple[str, str, str]:
        """What finds the service, the most telling first."""
        facts = self.facts
        about = f"{facts.summary} {facts.category_title}"
        return (facts.title, " / ".join(facts.keywords), about)


def asked_by_all(sheets: list[Sheet]) -> list[DocumentFacts]:
    """The documents that every sheet asks of the same applicants, if it is open to them."""
    named = {(d.type, d.required): d for sheet in sheets for d in sheet.documents}
    return [
        document
        for (kind, who), document in named.items()
        if all(
            any(d.type == kind and d.required in (who, "always") for d in sheet.documents)
            for sheet in sheets
            if who not in ("natural", "legal") or sheet.facts.open_to(who)
        )
    ]
