"""What editors write as JSON, held against the shape of the facts before it is kept.

A service that is published must become a :class:`ServiceFacts`; whatever would stop that is
said in Persian beside the field, so that publishing never fails half-way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from pydantic import TypeAdapter
from pydantic import ValidationError as ShapeError

from services_catalog.facts import Choice, Condition, QuestionKind


def _code(json: str) -> str:
    """The example kept from left to right inside a Persian sentence."""
    return f"\u2066{json}\u2069"


CHOICES_HELP = "تنها برای «انتخاب از فهرست»، مانند: " + _code(
    '[{"value": "three", "label": "سه‌فاز"}, {"value": "single", "label": "تک‌فاز"}]'
)
CONDITION_HELP = "خالی یعنی همیشه. برای شرط، کد یک پرسش و پاسخ آن را بنویسید، مانند: " + _code(
    '{"question": "polluting", "equals": true}'
)
NOT_SAME_HELP = "کد ایستگاه‌هایی که تصمیم‌گیرندهٔ آن‌ها نباید اینجا تصمیم بگیرد، مانند: " + _code(
    '["desk"]'
)

_CHOICES = TypeAdapter(list[Choice])
_CODES = TypeAdapter(list[str])


def check_choices(kind: str, choices: Any) -> None:
    """Raise ValidationError unless ``choices`` suit a question of this kind."""
    try:
        listed = _CHOICES.validate_python(choices or [])
    except ShapeError:
        raise ValidationError(
            {"choices": f"گزینه‌ها به این شکل نوشته می‌شوند. {CHOICES_HELP}"}
        ) from None
    values = [choice.value for choice in listed]
    if len(values) != len(set(values)):
        raise ValidationError({"choices": "مقدار (value) دو گزینه یکسان است."})
    if kind == QuestionKind.CHOICE and len(values) < 2:
        raise ValidationError({"choices": "برای «انتخاب از فهرست» دست‌کم دو گزینه بنویسید."})


def check_condition(field: str, condition: Any) -> None:
    """Raise ValidationError unless ``condition`` is empty or names a question and its answer."""
    if condition in (None, "", {}):
        return
    try:
        Condition.model_validate(condition)
    except ShapeError:
        raise ValidationError({field: f"شرط به این شکل نوشته می‌شود. {CONDITION_HELP}"}) from None


def check_codes(field: str, codes: Any) -> None:
    """Raise ValidationError unless ``codes`` is a list of texts."""
    try:
        _CODES.validate_python(codes or [])
    except ShapeError:
        raise ValidationError({field: NOT_SAME_HELP}) from None


def check_limits(least: float | None, most: float | None) -> None:
    if least is not None and most is not None and least > most:
        raise ValidationError({"max": "بیشینه باید از کمینه بزرگ‌تر باشد."})


def strangers(wanted: Iterable[str], known: Sequence[str]) -> list[str]:
    """The codes of ``wanted`` that are not ``known``."""
    return [code for code in wanted if code not in known]
