"""Every kind of question is asked, kept, shown again and said, each by one row of a table."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import pytest
from django.utils.timezone import localdate

from persian.jalali import format_jalali_date, jdate_numeric
from services_catalog.facts import QuestionFacts, QuestionKind
from services_catalog.models import Question
from services_catalog.question_kinds import QUESTION_KINDS
from submissions import checks
from submissions.drafts import answers, forms
from submissions.drafts.answer_kinds import ANSWER_KINDS

TODAY = localdate()
SLASHED = jdate_numeric(TODAY)
CHOICES = [{"value": "one", "label": "تک‌فاز"}, {"value": "three", "label": "سه‌فاز"}]
# What is typed, what is kept, what is typed again, what is read.
TABLE: dict[str, tuple[str, Any, str, str]] = {
    "text": ("انبار شرقی", "انبار شرقی", "انبار شرقی", "انبار شرقی"),
    "long_text": ("شرح\nکار", "شرح\nکار", "شرح\nکار", "شرح\nکار"),
    "number": ("۱۲۵۰", 1250, "1250", "۱٬۲۵۰ کیلووات"),
    "decimal": ("۱۲٫۵", "12.5", "12.5", "۱۲٫۵ کیلووات"),
    "date": (SLASHED, TODAY.isoformat(), SLASHED, format_jalali_date(TODAY)),
    "past_date": (SLASHED, TODAY.isoformat(), SLASHED, format_jalali_date(TODAY)),
    "future_date": (SLASHED, TODAY.isoformat(), SLASHED, format_jalali_date(TODAY)),
    "choice": ("three", "three", "three", "سه‌فاز"),
    "yes_no": ("yes", True, "yes", "بله"),
    "person_name": ("مریم رضایی", "مریم رضایی", "مریم رضایی", "مریم رضایی"),
    "company_name": ("شرکت کویر", "شرکت کویر", "شرکت کویر", "شرکت کویر"),
    "national_code": ("۹۹۹۰۰۰۰۰۱۸", "9990000018", "9990000018", "\u2066۹۹۹۰۰۰۰۰۱۸\u2069"),
    "legal_id": ("10269990012", "10269990012", "10269990012", "\u2066۱۰۲۶۹۹۹۰۰۱۲\u2069"),
    "mobile": ("۰۹۱۳۰۰۰۰۰۰۱", "09130000001", "09130000001", "\u2066۰۹۱۳۰۰۰۰۰۰۱\u2069"),
    "postal_code": ("8135713445", "8135713445", "8135713445", "\u2066۸۱۳۵۷۱۳۴۴۵\u2069"),
}


def question(kind: str) -> QuestionFacts:
    unit = "کیلووات" if kind in ("number", "decimal") else ""
    choices = CHOICES if kind == "choice" else []
    return QuestionFacts.model_validate(
        {"code": "q", "label": "پرسش", "kind": kind, "unit": unit, "choices": choices}
    )


def test_the_table_is_whole() -> None:
    assert checks.question_kinds_are_whole() == []
    assert set(TABLE) == set(QuestionKind)
    assert [kind for kind, _label in Question._meta.get_field("kind").flatchoices] == list(
        QUESTION_KINDS
    )


@pytest.mark.parametrize("place", ["services_catalog.question_kinds", "submissions.drafts"])
def test_a_kind_that_one_half_has_forgotten_is_named(
    monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    name = "QUESTION_KINDS" if place == "services_catalog.question_kinds" else "ANSWER_KINDS"
    whole = QUESTION_KINDS if name == "QUESTION_KINDS" else ANSWER_KINDS
    part = {kind: row for kind, row in whole.items() if kind != QuestionKind.MOBILE}
    monkeypatch.setattr(checks, name, MappingProxyType(part))

    (error,) = checks.question_kinds_are_whole()

    assert error.id == "submissions.E003"
    assert place in error.msg
    assert "«mobile»" in error.msg


@pytest.mark.parametrize("kind", TABLE)
def test_an_answer_goes_in_and_out(kind: str) -> None:
    typed, kept, again, said = TABLE[kind]
    asked = question(kind)
    form = forms.QuestionsForm({"q": typed}, facts=_service_asking(asked), answers={})

    assert form.is_valid(), form.errors
    assert form.reading.answers == {"q": kept}
    assert forms.typed_form(asked, kept) == again
    assert answers.in_words(asked, kept) == said


def _service_asking(asked: QuestionFacts) -> Any:
    """Facts of a service as far as a form of questions looks at them."""
    return type("Facts", (), {"questions": (asked,)})()


@pytest.mark.parametrize("kind", TABLE)
def test_no_answer_is_nothing(kind: str) -> None:
    assert forms.store_value(question(kind), "") is None
    assert forms.typed_form(question(kind), None) == ""


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("text", "«پرسش» را وارد کنید."),
        ("choice", "«پرسش» را انتخاب کنید."),
        ("yes_no", "به «پرسش» پاسخ دهید."),
    ],
)
def test_what_is_missing_is_asked_for_in_the_words_of_its_kind(kind: str, words: str) -> None:
    assert answers.asked_for(question(kind)) == words


@pytest.mark.parametrize(
    ("typed", "said"), [("123", "۱۲۳"), ("مدل B-12", "مدل B-12"), ("خط 2 تولید", "خط ۲ تولید")]
)
def test_a_text_is_said_with_persian_digits_unless_it_has_latin_letters(
    typed: str, said: str
) -> None:
    assert answers.in_words(question("text"), typed) == said
