"""Lists of submissions in the admin, their search and registration."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.utils.functional import cached_property

from accounts.models import Membership, Party, User
from db.search import key_condition
from persian.identifiers import TRACKING_CODE_LENGTH
from persian.searching import read_query
from services_catalog.models.places import desk_ids
from submissions.applicant import document_views
from submissions.models import Contract, Submission
from submissions.models.contract import number_key, number_keys
from submissions.reports.progress import mark_late
from submissions.staff.decision_views import HistoryView, NoteView, ReviewView, StepView
from submissions.states import State
from web.requests import UserRequest
from web.staff_lists import KeysetListView, NativeModelAdmin


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
        MINE: "در انتظار اقدام من",
        OPEN: "همهٔ درخواست‌های در حال بررسی",
        LATE: "دارای تأخیر",
        NO_DESK: "بدون میز یا همکار",
        SEEN: "همهٔ درخواست‌های مشاهده‌شده",
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


class QueueView(KeysetListView):
    """Waiting submissions, the most urgent first; or seen ones, the newest first."""

    page_title = "درخواست‌ها"
    search_words = "کد رهگیری، نام، کد ملی یا شمارهٔ قرارداد"
    template_name = "submissions/admin/queue.html"
    results_template_name = "submissions/admin/queue_results.html"

    @cached_property
    def offered(self) -> dict[str, str]:
        return dict(Lists.of(self.request.user))

    @cached_property
    def chosen(self) -> str:
        """The list that was asked for, or the person's first one."""
        asked = self.request.GET.get("list", "")
        return asked if asked in self.offered else next(iter(self.offered))

    def get_base_queryset(self) -> QuerySet[Submission]:
        return super().get_base_queryset().select_related("party", "park", "province", "desk__unit")

    def keyset(self) -> tuple[str, bool]:
        if self.is_searching or self.chosen == Lists.SEEN:
            return "submitted_at", True
        return "due_at", False

    def filter_queryset(self, queryset: Any) -> QuerySet[Submission]:
        """A search looks through all that may be seen, whatever list is open."""
        user, rows = self.request.user, queryset
        if self.is_searching or self.chosen == Lists.SEEN:
            pass
        elif self.chosen == Lists.MINE:
            rows = rows.waiting_at(user)
        elif self.chosen == Lists.OPEN:
            rows = rows.waiting()
        elif self.chosen == Lists.NO_DESK:
            rows = rows.unattended()
        else:
            rows = rows.overdue() if sees_everything(user) else rows.waiting_at(user).overdue()
        return rows

    def search_rows(self, rows: QuerySet[Submission], text: str) -> QuerySet[Submission]:
        return rows.filter(search_query(text))

    def searched_name(self, row: Submission) -> str:
        return row.party.name

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(*args, **kwargs)
        context["lists"] = [
            {"name": name, "label": label, "current": name == self.chosen and not self.is_searching}
            for name, label in self.offered.items()
        ]
        context |= self._columns()
        context["list_name"] = self.chosen
        context["list_label"] = self.offered[self.chosen]
        mark_late(self.page.rows)
        return context

    def _columns(self) -> dict[str, bool]:
        """Which columns would say the same in every row; marks what was referred to the reader."""
        waiting = not self.is_searching and self.chosen != Lists.SEEN
        mine = desk_ids(self.request.user)
        elsewhere = [submission for submission in self.page.rows if submission.desk_id not in mine]
        if waiting and self.chosen == Lists.MINE:
            for submission in elsewhere:
                submission.asked_of_me = True
        return {"all_waiting": waiting, "all_mine": waiting and len(mine) == 1 and not elsewhere}


class SubmissionAdmin(NativeModelAdmin):
    """«درخواست‌ها»: the queue, one request on one page, and the steps of the desk."""

    model = Submission
    menu_label = "درخواست‌ها"
    menu_icon = "tasks"
    menu_order = 100
    list_view_class = QueueView
    page_view_class = ReviewView
    history_page_class = HistoryView

    def get_queryset(self, request: HttpRequest) -> QuerySet[Submission]:
        """What the person may read and the company has received: drafts are the applicant's."""
        seen: Any = Submission.objects.visible_to(request.user)  # type: ignore[arg-type]
        rows: QuerySet[Submission] = seen.filter(submitted_at__isnull=False)
        return rows.exclude(state=State.DRAFT)

    def get_page_queryset(self, request: HttpRequest) -> QuerySet[Submission]:
        own = Membership.objects.filter(user=request.user.pk, party=OuterRef("party"))
        return (
            self.get_queryset(request)
            .select_related(
                "version", "party", "contract", "park", "province", "desk__unit", "filed_by"
            )
            .annotate(of_reader=Exists(own))
        )

    def more_urls(self) -> tuple[tuple[str, str, Any], ...]:
        return (
            ("step", "step/<int:pk>/<slug:name>/", self.show_by(StepView)),
            ("note", "note/<int:pk>/", self.show_by(NoteView)),
            ("document", "document/<int:pk>/<int:document_id>/", self.document_view),
        )

    def document_view(self, request: UserRequest, pk: int, document_id: int) -> HttpResponseBase:
        """A file that was handed in, as the applicant's own address gives it out."""
        row = self.row(request, pk)
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        return document_views.serve_document(request, row.tracking_code, document_id)


def search_query(text: str) -> Q:
    """Query by tracking code or its beginning, national id, contract number or part of the name."""
    digits = number_key(text)
    if not any(sign.isdecimal() for sign in digits):
        return _by_name(text)
    found = _by_contract(text)
    if digits.isdecimal():
        return found | _by_code(digits) | _by_person(digits)
    return found | _by_name(text)


def _by_name(text: str) -> Q:
    return key_condition(read_query(text), "party__name_key")


# Each answers with keys: joined by OR, every condition is then led by an index of the requests.
def _by_contract(text: str) -> Q:
    contracts = Contract.objects.filter(number_key__in=number_keys(text))
    return Q(contract__in=list(contracts.order_by().values_list("pk", flat=True)))


def _by_person(digits: str) -> Q:
    parties = Party.objects.filter(national_id=digits)
    return Q(party__in=list(parties.values_list("pk", flat=True)))


def _by_code(digits: str) -> Q:
    if len(digits) > TRACKING_CODE_LENGTH:
        return Q()
    # A range, where LIKE would read every row.
    between = (digits.ljust(TRACKING_CODE_LENGTH, "0"), digits.ljust(TRACKING_CODE_LENGTH, "9"))
    return Q(tracking_code__range=between)
