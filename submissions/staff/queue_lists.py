"""The lists of submissions that the staff go through: which there are for whom, rows and order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.functional import cached_property

from accounts.models import User
from db.questions import Question, written
from services_catalog.models import RunningDay
from services_catalog.models.places import desk_ids
from submissions.models import Submission, WorkItem
from submissions.models.work_item import inquiry_lanes, lanes_of, unattended_lanes
from submissions.states import State
from submissions.workflow.resting import RestingClock
from web.pagination import OwnRows


def sees_everything(user: User) -> bool:
    """Whether the queue of this person is the whole company's (as ``visible_to`` has it)."""
    return user.is_superuser or user.has_role("manager")


def received_for(user: User) -> QuerySet[Submission]:
    """What the person may read and the company has received: drafts are the applicant's."""
    return only_received(Submission.objects.visible_to(user))


def only_received(rows: QuerySet[Submission]) -> QuerySet[Submission]:
    """Those of them that were handed in."""
    return rows.filter(submitted_at__isnull=False).exclude(state=State.DRAFT)


def own_requests(user: User) -> OwnRows | None:
    """What the person may read, told from the side of their desks; None for who sees everything."""
    return None if sees_everything(user) else OwnRows("pk", Submission.objects.keys_for(user))


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


class QueueList:
    """One list as one person has it."""

    def __init__(self, user: User, name: str) -> None:
        self.user, self.name = user, name

    @cached_property
    def sees_all(self) -> bool:
        return sees_everything(self.user)

    @property
    def of_items(self) -> bool:
        """Whether the rows are work items."""
        return self.name in Lists.OF_ITEMS or (self.name == Lists.LATE and not self.sees_all)

    @property
    def is_mine(self) -> bool:
        """Whether the rows are what waits for the person, so that they may act on them."""
        if self.name in (Lists.MINE, Lists.FOLLOW_UP):
            return True
        return self.name == Lists.LATE and not self.sees_all

    @property
    def keyset(self) -> tuple[str, bool]:
        """The column that orders it, and whether the newest comes first."""
        if self.name == Lists.SEEN:
            return "submitted_at", True
        return ORDERED_BY.get(self.name, "due_at"), False

    @property
    def lanes(self) -> Sequence[Q]:
        """The parts that it is merged of; none: it is one."""
        if self.name == Lists.NO_DESK:
            return self._unattended
        if self.name == Lists.TAKEN:
            desks = sorted(desk_ids(self.user))
            return [Q(desk=desk, person__isnull=False) for desk in desks]
        if self.name == Lists.INQUIRIES:
            return () if self.sees_all else inquiry_lanes(self.user)
        return lanes_of(self.user) if self.is_mine else ()

    def narrow(self, rows: Any) -> Any:
        """Those of ``rows`` (open work items, or received submissions) that are in it."""
        if self.name in (Lists.SEEN, Lists.MINE):
            return rows
        if self.name == Lists.OPEN:
            return rows.decides()
        if self.name == Lists.INQUIRIES:
            return self._inquiries(rows)
        if self.name == Lists.TAKEN:
            return rows.taken_at(desk_ids(self.user))
        if self.name == Lists.FOLLOW_UP:
            return rows.to_follow_up(RunningDay().ends)
        if self.name == Lists.RESTING:
            return rows.resting(self.resting.since)
        if self.name == Lists.NO_DESK:
            # With its parts named, that they are decisions is all that is left to ask.
            return rows.decides() if self._unattended else rows.unattended()
        return rows.overdue()

    @cached_property
    def own(self) -> OwnRows | None:
        """The person's rows, where those of other desks lie between them."""
        return own_requests(self.user) if self.name == Lists.SEEN else None

    @property
    def rows(self) -> Any:
        """Its rows, in no order yet; submissions with what a line of it tells, work items see ``read``."""
        if self.of_items:
            return self.narrow(WorkItem.objects.open())
        return self.narrow(with_parties(received_for(self.user)))

    @property
    def read(self) -> Question[WorkItem] | None:
        """What gives the work items of some keys with what a line tells; None for submissions."""
        return read_items if self.of_items else None

    @cached_property
    def resting(self) -> RestingClock:
        return RestingClock()

    @cached_property
    def _unattended(self) -> Sequence[Q]:
        return unattended_lanes()

    def _inquiries(self, items: Any) -> Any:
        """What bodies outside were asked: by the person's desks, or by all for who sees all."""
        asked = items.inquiries()
        return asked if self.sees_all else asked.filter(asking_desk__in=desk_ids(self.user))


@written
def read_items(keys: Any) -> QuerySet[WorkItem]:
    """Open work items with what a line of a list tells."""
    return WorkItem.objects.open().filter(pk__in=keys).with_submission()


def with_parties(rows: Any) -> Any:
    """Submissions with what a row of a list tells."""
    return rows.select_related("party", "park", "province").with_open_items()
