"""Validation of a service's JSON columns against the shape of the facts.

A service that is published must become a :class:`ServiceFacts`; whatever would stop that is
said in Persian beside the field, so that publishing never fails half-way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from pydantic import TypeAdapter
from pydantic import ValidationError as ShapeError

from persian.digits import to_persian
from services_catalog.facts import (
    Choice,
    Condition,
    DocumentFacts,
    QuestionFacts,
    QuestionKind,
    ServiceFacts,
    StopFacts,
)
from services_catalog.question_kinds import QUESTION_KINDS, find_question_kind

CHOICES_HELP = (
    "فقط برای «انتخاب از فهرست»: هر گزینه در یک سطر، مانند «سه‌فاز». "
    "عبارت پیش از «=» کد گزینه است و به متقاضی نمایش داده نمی‌شود."
)
CONDITION_HELP = (
    "در صورت خالی بودن، همیشه نمایش داده می‌شود. برای شرط، یک پرسش و پاسخ آن را بنویسید؛ مانند «نوع انشعاب = سه‌فاز» "
    "یا «انشعاب موقت لازم است؟ = بله»."
)
ALONGSIDE_HELP = (
    "مراحل هم‌زمان در کنار هم بررسی می‌شود و درخواست پس از آن‌ها به مرحلهٔ بعد ارسال می‌شود."
)
AWAITS_HELP = "اگر انتخاب نشود، این مرحله می‌تواند پیش از رسیدن پاسخ تصمیم بگیرد و استعلام بدون پاسخ پایان می‌یابد."
NOT_SAME_HELP = (
    "مراحلی که تصمیم‌گیرندهٔ آن‌ها نباید در این مرحله تصمیم بگیرد، جداشده با «،»؛ "
    "مانند «میز خدمت (امور متقاضیان)»."
)

# A plan of many sheets is the largest that is asked for (25 MB); more is no single document.
MOST_MB = 50

_CHOICES = TypeAdapter(list[Choice])
_CODES = TypeAdapter(list[str])


def check_choices(kind: str, choices: Any) -> None:
    """Raise ValidationError unless ``choices`` suit a question of this kind."""
    try:
        listed = _CHOICES.validate_python(choices or [])
    except ShapeError:
        raise ValidationError({"choices": f"این گزینه‌ها خوانده نشد. {CHOICES_HELP}"}) from None
    values = [choice.value for choice in listed]
    if len(values) != len(set(values)):
        raise ValidationError({"choices": "دو گزینه یکسان است."})
    spec = find_question_kind(kind)
    if spec and spec.has_choices and len(values) < 2:
        raise ValidationError({"choices": "برای «انتخاب از فهرست» حداقل دو گزینه بنویسید."})


def check_condition(field: str, condition: Any) -> None:
    """Raise ValidationError unless ``condition`` is empty or names a question and its answer."""
    if condition in (None, "", {}):
        return
    try:
        Condition.model_validate(condition)
    except ShapeError:
        raise ValidationError({field: f"این شرط خوانده نشد. {CONDITION_HELP}"}) from None


def check_codes(field: str, codes: Any) -> None:
    """Raise ValidationError unless ``codes`` is a list of texts."""
    try:
        _CODES.validate_python(codes or [])
    except ShapeError:
        raise ValidationError({field: NOT_SAME_HELP}) from None


def check_limits(least: float | None, most: float | None) -> None:
    if least is not None and most is not None and least > most:
        raise ValidationError({"max": "حداکثر باید از حداقل بزرگ‌تر باشد."})


def check_size(most_mb: int | None) -> None:
    """A document of no size could never be handed in; one of any size would fill the disk."""
    if most_mb is not None and not 1 <= most_mb <= MOST_MB:
        raise ValidationError({"max_mb": f"حجم باید بین ۱ و {to_persian(MOST_MB)} مگابایت باشد."})


def possible_answer(question: Mapping[str, Any], answer: str | bool | int) -> str | bool | int:
    """``answer`` as this question keeps it: a choice by its code, yes and no as such.

    ``question`` holds the fields of a Question by name. Raises ValueError with the answers that
    are possible.
    """
    spec = find_question_kind(question.get("kind")) or QUESTION_KINDS[QuestionKind.TEXT]
    choices = _CHOICES.validate_python(question.get("choices") or []) if spec.has_choices else []
    return spec.read_answer(answer, choices)


#: Said of stops side by side that are joined in two ways.
MIXED_JOIN = "مراحل هم‌زمان باید همگی «تأیید همه» یا همگی «تأیید یکی» باشند."
#: Said where the stops together take more than all of the promised time.
TOO_MUCH_SHARE = "جمع سهم مراحل از ۱۰۰ بیشتر است."


def find_contradictions(facts: ServiceFacts) -> Iterator[str]:
    """What the rows of a service say that the others do not bear out, in sentences.

    A code stands once in its list, a condition names a question asked before, a stop names stops.
    The editors' form says the same beside its fields; not every publication comes from there.
    """
    asked = [question.code for question in facts.questions]
    stops = [stop.code for stop in facts.route]
    for rows in (facts.questions, facts.documents, facts.route):
        yield from _find_repeated(rows)
    for number, question in enumerate(facts.questions):
        yield from _find_unasked(question.code, question.shown_when, asked[:number])
        yield from _find_impossible(question.code, question.shown_when, facts)
    for stop in facts.route:
        yield from _find_unasked(stop.code, stop.condition, asked)
        yield from _find_impossible(stop.code, stop.condition, facts)
        unknown = [code for code in stop.not_same_as if code not in stops]
        first = next(
            (s for s in facts.route if s.group is not None and s.group == stop.group), stop
        )
        if first.join != stop.join:
            yield f"«{stop.code}»: {MIXED_JOIN}"
        yield from (f"«{stop.code}»: مرحلهٔ «{code}» در مسیر نیست." for code in unknown)
    longest = (max(stop.share or 0 for stop in group) for group in facts.group_stops(facts.route))
    if sum(longest) > 100:
        yield TOO_MUCH_SHARE


def _find_repeated(rows: Sequence[QuestionFacts | DocumentFacts | StopFacts]) -> Iterator[str]:
    codes = [row.code for row in rows]
    for number, code in enumerate(codes):
        if code in codes[:number]:
            yield f"کد «{code}» پیش از این هم آمده است."


def _find_unasked(code: str, condition: Condition | None, asked: Sequence[str]) -> Iterator[str]:
    if condition and condition.question not in asked:
        yield f"«{code}»: پرسش «{condition.question}» پیش از این پرسش قرار ندارد."


def _find_impossible(code: str, condition: Condition | None, facts: ServiceFacts) -> Iterator[str]:
    """A condition that no answer to its question can meet, as that is kept."""
    named = condition.question if condition else None
    question = next((asked for asked in facts.questions if asked.code == named), None)
    if condition is None or question is None:
        return
    try:
        kept = possible_answer(question.model_dump(mode="json"), condition.equals)
    except ValueError as possible:
        yield f"«{code}»: پاسخ‌های مجاز پرسش «{question.label}»: {possible}."
    else:
        if kept != condition.equals:
            yield f"«{code}»: پاسخ «{condition.equals}» برای پرسش «{question.label}» ممکن نیست."
