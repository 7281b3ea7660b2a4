"""Kinds of questions, their labels and what their rows may carry: the catalog's half.

How an answer is asked for, kept and said stands in the other half of the row,
``submissions.drafts.answer_kinds``. A system check compares both with QuestionKind.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from services_catalog.facts import Choice, QuestionKind

Answer = str | bool | int
YES, NO = "بله", "خیر"


def read_text(answer: Answer, choices: Sequence[Choice]) -> Answer:
    return _say_answer(answer)


def read_number(answer: Answer, choices: Sequence[Choice]) -> Answer:
    return answer


def read_choice(answer: Answer, choices: Sequence[Choice]) -> Answer:
    """The code of the choice that is named by its code or its words."""
    for choice in choices:
        if _say_answer(answer) in (choice.value, choice.label):
            return choice.value
    raise ValueError("، ".join(choice.label for choice in choices))


def read_yes_no(answer: Answer, choices: Sequence[Choice]) -> Answer:
    if isinstance(answer, bool):
        return answer
    raise ValueError(f"{YES}، {NO}")


def _say_answer(answer: Answer) -> str:
    if isinstance(answer, bool):
        return YES if answer else NO
    return str(answer)


@dataclass(frozen=True)
class QuestionKindSpec:
    """What editors see of a kind, and what a row of it may hold."""

    kind: QuestionKind
    label: str
    #: Whether the row lists its choices, two at least.
    has_choices: bool = False
    #: What a missing answer asks for: «…» را وارد کنید; empty: به «…» پاسخ دهید.
    verb: str = "وارد"
    #: An answer that a condition names, as a question of this kind keeps it; ValueError with
    #: the answers that are possible.
    read_answer: Callable[[Answer, Sequence[Choice]], Answer] = read_text


_ROWS = (
    QuestionKindSpec(QuestionKind.TEXT, "متن کوتاه"),
    QuestionKindSpec(QuestionKind.LONG_TEXT, "متن بلند"),
    QuestionKindSpec(QuestionKind.NUMBER, "عدد صحیح", read_answer=read_number),
    QuestionKindSpec(QuestionKind.DECIMAL, "عدد اعشاری"),
    QuestionKindSpec(QuestionKind.DATE, "تاریخ"),
    QuestionKindSpec(
        QuestionKind.CHOICE,
        "انتخاب از فهرست",
        has_choices=True,
        verb="انتخاب",
        read_answer=read_choice,
    ),
    QuestionKindSpec(QuestionKind.YES_NO, "بله / خیر", verb="", read_answer=read_yes_no),
    QuestionKindSpec(QuestionKind.PERSON_NAME, "نام شخص"),
    QuestionKindSpec(QuestionKind.COMPANY_NAME, "نام شرکت"),
    QuestionKindSpec(QuestionKind.NATIONAL_CODE, "کد ملی"),
    QuestionKindSpec(QuestionKind.LEGAL_ID, "شناسهٔ ملی شخص حقوقی"),
    QuestionKindSpec(QuestionKind.MOBILE, "شمارهٔ موبایل"),
    QuestionKindSpec(QuestionKind.POSTAL_CODE, "کد پستی"),
    QuestionKindSpec(QuestionKind.PAST_DATE, "تاریخ گذشته"),
    QuestionKindSpec(QuestionKind.FUTURE_DATE, "تاریخ آینده"),
)

QUESTION_KINDS = MappingProxyType({spec.kind: spec for spec in _ROWS})


def find_question_kind(code: object) -> QuestionKindSpec | None:
    """The row of a kind by its code; None for what is no kind, such as an empty field of a form."""
    return next((spec for kind, spec in QUESTION_KINDS.items() if kind == code), None)
