"""Refusals about a submission, in Persian words for the person who asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django_fsm import TransitionNotAllowed

from submissions.models import Step, Submission
from submissions.states import State, StepName
from web.refusals import NotNow, Refusal


class MovedMeanwhile(NotNow):
    """The submission has moved since the page was shown; a second click ends here."""

    code = "moved_meanwhile"
    title = "وضعیت این درخواست در این فاصله تغییر کرده است"

    def __init__(self, submission: Submission, *, of_staff: bool = False) -> None:
        """``of_staff``: whoever is told may know who of a desk has it."""
        self.submission = submission
        steps = Step.objects.all() if of_staff else Step.objects.shown()
        last = steps.filter(submission=submission).order_by("-seq").first()
        self.last_step = last
        what = last.get_name_display() if last else submission.get_state_display()
        super().__init__(
            f"آخرین اقدام ثبت‌شده «{what}» است و اقدام جدیدی انجام نشد. "
            "لطفاً گزارش درخواست را مشاهده کنید و در صورت نیاز دوباره اقدام کنید."
        )


class Incomplete(Refusal):
    """Something that the service needs has not been given yet; ``missing`` lists it."""

    status = 422
    code = "incomplete"
    title = "درخواست هنوز کامل نیست"

    def __init__(self, missing: Sequence[Missing]) -> None:
        self.missing = list(missing)
        super().__init__("، ".join(item.text for item in self.missing))


class NoteNeeded(Refusal):
    status = 422
    code = "note_needed"
    title = "توضیح لازم است"
    message = "لطفاً برای این اقدام توضیح بنویسید."


class LetterUnseen(Refusal):
    """A signature or an initial without the letter that it stands under."""

    status = 422
    code = "letter_unseen"
    title = "نامه مشاهده نشده است"
    message = "این مرحله امضا دارد. لطفاً ابتدا متن نامه را مشاهده و سپس آن را تأیید و امضا کنید."


class LetterChanged(NotNow):
    """The letter has changed since it was shown to whoever signs it."""

    code = "letter_changed"
    title = "متن نامه در این فاصله تغییر کرده است"
    message = "امضا ثبت نشد. لطفاً متن جدید نامه را مشاهده و در صورت موافقت دوباره تأیید کنید."


class WhichItem(Refusal):
    """Whoever acts has more than one thing of the submission in hand and has named none."""

    status = 422
    code = "which_item"
    title = "مشخص نیست این اقدام مربوط به کدام کار است"
    message = "این درخواست برای بیش از یک کار نزد شماست. لطفاً کار مورد نظر را انتخاب کنید."


class NoColleague(Refusal):
    status = 422
    code = "no_colleague"
    title = "همکاری انتخاب نشده است"
    message = "لطفاً همکار مورد نظر را انتخاب کنید."


class BadDeadline(Refusal):
    status = 422
    code = "bad_deadline"
    title = "مهلت ارجاع درست نیست"


class SeenMeanwhile(NotNow):
    """What was asked cannot be taken back any more: it has been read."""

    code = "seen_meanwhile"
    title = "بازپس‌گیری این ارجاع ممکن نیست"
    message = "این ارجاع مشاهده شده است و همچنان در انتظار پاسخ می‌ماند."


class LastStop(NotNow):
    """What is passed on has nobody left to go to."""

    code = "last_stop"
    title = "این مرحله، آخرین مرحلهٔ بررسی است"
    message = (
        "در آخرین مرحله، میز بعدی وجود ندارد. لطفاً درخواست را باز کنید و دربارهٔ «تأیید نهایی» آن "
        "تصمیم بگیرید."
    )


class StopsLeft(NotNow):
    """What is approved has others still to look at it."""

    code = "stops_left"
    title = "بررسی این درخواست هنوز در میزهای دیگر ادامه دارد"
    message = (
        "تأیید نهایی در آخرین مرحله انجام می‌شود. لطفاً «تأیید و ارسال به میز بعدی» را انتخاب کنید."
    )


def why_impossible(submission: Submission, name: str) -> NotNow:
    """The refusal of a step that the state, or the place in the route, does not allow."""
    if submission.state == State.IN_REVIEW:
        if name == StepName.PASS_ON and submission.ends_route:
            return LastStop()
        if name == StepName.APPROVE and not submission.ends_route:
            return StopsLeft()
    return NotNow()


def refusal_of(error: TransitionNotAllowed) -> NotNow:
    """The same for a step that was tried."""
    return why_impossible(error.object, error.method.__name__)


class BadInquiry(Refusal):
    """A body that cannot be asked, or a day that is over."""

    status = 422
    code = "bad_inquiry"
    title = "این استعلام ثبت نشد"
    message = "لطفاً دستگاه مورد استعلام را انتخاب کنید."


class BadReply(Refusal):
    """What is registered as the answer of a body is none."""

    status = 422
    code = "bad_reply"
    title = "پاسخ استعلام کامل نیست"
    message = "لطفاً شماره و تاریخ نامه و تصویر آن را وارد کنید."


class AwaitsInquiry(NotNow):
    """The decision waits for a body outside."""

    code = "awaits_inquiry"
    title = "پاسخ استعلام هنوز دریافت نشده است"

    def __init__(self, bodies: str) -> None:
        super().__init__(
            f"از {bodies} استعلام شده و پاسخ آن هنوز ثبت نشده است. تأیید این مرحله پس از ثبت پاسخ "
            "یا لغو استعلام امکان‌پذیر است."
        )


class UnknownPoint(Refusal):
    """A return names a reason that the office does not have, or a thing that was not asked for."""

    status = 422
    code = "unknown_point"
    title = "این مورد در درخواست نیست"
    message = "لطفاً دلیل عودت و موارد اصلاح را از موارد همین درخواست انتخاب کنید."


class Closed(NotNow):
    """The service is no longer offered; the draft stays as it is."""

    code = "service_closed"
    title = "این خدمت در حال حاضر ارائه نمی‌شود"
    message = (
        "ارائهٔ این خدمت پس از ثبت پیش‌نویس شما متوقف شده است. پیش‌نویس شما محفوظ است؛ "
        "برای اطلاع از زمان ارائهٔ مجدد با شرکت تماس بگیرید."
    )


class TooManyDrafts(NotNow):
    code = "too_many_drafts"
    title = "تعداد پیش‌نویس‌ها بیش از حد مجاز است"
    message = (
        "تعداد پیش‌نویس‌های ناتمام این متقاضی زیاد است. "
        "لطفاً چند پیش‌نویس را از کارتابل ارسال کنید یا از آن‌ها انصراف دهید و دوباره شروع کنید."
    )


class NotOffered(Refusal):
    status = 422
    code = "not_offered"
    title = "امکان درخواست این خدمت وجود ندارد"


@dataclass(frozen=True)
class Missing:
    """One thing that is wanting: ``group`` is the page of the form, ``anchor`` the field there.

    ``declines``: the code of a document that the applicant may say is not theirs to bring.
    """

    group: str
    anchor: str
    text: str
    declines: str = ""

    @property
    def code(self) -> str:
        """The code of the question or document, without its place on a page."""
        return self.anchor.removeprefix("document-")

    @property
    def place(self) -> tuple[str, str, str]:
        """What it is about. Obstacles have no field: each of them is said."""
        return self.group, self.anchor, self.text if self.group == "check" else ""


NOTHING_TO_FOLLOW_UP = "برای این کار پیگیری ثبت نشده یا پیش از این پایان یافته است."


class BadFollowUp(Refusal):
    """A day on which nothing can be followed up, or too many words for it."""

    status = 422
    code = "bad_follow_up"
    title = "زمان پیگیری صحیح نیست"


class AlreadyOpened(NotNow):
    """A return that its applicant has looked at is not taken back."""

    code = "already_opened"
    title = "متقاضی این عودت را مشاهده کرده است"
    message = (
        "لغو عودت فقط پیش از مشاهدهٔ متقاضی امکان‌پذیر است. این درخواست اکنون برای اصلاح نزد "
        "متقاضی است و پس از ارسال مجدد به همین میز ارجاع می‌شود."
    )


class AlreadySeen(NotNow):
    """A request that somebody of the company has looked at is not taken back."""

    code = "already_seen"
    title = "بررسی این درخواست شروع شده است"
    message = (
        "بازپس گرفتن درخواست فقط پیش از شروع بررسی امکان‌پذیر است. اگر درخواست نیاز به اصلاح داشته "
        "باشد، کارشناس آن را عودت می‌دهد؛ در صورت تمایل می‌توانید از درخواست انصراف دهید."
    )


class NotTakenBack(NotNow):
    """A kind that is handed in by one press; a draft of it would only keep others away."""

    code = "not_taken_back"
    title = "این درخواست بازپس گرفته نمی‌شود"
    message = "برای تغییر این درخواست، از آن انصراف دهید و دوباره درخواست کنید."


class NotYours(Refusal):
    """A reader who may not act."""

    status = 403
    code = "not_yours"
    title = "این اقدام بر عهدهٔ شما نیست"
    message = "این اقدام در این مرحله بر عهدهٔ میز شما نیست."
