"""Answers as the API takes them: read by the very questions that the pages ask."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from services_catalog.facts import QuestionFacts, QuestionKind
from submissions.drafts.edit_conflicts import EditConflict, typed_in
from submissions.drafts.editable_parts import EditableParts
from submissions.drafts.editing import Accepted
from submissions.drafts.forms import QuestionsForm, typed_form
from submissions.models import Submission
from web.api.problems import point_to

Answer = str | int | float | bool | None
Faults = Iterator[dict[str, str]]
DATES = (QuestionKind.DATE, QuestionKind.PAST_DATE, QuestionKind.FUTURE_DATE)
# An earlier year is one of the Persian calendar, written with hyphens.
FIRST_YEAR = 1700
NOT_ASKED = "این پرسش در این درخواست وجود ندارد یا با پاسخ‌های دیگر پرسیده نمی‌شود."


def ask_with(submission: Submission, given: Mapping[str, Answer]) -> QuestionsForm:
    """The questions with what the draft holds, and what is ``given`` in its place."""
    facts, held = submission.facts, submission.answers
    unread = typed_in(submission)
    texts = {
        question.code: as_typed(question, given[question.code])
        if question.code in given
        else unread.get(question.code) or typed_form(question, held.get(question.code))
        for question in facts.questions
    }
    locked = EditableParts.of(submission).locked_answers(facts)
    return QuestionsForm(texts, facts=facts, answers=held, typed=unread, locked=locked)


def as_typed(question: QuestionFacts, answer: Answer) -> str:
    """An answer as one would type it; a text may be that already."""
    if isinstance(answer, str):
        return _typed_date(question, answer) if question.kind in DATES else answer
    return typed_form(question, answer)


def _typed_date(question: QuestionFacts, text: str) -> str:
    try:
        is_ours = date.fromisoformat(text).year < FIRST_YEAR
    except ValueError:
        return text
    return text if is_ours else typed_form(question, text)


def faults_of(form: QuestionsForm, given: Mapping[str, Answer]) -> Faults:
    """What cannot be taken as it was sent, each with its place.

    Raises Accepted for an answer that a reviewer has accepted.
    """
    form.is_valid()
    for code in given:
        pointer = point_to(("answers", code))
        if code not in form.fields:
            yield {"pointer": pointer, "code": "not_asked", "detail": NOT_ASKED}
        elif form.fields[code].disabled:
            raise Accepted
        elif code in form.reading.typed:
            words = " ".join(map(str, form.errors.get(code, ())))
            yield {"pointer": pointer, "code": "unreadable", "detail": words}


def tell_conflicts(conflicts: Sequence[EditConflict]) -> list[dict[str, str]]:
    """What somebody else has changed since, with both texts."""
    return [
        {
            "pointer": point_to(
                (c.code.removeprefix(":"),) if c.code.startswith(":") else ("answers", c.code)
            ),
            "code": "changed_meanwhile",
            "detail": c.message,
            "theirs": c.theirs,
            "yours": c.mine,
        }
        for c in conflicts
    ]
