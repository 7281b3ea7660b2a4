"""Place and file number of a request, taken anew from the register of contracts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from persian.digits import show_code
from submissions.drafts.edit_conflicts import FILE_NUMBER, REGISTER
from submissions.models import Contract, Submission
from web.refusals import NotNow


class PlaceChange(NamedTuple):
    """One thing that the register says differently from the request, in words."""

    label: str
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.label}: «{_show_whole(self.new)}» به‌جای «{_show_whole(self.old)}»"


def _show_whole(text: str) -> str:
    """A code or name among other words: its parts keep their order and stay on one line."""
    shown = show_code(text).replace("-", "-\u2060").replace("/", "/\u2060")
    return f"\u2068{shown}\u2069" if text else "خالی"


class PlaceChanged(NotNow):
    """The register of contracts has been corrected since the applicant saw the request."""

    code = "place_changed"
    title = "مشخصات قرارداد در دفتر شرکت تغییر کرده است"

    def __init__(self, changes: Sequence[PlaceChange]) -> None:
        super().__init__(say_changes(changes))


def say_changes(changes: Sequence[PlaceChange]) -> str:
    """What has changed, for the applicant."""
    listed = "؛ ".join(str(change) for change in changes)
    return (
        f"مشخصات این قرارداد در دفتر شرکت تغییر کرده است: {listed}. "
        "لطفاً درخواست را یک بار دیگر ببینید و سپس «ثبت و ارسال» را بزنید."
    )


def hold_contract(submission: Submission) -> None:
    """Give the submission its contract as the register has it now, locked until the transaction ends.

    Locked after the submission, by whoever locks both.
    """
    if submission.contract_id is None:
        return
    Contract.objects.select_for_update().values_list("pk").get(pk=submission.contract_id)
    contracts = Contract.objects.select_related("park__province", "party")
    submission.contract = contracts.get(pk=submission.contract_id)


def take_place(submission: Submission) -> list[PlaceChange]:
    """Let place and file number follow the contract; what that changed. Nothing is saved.

    A file number that the applicant has written stays, and a register without one takes none away.
    """
    contract = submission.contract
    if contract is None:
        return []
    before = _place_words(submission)
    submission.park, submission.province = contract.park, contract.park.province
    if _follows_contract(submission) and contract.file_number not in ("", submission.file_number):
        take_file_number(submission, contract)
    after = _place_words(submission)
    return [PlaceChange(label, before[label], after[label]) for label in _differing(before, after)]


def take_file_number(submission: Submission, contract: Contract) -> None:
    """Write the register's file number; whoever has the page open has not written this one."""
    submission.file_number = contract.file_number
    submission.writers = {**submission.writers, FILE_NUMBER: list(REGISTER)}


def _follows_contract(submission: Submission) -> bool:
    return submission.writers.get(FILE_NUMBER) in (None, list(REGISTER))


def _place_words(submission: Submission) -> dict[str, str]:
    return {
        "استان": submission.province.name if submission.province else "",
        "شهرک": submission.park.name if submission.park else "",
        "شمارهٔ پرونده": submission.file_number,
    }


def _differing(before: dict[str, str], after: dict[str, str]) -> list[str]:
    return [label for label in before if before[label] != after[label]]
