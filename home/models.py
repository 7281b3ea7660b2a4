"""The shop window."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page

from guides.models import GuidePage
from services_catalog.models import Category, ServiceVersion


class HomePage(Page):
    """The front page: the doors, the categories of the catalog, the guides."""

    headline = models.CharField("تیتر", max_length=150)
    intro = models.TextField("معرفی")
    notice = models.CharField("اطلاعیه", max_length=300, blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("headline"),
        FieldPanel("intro"),
        FieldPanel("notice"),
    ]
    parent_page_types = ["wagtailcore.Page"]
    max_count = 1

    class Meta:
        verbose_name = "صفحهٔ نخست"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return super().get_context(request, *args, **kwargs) | {
            "categories": Category.objects.filter(retired=False),
            "services_count": ServiceVersion.objects.offered().count(),
            "guides": GuidePage.objects.descendant_of(self).live().order_by("path")[:5],
        }
