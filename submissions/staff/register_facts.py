"""The contract of a request in the register, and its holder beside the applicant, for reviewers."""

from __future__ import annotations

from dataclasses import dataclass

from persian.digits import show_code
from persian.jalali import format_jalali_date
from submissions.models import Contract, Submission
from submissions.models.filed_facts import FiledContract
from submissions.reports.differences import metres
from submissions.states import ENDED

CLAIMED_BY_ANOTHER = "طرف این قرارداد در دفتر شرکت، متقاضی نیست. پیش از تأیید، مدرک انتقال قرارداد را از متقاضی بخواهید."
HOLDER_IN_QUESTION = (
    "طرف این قرارداد در دفتر شرکت تغییر کرده و هنوز روشن نیست که قرارداد متعلق به متقاضی است. "
    "تا امور قراردادها آن را تعیین نکند، نامه صادر نمی‌شود."
)
NO_LONGER_THEIRS = "این قرارداد دیگر به نام متقاضی نیست. نامه‌ای برای آن صادر نمی‌شود؛ درخواست را عودت دهید یا رد کنید."


@dataclass(frozen=True)
class Fact:
    """One line of «مشخصات»; ``code`` for what is read from left to right."""

    label: str
    value: str
    code: bool = False


@dataclass(frozen=True)
class HolderFact:
    """Whose a contract is in the register now, beside who has asked."""

    name: str
    identifier: str
    is_applicant: bool
    #: Why the two differ and what that means for the request, in a sentence; empty: nothing to say.
    warning: str = ""

    @classmethod
    def of(cls, contract: Contract, submission: Submission) -> HolderFact:
        same = contract.holder.is_party(submission.party)
        warning = "" if submission.state in ENDED else _warn_of_holder(contract, submission, same)
        return cls(contract.holder_name, contract.holder_id, same, warning)


def _warn_of_holder(contract: Contract, submission: Submission, same: bool) -> str:
    if "contract" in submission.kind_spec.left_out:
        return "" if same else CLAIMED_BY_ANOTHER
    if contract.asked_since:
        return HOLDER_IN_QUESTION
    return "" if contract.party_id == submission.party_id else NO_LONGER_THEIRS


def facts_of_contract(contract: FiledContract) -> list[Fact]:
    """The lines of «مشخصات» that the register has for a contract."""
    signed_on = format_jalali_date(contract.signed_on) if contract.signed_on else ""
    return [
        Fact("شمارهٔ قرارداد", contract.number, True),
        Fact("تاریخ قرارداد", signed_on),
        Fact("قطعه", show_code(contract.plot), True),
        Fact("مساحت", metres(contract.area)),
    ]
