"""Registers letters and their templates in the admin."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils.functional import cached_property
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail_modeladmin.options import modeladmin_register

from letters.admin import LetterAdmin
from letters.dispatch.admin import DispatchAdmin
from letters.drafts.views import DraftPdfView, DraftView
from letters.ece.admin import MailAdmin
from letters.incoming.admin import IncomingAdmin
from letters.models import LetterTemplate
from letters.registers.printing.views import serve_print, show_prints
from letters.registers.rows import Secretariat
from letters.template_editing import (
    WORDED,
    NewTemplateForm,
    WordingForm,
    reword_template,
    titles_of_uses,
)
from services_catalog.admin.reference import Reference
from submissions.staff.queue import SubmissionAdmin
from web.consequences import SaysWhatItTouches

modeladmin_register(LetterAdmin)
modeladmin_register(DispatchAdmin)
modeladmin_register(MailAdmin)
modeladmin_register(IncomingAdmin)


WORDS = [
    FieldPanel("title"),
    FieldPanel("salutation"),
    FieldPanel("paragraphs"),
    FieldPanel("open_places"),
    FieldRowPanel([FieldPanel("show_answers"), FieldPanel("signer_post")]),
    FieldPanel("copies"),
]


class WordingPolicy(ModelPermissionPolicy):
    """Templates and secretariats stay with the letters that they stand behind: nobody deletes one."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action != "delete" and bool(super().user_has_permission(user, action))

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)


register_permission_policy(LetterTemplate, WordingPolicy(LetterTemplate))
register_permission_policy(Secretariat, WordingPolicy(Secretariat))


def in_force() -> QuerySet[LetterTemplate]:
    """Only the present version of each template is listed and worded anew."""
    return LetterTemplate.objects.filter(current=True)


class UseColumn(Column):
    """Column of a template's uses in words; a service that is gone is named by its code."""

    @cached_property
    def titles(self) -> dict[tuple[str, str], str]:
        return titles_of_uses()

    def get_value(self, instance: LetterTemplate) -> str:
        use = (instance.kind, instance.service_code)
        return self.titles.get(use, instance.service_code or instance.kind)


class TemplateListView(generic.IndexView):
    def get_base_queryset(self) -> QuerySet[LetterTemplate]:
        return in_force()

    @cached_property
    def columns(self) -> list[Column]:
        title, *_rest, version = super().columns
        return [title, UseColumn("use", label="برای"), version]


class TemplateCreateView(generic.CreateView):
    success_message = "الگوی «%(object)s» افزوده شد و نامه‌های بعدی بر اساس آن صادر می‌شود."

    def form_valid(self, form: NewTemplateForm) -> HttpResponse:
        try:
            with transaction.atomic():
                answer: HttpResponse = super().form_valid(form)
        except IntegrityError:
            # A colleague has added the same meanwhile.
            form.add_error("use", form.fields["use"].error_messages["invalid_choice"])
            return self.form_invalid(form)
        return answer


class TemplateEditView(SaysWhatItTouches, generic.EditView):
    success_message = "نسخهٔ جدید «%(object)s» ذخیره شد. متن نامه‌های قبلی تغییر نمی‌کند."

    def get_object(self, queryset: Any = None) -> LetterTemplate:
        return get_object_or_404(in_force(), pk=self.kwargs[self.pk_url_kwarg])

    def save_instance(self) -> LetterTemplate:
        words = {name: self.form.cleaned_data[name] for name in WORDED}
        return reword_template(self.object, words)


class LetterTemplateViewSet(ModelViewSet):
    model = LetterTemplate
    name = "letter_templates"
    icon = "draft"
    menu_label = "الگوهای نامه"
    menu_order = 120
    add_to_admin_menu = True
    index_view_class = TemplateListView
    add_view_class = TemplateCreateView
    edit_view_class = TemplateEditView
    copy_view_enabled = False
    list_display = ("title", "version")
    search_fields = ("title", "kind", "service_code", "signer_post")
    ordering = ("kind", "service_code")
    edit_handler = ObjectList(WORDS, base_form_class=WordingForm)
    add_handler = ObjectList([FieldPanel("use"), *WORDS], base_form_class=NewTemplateForm)

    def get_add_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        panel = self.add_handler.bind_to_model(LetterTemplate)
        asked = {"panel": panel, "form_class": panel.get_form_class()}
        return {**super().get_add_view_kwargs(**kwargs), **asked}


@hooks.register("register_admin_urls")
def addresses_of_drafts() -> list[URLPattern]:
    """The letter of a request before it has a number, below the request."""
    show_by = SubmissionAdmin().show_by
    return [
        path("letter-draft/<int:pk>/", show_by(DraftView), name="submission_letter"),
        path("letter-draft/<int:pk>/pdf/", show_by(DraftPdfView), name="submission_letter_pdf"),
    ]


@hooks.register("register_admin_urls")
def addresses_of_registers() -> list[URLPattern]:
    """Prints of the registers."""
    return [
        path("letters/registers/", show_prints, name="register_prints"),
        path("letters/registers/<int:pk>/", serve_print, name="register_print"),
    ]


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


@hooks.register("register_admin_viewset")
def letter_templates() -> LetterTemplateViewSet:
    return LetterTemplateViewSet()
