"""Forms of the applicant: questions, description, contract, declaration."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.timezone import localdate

from persian.digits import to_persian
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
from persian.jalali import jdate_numeric
from services_catalog.facts import DATES, QuestionFacts, QuestionKind, ServiceFacts
from submissions.drafts.answers import asked_for
from submissions.models import Contract

# Longer lists become a drop-down: a screen of radios hides what follows it.
MOST_RADIOS = 7
YES, NO = "yes", "no"
ACCEPTED = "کارشناس این پاسخ را پذیرفته است و همان می‌ماند."
# Fields whose rule stands with what they read.
OF_ONE_RULE: dict[QuestionKind, type[forms.CharField]] = {
    QuestionKind.PERSON_NAME: PersonNameField,
    QuestionKind.COMPANY_NAME: CompanyNameField,
    QuestionKind.NATIONAL_CODE: NationalCodeField,
    QuestionKind.LEGAL_ID: LegalIdField,
    QuestionKind.MOBILE: MobileField,
    QuestionKind.POSTAL_CODE: PostalCodeField,
}
# The first day of 1280 and the last of 1479: beyond them a year was mistyped.
EARLIEST, LATEST = date(1901, 3, 22), date(2101, 3, 20)
DECLARATION = "صحت اطلاعات و اصالت مدارک این درخواست را تأیید می‌کنم و مسئولیت آن را می‌پذیرم."


def field_for(question: QuestionFacts) -> forms.Field:
    """The form field that asks the question and checks what is typed."""
    label = f"{question.label} ({question.unit})" if question.unit else question.label
    asked: dict[str, Any] = {
        "label": label,
        "help_text": question.help,
        "required": question.required,
        "error_messages": {"required": f"لطفاً {asked_for(question)}"},
    }
    low, high = question.min, question.max
    match question.kind:
        case QuestionKind.NUMBER:
            return PersianIntegerField(
                min_value=_whole_limit(low), max_value=_whole_limit(high), **asked
            )
        case QuestionKind.DECIMAL:
            return PersianDecimalField(
                min_value=_exact_limit(low), max_value=_exact_limit(high), **asked
            )
        case QuestionKind.DATE:
            return JalaliDateField(**asked)
        case QuestionKind.PAST_DATE:
            # The usual hint is a day of these weeks, which reads like an answer to a date of birth.
            hinted = JalaliDateInput({"placeholder": "سال/ماه/روز"})
            return JalaliDateField(min_date=EARLIEST, max_date=localdate(), widget=hinted, **asked)
        case QuestionKind.FUTURE_DATE:
            return JalaliDateField(min_date=localdate(), max_date=LATEST, **asked)
        case QuestionKind.CHOICE:
            return _choice_field([(c.value, c.label) for c in question.choices], asked)
        case QuestionKind.YES_NO:
            return _choice_field([(YES, "بله"), (NO, "خیر")], asked)
        case QuestionKind.LONG_TEXT:
            return PersianCharField(
                max_length=4000, widget=forms.Textarea(attrs={"rows": 5}), **asked
            )
        case _ if question.kind in OF_ONE_RULE:
            return OF_ONE_RULE[question.kind](max_length=200, **asked)
    return PersianCharField(max_length=300, **asked)


def _lock_field(field: forms.Field, locked: bool) -> None:
    """What was accepted stays, and says why it cannot be changed."""
    field.disabled = locked
    if locked:
        field.help_text = ACCEPTED


def _choice_field(choices: list[tuple[str, str]], asked: dict[str, Any]) -> forms.ChoiceField:
    message = "لطفاً یکی از گزینه‌های فهرست را انتخاب کنید."
    asked = asked | {"error_messages": asked["error_messages"] | {"invalid_choice": message}}
    if len(choices) > MOST_RADIOS:
        return forms.ChoiceField(choices=[("", "انتخاب کنید"), *choices], **asked)
    return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **asked)


def _whole_limit(limit: float | None) -> int | None:
    return None if limit is None else int(limit)


def _exact_limit(limit: float | None) -> Decimal | None:
    return None if limit is None else Decimal(str(limit))


def store_value(question: QuestionFacts, value: Any) -> Any:
    """A cleaned value as an answer is kept: JSON, ISO dates, decimals as text; None for nothing."""
    if value in (None, ""):
        return None
    if question.kind == QuestionKind.YES_NO:
        return value == YES
    if question.kind in DATES:
        return value.isoformat()
    if question.kind == QuestionKind.DECIMAL:
        return format(value, "f")
    return value


def typed_form(question: QuestionFacts, answer: Any) -> str:
    """An answer as one would type it into the question's field."""
    if answer in (None, ""):
        return ""
    if question.kind == QuestionKind.YES_NO:
        return YES if answer else NO
    if question.kind in DATES:
        return jdate_numeric(date.fromisoformat(answer))
    return str(answer)


@dataclass(frozen=True)
class Reading:
    """Meaning of a form's texts: answers (None: cleared), and texts that could not be read."""

    answers: dict[str, Any]
    typed: dict[str, str]


class QuestionsForm(forms.Form):
    """The questions of a service, as far as the answers so far show them.

    ``answers`` and ``typed`` are what the draft holds (``typed``: texts that could not be
    read, shown again as they were). ``locked`` codes are shown and cannot be changed.
    ``quiet``: nothing is said about errors, for a look while somebody is still writing.
    ``purposes``: what the browser may fill in, see ``KindHandler.purposes``.
    """

    use_required_attribute = False

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        facts: ServiceFacts,
        answers: Mapping[str, Any],
        typed: Mapping[str, str] | None = None,
        locked: Collection[str] = (),
        quiet: bool = False,
        purposes: Mapping[str, str] | None = None,
    ) -> None:
        # The field's id is the question's code: what is missing links straight to it.
        super().__init__(data, auto_id="%s")
        self.quiet, self.purposes = quiet, purposes or {}
        self.answers, self.typed = answers, typed or {}
        self.seen: dict[str, str] = {}
        self.deciding = {q.shown_when.question for q in facts.questions if q.shown_when}
        self.questions: dict[str, QuestionFacts] = {}
        self.reading = Reading({}, {})
        seen: dict[str, Any] = {}
        for question in facts.questions:
            if question.shown_when is None or question.shown_when.met_by(seen):
                self._ask(question, question.code in locked)
                seen[question.code] = self._read(question)

    def _ask(self, question: QuestionFacts, locked: bool) -> None:
        field = field_for(question)
        _lock_field(field, locked)
        if purpose := self.purposes.get(question.code):
            field.widget.attrs["autocomplete"] = purpose
        typed = self.typed.get(question.code)
        field.initial = typed or typed_form(question, self.answers.get(question.code))
        self.seen[question.code] = self.data.get(f"seen-{question.code}", field.initial)
        self.questions[question.code] = question
        self.fields[question.code] = field

    def _read(self, question: QuestionFacts) -> Any:
        """The answer as this form has it; what cannot be read is kept as it was typed."""
        field, code = self.fields[question.code], question.code
        if not self.is_bound or field.disabled:
            return self.answers.get(code)
        text = field.widget.value_from_datadict(self.data, self.files, code)
        try:
            field.required = False
            self.reading.answers[code] = store_value(question, field.clean(text))
        except ValidationError:
            self.reading.answers[code] = None
            # PostgreSQL keeps no NUL in its JSON, and nobody typed one.
            self.reading.typed[code] = str(text).replace("\x00", "")
        finally:
            field.required = question.required
        return self.reading.answers[code]

    @property
    def unasked(self) -> list[str]:
        """Questions that the answers have brought up and the page had not shown yet."""
        if not self.is_bound:
            return []
        shown = self.data.getlist("asked") if hasattr(self.data, "getlist") else []
        return [code for code in self.fields if code not in shown] if shown else []

    @property
    def is_valid_so_far(self) -> bool:
        """Whether nothing is wrong with what was asked; ``unasked`` questions do not count."""
        return not self.errors

    def full_clean(self) -> None:
        super().full_clean()
        if self.quiet:
            self._errors = forms.utils.ErrorDict(renderer=self.renderer)
        elif not self.is_bound:
            self._say_what_was_not_read()
        for code in self.unasked:
            self._errors.pop(code, None)

    def _say_what_was_not_read(self) -> None:
        assert self._errors is not None
        for code, text in self.typed.items():
            try:
                if code in self.fields:
                    self.fields[code].clean(text)
            except ValidationError as error:
                self._errors[code] = self.error_class(error.error_list, renderer=self.renderer)


def reread_texts(facts: ServiceFacts, texts: Mapping[str, str]) -> Reading:
    """Texts as typed, read by the questions of ``facts``; codes it does not ask are dropped."""
    return QuestionsForm(texts, facts=facts, answers={}).reading


class DescriptionForm(forms.Form):
    """«شرح درخواست» and the number of the paper file."""

    use_required_attribute = False

    description = PersianCharField(
        label="شرح درخواست",
        help_text="بنویسید چه می‌خواهید و چرا؛ همین متن را کارشناسان می‌خوانند.",
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": "لطفاً «شرح درخواست» را بنویسید."},
    )
    file_number = PersianCharField(
        label="شماره پرونده",
        help_text="شمارهٔ پروندهٔ شما در شرکت؛ اگر نمی‌دانید، خالی بگذارید.",
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )

    def __init__(self, data: Any = None, *, locked: bool = False, **kwargs: Any) -> None:
        super().__init__(data, auto_id="%s", **kwargs)
        for field in self.fields.values():
            _lock_field(field, locked)


class ContractForm(forms.Form):
    """Which of the party's contracts it is about; province and park follow from it."""

    use_required_attribute = False

    contract = forms.TypedChoiceField(
        label="برای کدام قرارداد؟",
        help_text="استان، شهرک و شمارهٔ پرونده از قرارداد برداشته می‌شود.",
        widget=forms.RadioSelect,
        coerce=int,
        empty_value=None,
        error_messages={
            "required": "لطفاً قرارداد مربوط را انتخاب کنید.",
            "invalid_choice": "این قرارداد به نام شما ثبت نشده است. لطفاً یکی از قراردادهای فهرست را انتخاب کنید.",
        },
    )

    def __init__(
        self,
        data: Any = None,
        *,
        contracts: Sequence[Contract],
        required: bool = True,
        locked: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, auto_id="%s", **kwargs)
        self.contracts = {contract.pk: contract for contract in contracts}
        field = self.fields["contract"]
        assert isinstance(field, forms.ChoiceField)
        field.required, field.disabled = required, locked
        field.choices = [(c.pk, in_words(c)) for c in contracts]

    @property
    def chosen(self) -> Contract | None:
        pk = self.cleaned_data.get("contract")
        return self.contracts.get(pk) if pk else None


def in_words(contract: Contract) -> str:
    """«قرارداد ۱۴۰۲/۱۰۰۱، شهرک صنعتی جی، قطعهٔ B-۱۲»: enough to tell one's contracts apart."""
    # Isolated: the slash would turn the number round between Persian words.
    parts = [f"قرارداد \u2066{to_persian(contract.number)}\u2069", contract.park.name]
    if contract.plot:
        parts.append(f"قطعهٔ \u2066{to_persian(contract.plot)}\u2069")
    return "، ".join(parts)


class DeclarationForm(forms.Form):
    """The tick under the summary, and what the page had seen of the request."""

    use_required_attribute = False

    declared = forms.BooleanField(
        label=DECLARATION,
        error_messages={"required": "برای ارسال، لطفاً صحت اطلاعات را تأیید کنید."},
    )
    expecting = forms.IntegerField(widget=forms.HiddenInput)
    shown = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, auto_id="%s", **kwargs)
