"""The editors' form of a service, with the checks across its rows.

What a service keeps as JSON (choices, conditions, codes) is written here as a person would say
it: a choice on a line, «انشعاب موقت = بله». Codes of rows may be left empty; they name themselves.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.db import models
from modelcluster.forms import BaseChildFormSet
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.forms.models import register_form_field_override
from wagtail.admin.panels import InlinePanel

from persian.digits import to_ascii
from persian.forms import PersianDecimalField
from persian.text import clean_text, fold_words
from services_catalog import validation
from services_catalog.models import Organisation
from services_catalog.question_kinds import NO, YES
from services_catalog.vocabulary import LETTER_KINDS, RECIPIENTS


class WrittenAsWords:
    """A widget in front of a JSON field: shows its value in words, reads the words back."""

    def to_words(self, value: Any) -> str:
        raise NotImplementedError

    def from_words(self, text: str) -> Any:
        raise NotImplementedError

    def format_value(self, value: Any) -> str:
        return self.to_words(json.loads(value)) if value else ""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str:
        return json.dumps(self.from_words(data.get(name) or ""), ensure_ascii=False)


class ChoicesWidget(WrittenAsWords, forms.Textarea):
    """A choice on each line; its code before «=» where it is not the words themselves."""

    def to_words(self, value: Any) -> str:
        return "\n".join(_choice_in_words(choice) for choice in value or [])

    def from_words(self, text: str) -> list[dict[str, str]]:
        lines = [line for line in map(clean_text, text.splitlines()) if line]
        parts = [line.partition("=") for line in lines]
        return [
            {"value": code.strip(), "label": label.strip() or code.strip()}
            for code, _sign, label in parts
        ]


def _choice_in_words(choice: dict[str, str]) -> str:
    value, label = choice["value"], choice["label"]
    return label if value == label else f"{value} = {label}"


class ConditionWidget(WrittenAsWords, forms.TextInput):
    """«پرسش = پاسخ»; nothing means always."""

    def to_words(self, value: Any) -> str:
        if not isinstance(value, dict):
            return str(value or "")
        answer = value["equals"]
        said = (YES if answer else NO) if isinstance(answer, bool) else answer
        return f"{value['question']} = {said}"

    def from_words(self, text: str) -> Any:
        question, sign, answer = clean_text(text).partition("=")
        if not sign:
            return question or None
        return {"question": question.strip(), "equals": _parse_answer(answer.strip())}


def _parse_answer(text: str) -> str | bool | int:
    if text in (YES, NO):
        return text == YES
    digits = to_ascii(text)
    return int(digits) if digits.isdecimal() else text


class CodesWidget(WrittenAsWords, forms.TextInput):
    """Codes with «،» between them."""

    def to_words(self, value: Any) -> str:
        return "، ".join(map(str, value or []))

    def from_words(self, text: str) -> list[str]:
        return [code for part in text.replace(",", "،").split("،") if (code := clean_text(part))]


class KnownCodes(forms.Select):
    """A code by its words; what a service holds already is offered too."""

    known: ClassVar[dict[str, str]] = {}

    def optgroups(self, name: str, value: list[str], attrs: Any = None) -> Any:
        known = self.words_of_codes()
        others = {code: code for code in value if code and code not in known}
        self.choices = [("", "یکی را انتخاب کنید"), *(known | others).items()]
        return super().optgroups(name, value, attrs)

    def words_of_codes(self) -> dict[str, str]:
        return self.known


class LetterKindWidget(KnownCodes):
    known = LETTER_KINDS


class RecipientWidget(KnownCodes):
    """The applicant, the body an applicant names, or a kind of body that has one entry at least."""

    def words_of_codes(self) -> dict[str, str]:
        bodies = Organisation.objects.filter(retired=False).order_by("pk")
        return dict(bodies.values_list("kind", "name")) | RECIPIENTS


class PlainNumber(forms.TextInput):
    """A bound as a person writes it: 30000, not 30000.0."""

    def format_value(self, value: Any) -> str | None:
        whole = isinstance(value, float) and value.is_integer()
        return super().format_value(int(value) if whole else value)


# The bounds of a question, read like the answers to it.
register_form_field_override(models.FloatField, override={"form_class": PersianDecimalField})


class RowForm(WagtailAdminModelForm):
    """A question, a document or a stop: its code may be left for the service to give."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].required = False


class NamedRows(BaseChildFormSet):
    """Rows each of which has a code that no other has."""

    def validate_unique(self) -> None:
        """Give each row that has none a code of its own; refuse one that is given twice."""
        taken: set[str] = set()
        rows = [form for form in self.forms if form not in self.deleted_forms]
        for form in rows:
            if code := form.cleaned_data.get("code"):
                if code in taken:
                    form.add_error("code", "این کد در ردیف دیگری استفاده شده است.")
                taken.add(code)
        for form in rows:
            if not form.cleaned_data.get("code") and not form.errors:
                _set_field(form, "code", _free_name(_suggest_name(form), taken))
                taken.add(form.cleaned_data["code"])


class RowsPanel(InlinePanel):
    """The rows of one kind below a service."""

    def get_form_options(self) -> dict[str, Any]:
        options: dict[str, Any] = super().get_form_options()
        rows = options["formsets"][self.relation_name]
        usual = rows.get("form", WagtailAdminModelForm)
        rows |= {"form": type("RowForm", (RowForm, usual), {}), "formset": NamedRows}
        return options


class ServiceForm(WagtailAdminModelForm):
    """The service with its questions, documents and stops, checked against each other."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and self.instance.first_published_at and "code" in self.fields:
            # Addresses, letters and drafts name the service by it.
            self.fields["code"].disabled = True

    def is_valid(self) -> bool:
        return bool(super().is_valid()) and self._hangs_together()

    def _hangs_together(self) -> bool:
        """Whether conditions name questions asked before, and stops name other stops.

        What is wrong is said beside the field of the row; its formset then counts as invalid.
        """
        questions, stops = self._rows("questions"), self._rows("stops")
        sound = [_can_be_met(form, "shown_when", questions[:i]) for i, form in enumerate(questions)]
        sound += [_can_be_met(form, "condition", questions) for form in stops]
        sound += [_names_other_stops(form, stops) for form in stops]
        sound += [_joins_alike(stops, at) for at in range(len(stops))]
        sound.append(_shares_fit(stops))
        return all(sound)

    def _rows(self, name: str) -> list[Any]:
        """The forms below the service that stay, in the order in which they will stand."""
        formset = self.formsets.get(name)
        kept = [form for form in formset if form not in formset.deleted_forms] if formset else []
        return sorted(kept, key=lambda form: form.cleaned_data.get("ORDER") or 0)


def _set_field(form: Any, field: str, value: Any) -> None:
    form.cleaned_data[field] = value
    setattr(form.instance, field, value)


def _refuse_field(form: Any, field: str, sentence: str) -> bool:
    form.add_error(field, sentence)
    return False


def _suggest_name(form: Any) -> str:
    """A document is called as its type, a stop as its unit, a question has no name yet."""
    named = form.cleaned_data.get("type") or form.cleaned_data.get("unit")
    return named.code if named else "q"


def _free_name(wanted: str, taken: Iterable[str]) -> str:
    """``wanted``, or with the first number that makes it nobody else's."""
    number, code = 1, wanted
    while code in taken:
        number += 1
        code = f"{wanted}-{number}"
    return code


def _can_be_met(form: Any, field: str, asked: list[Any]) -> bool:
    """Whether the condition names a question asked before and an answer that it can have."""
    condition = form.cleaned_data.get(field)
    if not condition:
        return True
    wanted = condition["question"]
    question = next((f.cleaned_data for f in asked if wanted in _names_of(f.cleaned_data)), None)
    if not wanted or question is None:
        return _refuse_field(form, field, f"پرسش «{wanted}» پیش از این پرسش قرار ندارد.")
    try:
        answer = validation.possible_answer(question, condition["equals"])
    except ValueError as possible:
        return _refuse_field(form, field, f"پاسخ‌های مجاز این پرسش: {possible}.")
    _set_field(form, field, {"question": question["code"], "equals": answer})
    return True


def _names_of(question: dict[str, Any]) -> tuple[str, str]:
    return question.get("code", ""), clean_text(question.get("label") or "")


def _names_other_stops(form: Any, stops: list[Any]) -> bool:
    """Whether the stop names other stops, by code or by unit."""
    codes: dict[str, str] = {}
    for other in stops:
        unit = other.cleaned_data.get("unit")
        codes |= {other.cleaned_data["code"]: other.cleaned_data["code"]}
        codes |= {fold_words(str(unit)): other.cleaned_data["code"]} if unit else {}
    wanted = form.cleaned_data.get("not_same_as") or []
    found = [codes.get(name) or codes.get(fold_words(name)) for name in wanted]
    if None in found:
        return _refuse_field(
            form, "not_same_as", f"مرحلهٔ «{wanted[found.index(None)]}» در مسیر نیست."
        )
    _set_field(form, "not_same_as", found)
    return True


def _joins_alike(stops: list[Any], at: int) -> bool:
    """Whether the stop stands beside one before it, in the way in which that one is joined."""
    form, before = stops[at], [other.cleaned_data.get("alongside") for other in stops[:at]]
    chosen = form.cleaned_data.get("alongside")
    if chosen and not before:
        return _refuse_field(form, "alongside", "پیش از این مرحله، مرحله‌ای نیست.")
    if chosen and before[-1] and before[-1] != chosen:
        return _refuse_field(form, "alongside", validation.MIXED_JOIN)
    return True


def _shares_fit(stops: list[Any]) -> bool:
    """Whether the shares of the promised time leave no more than all of it.

    Of stops side by side the longest counts.
    """
    longest: list[int] = []
    for form in stops:
        share = form.cleaned_data.get("share") or 0
        if form.cleaned_data.get("alongside") and longest:
            longest[-1] = max(longest[-1], share)
        else:
            longest.append(share)
    if sum(longest) <= 100:
        return True
    last = [form for form in stops if form.cleaned_data.get("share")][-1]
    return _refuse_field(last, "share", validation.TOO_MUCH_SHARE)
