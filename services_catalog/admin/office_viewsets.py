"""Admin screens of desks and their people, places and the calendar."""

from __future__ import annotations

from django.db import models
from django.http import HttpRequest
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.admin.ui.tables import BooleanColumn
from wagtail.snippets.views.snippets import (
    SnippetViewSetGroup,
)

from services_catalog.admin.calendar_forms import WeekdaysForm
from services_catalog.admin.reference import Reference
from services_catalog.admin.seats import SeatsPanel
from services_catalog.models import (
    CalendarDay,
    Desk,
    OfficeHours,
    Park,
    Province,
    Unit,
    WeekendRule,
)
from web.staff_lists import JalaliDateColumn


class UnitViewSet(Reference):
    model = Unit
    icon = "group"
    list_display = ("title", "code", "signing_post")
    search_fields = ("title", "code", "signing_post")


class DeskViewSet(Reference):
    model = Desk
    icon = "user"
    list_display = ("__str__", "unit", "province", "park", BooleanColumn("open", label="دایر"))
    list_filter = ("unit", "province", "open")
    search_fields = (
        "unit__title",
        "park__name",
        "province__name",
        "seats__user__last_name",
        "seats__user__first_name",
    )
    panels = (
        FieldRowPanel([FieldPanel("unit"), FieldPanel("open")]),
        FieldRowPanel(
            [FieldPanel("province"), FieldPanel("park")],
            help_text="شهرک بر استان و استان بر کشور مقدم است؛ خالی بودن هر دو به معنی کل کشور است.",
        ),
        SeatsPanel(
            "seats",
            heading="همکاران این میز",
            label="همکار",
            help_text="کاربر سامانه‌ای در میزی که امضا می‌کند قرار نمی‌گیرد.",
            panels=[
                FieldRowPanel([FieldPanel("user"), FieldPanel("head")]),
                FieldRowPanel([FieldPanel("away_from"), FieldPanel("away_until")]),
                FieldPanel("stand_in"),
            ],
        ),
    )

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Desk]:
        return Desk.objects.select_related("unit", "province", "park").order_by(
            "unit", "province__name", "pk"
        )


class ProvinceViewSet(Reference):
    model = Province
    icon = "globe"
    list_display = ("name", "capital", "slug")
    panels = tuple(map(FieldPanel, ("name", "former_names", "slug", "capital", "dial_code")))
    search_fields = ("name", "capital", "slug")


class ParkViewSet(Reference):
    model = Park
    beside = ("province",)
    icon = "home"
    list_display = ("name", "province", "kind", "county")
    panels = tuple(map(FieldPanel, ("province", "name", "former_names", "kind", "county", "slug")))
    list_filter = ("province", "kind")
    search_fields = ("name", "county", "province__name", "slug")


class OfficeHoursViewSet(Reference):
    model = OfficeHours
    icon = "time"
    list_display = ("__str__", JalaliDateColumn("valid_from", label="از تاریخ"))


class WeekendRuleViewSet(Reference):
    model = WeekendRule
    icon = "calendar-alt"
    list_display = ("__str__", JalaliDateColumn("valid_from", label="از تاریخ"))

    def get_form_class(self, for_update: bool = False) -> type[WeekdaysForm]:
        return WeekdaysForm


class CalendarDayViewSet(Reference):
    model = CalendarDay
    beside = ("province",)
    icon = "date"
    list_display = ("title", JalaliDateColumn("date", label="تاریخ"), "kind", "province")
    list_filter = ("kind", "province")
    search_fields = ("title",)


class OfficeGroup(SnippetViewSetGroup):
    items = (
        DeskViewSet,
        UnitViewSet,
        ProvinceViewSet,
        ParkViewSet,
        CalendarDayViewSet,
        OfficeHoursViewSet,
        WeekendRuleViewSet,
    )
    menu_label = "تقویم و میزها"
    menu_icon = "calendar-alt"
    menu_order = 140
