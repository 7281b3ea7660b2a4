"""Lists of submissions in the admin, their search and registration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.utils.functional import cached_property

from accounts.models import Membership, Party, User
from accounts.party_search import is_borne_by_many, name_condition
from persian.identifiers import TRACKING_CODE_LENGTH
from services_catalog.models import RunningDay
from services_catalog.models.places import desk_ids
from submissions.applicant import document_views
from submissions.models import Contract, Submission, WorkItem
from submissions.models.contract import number_key, number_keys
from submissions.models.work_item import inquiry_lanes, lanes_of, unattended_lanes
from submissions.staff.bulk.forms import bulk_keys
from submissions.staff.decision_views import HistoryView, NoteView, ReviewView, StepView
from submissions.staff.desk_views import take_the_next
from submissions.staff.inquiries.paper_views import PaperView
from submissions.staff.queue_rows import mark_rows, submission_of
from submissions.staff.resting_desks import count_by_desk
from submissions.staff.seen_views import SeenView
from submissions.states import State
from submissions.workflow.resting import RESTING_DAYS, RestingClock
from web.pagination import OwnRows
from web.requests import UserRequest
from web.staff_lists import KeysetListView, NativeModelAdmin


def sees_everything(user: User) -> bool:
    """Whether the queue of this person is the whole company's (as ``visible_to`` has it)."""
    return user.is_superuser or user.has_role("manager")


class Lists:
    """The lists that the queue can show; each is led by an index.

    Those of ``OF_ITEMS`` have a row for each thing that somebody is to do, the others one for each
    submission.
    """

    MINE = "mine"
    OPEN = "open"
    LATE = "late"
    NO_DESK = "no-desk"
    SEEN = "seen"
    TAKEN = "taken"
    FOLLOW_UP = "follow-up"
    RESTING = "resting"
    INQUIRIES = "inquiries"

    OF_ITEMS = (MINE, OPEN, NO_DESK, TAKEN, FOLLOW_UP, RESTING, INQUIRIES)

    LABELS = {
        MINE: "در انتظار اقدام من",
        OPEN: "همهٔ درخواست‌های در حال بررسی",
        LATE: "دارای تأخیر",
        NO_DESK: "بدون میز یا همکار",
        SEEN: "همهٔ درخواست‌های مشاهده‌شده",
        TAKEN: "نزد همکاران میز من",
        FOLLOW_UP: "پیگیری امروز",
        RESTING: "راکد",
        INQUIRIES: "استعلام‌ها",
    }

    @classmethod
    def of(cls, user: User) -> list[tuple[str, str]]:
        """The lists that are offered to ``user``, the first one being shown unasked."""
        if not sees_everything(user):
            names = [cls.MINE, cls.FOLLOW_UP, cls.TAKEN, cls.LATE, cls.INQUIRIES, cls.SEEN]
            return [(name, cls.LABELS[name]) for name in names]
        names = [cls.OPEN, cls.MINE, cls.FOLLOW_UP, cls.LATE, cls.RESTING]
        names += [cls.NO_DESK, cls.INQUIRIES, cls.SEEN]
        labels = cls.LABELS | {cls.SEEN: "همهٔ درخواست‌های ثبت‌شده"}
        return [(name, labels[name]) for name in names]


# Of the others what is due first comes first.
ORDERED_BY = {Lists.FOLLOW_UP: "follow_up_at", Lists.RESTING: "touched_at"}


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

    @property
    def lists_items(self) -> bool:
        """Whether the rows are work items; a search looks for submissions."""
        if self.is_searching:
            return False
        return self.chosen in Lists.OF_ITEMS or (self.chosen == Lists.LATE and not self.sees_all)

    @cached_property
    def sees_all(self) -> bool:
        return sees_everything(self.request.user)

    def get_base_queryset(self) -> QuerySet[Any]:
        if self.lists_items:
            return WorkItem.objects.open().with_submission()
        rows: Any = super().get_base_queryset().select_related("party", "park", "province")
        return rows.with_open_items()

    def keyset(self) -> tuple[str, bool]:
        if self.is_searching or self.chosen == Lists.SEEN:
            return "submitted_at", True
        if self.chosen in ORDERED_BY:
            return ORDERED_BY[self.chosen], False
        return "due_at", False

    def lanes(self) -> Sequence[Q]:
        if self.chosen == Lists.NO_DESK:
            return self._unattended
        if self.chosen == Lists.TAKEN:
            desks = sorted(desk_ids(self.request.user))
            return [Q(desk=desk, person__isnull=False) for desk in desks]
        if self.chosen == Lists.INQUIRIES:
            return () if self.sees_all else inquiry_lanes(self.request.user)
        return lanes_of(self.request.user) if self.lists_mine else ()

    def own_rows(self) -> OwnRows | None:
        if self.sees_all or not (self.is_searching or self.chosen == Lists.SEEN):
            return None
        return OwnRows("pk", Submission.objects.keys_for(self.request.user))

    def finds_many(self, text: str) -> bool:
        return not any(sign.isdecimal() for sign in number_key(text)) and is_borne_by_many(text)

    @cached_property
    def _resting(self) -> RestingClock:
        return RestingClock()

    @property
    def lists_mine(self) -> bool:
        """Whether the rows are what waits for the person, so that they may act on them."""
        if self.is_searching:
            return False
        if self.chosen in (Lists.MINE, Lists.FOLLOW_UP):
            return True
        return self.chosen == Lists.LATE and not self.sees_all

    @cached_property
    def _unattended(self) -> Sequence[Q]:
        return unattended_lanes()

    def filter_queryset(self, queryset: Any) -> QuerySet[Any]:
        """A search looks through all that may be seen, whatever list is open."""
        if self.is_searching or self.chosen in (Lists.SEEN, Lists.MINE):
            return queryset
        if self.chosen == Lists.OPEN:
            return queryset.decides()
        if self.chosen == Lists.INQUIRIES:
            return self._inquiries(queryset)
        if self.chosen == Lists.TAKEN:
            return queryset.taken_at(desk_ids(self.request.user))
        if self.chosen == Lists.FOLLOW_UP:
            return queryset.to_follow_up(RunningDay().ends)
        if self.chosen == Lists.RESTING:
            return queryset.resting(self._resting.since)
        if self.chosen == Lists.NO_DESK:
            # With its parts named, that they are decisions is all that is left to ask.
            return queryset.decides() if self._unattended else queryset.unattended()
        return queryset.overdue()

    def _inquiries(self, items: Any) -> Any:
        """What bodies outside were asked: by the person's desks, or by all for who sees all."""
        asked = items.inquiries()
        return asked if self.sees_all else asked.filter(asking_desk__in=desk_ids(self.request.user))

    def get_queryset(self) -> list[Any]:
        """The rows, all as submissions."""
        rows = super().get_queryset()
        if self.lists_items:
            rows = [submission_of(item) for item in rows]
            self.page = replace(self.page, rows=rows)
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
        asks = self.chosen == Lists.INQUIRIES
        context["own_due_label"] = "مهلت استعلام" if asks else "مهلت میز"
        context["holder_label"] = "میز استعلام‌کننده" if asks else "میز فعلی"
        context |= self._columns()
        at_desks = bool(desk_ids(self.request.user))
        context["may_take"] = at_desks and self.chosen == Lists.MINE and not self.is_searching
        context["list_name"] = self.chosen
        context["list_label"] = self.offered[self.chosen]
        context["lists_items"] = self.lists_items
        if self.chosen == Lists.RESTING and not self.is_searching:
            context["resting_desks"] = count_by_desk(self._resting)
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
        seen: Any = Submission.objects.visible_to(request.user)  # type: ignore[arg-type]
        rows: QuerySet[Submission] = seen.filter(submitted_at__isnull=False)
        return rows.exclude(state=State.DRAFT)

    def get_page_queryset(self, request: HttpRequest) -> QuerySet[Submission]:
        own = Membership.objects.filter(user=request.user.pk, party=OuterRef("party"))
        return (
            self.get_queryset(request)
            .select_related("version", "party", "contract", "park", "province", "filed_by")
            .annotate(of_reader=Exists(own))
        )

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
    return name_condition(text, "party")


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
