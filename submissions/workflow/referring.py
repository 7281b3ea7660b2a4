"""Who may be asked by whom, and until when: what is refused before a referral is opened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from functools import cached_property

from django.utils.timezone import localdate

from accounts.models import Membership, User
from persian.jalali import format_jalali_date
from services_catalog.models import Desk
from services_catalog.models.places import desk_ids
from submissions.models import Submission, WorkItem
from submissions.refusals import BadDeadline, NoColleague
from submissions.states import REFERRED
from submissions.step_details import ReferDetail
from submissions.workflow.deadlines import PromiseClock
from submissions.workflow.work_items import Asked

ONESELF = "نمی‌توانید درخواست را به خودتان ارجاع دهید."
NOT_DECIDING = "«{}» در حال حاضر مجاز به بررسی درخواست‌ها نیست. همکار دیگری را انتخاب کنید."
OF_PARTY = (
    "این درخواست مربوط به «{}» است و ارجاع آن به خود او ممکن نیست. همکار دیگری را انتخاب کنید."
)
WAITS_ALREADY = "این درخواست قبلاً به «{}» ارجاع شده و پاسخ آن هنوز دریافت نشده است."
ROUND = "این درخواست را «{}» به شما ارجاع داده است و نمی‌توانید آن را به خود او ارجاع دهید."
CLOSED = "میز «{}» دایر نیست. میز دیگری را انتخاب کنید."
EMPTY = "در میز «{}» همکاری برای پاسخ وجود ندارد. میز دیگری را انتخاب کنید."
OWN_DESK = "«{}» میز خود شماست. میز یا همکار دیگری را انتخاب کنید."
ROUND_DESK = (
    "این درخواست از میز «{}» به شما ارجاع شده است و نمی‌توانید آن را به همان میز ارجاع دهید."
)
TOO_EARLY = "مهلت ارجاع نمی‌تواند پیش از امروز باشد."
TOO_LATE = "مهلت ارجاع نمی‌تواند پس از مهلت خود شما ({}) باشد."


class Asking:
    """Whom somebody may ask from one item. Looks up each thing once."""

    def __init__(self, submission: Submission, item: WorkItem, by: User | None) -> None:
        self.submission, self.item, self.by = submission, item, by

    def why_not(self, asked: Asked) -> str:
        """Why this colleague or desk cannot be asked, in a sentence; empty when they can be."""
        if isinstance(asked, User):
            return self._why_not_person(asked)
        return self._why_not_desk(asked)

    def _why_not_person(self, user: User) -> str:
        reasons = (
            (ONESELF, user == self.by),
            (NOT_DECIDING, user.pk not in self.deciding),
            (OF_PARTY, user.pk in self.members),
            (ROUND, user.pk in self.askers),
            (WAITS_ALREADY, (user.pk, None) in self.waiting),
        )
        return next((words.format(user) for words, holds in reasons if holds), "")

    def _why_not_desk(self, desk: Desk) -> str:
        reasons = (
            (CLOSED, not desk.open),
            (EMPTY, desk.pk not in self.staffed),
            (OWN_DESK, self.by is not None and desk.pk in desk_ids(self.by)),
            (ROUND_DESK, desk.pk in self.asking_desks),
            (WAITS_ALREADY, (None, desk.pk) in self.waiting),
        )
        return next((words.format(desk) for words, holds in reasons if holds), "")

    @cached_property
    def deciding(self) -> set[int]:
        """Keys of the colleagues who may decide at all."""
        return set(User.objects.deciding().values_list("pk", flat=True))

    @cached_property
    def members(self) -> set[int]:
        """Keys of those who are or were of the party."""
        of_party = Membership.objects.filter(party=self.submission.party_id)
        return set(of_party.values_list("user", flat=True))

    @cached_property
    def staffed(self) -> set[int]:
        """Keys of the desks where somebody may answer."""
        return set(Desk.objects.staffed().values_list("pk", flat=True))

    @cached_property
    def waiting(self) -> set[tuple[int | None, int | None]]:
        """Who was asked from the same item and has not answered: (person, None) or (None, desk)."""
        opened = WorkItem.objects.open().filter(parent=self.item)
        pairs = opened.values_list("person", "desk")
        return {(person, None if person else desk) for person, desk in pairs}

    @cached_property
    def askers(self) -> set[int]:
        """Keys of those whose question led to the item."""
        steps = (item.opened_by for item in self._line() if item.parent_id)
        return {step.by_id for step in steps if step.by_id}

    @cached_property
    def asking_desks(self) -> set[int]:
        """Keys of the desks from which the item was asked, and its own."""
        return {item.desk_id for item in self._line() if item.desk_id}

    def _line(self) -> Iterator[WorkItem]:
        """The item, and those above it."""
        above: WorkItem | None = self.item
        while above is not None:
            yield above
            above = above.parent


def check_asked(
    submission: Submission, item: WorkItem, detail: ReferDetail, by: User | None
) -> list[Asked]:
    """Those who are to be asked, each once. Raises NoColleague for somebody who cannot be."""
    asked: list[Asked] = [*dict.fromkeys(detail.people), *dict.fromkeys(detail.desks)]
    if not asked or detail.purpose not in REFERRED:
        raise NoColleague
    asking = Asking(submission, item, by)
    for each in asked:
        if words := asking.why_not(each):
            raise NoColleague(words)
    return asked


def check_deadline(item: WorkItem, due_at: datetime | None, moment: datetime) -> None:
    """Raise BadDeadline for a day before today, or later than the asker has (unless that is past)."""
    if due_at is None:
        return
    if localdate(due_at) < localdate(moment):
        raise BadDeadline(TOO_EARLY)
    if item.due_at >= moment and due_at > item.due_at:
        raise BadDeadline(TOO_LATE.format(format_jalali_date(item.due_at)))


def due_on(submission: Submission, item: WorkItem | None, day: date) -> datetime:
    """The end of work on that day, or on the next one with work; never later than ``item`` has."""
    due = PromiseClock(submission).closing_of(day)
    own = item.due_at if item else due
    return min(due, own) if localdate(own) >= localdate() else due
