"""Registers letters and their templates in the admin."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail_modeladmin.options import modeladmin_register

from letters.admin import LetterAdmin
from letters.attachments.views import AttachView, DetachView, DraftAttachmentView
from letters.designs.admin import DesignViewSet, WordingPolicy, show_names
from letters.designs.models import LetterDesign
from letters.dispatch.admin import DispatchAdmin
from letters.dispatch.first_page import undelivered_items
from letters.drafts.views import DraftPdfView, DraftView, MarksView
from letters.ece.admin import MailAdmin
from letters.images import views as image_views  # noqa: F401 - it registers its own hooks
from letters.incoming.admin import IncomingAdmin
from letters.registers.printing.views import serve_print, show_prints
from letters.registers.rows import Secretariat
from services_catalog.admin.reference import Reference
from submissions.staff.queue import SubmissionAdmin
from web.requests import UserRequest

modeladmin_register(LetterAdmin)
modeladmin_register(DispatchAdmin)
modeladmin_register(MailAdmin)
modeladmin_register(IncomingAdmin)


register_permission_policy(LetterDesign, WordingPolicy(LetterDesign))
register_permission_policy(Secretariat, WordingPolicy(Secretariat))


@hooks.register("register_admin_urls")
def addresses_of_drafts() -> list[URLPattern]:
    """The letter of a request before it has a number, below the request."""
    show_by = SubmissionAdmin().show_by
    attachments = "letter-draft/<int:pk>/attachments/"
    return [
        path("letter-draft/<int:pk>/", show_by(DraftView), name="submission_letter"),
        path("letter-draft/<int:pk>/pdf/", show_by(DraftPdfView), name="submission_letter_pdf"),
        path("letter-draft/<int:pk>/marks/", show_by(MarksView), name="submission_letter_marks"),
        path(attachments, show_by(AttachView), name="submission_letter_attach"),
        path(
            f"{attachments}<int:key>/",
            show_by(DraftAttachmentView),
            name="submission_letter_attachment",
        ),
        path(
            f"{attachments}<int:key>/remove/", show_by(DetachView), name="submission_letter_detach"
        ),
    ]


@hooks.register("register_admin_urls")
def addresses_of_designs() -> list[URLPattern]:
    """What templates may name."""
    return [path("letter_templates/names/", show_names, name="letter_design_names")]


@hooks.register("register_admin_urls")
def addresses_of_registers() -> list[URLPattern]:
    """Prints of the registers."""
    return [
        path("letters/registers/", show_prints, name="register_prints"),
        path("letters/registers/<int:pk>/", serve_print, name="register_print"),
    ]


@hooks.register("construct_homepage_summary_items")
def show_undelivered(request: UserRequest, items: list[Any]) -> None:
    """What could not be delivered stands on top of the first page."""
    items.extend(undelivered_items(request))


class SecretariatViewSet(Reference):
    """«دبیرخانه‌ها»: whose books the letters of a province are numbered from."""

    model = Secretariat
    icon = "order"
    menu_label = "دبیرخانه‌ها"
    menu_order = 125
    add_to_admin_menu = True
    beside = ("province",)
    list_display = ("title", "code", "province")
    search_fields = ("title", "code")
    panels = [
        FieldPanel("title"),
        FieldRowPanel([FieldPanel("code"), FieldPanel("province")]),
        FieldPanel("numbers_outside"),
    ]


register_snippet(SecretariatViewSet)
register_snippet(DesignViewSet)
