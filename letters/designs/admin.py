"""Templates in the admin: designed, previewed, approved, published and retired."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from wagtail.admin import messages
from wagtail.admin.modal_workflow import render_modal_workflow
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, LiveStatusTagColumn
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.snippets.views.snippets import (
    CreateView,
    EditView,
    UnpublishView,
    WorkflowActionView,
)

from letters.designs.choosing import list_names
from letters.designs.forms import TAKEN, DesignForm
from letters.designs.models import LetterDesign, UnfitDesign
from services_catalog.admin.reference import Reference
from services_catalog.models import Service
from web.consequences import ask_first, find_touched, is_confirmed, is_going_back
from web.requests import UserRequest

PANELS = [
    MultiFieldPanel(
        [
            FieldPanel("title", help_text="نام الگو در فهرست‌ها؛ در نامه درج نمی‌شود."),
            FieldPanel("kind"),
            FieldPanel("service_code"),
        ],
        heading="کاربرد",
    ),
    MultiFieldPanel(
        [FieldPanel("subject"), FieldPanel("recipient_post"), FieldPanel("salutation")],
        heading="موضوع و گیرنده",
    ),
    FieldPanel("body"),
    MultiFieldPanel(
        [
            FieldPanel(
                "signer_post",
                help_text="در صورت خالی بودن، سمت واحدی که امضا می‌کند درج می‌شود.",
            )
        ],
        heading="امضا",
    ),
    FieldPanel("copies"),
    MultiFieldPanel([FieldPanel("preview_code")], heading="پیش‌نمایش"),
]


class WordingPolicy(ModelPermissionPolicy):
    """Templates and secretariats stay with the letters that they stand behind: nobody deletes one."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action != "delete" and bool(super().user_has_permission(user, action))

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)


class SaysWhatIsUnfit:
    """A form whose refusal at publishing is said in it; nothing that was typed is lost."""

    def form_valid(self, form: Any) -> HttpResponse:
        view: Any = self
        try:
            answer: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        except UnfitDesign as refusal:
            form.add_error(None, f"{refusal.title}. {refusal}")
            answer = view.form_invalid(form)
        return answer


class DesignCreateView(SaysWhatIsUnfit, CreateView):
    def form_valid(self, form: Any) -> HttpResponse:
        try:
            return super().form_valid(form)
        except IntegrityError:
            # A colleague has added the same meanwhile.
            form.add_error("kind", TAKEN)
            answer: HttpResponse = self.form_invalid(form)
            return answer


class DesignEditView(SaysWhatIsUnfit, EditView):
    """The form of a template, which asks before a publication changes letters under way."""

    def form_valid(self, form: Any) -> HttpResponse:
        if is_going_back(self.request):
            self.form = form
            page: HttpResponse = self.render_to_response(self.get_context_data(form=form))
            return page
        if self.action == "publish" and not is_confirmed(self.request):
            try:
                touched = find_touched([self.live_object], self._try_publishing)
            except UnfitDesign:
                touched = []  # said by the real publication
            if touched:
                return ask_first(self.request, touched, str(form.instance))
        return super().form_valid(form)

    def _try_publishing(self) -> None:
        """Publish a second form, so that the real one knows nothing of the trial."""
        given = self.get_form_kwargs()
        given["instance"] = LetterDesign.objects.get(pk=self.object.pk)
        trial = self.get_form_class()(**given)
        if trial.is_valid():
            trial.save(commit=False).save_revision(clean=False).publish()


class DesignUnpublishView(UnpublishView):
    """Retires a template; what becomes of the letters under way is said before."""

    template_name = "letters/admin/designs/retire.html"
    success_message = "الگوی «%(object)s» از کاربرد خارج شد."

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        touched, refusal = [], None
        try:
            touched = find_touched([self.object], self._retire)
        except UnfitDesign as found:
            refusal = found
        return super().get_context_data(touched=touched, refusal=refusal, **kwargs)

    def _retire(self) -> None:
        LetterDesign.objects.get(pk=self.object.pk).unpublish(user=self.request.user)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            self._retire()
        except UnfitDesign:
            return self.render_to_response(self.get_context_data(), status=422)
        messages.success(request, self.get_success_message())
        return redirect(self.get_next_url())


class DesignApprovalView(WorkflowActionView):
    """An approval from the list of what waits for it; a refusal is said on the template's page."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            answer: HttpResponse = super().post(request, *args, **kwargs)
        except UnfitDesign as refusal:
            messages.error(request, f"{refusal.title}. {refusal}")
        else:
            return answer
        page = reverse(LetterDesign.snippet_viewset.get_url_name("edit"), args=[self.object.pk])
        if request.headers.get("x-requested-with") == "XMLHttpRequest":
            done = {"step": "success", "redirect": page}
            return render_modal_workflow(request, "", None, {}, json_data=done)
        return redirect(page)


class UseColumn(Column):
    """What a template is for, in words; a service that is gone is named by its code."""

    @cached_property
    def titles(self) -> dict[str, str]:
        return dict(Service.objects.values_list("code", "title"))

    def get_value(self, instance: LetterDesign) -> str:
        code = instance.service_code
        if code:
            return f"خدمت «{self.titles.get(code, code)}»"
        return "همهٔ خدمات این نوع"


class DesignViewSet(Reference):
    """«الگوهای نامه»."""

    model = LetterDesign
    base_url_path = "letter_templates"
    icon = "draft"
    menu_label = "الگوهای نامه"
    menu_order = 120
    add_to_admin_menu = True
    add_view_class = DesignCreateView
    edit_view_class = DesignEditView
    unpublish_view_class = DesignUnpublishView
    workflow_action_view_class = DesignApprovalView
    list_display = (
        "title",
        Column("kind", label="نوع نامه", accessor="kind_title", sort_key="kind"),
        UseColumn("service_code", label="برای"),
        LiveStatusTagColumn(),
    )
    list_filter = ("kind", "live")
    search_fields = ("title", "kind", "service_code", "signer_post")
    ordering = ("kind", "service_code")
    edit_handler = ObjectList(PANELS, base_form_class=DesignForm)


def show_names(request: UserRequest) -> JsonResponse:
    """What a template of a kind may name, as the form's list asks for it."""
    if not any(
        map(request.user.has_perm, ("letters.add_letterdesign", "letters.change_letterdesign"))
    ):
        raise PermissionDenied
    kind, service = request.GET.get("kind", ""), request.GET.get("service", "")
    return JsonResponse({"names": list_names(kind, service)})
