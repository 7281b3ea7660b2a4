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
from web.consequences import (
    ask_first,
    find_touched,
    find_touched_by_new,
    is_confirmed,
    is_going_back,
)
from web.requests import UserRequest

#: In the address of an approval: what it would touch is to be asked.
ASKING = "ask"
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
    """The form of a new template, which asks before its publication changes letters under way."""

    def form_valid(self, form: Any) -> HttpResponse:
        if is_going_back(self.request):
            return self._show_form(form)
        try:
            if touched := self._find_touched(form.instance):
                return ask_first(self.request, touched, str(form.instance))
            return super().form_valid(form)
        except IntegrityError:
            # A colleague has added the same meanwhile.
            form.add_error("kind", TAKEN)
            answer: HttpResponse = self.form_invalid(form)
            return answer

    def _show_form(self, form: Any) -> HttpResponse:
        self.form = form
        page: HttpResponse = self.render_to_response(self.get_context_data(form=form))
        return page

    def _find_touched(self, design: LetterDesign) -> list[str]:
        if self.action != "publish" or is_confirmed(self.request):
            return []
        use = {"kind": design.kind, "service_code": design.service_code}
        try:
            return find_touched_by_new(LetterDesign(live=False, **use), self._try_publishing)
        except UnfitDesign:
            return []  # said by the real publication

    def _try_publishing(self) -> LetterDesign | None:
        """Publish a second form, so that the real one knows nothing of the trial."""
        trial = self.get_form_class()(**self.get_form_kwargs())
        if not trial.is_valid():
            return None
        design: LetterDesign = trial.save(commit=False)
        design.live = False
        design.save()
        design.save_revision(clean=False).publish()
        return design


class DesignEditView(SaysWhatIsUnfit, EditView):
    """The form of a template, which asks before a publication changes letters under way."""

    def get_object(self, queryset: Any = None) -> LetterDesign:
        if self.request.method == "GET":
            return self.shown
        design: LetterDesign = super().get_object(queryset)
        return design

    @cached_property
    def shown(self) -> LetterDesign:
        """What a page shows that changes nothing; Wagtail asks for it twice."""
        design: LetterDesign = super().get_object()
        design.remember_workflow()
        return design

    def form_valid(self, form: Any) -> HttpResponse:
        if is_going_back(self.request):
            self.form = form
            page: HttpResponse = self.render_to_response(self.get_context_data(form=form))
            return page
        if self._publishes() and not is_confirmed(self.request):
            try:
                touched = find_touched([self.live_object], self._try_publishing)
            except UnfitDesign:
                touched = []  # said by the real publication
            if touched:
                return ask_first(self.request, touched, str(form.instance))
        return super().form_valid(form)

    def _publishes(self) -> bool:
        """Whether letters follow what was typed once it is kept: published, or approved at last."""
        if self.action != "workflow-action":
            return bool(self.action == "publish")
        return publishes_by(self.workflow_action, self.live_object)

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
    """An approval from the list of what waits for it, which asks before letters under way change.

    It is pressed in a small window, which shows no page: what would be touched is asked at the same
    address. A refusal is said on the template's page.
    """

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if ASKING in request.GET and (touched := self._find_touched()):
            typed = request.GET.copy()
            del typed[ASKING]
            return ask_first(request, touched, str(self.object), typed)
        answer: HttpResponse = super().get(request, *args, **kwargs)
        return answer

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        page = reverse(LetterDesign.snippet_viewset.get_url_name("edit"), args=[self.object.pk])
        if is_going_back(request):
            return redirect(page)
        if not is_confirmed(request) and self._find_touched():
            typed = request.POST.copy()
            typed.pop("csrfmiddlewaretoken", None)
            typed[ASKING] = "yes"
            return self._lead_to(f"{request.path}?{typed.urlencode()}")
        try:
            answer: HttpResponse = super().post(request, *args, **kwargs)
        except UnfitDesign as refusal:
            messages.error(request, f"{refusal.title}. {refusal}")
            return self._lead_to(page)
        return answer

    def _lead_to(self, address: str) -> HttpResponse:
        if self.request.headers.get("x-requested-with") == "XMLHttpRequest":
            done = {"step": "success", "redirect": address}
            return render_modal_workflow(self.request, "", None, {}, json_data=done)
        return redirect(address)

    def _find_touched(self) -> list[str]:
        if not publishes_by(self.action_name, self.object):
            return []
        try:
            return find_touched([self.object], self._try_publishing)
        except UnfitDesign:
            return []  # said by the real publication

    def _try_publishing(self) -> None:
        LetterDesign.objects.get(pk=self.object.pk).latest_revision.publish()


def publishes_by(act: str, design: LetterDesign) -> bool:
    """Whether the act is the last approval of the template's workflow, which publishes it."""
    state = design.current_workflow_state
    if act != "approve" or state is None:
        return False
    left = state.workflow.tasks.filter(active=True)
    left = left.exclude(task_states__in=state.successful_task_states)
    return not left.exclude(pk=state.current_task_state.task_id).exists()


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

    def get_queryset(self, request: HttpRequest) -> Any:
        return LetterDesign.objects.with_status()


def show_names(request: UserRequest) -> JsonResponse:
    """What a template of a kind may name, as the form's list asks for it."""
    if not any(
        map(request.user.has_perm, ("letters.add_letterdesign", "letters.change_letterdesign"))
    ):
        raise PermissionDenied
    kind, service = request.GET.get("kind", ""), request.GET.get("service", "")
    return JsonResponse({"names": list_names(kind, service)})
