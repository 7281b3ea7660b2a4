"""Admin screens of services and of the terms that describe them."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from wagtail.admin import messages
from wagtail.admin.modal_workflow import render_modal_workflow
from wagtail.admin.panels import ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column, LiveStatusTagColumn
from wagtail.snippets.views.snippets import (
    EditView,
    SnippetViewSetGroup,
    WorkflowActionView,
)

from services_catalog.admin.reference import Reference
from services_catalog.admin.service_form import ServiceForm
from services_catalog.admin.service_panels import SERVICE
from services_catalog.models import (
    Category,
    DocumentType,
    Organisation,
    ReturnReason,
    Service,
    Synonyms,
)
from services_catalog.publish_checks import Unfinished
from services_catalog.vocabulary import LETTER_KINDS
from web.requests import UserRequest


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
    edit_handler = ObjectList(SERVICE, base_form_class=ServiceForm)
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
    search_fields = ("title", "keywords", "code", "summary")
    ordering = ("order", "pk")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Service]:
        return Service.objects.listed()


class CategoryViewSet(Reference):
    model = Category
    icon = "folder-open-inverse"
    list_display = ("title", "code", "order", BooleanColumn("retired", label="غیرفعال"))
    search_fields = ("title", "code")


class DocumentTypeViewSet(Reference):
    model = DocumentType
    icon = "doc-full"
    list_display = ("title", "code", BooleanColumn("retired", label="غیرفعال"))
    list_filter = ("retired",)
    search_fields = ("title", "code")


class ReturnReasonViewSet(Reference):
    model = ReturnReason
    icon = "resubmit"
    list_display = ("title", "advice", BooleanColumn("retired", label="غیرفعال"))
    search_fields = ("title", "advice")


class OrganisationViewSet(Reference):
    model = Organisation
    beside = ("province",)
    icon = "site"
    list_display = ("name", "kind", "province", BooleanColumn("retired", label="غیرفعال"))
    list_filter = ("kind", "province", "retired")
    search_fields = ("name", "province__name", "addressee")


class SynonymsViewSet(Reference):
    model = Synonyms
    icon = "search"
    list_display = ("words",)
    search_fields = ("words",)


class CatalogGroup(SnippetViewSetGroup):
    items = (
        ServiceViewSet,
        CategoryViewSet,
        DocumentTypeViewSet,
        ReturnReasonViewSet,
        OrganisationViewSet,
        SynonymsViewSet,
    )
    menu_label = "کاتالوگ خدمات"
    menu_icon = "clipboard-list"
    menu_order = 130
