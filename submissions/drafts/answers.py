"""Answers as text for people and paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services_catalog.facts import QuestionFacts, ServiceFacts
from services_catalog.question_kinds import QUESTION_KINDS
from submissions.drafts.answer_kinds import ANSWER_KINDS


@dataclass(frozen=True)
class AnswerRow:
    """One answered question: its code, what was asked and the answer in words."""

    code: str
    label: str
    value: str


def rows_of(facts: ServiceFacts, answers: Mapping[str, Any]) -> list[AnswerRow]:
    """The answers of a submission or a filing that its questions show, in their order."""
    return [
        AnswerRow(question.code, question.label, in_words(question, answers[question.code]))
        for question in facts.visible_questions(answers)
        if answers.get(question.code) not in (None, "")
    ]


def in_words(question: QuestionFacts, value: Any) -> str:
    """One answer as a person reads it: Persian digits, Jalali date, the choice's label."""
    return ANSWER_KINDS[question.kind].say(question, value)


def asked_for(question: QuestionFacts) -> str:
    """What is still to be done about an unanswered question: «کد ملی» را وارد کنید."""
    verb = QUESTION_KINDS[question.kind].verb
    if question.label.endswith("؟") or not verb:
        return f"به «{question.label}» پاسخ دهید."
    return f"«{question.label}» را {verb} کنید."
