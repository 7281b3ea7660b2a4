"""States, step names, what work items are for, and the boxes of the cartable."""

from __future__ import annotations

from django.db import models


class State(models.TextChoices):
    DRAFT = "draft", "پیش‌نویس"
    IN_REVIEW = "in_review", "در حال بررسی"
    RETURNED = "returned", "عودت برای اصلاح"
    APPROVED = "approved", "تأیید شده، نامه در دست صدور"
    COMPLETED = "completed", "خاتمه یافته"
    REJECTED = "rejected", "رد شده"
    WITHDRAWN = "withdrawn", "انصراف متقاضی"


# Begun and not decided yet.
OPEN = frozenset({State.DRAFT, State.IN_REVIEW, State.RETURNED})
# Handed in and not decided yet.
UNDECIDED = (State.IN_REVIEW, State.RETURNED)
# In the applicant's hands, to write or to mend.
EDITABLE = frozenset({State.DRAFT, State.RETURNED})


class Box(models.TextChoices):
    AWAITING = "awaiting", "در انتظار اقدام"
    CIRCULATING = "circulating", "در حال گردش"
    ARCHIVE = "archive", "تمام شده / آرشیو"


BOX_OF = {
    State.DRAFT: Box.AWAITING,
    State.RETURNED: Box.AWAITING,
    State.IN_REVIEW: Box.CIRCULATING,
    State.APPROVED: Box.CIRCULATING,
    State.COMPLETED: Box.ARCHIVE,
    State.REJECTED: Box.ARCHIVE,
    State.WITHDRAWN: Box.ARCHIVE,
}

# Nothing is expected of anybody any more.
ENDED = frozenset(state for state, box in BOX_OF.items() if box == Box.ARCHIVE)


class StepName(models.TextChoices):
    SUBMIT = "submit", "ثبت و ارسال"
    PASS_ON = "pass_on", "تأیید و ارسال به میز بعدی"
    REFER = "refer", "ارجاع به همکار"
    ANSWER = "answer", "پاسخ به ارجاع"
    RECALL = "recall", "بازپس‌گیری ارجاع"
    RETURN_FOR_CORRECTION = "return_for_correction", "عودت برای اصلاح"
    APPROVE = "approve", "تأیید نهایی"
    REJECT = "reject", "رد درخواست"
    WITHDRAW = "withdraw", "انصراف"
    COMPLETE = "complete", "صدور و خاتمه"
    REOPEN = "reopen", "بازگشایی"
    RECALL_RETURN = "recall_return", "لغو عودت"
    TAKE_BACK = "take_back", "بازپس گرفتن درخواست"
    TAKE = "take", "برداشتن"
    ASSIGN = "assign", "سپردن به همکار"
    PUT_BACK = "put_back", "برگرداندن به میز"
    HAND_OVER = "hand_over", "تحویل کار"
    SET_URGENCY = "set_urgency", "تعیین فوریت"
    SET_FOLLOW_UP = "set_follow_up", "تعیین زمان پیگیری"
    END_FOLLOW_UP = "end_follow_up", "پایان پیگیری"
    INQUIRE = "inquire", "استعلام"
    ANSWER_INQUIRY = "answer_inquiry", "ثبت پاسخ استعلام"
    RECALL_INQUIRY = "recall_inquiry", "لغو استعلام"
    INITIAL = "initial", "پاراف نامه"


# Who of a desk has something.
OF_THE_DESK = (StepName.TAKE, StepName.ASSIGN, StepName.PUT_BACK, StepName.HAND_OVER)
# How an inquiry ends that no decision has ended.
ENDING_INQUIRIES = (StepName.ANSWER_INQUIRY, StepName.RECALL_INQUIRY)
# How the staff arrange their work; nothing of it concerns the applicant, nor what others have in
# hand.
INTERNAL = (
    *OF_THE_DESK,
    StepName.SET_URGENCY,
    StepName.SET_FOLLOW_UP,
    StepName.END_FOLLOW_UP,
    StepName.INITIAL,
)


class Urgency(models.TextChoices):
    """How soon the office wants it done; each one sooner than the one before."""

    NORMAL = "normal", "عادی"
    URGENT = "urgent", "فوری"
    IMMEDIATE = "immediate", "آنی"

    def is_above(self, other: str) -> bool:
        """Whether it hurries more than ``other``."""
        order = list(Urgency)
        return order.index(self) > order.index(Urgency(other))


class Purpose(models.TextChoices):
    DECIDE = "decide", "جهت تصمیم‌گیری"
    OPINION = "opinion", "جهت اظهار نظر"
    ACTION = "action", "جهت اقدام"
    INFORMATION = "information", "جهت اطلاع"
    INQUIRY = "inquiry", "استعلام"


# What one colleague asks of another, as an ارجاع says it.
REFERRED = (Purpose.OPINION, Purpose.ACTION, Purpose.INFORMATION)


class Outcome(models.TextChoices):
    PASSED = "passed", "تأیید شد"
    APPROVED = "approved", "تأیید نهایی شد"
    RETURNED = "returned", "عودت داده شد"
    REJECTED = "rejected", "رد شد"
    ANSWERED = "answered", "پاسخ داده شد"
    RECALLED = "recalled", "بازپس گرفته شد"
    # Closed by what somebody else did: a return, a withdrawal, a decision that made it needless.
    SUSPENDED = "suspended", "با عودت درخواست متوقف شد"
    WITHDRAWN = "withdrawn", "با انصراف متقاضی پایان یافت"
    OVERTAKEN = "overtaken", "با تصمیم همکار دیگر پایان یافت"
    TAKEN_BACK = "taken_back", "متقاضی درخواست را بازپس گرفت"


class Verdict(models.TextChoices):
    """What a body outside has answered to an inquiry."""

    NO_OBJECTION = "no_objection", "بلامانع"
    CONDITIONAL = "conditional", "موافقت مشروط"
    OBJECTION = "objection", "مخالفت"
    INFORMATION = "information", "اعلام اطلاعات"
    NO_ANSWER = "no_answer", "بدون پاسخ"
