"""Kinds of questions as form fields, stored values and words: the half of submissions.

The other half of the row, what the catalog knows of the kind, is
``services_catalog.question_kinds``. A system check compares both with QuestionKind.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import partial
from types import MappingProxyType
from typing import Any

from django import forms
from django.utils.timezone import localdate

from persian.digits import show_code, to_persian
from persian.forms import (
    CompanyNameField,
    JalaliDateField,
    JalaliDateInput,
    LegalIdField,
    MobileField,
    NationalCodeField,
    PersianCharField,
    PersianDecimalField,
    PersianIntegerField,
    PersonNameField,
    PostalCodeField,
)
from persian.jalali import format_jalali_date, jdate_numeric
from services_catalog.facts import QuestionFacts, QuestionKind

# Longer lists become a drop-down: a screen of radios hides what follows it.
MOST_RADIOS = 7
YES, NO = "yes", "no"
# The first day of 1280 and the last of 1479: beyond them a year was mistyped.
EARLIEST, LATEST = date(1901, 3, 22), date(2101, 3, 20)

#: What every field is made with: label, help, whether it is required, what is said without it.
Asked = dict[str, Any]

# --- Asking --------------------------------------------------------------------------------


def ask_text(question: QuestionFacts, asked: Asked) -> forms.Field:
    return PersianCharField(max_length=300, **asked)


def ask_long_text(question: QuestionFacts, asked: Asked) -> forms.Field:
    return PersianCharField(max_length=4000, widget=forms.Textarea(attrs={"rows": 5}), **asked)


def ask_number(question: QuestionFacts, asked: Asked) -> forms.Field:
    least, most = (None if n is None else int(n) for n in (question.min, question.max))
    return PersianIntegerField(min_value=least, max_value=most, **asked)


def ask_decimal(question: QuestionFacts, asked: Asked) -> forms.Field:
    least, most = (None if n is None else Decimal(str(n)) for n in (question.min, question.max))
    return PersianDecimalField(min_value=least, max_value=most, **asked)


def ask_date(question: QuestionFacts, asked: Asked) -> forms.Field:
    return JalaliDateField(**asked)


def ask_past_date(question: QuestionFacts, asked: Asked) -> forms.Field:
    # The usual hint is a day of these weeks, which reads like an answer to a date of birth.
    hinted = JalaliDateInput({"placeholder": "سال/ماه/روز"})
    return JalaliDateField(min_date=EARLIEST, max_date=localdate(), widget=hinted, **asked)


def ask_future_date(question: QuestionFacts, asked: Asked) -> forms.Field:
    return JalaliDateField(min_date=localdate(), max_date=LATEST, **asked)


def ask_choice(question: QuestionFacts, asked: Asked) -> forms.Field:
    return _offer_choices([(c.value, c.label) for c in question.choices], asked)


def ask_yes_no(question: QuestionFacts, asked: Asked) -> forms.Field:
    return _offer_choices([(YES, "بله"), (NO, "خیر")], asked)


def ask_by_rule(field: type[forms.CharField], question: QuestionFacts, asked: Asked) -> forms.Field:
    """By a field whose rule stands with what it reads."""
    return field(max_length=200, **asked)


def _offer_choices(choices: list[tuple[str, str]], asked: Asked) -> forms.ChoiceField:
    message = "لطفاً یکی از گزینه‌های فهرست را انتخاب کنید."
    asked = asked | {"error_messages": asked["error_messages"] | {"invalid_choice": message}}
    if len(choices) > MOST_RADIOS:
        return forms.ChoiceField(choices=[("", "انتخاب کنید"), *choices], **asked)
    return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **asked)


# --- Saying --------------------------------------------------------------------------------


def say_text(question: QuestionFacts, value: Any) -> str:
    return show_code(str(value))


def say_quantity(question: QuestionFacts, value: Any) -> str:
    # A quantity has a unit; a number without one may be a name, such as a registration's.
    counted = isinstance(value, int) and question.unit
    number = to_persian(f"{value:,}" if counted else value)
    return f"{number.replace(',', '٬').replace('.', '٫')} {question.unit}".strip()


def say_date(question: QuestionFacts, value: Any) -> str:
    return format_jalali_date(date.fromisoformat(value))


def say_choice(question: QuestionFacts, value: Any) -> str:
    return next((c.label for c in question.choices if c.value == value), str(value))


def say_yes_no(question: QuestionFacts, value: Any) -> str:
    return "بله" if value else "خیر"


def say_identifier(question: QuestionFacts, value: Any) -> str:
    # Isolated, so that the digits keep their order between Persian words.
    return f"\u2066{to_persian(value)}\u2069"


# --- The table -----------------------------------------------------------------------------


def keep_value(value: Any) -> Any:
    return value


@dataclass(frozen=True)
class AnswerSpec:
    """How answers of one kind go in and out. Of nothing (None, empty) no function is asked."""

    #: The form field that asks the question and checks what is typed.
    ask: Callable[[QuestionFacts, Asked], forms.Field]
    #: The answer as a person reads it: Persian digits, Jalali date, the choice's label.
    say: Callable[[QuestionFacts, Any], str] = say_text
    #: A cleaned value as JSON keeps it.
    keep: Callable[[Any], Any] = keep_value
    #: A kept answer as one would type it into the field.
    type_again: Callable[[Any], str] = str


def _dated(ask: Callable[[QuestionFacts, Asked], forms.Field]) -> AnswerSpec:
    return AnswerSpec(
        ask,
        say_date,
        keep=date.isoformat,
        type_again=lambda answer: jdate_numeric(date.fromisoformat(answer)),
    )


ANSWER_KINDS = MappingProxyType(
    {
        QuestionKind.TEXT: AnswerSpec(ask_text),
        QuestionKind.LONG_TEXT: AnswerSpec(ask_long_text),
        QuestionKind.NUMBER: AnswerSpec(ask_number, say_quantity),
        QuestionKind.DECIMAL: AnswerSpec(
            ask_decimal, say_quantity, keep=lambda value: format(value, "f")
        ),
        QuestionKind.DATE: _dated(ask_date),
        QuestionKind.PAST_DATE: _dated(ask_past_date),
        QuestionKind.FUTURE_DATE: _dated(ask_future_date),
        QuestionKind.CHOICE: AnswerSpec(ask_choice, say_choice),
        QuestionKind.YES_NO: AnswerSpec(
            ask_yes_no,
            say_yes_no,
            keep=lambda value: value == YES,
            type_again=lambda answer: YES if answer else NO,
        ),
        QuestionKind.PERSON_NAME: AnswerSpec(partial(ask_by_rule, PersonNameField)),
        QuestionKind.COMPANY_NAME: AnswerSpec(partial(ask_by_rule, CompanyNameField)),
        QuestionKind.NATIONAL_CODE: AnswerSpec(
            partial(ask_by_rule, NationalCodeField), say_identifier
        ),
        QuestionKind.LEGAL_ID: AnswerSpec(partial(ask_by_rule, LegalIdField), say_identifier),
        QuestionKind.MOBILE: AnswerSpec(partial(ask_by_rule, MobileField), say_identifier),
        QuestionKind.POSTAL_CODE: AnswerSpec(partial(ask_by_rule, PostalCodeField), say_identifier),
    }
)
