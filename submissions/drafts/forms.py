"""Forms of the applicant: questions, description, contract, declaration."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from persian.digits import show_code
from persian.forms import PersianCharField
from services_catalog.facts import QuestionFacts, ServiceFacts
from submissions.drafts.answer_kinds import ANSWER_KINDS
from submissions.drafts.answers import AnswerRow, asked_for
from submissions.drafts.answers import in_words as say_answer
from submissions.models import Contract

ACCEPTED = "این پاسخ از سوی کارشناس پذیرفته شده است و تغییر نمی‌کند."
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
    return ANSWER_KINDS[question.kind].ask(question, asked)


def _lock_field(field: forms.Field, locked: bool) -> None:
    """What was accepted stays, and says why it cannot be changed."""
    field.disabled = locked
    if locked:
        field.help_text = ACCEPTED


def store_value(question: QuestionFacts, value: Any) -> Any:
    """A cleaned value as an answer is kept: JSON, ISO dates, decimals as text; None for nothing."""
    if value in (None, ""):
        return None
    return ANSWER_KINDS[question.kind].keep(value)


def typed_form(question: QuestionFacts, answer: Any) -> str:
    """An answer as one would type it into the question's field."""
    if answer in (None, ""):
        return ""
    return ANSWER_KINDS[question.kind].type_again(answer)


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
    def accepted(self) -> list[AnswerRow]:
        """What a reviewer has accepted and stays, shown folded below what is open."""
        facts = [q for code, q in self.questions.items() if self.fields[code].disabled]
        return [
            AnswerRow(q.code, q.label, say_answer(q, self.answers[q.code]))
            for q in facts
            if self.answers.get(q.code) not in (None, "")
        ]

    @property
    def has_open(self) -> bool:
        """Whether any of its questions may be answered now."""
        return not self.fields or any(not field.disabled for field in self.fields.values())

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
        help_text="موضوع و دلیل درخواست را بنویسید؛ کارشناسان همین متن را بررسی می‌کنند.",
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": "لطفاً «شرح درخواست» را بنویسید."},
    )
    file_number = PersianCharField(
        label="شمارهٔ پرونده",
        help_text="شمارهٔ پروندهٔ شما در شرکت؛ در صورت نداشتن شماره، خالی بگذارید.",
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
        label="انتخاب قرارداد",
        help_text="استان، شهرک و شمارهٔ پرونده از قرارداد دریافت می‌شود.",
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
    parts = [f"قرارداد \u2066{show_code(contract.number)}\u2069", contract.park.name]
    if contract.plot:
        parts.append(f"قطعهٔ \u2066{show_code(contract.plot)}\u2069")
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
