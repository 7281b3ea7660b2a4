"""Answers as text for people and paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from persian.digits import to_persian
from persian.jalali import format_jalali_date
from services_catalog.facts import DATES, IDENTIFIERS, QuestionFacts, QuestionKind, ServiceFacts

if TYPE_CHECKING:
    from submissions.models import Submission


@dataclass(frozen=True)
class AnswerRow:
    """One answered question: its code, what was asked and the answer in words."""

    code: str
    label: str
    value: str


def answer_rows(submission: Submission) -> list[AnswerRow]:
    """The answers of a submission that its questions show, in their order."""
    return rows_of(submission.facts, submission.answers)


def rows_of(facts: ServiceFacts, answers: Mapping[str, Any]) -> list[AnswerRow]:
    """The same for answers kept elsewhere, such as in an earlier filing."""
    return [
        AnswerRow(question.code, question.label, in_words(question, answers[question.code]))
        for question in facts.visible_questions(answers)
        if answers.get(question.code) not in (None, "")
    ]


def in_words(question: QuestionFacts, value: Any) -> str:
    """One answer as a person reads it: Persian digits, Jalali date, the choice's label."""
    if question.kind == QuestionKind.YES_NO:
        return "بله" if value else "خیر"
    if question.kind == QuestionKind.CHOICE:
        return next((c.label for c in question.choices if c.value == value), str(value))
    if question.kind in DATES:
        return format_jalali_date(date.fromisoformat(value))
    if question.kind in (QuestionKind.NUMBER, QuestionKind.DECIMAL):
        # A quantity has a unit; a number without one may be a name, such as a registration's.
        counted = isinstance(value, int) and question.unit
        number = to_persian(f"{value:,}" if counted else value)
        return f"{number.replace(',', '٬').replace('.', '٫')} {question.unit}".strip()
    if question.kind in IDENTIFIERS:
        # Isolated, so that the digits keep their order between Persian words.
        return f"\u2066{to_persian(value)}\u2069"
    return str(value)


def asked_for(question: QuestionFacts) -> str:
    """What is still to be done about an unanswered question: «کد ملی» را وارد کنید."""
    if question.label.endswith("؟") or question.kind == QuestionKind.YES_NO:
        return f"به «{question.label}» پاسخ دهید."
    verb = "انتخاب" if question.kind == QuestionKind.CHOICE else "وارد"
    return f"«{question.label}» را {verb} کنید."
