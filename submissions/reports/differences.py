"""Differences between two filings of a submission, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from accounts.models import Party
from persian.digits import show_code, to_persian
from persian.jalali import format_jalali_date, format_jalali_datetime
from services_catalog.facts import ServiceFacts
from submissions.drafts.answers import rows_of
from submissions.models import Document, Filing
from submissions.models.filed_facts import FiledContract

DESCRIPTION = "شرح درخواست"
FILE_NUMBER = "شمارهٔ پرونده"
CONTRACT, PARK, PROVINCE = "شمارهٔ قرارداد", "شهرک", "استان"
PLOT, AREA, SIGNED_ON = "قطعه", "مساحت", "تاریخ قرارداد"
HOLDER, HOLDER_ID = "طرف قرارداد", "شناسهٔ طرف قرارداد"
PARTY = "نام متقاضی"
NOT_MINE = "شامل متقاضی نمی‌شود"


@dataclass(frozen=True)
class Change:
    """One thing that differs from what was handed in before, both in words."""

    label: str
    old: str
    new: str


def compare_filings(facts: ServiceFacts, old: Filing, new: Filing) -> Iterator[Change]:
    """What ``new`` says differently from ``old``: place, answers, text, documents, in that order.

    Both filings should come with their contract, park and documents.
    """
    yield from _differing_parts(_place_in_words(old), _place_in_words(new))
    yield from _differing_parts(_answers_in_words(facts, old), _answers_in_words(facts, new))
    yield from _differing_parts(
        {DESCRIPTION: old.description, FILE_NUMBER: old.file_number},
        {DESCRIPTION: new.description, FILE_NUMBER: new.file_number},
    )
    before, after = _files_of(old), _files_of(new)
    for needed in facts.documents:
        was, is_now = before.get(needed.code), after.get(needed.code)
        if (was and was.pk) == (is_now and is_now.pk):
            continue
        dated = bool(was and is_now and was.original_name == is_now.original_name)
        yield Change(
            needed.title,
            _describe_file(was, needed.code in old.declined, dated),
            _describe_file(is_now, needed.code in new.declined, dated),
        )


def compare_with_registers(filing: Filing, party: Party) -> Iterator[Change]:
    """What the registers say of the contract and the party now, where it was handed in otherwise.

    The filing should come with its contract, and that with its park and province.
    """
    said = filing.said
    yield from _differing_parts({PARTY: said.party.name}, {PARTY: party.name})
    if said.contract is None or filing.contract is None:
        return
    old, new = _register_in_words(said.contract), FiledContract.of(filing.contract)
    if filing.park and filing.park_id != filing.contract.park_id:
        # Filed before facts were frozen: only the park is known as it was then.
        old[PARK] = filing.park.name
    yield from _differing_parts(old, _register_in_words(new))


def _register_in_words(contract: FiledContract) -> dict[str, str]:
    return {
        CONTRACT: show_code(contract.number),
        PROVINCE: contract.province,
        PARK: contract.park,
        PLOT: show_code(contract.plot),
        AREA: metres(contract.area),
        SIGNED_ON: format_jalali_date(contract.signed_on) if contract.signed_on else "",
        FILE_NUMBER: show_code(contract.file_number),
        HOLDER: contract.holder_name,
        HOLDER_ID: to_persian(contract.holder_id),
    }


def metres(area: int | None) -> str:
    """«۲٬۴۰۰ مترمربع»; empty for nothing."""
    return f"{to_persian(f'{area:,}').replace(',', '٬')} مترمربع" if area else ""


def _place_in_words(filing: Filing) -> dict[str, str]:
    """Whose the contract is in the register is no part of it: applicants read this."""
    said = filing.said
    contract = _register_in_words(said.contract) if said.contract else {}
    words = {name: contract.get(name, "") for name in (CONTRACT, PLOT, AREA)}
    return {**words, PARK: said.park}


def _answers_in_words(facts: ServiceFacts, filing: Filing) -> dict[str, str]:
    return {row.label: row.value for row in rows_of(facts, filing.answers)}


def _differing_parts(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Change]:
    for label in dict.fromkeys([*old, *new]):
        if old.get(label, "") != new.get(label, ""):
            yield Change(label, old.get(label, ""), new.get(label, ""))


def _files_of(filing: Filing) -> dict[str, Document]:
    return {document.requirement: document for document in filing.documents.all()}


def _describe_file(document: Document | None, declined: bool, dated: bool) -> str:
    """A file in words; ``dated`` tells two of one name apart."""
    if document is None:
        return NOT_MINE if declined else ""
    name = document.original_name
    return f"{name} ({format_jalali_datetime(document.uploaded_at)})" if dated else name
