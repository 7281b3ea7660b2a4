"""Refusals of the incoming register, in Persian words for the person who asked."""

from __future__ import annotations

from letters.incoming.models import IncomingLetter
from persian.digits import to_persian
from web.refusals import NotNow, Refusal

MOST_WORDS = 500


class AlreadyRegistered(NotNow):
    """A colleague, or the network, has been faster."""

    code = "incoming_already_registered"
    title = "این نامه قبلاً ثبت شده است"

    def __init__(self, found: IncomingLetter | None) -> None:
        where = f" با شمارهٔ {to_persian(found.number_text)}" if found else ""
        super().__init__(
            f"نامه‌ای از همین فرستنده با همین شماره و تاریخ{where} در دفتر وارده ثبت شده است."
        )
        self.found = found


class IncomingMoved(NotNow):
    code = "incoming_moved"
    title = "این نامه در این فاصله تغییر کرده است"
    message = "همکار دیگری مشخصات این نامه را تغییر داده است. لطفاً صفحهٔ نامه را دوباره ببینید."


class IncomingVoid(NotNow):
    code = "incoming_void"
    title = "شمارهٔ این نامه باطل شده است"
    message = "نامه‌ای که شمارهٔ آن باطل شده است اصلاح یا به‌عنوان پاسخ ثبت نمی‌شود."


class AnswersAnInquiry(NotNow):
    code = "incoming_answers_inquiry"
    title = "این نامه پاسخ یک استعلام است"
    message = (
        "پاسخ استعلام از روی این نامه ثبت شده است. شماره، تاریخ، فرستنده و درخواست آن تغییر نمی‌کند و "
        "شمارهٔ آن باطل نمی‌شود."
    )


class WhyNeeded(Refusal):
    status = 422
    code = "incoming_reason_needed"
    title = "دلیل نوشته نشده است"
    message = f"لطفاً دلیل را بنویسید؛ حداکثر {to_persian(MOST_WORDS)} کاراکتر."


class NotAnAnswer(NotNow):
    code = "incoming_no_answer"
    title = "پاسخ استعلام از روی این نامه ثبت نمی‌شود"


class NoChange(Refusal):
    status = 422
    code = "incoming_no_change"
    title = "تغییری داده نشده است"
    message = "مشخصات نامه با آنچه ثبت شده است یکی است. لطفاً ابتدا مورد اشتباه را اصلاح کنید."
