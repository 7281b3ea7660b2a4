"""The reviewers' screens of requests, as they are registered with wagtail-modeladmin."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils.functional import cached_property
from django.utils.timezone import now
from wagtail.admin.filters import WagtailFilterSet

from accounts.models import User
from doors.modeladmin import KeysetListView, NativeModelAdmin
from persian.digits import to_ascii
from persian.text import key
from submissions.deciding import CaseHistory, CaseView, NoteView, StepView, known_step
from submissions.models import State, Submission
from submissions.views import uploads

CODE_LENGTH = 12


def sees_everything(user: User) -> bool:
    """Whether the queue of this person is the whole company's (as ``visible_to`` has it)."""
    return user.is_superuser or user.has_role("manager")


class Lists:
    """The lists that the queue can show; each is led by an index of :class:`Submission`."""

    MINE = "mine"
    OPEN = "open"
    LATE = "late"
    NO_DESK = "no-desk"
    SEEN = "seen"

    LABELS = {
        MINE: "کارهای منتظر من",
        OPEN: "همهٔ درخواست‌های در حال بررسی",
        LATE: "دیرکرد",
        NO_DESK: "بدون میز",
        SEEN: "همهٔ درخواست‌های دیده‌شده",
    }

    @classmethod
    def of(cls, user: User) -> list[tuple[str, str]]:
        """The lists that are offered to ``user``, the first one being shown unasked."""
        if not sees_everything(user):
            names = [cls.MINE, cls.LATE, cls.SEEN]
            return [(name, cls.LABELS[name]) for name in names]
        names = [cls.OPEN, cls.MINE, cls.LATE, cls.NO_DESK, cls.SEEN]
        labels = cls.LABELS | {cls.SEEN: "همهٔ درخواست‌های ثبت‌شده"}
        return [(name, labels[name]) for name in names]


class QueueFilters(WagtailFilterSet):
    """Which list is shown. Nothing else filters: a filter exists where an index leads with it."""

    list = django_filters.ChoiceFilter(
        label="فهرست", method="choose", widget=forms.RadioSelect, empty_label=None
    )

    class Meta:
        model = Submission
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = Lists.of(self.request.user)
        self.filters["list"].extra.update(choices=offered, initial=offered[0][0])

    @cached_property
    def chosen(self) -> str:
        """The list that was asked for, or the person's first one."""
        offered = [name for name, _ in Lists.of(self.request.user)]
        asked = self.request.GET.get("list", "")
        return asked if asked in offered else offered[0]

    def filter_queryset(self, queryset: QuerySet[Submission]) -> QuerySet[Submission]:
        rows: Any = queryset
        match self.chosen:
            case Lists.MINE:
                return rows.waiting_at(self.request.user)
            case Lists.OPEN:
                return rows.waiting()
            case Lists.NO_DESK:
                return rows.waiting().filter(desk=None)
            case Lists.LATE if sees_everything(self.request.user):
                return rows.overdue()
            case Lists.LATE:
                return rows.waiting_at(self.request.user).overdue()
        return queryset

    def choose(self, queryset: Any, name: str, value: str) -> Any:
        """Chosen in ``filter_queryset``, because a list is shown unasked as well."""
        return queryset


class QueueView(KeysetListView):
    """What waits, the most urgent first; or what has been seen, the newest first."""

    page_title = "درخواست‌ها"
    template_name = "submissions/admin/queue.html"
    results_template_name = "submissions/admin/queue_results.html"
    filterset_class = QueueFilters

    def get_base_queryset(self) -> QuerySet[Submission]:
        return super().get_base_queryset().select_related("party", "park", "province", "desk__unit")

    def keyset(self) -> tuple[str, bool]:
        if self.is_searching or self.filters.chosen == Lists.SEEN:
            return "submitted_at", True
        return "due_at", False

    def filter_queryset(self, queryset: QuerySet[Submission]) -> QuerySet[Submission]:
        """A search looks through all that may be seen, whatever list is open."""
        if self.is_searching:
            return queryset
        filtered: QuerySet[Submission] = self.filters.filter_queryset(queryset)
        return filtered

    def search_rows(self, rows: QuerySet[Submission], text: str) -> QuerySet[Submission]:
        digits = to_ascii(text).replace(" ", "")
        if digits.isascii() and digits.isdecimal() and len(digits) <= CODE_LENGTH:
            # A range, where LIKE would read every row.
            between = (digits.ljust(CODE_LENGTH, "0"), digits.ljust(CODE_LENGTH, "9"))
            return rows.filter(tracking_code__range=between)
        return rows.filter(party__name_key__contains=key(text))

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(*args, **kwargs)
        offered = Lists.of(self.request.user)
        context["lists"] = [
            {"name": name, "label": label, "current": name == self.filters.chosen}
            for name, label in offered
        ]
        context["list_label"] = dict(offered)[self.filters.chosen]
        context["list_name"] = self.filters.chosen
        context["now"] = now()
        return context


class SubmissionAdmin(NativeModelAdmin):
    """«درخواست‌ها»: the queue, one request on one page, and the steps of the desk."""

    model = Submission
    menu_label = "درخواست‌ها"
    menu_icon = "tasks"
    menu_order = 100
    list_view_class = QueueView
    page_view_class = CaseView
    history_page_class = CaseHistory

    def get_queryset(self, request: HttpRequest) -> QuerySet[Submission]:
        """What the person may read and the company has received: drafts are the applicant's."""
        seen: Any = Submission.objects.visible_to(request.user)  # type: ignore[arg-type]
        rows: QuerySet[Submission] = seen.filter(submitted_at__isnull=False)
        return rows.exclude(state=State.DRAFT)

    def get_page_queryset(self, request: HttpRequest) -> QuerySet[Submission]:
        return self.get_queryset(request).select_related(
            "version", "party", "contract", "park", "province", "desk__unit", "filed_by"
        )

    def more_urls(self) -> tuple[tuple[str, str, Any], ...]:
        return (
            ("step", "step/<int:instance_pk>/<slug:name>/", self.step_view),
            ("note", "note/<int:instance_pk>/", self.note_view),
            ("document", "document/<int:instance_pk>/<int:document_id>/", self.document_view),
        )

    def step_view(self, request: HttpRequest, instance_pk: int, name: str) -> HttpResponse:
        row = self.row(request, instance_pk)
        return self.show(StepView, request, row, name=known_step(name))

    def note_view(self, request: HttpRequest, instance_pk: int) -> HttpResponse:
        return self.show(NoteView, request, self.row(request, instance_pk))

    def document_view(
        self, request: HttpRequest, instance_pk: int, document_id: int
    ) -> HttpResponse:
        """A file that was handed in, as the applicant's own address gives it out."""
        row = self.row(request, instance_pk)
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        return uploads.document(request, row.tracking_code, document_id)
