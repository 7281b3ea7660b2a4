"""Letters and their wording in the admin."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from wagtail import hooks
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail_modeladmin.options import modeladmin_register

from letters.admin import LetterAdmin
from letters.models import LetterTemplate
from letters.wording import WORDED, WordingForm, reword

modeladmin_register(LetterAdmin)


class WordingPolicy(ModelPermissionPolicy):
    """Templates come with their kinds of letters and stay with the letters: they are only worded."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action in ("view", "change") and bool(super().user_has_permission(user, action))

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)


register_permission_policy(LetterTemplate, WordingPolicy(LetterTemplate))


def in_force() -> QuerySet[LetterTemplate]:
    """Only the present version of each template is listed and worded anew."""
    return LetterTemplate.objects.filter(current=True)


class TemplateListView(generic.IndexView):
    def get_base_queryset(self) -> QuerySet[LetterTemplate]:
        return in_force()


class TemplateEditView(generic.EditView):
    success_message = "نسخهٔ تازهٔ «%(object)s» ذخیره شد. نامه‌های پیشین متن خود را نگه می‌دارند."

    def get_object(self, queryset: Any = None) -> LetterTemplate:
        return get_object_or_404(in_force(), pk=self.kwargs[self.pk_url_kwarg])

    def save_instance(self) -> LetterTemplate:
        words = {name: self.form.cleaned_data[name] for name in WORDED}
        return reword(self.object, words)


class LetterTemplateViewSet(ModelViewSet):
    model = LetterTemplate
    name = "letter_templates"
    icon = "draft"
    menu_label = "الگوهای نامه"
    menu_order = 120
    add_to_admin_menu = True
    index_view_class = TemplateListView
    edit_view_class = TemplateEditView
    copy_view_enabled = False
    list_display = ("title", "kind", "service_code", "version")
    search_fields = ("title", "kind", "service_code")
    search_backend_name = None
    ordering = ("kind", "service_code")
    edit_handler = ObjectList(
        [
            FieldPanel("title"),
            FieldPanel("salutation"),
            FieldPanel("paragraphs"),
            FieldRowPanel([FieldPanel("show_answers"), FieldPanel("signer_post")]),
            FieldPanel("copies"),
        ],
        base_form_class=WordingForm,
    )


@hooks.register("register_admin_viewset")
def letter_templates() -> LetterTemplateViewSet:
    return LetterTemplateViewSet()
