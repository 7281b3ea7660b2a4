"""The catalog, the calendar and the desks in the admin, for those who look after them."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import localdate
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.forms.models import register_form_field_override
from wagtail.admin.modal_workflow import render_modal_workflow
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.tables import BooleanColumn, Column, LiveStatusTagColumn
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import (
    EditView,
    SnippetViewSet,
    SnippetViewSetGroup,
    WorkflowActionView,
)

from doors.columns import JalaliDateColumn
from doors.requests import UserRequest
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
from services_catalog.official_holidays import unwritten_year
from services_catalog.vocabulary import LETTER_KINDS
from services_catalog.weekdays import WeekdaysForm
from services_catalog.wholeness import Unfinished

# Wagtail's own box takes Gregorian days only.
register_form_field_override(
    models.DateField,
    override={"form_class": JalaliDateField, "help_text": "سال، ماه و روز؛ مانند ۱۴۰۵/۰۹/۰۱."},
)


class Reference(SnippetViewSet):
    """A small table that other rows name: never copied, its rows retired rather than deleted."""

    copy_view_enabled = False
    list_per_page = 50
    #: Relations that the list names in each row.
    beside: tuple[str, ...] = ()

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        rows = self.model._default_manager.all()
        return rows.select_related(*self.beside) if self.beside else rows


class SaysWhatIsMissing:
    """A view from which a service may be published: a refusal is said on the service's page.

    The draft has been saved by then, so nothing that was typed is lost.
    """

    def post(self, request: UserRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().post(request, *args, **kwargs)  # type: ignore[misc]
        except Unfinished as refusal:
            messages.error(request, f"{refusal.title}. {refusal}")
            page = reverse("wagtailsnippets_services_catalog_service:edit", args=[self.object.pk])  # type: ignore[attr-defined]
        if request.headers.get("x-requested-with") == "XMLHttpRequest":
            done = {"step": "success", "redirect": page}
            return render_modal_workflow(request, "", None, {}, json_data=done)
        return redirect(page)


class ServiceEditView(SaysWhatIsMissing, EditView):
    """The page on which a service is written, published and approved."""


class ServiceApprovalView(SaysWhatIsMissing, WorkflowActionView):
    """An approval from the list of what waits for it."""


def _ends_in(service: Service) -> str:
    return LETTER_KINDS.get(service.letter_kind, service.letter_kind)


class ServiceViewSet(Reference):
    model = Service
    edit_view_class = ServiceEditView
    workflow_action_view_class = ServiceApprovalView
    icon = "clipboard-list"
    menu_label = "خدمات"
    list_display = (
        "title",
        "category",
        "promise_days",
        Column("letter_kind", label="نتیجه", accessor=_ends_in, sort_key="letter_kind"),
        LiveStatusTagColumn(),
    )
    list_filter = ("category", "live", "kind")
    search_fields = ("title", "code", "keywords")
    search_backend_name = None
    ordering = ("order", "pk")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Service]:
        return Service.objects.listed()


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
    beside = ("province",)
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

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Desk]:
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
    beside = ("province",)
    icon = "home"
    list_display = ("name", "province", "kind", "county")
    list_filter = ("province", "kind")
    search_fields = ("name",)


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


register_snippet(CatalogGroup)
register_snippet(OfficeGroup)


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
