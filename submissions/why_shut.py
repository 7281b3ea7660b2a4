"""Why a step of the applicant is shut for a reader, in a sentence."""

from __future__ import annotations

from accounts.models import User
from submissions.models import Submission
from submissions.states import State, StepName


def why_not_theirs(user: User, name: StepName, submission: Submission) -> str:
    """Why a step of the applicant is not for this reader, in a sentence."""
    if all(party.pk != submission.party_id for party in user.parties):
        return "این اقدام فقط از سوی متقاضی این درخواست امکان‌پذیر است."
    if name == StepName.WITHDRAW:
        return "انصراف از درخواست فقط از سوی صاحب آن امکان‌پذیر است و نماینده مجاز به آن نیست."
    if name == StepName.TAKE_BACK:
        return "بازپس گرفتن این درخواست فقط از سوی صاحب آن امکان‌پذیر است و نماینده مجاز به آن نیست."
    return "ارسال این درخواست فقط از سوی صاحب آن امکان‌پذیر است و نماینده مجاز به آن نیست."


def why_not_now(name: StepName, submission: Submission) -> str:
    """Why the applicant cannot take a step of theirs in this state, in a sentence."""
    if name == StepName.TAKE_BACK and submission.is_editable:
        return "این درخواست نزد شماست و نیازی به بازپس گرفتن آن نیست."
    if name == StepName.WITHDRAW:
        return "این درخواست به پایان رسیده یا نامهٔ آن در دست صدور است و انصراف ممکن نیست."
    if submission.state == State.IN_REVIEW:
        return "این درخواست ارسال شده و در حال بررسی است."
    if submission.state == State.APPROVED:
        return "این درخواست تأیید شده و نامهٔ آن در دست صدور است."
    return "بررسی این درخواست پایان یافته است."
