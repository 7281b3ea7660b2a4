"""Refusals about the sending of letters, in Persian words for the person who asked."""

from __future__ import annotations

from letters.dispatch.models import Dispatch
from web.refusals import NotNow, Refusal

#: Why a letter that is meant for some alone goes by no mail that anybody on its way may read.
IS_CLASSIFIED = "نامهٔ دارای طبقه‌بندی با پست الکترونیک ارسال نمی‌شود."


class LetterClassified(NotNow):
    code = "letter_classified"
    title = "این نامه دارای طبقه‌بندی است"
    message = f"{IS_CLASSIFIED} لطفاً روش دیگری را انتخاب کنید."


class DispatchMoved(NotNow):
    """Its state does not allow the act (any more): a colleague or the worker was faster."""

    code = "dispatch_moved"
    title = "این اقدام ثبت نشد"

    def __init__(self, dispatch: Dispatch) -> None:
        super().__init__(
            f"وضعیت ارسال به «{dispatch.name}» اکنون «{dispatch.get_state_display()}» است و این "
            "اقدام در آن ممکن نیست. لطفاً سوابق ارسال را مشاهده کنید."
        )


class BeingSent(NotNow):
    code = "being_sent"
    title = "نامه در همین لحظه در حال ارسال است"
    message = (
        "تا مشخص شدن نتیجهٔ ارسال، اقدام دیگری ممکن نیست. لطفاً چند لحظهٔ دیگر دوباره مراجعه کنید."
    )


class LetterNotValid(NotNow):
    code = "letter_not_valid"
    title = "این نامه دیگر معتبر نیست"
    message = "نامه ابطال یا جایگزین شده است و ارسال نمی‌شود."


class AlreadyDispatched(NotNow):
    code = "already_dispatched"
    title = "ارسال این نامه قبلاً شروع شده است"
    message = "برای گیرندگان این نامه ارسال ثبت شده است. لطفاً سوابق ارسال را مشاهده کنید."


class NoPaperYet(NotNow):
    code = "no_paper_yet"
    title = "نسخهٔ چاپی نامه هنوز آماده نیست"
    message = "پس از آماده شدن نسخهٔ چاپی، ارسال نامه ممکن است."


class BarcodeTaken(Refusal):
    status = 409
    code = "barcode_taken"
    title = "این بارکد قبلاً ثبت شده است"
    message = "این بارکد برای مرسولهٔ دیگری ثبت شده است. لطفاً برچسب مرسوله را دوباره بررسی کنید."


class NothingToPrint(Refusal):
    status = 422
    code = "nothing_to_print"
    title = "مرسوله‌ای برای چاپ انتخاب نشده است"
    message = "لطفاً حداقل یک مرسوله را که نشانی و کد پستی کامل دارد انتخاب کنید."
