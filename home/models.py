"""The front page."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.db import models
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel
from wagtail.api import APIField
from wagtail.models import Page

from guides.models import GuidePage
from services_catalog.models import ServiceVersion
from web.public_pages.kept_values import kept_values
from web.public_pages.pages import PublicPage

# Of each category, so many services are named on the front page.
NAMED = 3


class HomePage(PublicPage, Page):
    """The front page: the ways in, the categories of the catalog, the guides."""

    headline = models.CharField("تیتر", max_length=150)
    intro = models.TextField("معرفی")
    notice = models.CharField("اطلاعیه", max_length=300, blank=True)

    api_fields = [
        APIField("headline", writable=True),
        APIField("intro", writable=True),
        APIField("notice", writable=True),
    ]
    content_panels = [
        *Page.content_panels,
        FieldPanel("headline", help_text="عنوان بزرگ صفحهٔ اصلی."),
        FieldPanel("intro", help_text="یک یا دو جملهٔ کوتاه زیر تیتر."),
        FieldPanel(
            "notice",
            help_text="بالای بخش‌ها نمایش داده می‌شود؛ در صورت خالی بودن، اطلاعیه‌ای نمایش داده نمی‌شود.",
        ),
    ]
    parent_page_types = ["wagtailcore.Page"]
    max_count = 1

    class Meta:
        verbose_name = "صفحهٔ اصلی"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return super().get_context(request, *args, **kwargs) | {
            **kept_values.find(("front page", self.path), self._read_overview)
        }

    def _read_overview(self) -> dict[str, Any]:
        guides = GuidePage.objects.descendant_of(self).live().public().order_by("path")
        return {**_catalog_overview(), "guides": list(guides[:5])}


def _catalog_overview() -> dict[str, Any]:
    """Each category with the first of its services and how many there are; and how many in all."""
    offered = ServiceVersion.objects.offered().values_list(
        "service__category__code",
        "service__category__title",
        "service__code",
        "content__title",
    )
    categories = []
    for (code, title), rows in groupby(offered, key=lambda row: row[:2]):
        services = [{"code": row[2], "title": row[3]} for row in rows]
        shelf = {"code": code, "title": title, "count": len(services), "services": services[:NAMED]}
        categories.append(shelf)
    return {"categories": categories, "services_count": sum(c["count"] for c in categories)}
