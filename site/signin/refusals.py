"""Why somebody does not come in, in the words of the pages; pages show them at their forms."""

from __future__ import annotations

from web.doors.turns import Answer
from web.refusals import Refusal


class StagePassed(Refusal):
    """The step of signing in that was taken is not the one that is pending."""

    status = 409
    code = "no_such_stage"
    title = "این مرحله در جریان نیست"
    message = "این مرحله از ورود در جریان نیست یا مهلت آن گذشته است. لطفاً دوباره وارد شوید."


class AlreadyIn(Refusal):
    """Who signs in again signs out first."""

    status = 409
    code = "already_signed_in"
    title = "قبلاً وارد شده‌اید"
    message = "شما وارد شده‌اید. برای ورود با حساب دیگر، ابتدا خارج شوید."


class TooOften(Refusal):
    """A door is shut for so long; ``challenge``: what may be solved instead of waiting."""

    status = 429
    code = "too_many"
    title = "تعداد درخواست‌ها زیاد است"

    def __init__(self, message: str, answer: Answer) -> None:
        super().__init__(message)
        self.retry_after = answer.wait
        self.challenge = answer.challenge
        self.members = {"challenge": answer.challenge} if answer.challenge else {}


class WrongCode(Refusal):
    """What was typed is none of the codes that were sent and are still good."""

    status = 422
    code = "wrong_code"
    title = "کد صحیح نیست"


class ExpiredCode(WrongCode):
    code = "expired_code"
    title = "مهلت کد به پایان رسیده است"
    message = "مهلت این کد به پایان رسیده است. لطفاً کد جدید درخواست کنید."


class SpentCode(WrongCode):
    code = "spent_code"
    title = "دفعات مجاز کد به پایان رسیده است"
    message = "تعداد دفعات مجاز این کد به پایان رسیده است. لطفاً کد جدید درخواست کنید."


class WrongPassword(Refusal):
    """Name and password do not belong together; whether there is such a name is not told."""

    status = 422
    code = "wrong_password"
    title = "نام کاربری یا گذرواژه صحیح نیست"
    message = (
        "نام کاربری یا گذرواژه صحیح نیست. گذرواژهٔ پیامک‌شده تا ۲۴ ساعت و فقط یک بار قابل استفاده "
        "است؛ در صورت نیاز، «فراموشی گذرواژه» را انتخاب کنید."
    )


class WrongId(Refusal):
    """The id is none of those that were verified for this account."""

    status = 422
    code = "wrong_id"
    title = "شناسه یکسان نیست"
    message = "این شناسه با اطلاعات حساب یکسان نیست. لطفاً آن را بررسی و دوباره وارد کنید."


class DeadPassword(Refusal):
    """The password that was sent has been used, or has run out, while its owner chose another."""

    status = 409
    code = "dead_password"
    title = "مهلت گذرواژهٔ پیامک‌شده پایان یافته است"
    message = "مهلت گذرواژهٔ پیامک‌شده پایان یافته است. لطفاً «فراموشی گذرواژه» را انتخاب کنید."


class StaffDoor(Refusal):
    """Whoever works in the admin comes by the staff's own door, which asks for more."""

    status = 403
    code = "staff_door"
    title = "ورود همکاران"
    message = "همکاران گرامی، لطفاً با نام کاربری و گذرواژه وارد شوید."


class Inactive(Refusal):
    """The account was closed by the company."""

    status = 403
    code = "inactive"
    title = "این حساب غیرفعال است"
    message = "این حساب غیرفعال است. برای فعال‌سازی مجدد آن، لطفاً با شرکت تماس بگیرید."


class NoProvider(Refusal):
    """The portal goes the steps of «دولت من» itself: by a code, with the kind of person."""

    status = 409
    code = "no_provider"
    title = "ورود از طریق دولت من با کد پیامکی است"
    message = "اتصال مستقیم به دولت من برقرار نیست. لطفاً با شمارهٔ موبایل و کد پیامکی وارد شوید."


class NotBelieved(Refusal):
    """The provider's answer is incomplete, old, another's, or none that could be fetched."""

    status = 422
    code = "dolat_failed"
    title = "ورود از طریق دولت من انجام نشد"
    message = (
        "پاسخ دریافتی از دولت من ناقص، منقضی یا تکراری بود و برای حفظ امنیت حساب شما پذیرفته نشد. "
        "اطلاعات شما محفوظ است."
    )
