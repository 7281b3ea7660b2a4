"""Numbers of outgoing letters that a system outside has given: typed at the step, checked, kept as they are."""

from __future__ import annotations

from django.utils.timezone import now

from letters.models import LetterBook
from letters.registers.number_format import MOST, is_number
from letters.registers.rows import Secretariat
from persian.digits import to_persian
from persian.jalali import jalali_year
from submissions.models import Submission
from web.refusals import NotNow, Refusal

NOT_PRINTED = (
    f"شماره از رقم و حداکثر سه حرف فارسی در هر بخش تشکیل می‌شود و میان بخش‌ها «/» یا «-» قرار می‌گیرد؛ حداکثر "
    f"{to_persian(MOST)} کاراکتر، مانند ۱۴۰۵/ص/۱۲۳."
)
TAKEN = "شمارهٔ {} در دفتر امسال برای نامهٔ دیگری ثبت شده است."


class NumberNeeded(Refusal):
    status = 422
    code = "letter_number_needed"
    title = "شمارهٔ نامه وارد نشده است"
    message = "نامه‌های این دبیرخانه در سامانهٔ دیگری شماره می‌گیرد. لطفاً درخواست را باز و شمارهٔ نامه را وارد کنید."


class BadNumber(Refusal):
    status = 422
    code = "letter_number_bad"
    title = "شمارهٔ نامه درست نیست"
    message = NOT_PRINTED


class NumberTaken(NotNow):
    code = "letter_number_taken"
    title = "این شماره تکراری است"

    def __init__(self, number: str) -> None:
        super().__init__(TAKEN.format(to_persian(number)))


def are_typed(submission: Submission) -> bool:
    """Whether a system outside numbers the outgoing letters of this request."""
    return bool(Secretariat.objects.numbering(submission.province_id).numbers_outside)


def why_not_number(submission: Submission, number: str) -> str:
    """Why a letter of the request cannot have this number, in a sentence; empty: it can."""
    if not is_number(number):
        return NOT_PRINTED
    keeper = Secretariat.objects.numbering(submission.province_id).slug
    books = LetterBook.objects.filter(secretariat=keeper, direction=LetterBook.Direction.OUTGOING)
    taken = books.filter(year=jalali_year(now()), letters__number_text=number).exists()
    return TAKEN.format(to_persian(number)) if taken else ""


def require_number(book: LetterBook, number: str) -> str:
    """The typed number, free in the locked book. Raises NumberNeeded, BadNumber and NumberTaken."""
    if not number:
        raise NumberNeeded
    if not is_number(number):
        raise BadNumber
    if book.letters.filter(number_text=number).exists():
        raise NumberTaken(number)
    return number
