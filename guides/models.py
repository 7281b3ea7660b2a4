"""Help pages that editors write in the admin."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.safestring import SafeString
from wagtail.admin.panels import FieldPanel
from wagtail.api import APIField
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from guides.blocks import GuideBlock
from web.public_pages.kept_values import kept_values
from web.public_pages.pages import PublicPage


class GuideIndexPage(PublicPage, Page):
    """The list of guides; where it stands, and whether, is the editors' to say."""

    intro = models.TextField("معرفی", blank=True)

    content_panels = [*Page.content_panels, FieldPanel("intro")]
    api_fields = [APIField("intro", writable=True)]
    parent_page_types = ["home.HomePage"]
    subpage_types = ["guides.GuidePage"]
    max_count = 1

    class Meta:
        verbose_name = "فهرست راهنماها"

    @classmethod
    def find_address(cls, request: HttpRequest) -> str:
        """The address of the published list; empty when there is none."""
        index = cls.objects.live().first()
        return (index.get_url(request) or "") if index else ""

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        guides = _guides_below(self.path)
        return super().get_context(request, *args, **kwargs) | {"guides": guides}


class GuidePage(PublicPage, Page):
    """One guide, such as «ثبت درخواست خدمات»."""

    intro = models.TextField("چکیده")
    reading_minutes = models.PositiveSmallIntegerField("زمان مطالعه (دقیقه)", default=3)
    body = StreamField(GuideBlock(), verbose_name="متن")

    content_panels = [
        *Page.content_panels,
        FieldPanel(
            "intro",
            help_text="یک یا دو جمله؛ در فهرست راهنماها و نتیجهٔ جستجو نیز نمایش داده می‌شود.",
        ),
        FieldPanel("reading_minutes"),
        FieldPanel("body"),
    ]
    api_fields = [
        APIField("intro", writable=True),
        APIField("reading_minutes", writable=True),
        APIField("body", writable=True),
    ]
    # Kept beside the blocks, which a search would have to read and render for every guide.
    searched_text = models.TextField(editable=False, default="", db_default="")

    search_fields = [
        *Page.search_fields,
        index.SearchField("intro"),
        index.SearchField("searched_text"),
    ]
    parent_page_types = ["guides.GuideIndexPage"]
    subpage_types: list[str] = []

    class Meta:
        verbose_name = "راهنما"
        verbose_name_plural = "راهنماها"

    def save(self, *args: Any, **kwargs: Any) -> Any:
        self.searched_text = read_blocks(self.body)
        return super().save(*args, **kwargs)

    @property
    def searched(self) -> tuple[str, str, str]:
        """What finds the guide, the most telling first."""
        return (self.title, self.intro, self.searched_text)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        body, guides = self._draw_for_all(request)
        return super().get_context(request, *args, **kwargs) | {
            "body": body,
            "guides": guides,
            "following": next((guide for guide in guides if guide.path > self.path), None),
            "preceding": next((guide for guide in guides[::-1] if guide.path < self.path), None),
        }

    def _draw_for_all(self, request: HttpRequest) -> tuple[SafeString, list[GuidePage]]:
        """The blocks as every reader sees them, and the guides of the list that it stands in.

        Those of a preview are nobody else's.
        """

        def draw() -> tuple[SafeString, list[GuidePage]]:
            beside = _read_below(self._get_parent_path_from_path(self.path))
            return self.body.render_as_block({"page": self, "request": request}), list(beside)

        if getattr(request, "is_preview", False):
            return draw()
        return kept_values.find(("guide", request.get_host(), self.pk), draw)


def _guides_below(path: str) -> list[GuidePage]:
    """The published guides of the list that stands at ``path``, in its order."""
    return kept_values.find(("guides", path), lambda: list(_read_below(path)))


def _read_below(path: str) -> models.QuerySet[GuidePage]:
    depth = len(path) // GuidePage.steplen + 1
    guides = GuidePage.objects.live().public()
    return guides.filter(path__startswith=path, depth=depth).order_by("path")


def read_blocks(body: Any) -> str:
    """The words of a guide's blocks."""
    pieces = (piece for block in body for piece in block.block.get_searchable_content(block.value))
    return " ".join(map(str, pieces))
