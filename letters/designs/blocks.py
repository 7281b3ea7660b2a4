"""The parts of a letter's text as its editors put them together."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from wagtail import blocks

from letters.designs.placeholders import UnknownPlaceholder, read_placeholders, show_placeholders
from letters.wording import TABLE_TITLE
from persian.forms import PersianCharField
from persian.text import clean_text

#: Characters of a paragraph, as the desks may write.
LONGEST: Final = 4000


class TakesNames:
    """A field beside which stands the key to the list of names, see ``portal/names.js``."""

    class Media:
        js = ("portal/names.js",)

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        field: str = super().render(name, value, attrs, renderer)  # type: ignore[misc]
        key = render_to_string("letters/admin/designs/names_key.html", {"name": name})
        return format_html("{}{}", field, mark_safe(key))


class PlaceholderInput(TakesNames, forms.TextInput):
    """One line in which names of the request are chosen from a list."""


class PlaceholderTextarea(TakesNames, forms.Textarea):
    """The same for a paragraph."""


class PlaceholderField(PersianCharField):
    """A text with placeholders: shown in Persian, cleaned to codes. What is unknown is refused by name."""

    def prepare_value(self, value: Any) -> Any:
        return show_placeholders(value) if isinstance(value, str) else value

    def clean(self, value: Any) -> Any:
        text = " ".join(clean_text(str(super().clean(value) or "")).split("\n"))
        try:
            return read_placeholders(text)
        except UnknownPlaceholder as unknown:
            raise forms.ValidationError(_refuse_name(unknown.name)) from None

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(super().has_changed(show_placeholders(initial or ""), data))


def _refuse_name(name: str) -> str:
    if not name:
        return "آکولادهای این متن درست باز و بسته نشده است؛ مانند {نام متقاضی}."
    return f"«{{{name}}}» شناخته‌شده نیست. لطفاً از فهرست «درج مشخصات» انتخاب کنید."


class WordsBlock(blocks.FieldBlock):
    """A text with placeholders, see PlaceholderField."""

    def __init__(self, *, rows: int = 4, required: bool = True, **kwargs: Any) -> None:
        self.field = PlaceholderField(
            required=required,
            max_length=LONGEST,
            widget=PlaceholderTextarea(attrs={"rows": rows}),
            help_text=kwargs.pop("help_text", None),
        )
        super().__init__(**kwargs)

    class Meta:
        icon = "pilcrow"
        default = ""


class ParagraphBlock(blocks.StructBlock):
    text = WordsBlock(label="متن بند")
    open = blocks.BooleanBlock(
        label="قابل ویرایش در گردش",
        required=False,
        help_text="میزهای مسیر می‌توانند پیش از امضا متن این بند را برای همان درخواست تغییر دهند.",
    )

    class Meta:
        label = "بند"
        icon = "pilcrow"


class TableBlock(blocks.StructBlock):
    title = blocks.CharBlock(label="عنوان جدول", default=TABLE_TITLE, max_length=100)

    class Meta:
        label = "جدول مشخصات"
        icon = "table"
        help_text = "پاسخ‌های متقاضی به پرسش‌های خدمت، هر یک در یک سطر."


class BodyBlock(blocks.StreamBlock):
    """Paragraphs and the table of facts, in the order in which they stand on the paper."""

    paragraph = ParagraphBlock()
    table = TableBlock()

    class Meta:
        max_num = 40
        block_counts = {"table": {"max_num": 1}, "paragraph": {"min_num": 1}}


class CopiesBlock(blocks.StreamBlock):
    """Whom a copy goes to, and why; a line each."""

    copy = WordsBlock(label="رونوشت", rows=1)

    class Meta:
        max_num = 20
        required = False
