"""New versions of a letter's wording; letters that were issued keep the old one."""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from wagtail.admin.forms import WagtailAdminModelForm

from letters.models import LetterTemplate
from letters.wording import read_blocks
from persian.digits import to_ascii, to_persian
from persian.forms import PersianCharField
from persian.text import clean_text
from services_catalog.kinds import document_kinds
from services_catalog.models import Service

# What a paragraph may name, with the words for those who write it.
PLACEHOLDERS = {
    "party_name": "نام متقاضی",
    "party_id": "شناسهٔ متقاضی",
    "party_code": "«کد ملی: …» یا «شناسهٔ ملی: …»",
    "contract_number": "شمارهٔ قرارداد",
    "plot": "قطعه",
    "park": "شهرک",
    "province": "استان",
    "service": "نام خدمت",
    "subject": "موضوع نامه",
    "file_number": "شمارهٔ پرونده",
    "recipient_title": "سمت گیرنده",
    "tracking_code": "کد رهگیری",
    "reason": "دلیل رد",
}
# As the form has them: after the paragraphs, which of them the desks may reword.
FORM_ORDER = (
    *("title", "salutation", "paragraphs", "open_places"),
    *("show_answers", "signer_post", "copies"),
)
WORDED = ("title", "salutation", "paragraphs", "show_answers", "signer_post", "copies")


class LinesField(forms.CharField):
    """Several texts, one on each line; cleans to a list. Placeholders are checked.

    Blocks of a template are shown by their texts (see ``letters/wording.py``).
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 8}))
        super().__init__(**kwargs)

    def prepare_value(self, value: Any) -> Any:
        return "\n\n".join(texts_of(value)) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value) or ""
        return [cleaned for line in text.splitlines() if (cleaned := clean_text(line))]

    def validate(self, value: Any) -> None:
        super().validate(value)
        for line in value:
            _require_known_placeholders(line)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(self.to_python(data) != texts_of(initial or []))


def texts_of(stored: list[Any]) -> list[str]:
    """The texts of what is stored, in their order."""
    return [block.text for block in read_blocks(stored)]


class OpenPlacesField(PersianCharField):
    """Numbers of paragraphs, as «۲، ۳»; cleans to their places, counted from 1."""

    def clean(self, value: Any) -> Any:
        numbers = re.split(r"[\s,،؛;و]+", to_ascii(super().clean(value) or "").strip())
        if not all(number.isdecimal() and len(number) < 4 for number in numbers if number):
            raise ValidationError("شمارهٔ بندها را بنویسید؛ مانند ۲ یا ۲، ۳.")
        return sorted({int(number) for number in numbers if number})


def _require_known_placeholders(line: str) -> None:
    """A text that could not be filled in would stop every letter, so it is refused here."""
    try:
        parts = list(string.Formatter().parse(line))
    except ValueError:
        raise ValidationError(
            "آکولادهای این متن درست باز و بسته نشده است؛ مانند {party_name}."
        ) from None
    for _text, name, spec, conversion in parts:
        if name is not None and (name not in PLACEHOLDERS or spec or conversion):
            raise ValidationError(
                f"«{{{name}}}» شناخته‌شده نیست. از نام‌های درج‌شده در راهنما استفاده کنید."
            )


class WordingForm(WagtailAdminModelForm):
    """The words of one kind of letter."""

    paragraphs = LinesField(
        label="بندهای متن",
        help_text="هر بند در یک سطر. این نام‌ها با مشخصات درخواست جایگزین می‌شوند: "
        + "، ".join(f"{{{name}}} ({words})" for name, words in PLACEHOLDERS.items()),
        error_messages={"required": "متن نامه نمی‌تواند خالی باشد."},
    )
    open_places = OpenPlacesField(
        label="بندهای قابل ویرایش در گردش",
        required=False,
        max_length=200,
        help_text="شمارهٔ بندهایی که میزها پیش از امضای نامه می‌توانند متن آن‌ها را برای همان درخواست تغییر دهند؛ "
        "مانند ۲ یا ۲، ۳. اگر خالی بماند، متن نامه تغییر نمی‌کند.",
    )
    copies = LinesField(
        label="رونوشت‌ها",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="هر رونوشت در یک سطر.",
    )

    class Meta:
        model = LetterTemplate
        fields: ClassVar = WORDED

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        blocks = read_blocks(self.instance.paragraphs or [])
        opened = [str(place) for place, block in enumerate(blocks, 1) if block.open]
        self.initial["open_places"] = to_persian("، ".join(opened))

    def clean(self) -> Any:
        """Mark the paragraphs that are open; the others stay plain texts, as they always were."""
        said = super().clean()
        texts, places = self.cleaned_data.get("paragraphs"), self.cleaned_data.get("open_places")
        if not texts or not places:
            return said
        if places[0] < 1 or places[-1] > len(texts):
            many = to_persian(str(len(texts)))
            self.add_error("open_places", f"این نامه {many} بند دارد؛ شمارهٔ دیگری نوشته شده است.")
            return said
        self.cleaned_data["paragraphs"] = [
            {"kind": "paragraph", "text": text, "open": True} if place in places else text
            for place, text in enumerate(texts, 1)
        ]
        return self.cleaned_data


class NewTemplateForm(WordingForm):
    """The words of letters that have none of their own yet: of a kind, or of one service."""

    use = forms.ChoiceField(
        label="نوع نامه",
        help_text="الگوی هر خدمت بر الگوی نوع نامه مقدم است. نامه‌های دارای الگو در این فهرست نیستند.",
        error_messages={
            "required": "لطفاً نوع نامه را انتخاب کنید.",
            "invalid_choice": "این نامه دارای الگو است. لطفاً همان الگو را ویرایش کنید.",
        },
    )

    field_order = ("use", *FORM_ORDER)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.uses = {f"{use.kind}:{use.service_code}": use for use in uses_without_template()}
        choices = [(value, use.title) for value, use in self.uses.items()]
        self.fields["use"].choices = [("", "یکی را انتخاب کنید"), *choices]

    def save(self, commit: bool = True) -> LetterTemplate:
        use = self.uses[self.cleaned_data["use"]]
        self.instance.kind, self.instance.service_code = use.kind, use.service_code
        self.instance.version = 1 + latest_version(use.kind, use.service_code)
        template: LetterTemplate = super().save(commit)
        return template


@dataclass(frozen=True)
class Use:
    """Kind and service that a template is for; an empty ``service_code`` is every service."""

    kind: str
    service_code: str
    title: str


def titles_of_uses() -> dict[tuple[str, str], str]:
    """Everything that letters can be worded for, in words, by kind and service.

    A kind is known by the title of its own template; before that, by its first service.
    """
    services = Service.objects.filter(kind__in=document_kinds()).exclude(letter_kind="")
    rows = list(services.order_by("order", "pk").values_list("letter_kind", "code", "title"))
    general = LetterTemplate.objects.filter(current=True, service_code="")
    named = {kind: f"«{title}»" for kind, title in general.values_list("kind", "title")}
    first: dict[str, str] = {}
    for kind, _code, title in rows:
        first.setdefault(kind, f"خدماتی مانند «{title}»")
    kinds = {**first, **named}
    found = {(kind, ""): f"همهٔ نامه‌های {words}" for kind, words in kinds.items()}
    return found | {(kind, code): f"خدمت «{title}»" for kind, code, title in rows}


def uses_without_template() -> list[Use]:
    taken = LetterTemplate.objects.filter(current=True).values_list("kind", "service_code")
    titles = titles_of_uses()
    return [Use(*use, titles[use]) for use in titles if use not in set(taken)]


def latest_version(kind: str, service_code: str) -> int:
    """The number of the last version of this template; 0 when there was none."""
    same = LetterTemplate.objects.filter(kind=kind, service_code=service_code)
    return same.aggregate(last=Max("version"))["last"] or 0


@transaction.atomic
def reword_template(template: LetterTemplate, words: dict[str, Any]) -> LetterTemplate:
    """The next version of the current template with these ``words`` (see WORDED).

    Letters that were issued, and those that wait for their paper, keep the version they
    were decided with.
    """
    same = {"kind": template.kind, "service_code": template.service_code}
    versions = LetterTemplate.objects.select_for_update().filter(**same)
    latest = max(versions.values_list("version", flat=True))
    versions.filter(current=True).update(current=False)
    return LetterTemplate.objects.create(**same, **words, version=latest + 1, current=True)
