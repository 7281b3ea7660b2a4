"""The table of steps: one row for each, as plain data.

From, to and conditions stand in the ``@transition`` methods of the submission, what a step does
beside moving in ``workflow.step_effects``, its form in ``staff.decision_forms``. A system check
(``submissions.checks``) compares the four, so that none is forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType

from submissions.inquiry_details import AnswerInquiryDetail, InquireDetail
from submissions.signing_details import NumberDetail, SignDetail
from submissions.states import Purpose, State, StepName
from submissions.step_details import (
    AssignDetail,
    FollowUpDetail,
    HandOverDetail,
    NoDetail,
    ReferDetail,
    ReopenDetail,
    ReturnDetail,
    StepDetail,
    UrgencyDetail,
)


class Actor(Enum):
    """Party to the workflow that takes a step; the policy says which persons may now."""

    APPLICANT = "applicant"
    #: Whoever has the decision of a stop in hand.
    DESK = "desk"
    #: Whoever was asked.
    COLLEAGUE = "colleague"
    #: Either of the two.
    HOLDER = "holder"
    #: Whoever has asked, about what they asked for.
    ASKER = "asker"
    #: Whoever has the decision in hand for which a body outside was asked.
    INQUIRER = "inquirer"
    MANAGER = "manager"
    #: Whoever has the decision of a stop in hand, or a manager; about the whole of it.
    OVERSEER = "overseer"
    #: Whoever sent it back, the head of that desk, a manager.
    RETURNER = "returner"
    #: Whoever gives out or takes up the work of a desk: see ``submissions.desk_policy``.
    DISTRIBUTION = "distribution"
    #: The head of the desk at which it is decided.
    SENIOR = "senior"
    SYSTEM = "system"


# Whoever takes a step because the decision of a stop is in their hands.
OF_DECIDERS = (Actor.DESK, Actor.HOLDER, Actor.OVERSEER)
# Whoever takes a step on what lies on a desk.
ON_ITEM = (
    *(Actor.DESK, Actor.COLLEAGUE, Actor.HOLDER, Actor.ASKER, Actor.INQUIRER),
    Actor.DISTRIBUTION,
    Actor.SENIOR,
)


class NoteRule(Enum):
    """Whether words go with a step."""

    NONE = "none"
    OPTIONAL = "optional"
    REQUIRED = "required"


@dataclass(frozen=True)
class Key:
    """The staff's key for a step. ``order``: its place among the keys of the page."""

    order: int
    #: Pressed on the page of the request; the others have a page of their own for their words.
    one_click: bool = False
    #: What is said when it was taken.
    done: str = ""
    #: Whether whoever took it stays with the request.
    stays: bool = False


@dataclass(frozen=True)
class ReportLine:
    """How a step stands in the applicant's report; tone and icon as the template knows them."""

    title: str
    tone: str
    icon: str
    #: Whether the note is for the applicant; else it is what colleagues write to each other.
    shows_note: bool = True


@dataclass(frozen=True)
class StepSpec:
    """All that is known of one step beside the way it moves the submission."""

    name: StepName
    actor: Actor
    line: ReportLine
    note: NoteRule = NoteRule.OPTIONAL
    detail: type[StepDetail] = NoDetail
    #: None: not taken by the staff on the pages of a request.
    key: Key | None = None
    #: The message that tells the applicant («submissions/returned»); empty: none is sent.
    message: str = ""
    #: What report and message say instead when a returned request is handed in again.
    mended_line: ReportLine | None = None
    mended_message: str = ""
    #: Whether it closes everything that lies on desks, or opens it anew: nobody acts on what they
    #: have not seen.
    ends_all: bool = False
    #: Purposes of a work item that need no words, whatever ``note`` says.
    wordless: tuple[Purpose, ...] = ()
    #: Whether the applicant's report has it.
    shown: bool = True

    @property
    def acts_on_item(self) -> bool:
        """Whether it is taken on a work item."""
        return self.actor in ON_ITEM or self.name == StepName.HAND_OVER

    def needs_words(self, purpose: str = "") -> bool:
        """Whether nothing goes without a note; ``purpose``: of the item that it is taken on."""
        return self.note is NoteRule.REQUIRED and purpose not in self.wordless

    def line_from(self, state: str) -> ReportLine:
        """How the step stands in the report when it was taken in ``state``."""
        return (self.mended_line if state == State.RETURNED else None) or self.line

    def message_from(self, state: str) -> str:
        """The message that tells of the step when it was taken in ``state``; empty for none."""
        return (self.mended_message if state == State.RETURNED else "") or self.message

    @property
    def messages(self) -> set[str]:
        """Every message that may tell of the step."""
        return {self.message, self.mended_message} - {""}


_ROWS = (
    StepSpec(
        StepName.SUBMIT,
        Actor.APPLICANT,
        ReportLine("درخواست ثبت شد", "firuze", "upload"),
        message="submissions/submitted",
        mended_line=ReportLine("اصلاحات ارسال شد", "firuze", "upload"),
        mended_message="submissions/resubmitted",
    ),
    StepSpec(
        StepName.PASS_ON,
        Actor.DESK,
        ReportLine("تأیید شد و به مرحلهٔ بعد رفت", "info", "forward"),
        detail=SignDetail,
        key=Key(2, one_click=True, done="درخواست تأیید شد و به میز بعدی رفت."),
    ),
    StepSpec(
        StepName.REFER,
        Actor.HOLDER,
        ReportLine("به همکار دیگری ارجاع شد", "info", "question", shows_note=False),
        NoteRule.REQUIRED,
        ReferDetail,
        Key(5, done="ارجاع شما ثبت شد و درخواست نزد شما باقی می‌ماند.", stays=True),
    ),
    StepSpec(
        StepName.ANSWER,
        Actor.COLLEAGUE,
        ReportLine("به ارجاع پاسخ داده شد", "info", "message", shows_note=False),
        NoteRule.REQUIRED,
        wordless=(Purpose.INFORMATION,),
        key=Key(1, done="پاسخ شما ثبت شد.", stays=True),
    ),
    StepSpec(
        StepName.RECALL,
        Actor.ASKER,
        ReportLine("ارجاع بازپس گرفته شد", "info", "return", shows_note=False),
        key=Key(8, done="ارجاع بازپس گرفته شد.", stays=True),
    ),
    StepSpec(
        StepName.RETURN_FOR_CORRECTION,
        Actor.DESK,
        ReportLine("برای اصلاح عودت داده شد", "warning", "return"),
        NoteRule.REQUIRED,
        ReturnDetail,
        Key(4, done="درخواست برای اصلاح به متقاضی عودت داده شد."),
        "submissions/returned",
        ends_all=True,
    ),
    StepSpec(
        StepName.APPROVE,
        Actor.DESK,
        ReportLine("تأیید نهایی شد", "success", "seal"),
        detail=SignDetail,
        key=Key(3, one_click=True, done="درخواست تأیید نهایی شد."),
        ends_all=True,
    ),
    StepSpec(
        StepName.REJECT,
        Actor.DESK,
        ReportLine("با درخواست موافقت نشد", "danger", "x-circle"),
        NoteRule.REQUIRED,
        NumberDetail,
        key=Key(6, done="درخواست رد شد و دلیل آن به متقاضی اعلام می‌شود."),
        message="submissions/rejected",
        ends_all=True,
    ),
    StepSpec(
        StepName.WITHDRAW,
        Actor.APPLICANT,
        ReportLine("متقاضی انصراف داد", "", "minus-circle"),
        message="submissions/withdrawn",
    ),
    StepSpec(
        StepName.COMPLETE,
        Actor.SYSTEM,
        ReportLine("نامه صادر شد و کار پایان یافت", "success", "check-circle"),
        NoteRule.NONE,
        message="submissions/completed",
    ),
    StepSpec(
        StepName.REOPEN,
        Actor.MANAGER,
        ReportLine("بررسی از سر گرفته شد", "info", "refresh"),
        NoteRule.REQUIRED,
        ReopenDetail,
        Key(7, done="بررسی درخواست از سر گرفته شد.", stays=True),
        "submissions/reopened",
    ),
    StepSpec(
        StepName.RECALL_RETURN,
        Actor.RETURNER,
        ReportLine("عودت لغو شد و بررسی ادامه یافت", "info", "refresh"),
        key=Key(9, done="عودت لغو شد و درخواست دوباره در حال بررسی است.", stays=True),
        message="submissions/return_recalled",
        ends_all=True,
    ),
    StepSpec(
        StepName.TAKE_BACK,
        Actor.APPLICANT,
        ReportLine("متقاضی درخواست را برای ویرایش بازپس گرفت", "", "pencil"),
        NoteRule.NONE,
        message="submissions/taken_back",
    ),
    StepSpec(
        StepName.TAKE,
        Actor.DISTRIBUTION,
        ReportLine("کار را برداشت", "", "user", shows_note=False),
        key=Key(10, one_click=True, done="این کار نزد شماست.", stays=True),
        shown=False,
    ),
    StepSpec(
        StepName.ASSIGN,
        Actor.DISTRIBUTION,
        ReportLine("کار به همکار سپرده شد", "", "user", shows_note=False),
        detail=AssignDetail,
        key=Key(11, done="کار به همکار سپرده شد.", stays=True),
        shown=False,
    ),
    StepSpec(
        StepName.PUT_BACK,
        Actor.DISTRIBUTION,
        ReportLine("کار به میز برگشت", "", "return", shows_note=False),
        key=Key(
            12,
            one_click=True,
            done="کار به میز برگشت و همکاران میز می‌توانند آن را بردارند.",
            stays=True,
        ),
        shown=False,
    ),
    StepSpec(
        StepName.HAND_OVER,
        Actor.SYSTEM,
        ReportLine("کار تحویل شد", "", "user", shows_note=False),
        NoteRule.REQUIRED,
        HandOverDetail,
        shown=False,
    ),
    StepSpec(
        StepName.SET_URGENCY,
        Actor.OVERSEER,
        ReportLine("فوریت درخواست تعیین شد", "", "clock", shows_note=False),
        NoteRule.REQUIRED,
        UrgencyDetail,
        Key(13, done="فوریت درخواست ثبت شد.", stays=True),
        shown=False,
    ),
    StepSpec(
        StepName.SET_FOLLOW_UP,
        Actor.HOLDER,
        ReportLine("زمان پیگیری تعیین شد", "", "clock", shows_note=False),
        NoteRule.REQUIRED,
        FollowUpDetail,
        Key(14, done="زمان پیگیری ثبت شد و درخواست در فهرست شما باقی می‌ماند.", stays=True),
        shown=False,
    ),
    StepSpec(
        StepName.END_FOLLOW_UP,
        Actor.HOLDER,
        ReportLine("پیگیری پایان یافت", "", "check", shows_note=False),
        key=Key(15, one_click=True, done="پیگیری پایان یافت.", stays=True),
        shown=False,
    ),
    StepSpec(
        StepName.INQUIRE,
        Actor.DESK,
        ReportLine("از دستگاه دیگری استعلام شد", "info", "question", shows_note=False),
        NoteRule.REQUIRED,
        InquireDetail,
        Key(5, done="استعلام ثبت شد و درخواست نزد شما باقی می‌ماند.", stays=True),
    ),
    StepSpec(
        StepName.ANSWER_INQUIRY,
        Actor.INQUIRER,
        ReportLine("پاسخ استعلام دریافت شد", "info", "message", shows_note=False),
        NoteRule.REQUIRED,
        AnswerInquiryDetail,
        Key(16, done="پاسخ استعلام ثبت شد.", stays=True),
    ),
    StepSpec(
        StepName.RECALL_INQUIRY,
        Actor.INQUIRER,
        ReportLine("استعلام لغو شد", "info", "return", shows_note=False),
        NoteRule.REQUIRED,
        key=Key(17, done="استعلام لغو شد.", stays=True),
    ),
    StepSpec(
        StepName.INITIAL,
        Actor.SENIOR,
        ReportLine("نامه پاراف شد", "", "pencil", shows_note=False),
        detail=SignDetail,
        key=Key(18, done="پاراف شما ثبت شد.", stays=True),
        shown=False,
    ),
)

STEP_TABLE = MappingProxyType({spec.name: spec for spec in _ROWS})
