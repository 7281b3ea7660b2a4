"""Registers the catalog, the calendar and the desks in the admin."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate
from wagtail import hooks
from wagtail.admin.ui.components import Component
from wagtail.snippets.models import register_snippet

from services_catalog.admin import exchange_views  # noqa: F401 - it registers its own hooks
from services_catalog.admin.catalog_viewsets import CatalogGroup
from services_catalog.admin.office_viewsets import OfficeGroup
from services_catalog.official_holidays import unwritten_year
from web import deletions
from web.requests import UserRequest

register_snippet(CatalogGroup)
register_snippet(OfficeGroup)


@hooks.register("before_delete_snippet")
def refuse_to_delete(request: UserRequest, rows: list[models.Model]) -> HttpResponse | None:
    """Say of what is in use that it stays, before one row or many are deleted."""
    viewset = rows[0].snippet_viewset if rows else None  # type: ignore[attr-defined]
    return (
        deletions.turn_away(request, rows, reverse(viewset.get_url_name("list")))
        if viewset
        else None
    )


class UnwrittenYearPanel(Component):
    """Promises that reach into a year without holidays would be counted wrong."""

    name = "unwritten_year"
    template_name = "services_catalog/admin/unwritten_year.html"
    order = 40

    def __init__(self, year: int) -> None:
        self.year = year

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {"year": self.year}


@hooks.register("construct_homepage_panels")
def alarm_of_the_calendar(request: UserRequest, panels: list[Any]) -> None:
    """Those who look after the calendar are told in time that the next year is missing."""
    if request.user.has_perm("services_catalog.add_calendarday"):
        year = unwritten_year(localdate())
        if year is not None:
            panels.append(UnwrittenYearPanel(year))
