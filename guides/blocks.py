"""Stream blocks of a guide."""

from __future__ import annotations

from typing import Any

from django.utils.text import Truncator
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock
from wagtail.images.shortcuts import get_renditions_or_not_found
from wagtail.snippets.blocks import SnippetChooserBlock

# What a guide needs of rich text; headings and pictures are blocks of their own.
PLAIN = ["bold", "ul", "ol", "link"]
# Of a picture, besides what it was uploaded as; the widest is that of our own pages.
WIDTHS = (320, 640, 900)


class StepBlock(blocks.StructBlock):
    title = blocks.CharBlock(label="عنوان مرحله")
    text = blocks.TextBlock(label="توضیح", required=False)

    class Meta:
        label = "مرحله"


class WordedChoiceBlock(blocks.ChoiceBlock):
    """A choice that a comparison of two versions shows by its words, not by its stored value."""

    def render_basic(self, value: Any, context: Any = None) -> str:
        return str(dict(self.field.choices).get(value, ""))


class NoteBlock(blocks.StructBlock):
    kind = WordedChoiceBlock(
        label="نوع", choices=[("info", "اطلاع"), ("warning", "نکتهٔ مهم")], default="info"
    )
    title = blocks.CharBlock(label="عنوان", required=False)
    text = blocks.RichTextBlock(label="متن", features=PLAIN)

    class Meta:
        label = "نکته"
        icon = "warning"
        template = "guides/blocks/note.html"


class QuestionBlock(blocks.StructBlock):
    q = blocks.CharBlock(label="پرسش")
    a = blocks.RichTextBlock(label="پاسخ", features=PLAIN)

    class Meta:
        label = "پرسش و پاسخ"


class ServiceBlock(SnippetChooserBlock):
    """One service of the catalog; other front ends get what a link to it needs, and send its code."""

    def get_api_representation(self, value: Any, context: dict[str, Any] | None = None) -> Any:
        if not value:
            return None
        words = Truncator(value.summary).words(28)
        return {"code": value.code, "title": value.title, "summary": words, "open": value.live}

    def to_python(self, value: Any) -> Any:
        """By its key, as the stream keeps it, or as the API tells it."""
        if isinstance(value, dict):
            found = self.target_model.objects.filter(code=str(value.get("code"))).first()
            value = found and found.pk
        return super().to_python(value)


class PictureBlock(ImageChooserBlock):
    """A picture; other front ends get it in several widths, and send its ``id``."""

    def get_api_representation(self, value: Any, context: dict[str, Any] | None = None) -> Any:
        if not value:
            return None
        found = get_renditions_or_not_found(value, [f"width-{width}" for width in WIDTHS])
        size = {"width": value.width, "height": value.height}
        renditions = [
            {"url": rendition.url, "width": rendition.width, "height": rendition.height}
            for rendition in found.values()
        ]
        return {"id": value.pk, "alt": value.default_alt_text, **size, "renditions": renditions}

    def to_python(self, value: Any) -> Any:
        """By its key, as the stream keeps it, or as the API tells it."""
        return super().to_python(value.get("id") if isinstance(value, dict) else value)


class GuideBlock(blocks.StreamBlock):
    """The body of a guide, in the order a reader follows."""

    heading = blocks.CharBlock(label="تیتر", icon="title", template="guides/blocks/heading.html")
    paragraph = blocks.RichTextBlock(
        label="متن", features=PLAIN, template="guides/blocks/paragraph.html"
    )
    steps = blocks.ListBlock(
        StepBlock(), label="مراحل", icon="list-ol", template="guides/blocks/steps.html"
    )
    note = NoteBlock()
    faq = blocks.ListBlock(
        QuestionBlock(), label="پرسش‌های متداول", icon="help", template="guides/blocks/faq.html"
    )
    # By name: the catalog comes after the guides on the road.
    service = ServiceBlock(
        "services_catalog.Service",
        label="خدمت",
        icon="clipboard-list",
        template="guides/blocks/service.html",
    )
    image = PictureBlock(label="تصویر", template="guides/blocks/image.html")
