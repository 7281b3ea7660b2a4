"""The catalog, the calendar and the desks in the admin, for those who look after them."""

from __future__ import annotations

from django.db import models
from wagtail.admin.forms.models import register_form_field_override
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel
from wagtail.admin.ui.tables import BooleanColumn, DateColumn, LiveStatusTagColumn
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from persian.forms import JalaliDateField
from services_catalog.models import (
    CalendarDay,
    Category,
    Desk,
    DocumentType,
    OfficeHours,
    Organisation,
    Park,
    Province,
    ReturnReason,
    Service,
    Unit,
    WeekendRule,
)
from services_catalog.weekdays import WeekdaysForm

# Wagtail's own box takes Gregorian days only.
register_form_field_override(
    models.DateField,
    override={"form_class": JalaliDateField, "help_text": "سال، ماه و روز؛ مانند ۱۴۰۵/۰۹/۰۱."},
)


class Reference(SnippetViewSet):
    """A small table that other rows name: never copied, its rows retired rather than deleted."""

    copy_view_enabled = False
    list_per_page = 50


class ServiceViewSet(Reference):
    model = Service
    icon = "clipboard-list"
    menu_label = "خدمات"
    list_display = ("title", "category", "promise_days", "letter_kind", LiveStatusTagColumn())
    list_filter = ("category", "live", "kind")
    search_fields = ("title", "code", "keywords")
    search_backend_name = None
    ordering = ("order", "pk")


class CategoryViewSet(Reference):
    model = Category
    icon = "folder-open-inverse"
    list_display = ("title", "code", "order", BooleanColumn("retired", label="بازنشسته"))


class DocumentTypeViewSet(Reference):
    model = DocumentType
    icon = "doc-full"
    list_display = ("title", "code", BooleanColumn("retired", label="بازنشسته"))
    list_filter = ("retired",)
    search_fields = ("title", "code")


class ReturnReasonViewSet(Reference):
    model = ReturnReason
    icon = "resubmit"
    list_display = ("title", "advice", BooleanColumn("retired", label="بازنشسته"))


class OrganisationViewSet(Reference):
    model = Organisation
    icon = "site"
    list_display = ("name", "kind", "province", BooleanColumn("retired", label="بازنشسته"))
    list_filter = ("kind", "province", "retired")
    search_fields = ("name",)


class CatalogGroup(SnippetViewSetGroup):
    items = (
        ServiceViewSet,
        CategoryViewSet,
        DocumentTypeViewSet,
        ReturnReasonViewSet,
        OrganisationViewSet,
    )
    menu_label = "کاتالوگ خدمات"
    menu_icon = "clipboard-list"
    menu_order = 130


class UnitViewSet(Reference):
    model = Unit
    icon = "group"
    list_display = ("title", "code", "signing_post")


class DeskViewSet(Reference):
    model = Desk
    icon = "user"
    list_display = ("__str__", "unit", "province", "park", BooleanColumn("open", label="دایر"))
    list_filter = ("unit", "province", "open")
    panels = (
        FieldRowPanel([FieldPanel("unit"), FieldPanel("open")]),
        FieldRowPanel(
            [FieldPanel("province"), FieldPanel("park")],
            help_text="شهرک بر استان و استان بر کشور مقدم است؛ هر دو خالی یعنی همهٔ کشور.",
        ),
        InlinePanel(
            "seats",
            heading="همکاران این میز",
            label="همکار",
            panels=[
                FieldRowPanel([FieldPanel("user"), FieldPanel("head")]),
                FieldRowPanel([FieldPanel("away_from"), FieldPanel("away_until")]),
                FieldPanel("stand_in"),
            ],
        ),
    )

    def get_queryset(self, request: object) -> models.QuerySet[Desk]:
        return Desk.objects.select_related("unit", "province", "park").order_by(
            "unit", "province__name", "pk"
        )


class ProvinceViewSet(Reference):
    model = Province
    icon = "globe"
    list_display = ("name", "capital", "slug")
    search_fields = ("name",)


class ParkViewSet(Reference):
    model = Park
    icon = "home"
    list_display = ("name", "province", "kind", "county")
    list_filter = ("province", "kind")
    search_fields = ("name",)


class OfficeHoursViewSet(Reference):
    model = OfficeHours
    icon = "time"
    list_display = ("__str__", DateColumn("valid_from", label="از تاریخ"))


class WeekendRuleViewSet(Reference):
    model = WeekendRule
    icon = "calendar-alt"
    list_display = ("__str__", DateColumn("valid_from", label="از تاریخ"))

    def get_form_class(self, for_update: bool = False) -> type[WeekdaysForm]:
        return WeekdaysForm


class CalendarDayViewSet(Reference):
    model = CalendarDay
    icon = "date"
    list_display = ("title", DateColumn("date", label="تاریخ"), "kind", "province")
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


register_snippet(CatalogGroup)
register_snippet(OfficeGroup)
