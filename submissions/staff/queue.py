"""Lists of submissions in the admin, their search and registration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.utils.functional import cached_property

from accounts.models import Membership, Party, User
from accounts.party_search import TypedName
from db.questions import Question, written
from persian.identifiers import TRACKING_CODE_LENGTH
from services_catalog.models.places import desk_ids
from submissions.applicant import document_views
from submissions.models import Contract, Submission, WorkItem
from submissions.models.contract import number_key, number_keys
from submissions.models.shown import JOINED
from submissions.models.sight import Sight
from submissions.staff.bulk.forms import bulk_keys
from submissions.staff.decision_views import HistoryView, NoteView, ReviewView, StepView
from submissions.staff.desk_views import take_the_next
from submissions.staff.inquiries.paper_views import PaperView
from submissions.staff.queue_lists import (
    Lists,
    QueueList,
    only_received,
    own_requests,
    received_for,
    with_parties,
)
from submissions.staff.queue_rows import mark_rows, submission_of
from submissions.staff.resting_desks import count_by_desk
from submissions.staff.seen_views import SeenView
from submissions.workflow.resting import RESTING_DAYS
from web.pagination import OwnRows
from web.requests import UserRequest
from web.searches.found_rows import Search
from web.staff_lists import KeysetListView, NativeModelAdmin


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

    @cached_property
    def shown_list(self) -> QueueList:
        return QueueList(self.request.user, self.chosen)

    @property
    def lists_items(self) -> bool:
        """Whether the rows are work items; a search looks for submissions."""
        return self.shown_list.of_items and not self.is_searching

    @property
    def lists_mine(self) -> bool:
        """Whether the rows are what waits for the person, so that they may act on them."""
        return self.shown_list.is_mine and not self.is_searching

    def get_base_queryset(self) -> QuerySet[Any]:
        if self.lists_items:
            return WorkItem.objects.open()
        rows: QuerySet[Any] = with_parties(super().get_base_queryset())
        return rows

    @property
    def read_rows(self) -> Question[WorkItem] | None:
        return None if self.is_searching else self.shown_list.read

    def keyset(self) -> tuple[str, bool]:
        return ("submitted_at", True) if self.is_searching else self.shown_list.keyset

    def lanes(self) -> Sequence[Q]:
        return () if self.is_searching else self.shown_list.lanes

    def own_rows(self) -> OwnRows | None:
        return self.shown_list.own

    def filter_queryset(self, queryset: Any) -> QuerySet[Any]:
        """A search looks through all that may be seen, whatever list is open."""
        rows: QuerySet[Any] = queryset if self.is_searching else self.shown_list.narrow(queryset)
        return rows

    def get_queryset(self) -> list[Any]:
        """The rows, all as submissions."""
        rows = super().get_queryset()
        if self.lists_items:
            rows = [submission_of(item) for item in rows]
            self.page = replace(self.page, rows=rows)
        return rows

    def search(self, text: str) -> Search:
        return search_submissions(self.request.user, text)

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(*args, **kwargs)
        context["lists"] = [
            {"name": name, "label": label, "current": name == self.chosen and not self.is_searching}
            for name, label in self.offered.items()
        ]
        asks = self.chosen == Lists.INQUIRIES
        context["own_due_label"] = "مهلت استعلام" if asks else "مهلت میز"
        context["holder_label"] = "میز استعلام‌کننده" if asks else "میز فعلی"
        context |= self._columns()
        is_mine = self.chosen == Lists.MINE and not self.is_searching
        context["may_take"] = is_mine and bool(self.page.rows and desk_ids(self.request.user))
        context["list_name"] = self.chosen
        context["list_label"] = self.offered[self.chosen]
        context["lists_items"] = self.lists_items
        if self.chosen == Lists.RESTING and not self.is_searching:
            context["resting_desks"] = count_by_desk(self.shown_list.resting)
            context["resting_limit"] = RESTING_DAYS
        mark_rows(self.page.rows, of_items=self.lists_items)
        return context

    def _columns(self) -> dict[str, Any]:
        """Which columns would say the same in every row, and what can be done with many rows."""
        waiting = not self.is_searching and self.chosen != Lists.SEEN
        items = [item for row in self.page.rows for item in row.open_items]
        one_desk = len({(item.desk_id, item.person_id) for item in items}) < 2
        alone = one_desk and all(item.is_decision and item.person_id is None for item in items)
        stuck = waiting and self.chosen == Lists.NO_DESK
        all_mine = waiting and self.chosen == Lists.MINE and alone
        keys = bulk_keys(self.request.user, mine=self.lists_mine) if self.lists_items else []
        chosen = {"may_choose": bool(keys), "bulk_keys": keys, "lists_mine": self.lists_mine}
        return chosen | {"all_waiting": waiting, "all_mine": all_mine, "unattended": stuck}


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
        return received_for(request.user)  # type: ignore[arg-type]

    def row(self, request: HttpRequest, pk: int) -> Submission:
        """The same for the page of one of them. Raises PermissionDenied and Http404."""
        self.require_reading(request)
        found = _find_received.first(pk, *Sight.of(request.user))  # type: ignore[arg-type]
        if found is None:
            raise Http404
        return found

    def more_urls(self) -> tuple[tuple[str, str, Any], ...]:
        return (
            ("step", "step/<int:pk>/<slug:name>/", self.show_by(StepView)),
            ("take_next", "take-next/", take_the_next),
            ("note", "note/<int:pk>/", self.show_by(NoteView)),
            ("seen", "seen/<int:pk>/", self.show_by(SeenView)),
            ("document", "document/<int:pk>/<int:document_id>/", self.document_view),
            ("paper", "paper/<int:pk>/<int:item>/", self.show_by(PaperView)),
        )

    def document_view(self, request: UserRequest, pk: int, document_id: int) -> HttpResponseBase:
        """A file that was handed in, as the applicant's own address gives it out."""
        row = self.row(request, pk)
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        return document_views.serve_document(request, row.tracking_code, document_id)


@written
def _find_received(
    key: Any, parties: Any, person: Any, today: Any, desks: Any
) -> QuerySet[Submission]:
    own = Membership.objects.filter(user=person, party=OuterRef("party"))
    visible = Submission.objects.visible(Sight(parties, person, today, desks))
    shown = only_received(visible).filter(pk=key).select_related(*JOINED)
    return shown.annotate(of_reader=Exists(own))


def search_submissions(user: User, text: str) -> Search:
    """By tracking code or its beginning, national id, contract number or part of the name."""
    digits, name = number_key(text), TypedName(text)
    own = None
    if digits.isdecimal():
        found = _by_contract(text) | _by_code(digits) | _by_person(digits)
    elif any(sign.isdecimal() for sign in digits):
        found = _by_contract(text) | name.condition("party")
    else:
        found = name.condition("party")
        own = own_requests(user) if name.is_borne_by_many else None
    return Search(text, found, "party__name", own)


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
