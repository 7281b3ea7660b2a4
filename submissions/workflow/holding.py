"""Who of a desk has a work item; called by the effects of steps, under the submission's lock."""

from __future__ import annotations

from accounts.models import User
from services_catalog.models import Desk
from services_catalog.models.places import seats_today
from submissions.models import Step, Submission, WorkItem
from submissions.policies import SubmissionPolicy
from submissions.refusals import NoColleague
from submissions.states import Outcome
from submissions.workflow.work_items import close_item
from web.refusals import NotNow

ASKED_ALREADY = "همین موضوع جداگانه نیز پرسیده شده و پاسخ آن هنوز ثبت نشده است."
NOT_THERE = "این همکار امروز در این میز مجاز به این کار نیست. همکار دیگری را انتخاب کنید."
HAS_IT = "این کار در حال حاضر نزد همین همکار است."


def give_to(submission: Submission, item: WorkItem, person: User | None) -> None:
    """Have ``person``, or all of its desk, have the item. Raises NotNow where they were asked too."""
    if _is_asked_too(submission, item, person, item.desk):
        raise NotNow(ASKED_ALREADY)
    _place(submission, item, person, item.desk)


def check_assigned(submission: Submission, item: WorkItem, person: User | None) -> User:
    """The colleague, when the item can be theirs. Raises NoColleague."""
    if person is None:
        raise NoColleague
    if person.pk == item.person_id:
        raise NoColleague(HAS_IT)
    if person not in SubmissionPolicy().colleagues_for(submission, item):
        raise NoColleague(NOT_THERE)
    return person


def hand_over(
    submission: Submission, item: WorkItem, step: Step, person: User | None, desk: Desk | None
) -> None:
    """Give it to the successor if it can be theirs, else to its desk, or to ``desk`` if it has none.

    Where those are asked the same already, one question remains.
    """
    fits = person is not None and _can_have(submission, item, person)
    successor, place = (person, item.desk) if fits else (None, item.desk or desk)
    if (successor, place) == (None, None):
        raise NoColleague
    if _is_asked_too(submission, item, successor, place):
        close_item(submission, item, step, Outcome.OVERTAKEN)
    else:
        _place(submission, item, successor, place)


def _can_have(submission: Submission, item: WorkItem, person: User) -> bool:
    policy = SubmissionPolicy()
    if item.desk_id is not None:
        return person in policy.colleagues_for(submission, item)
    asker = item.opened_by.by_id
    may = User.objects.deciding().filter(pk=person.pk).exists()
    return may and asker != person.pk and not policy.belongs_to(person, submission)


def _is_asked_too(
    submission: Submission, item: WorkItem, person: User | None, desk: Desk | None
) -> bool:
    """Whether another open question of the same asker lies there (see the constraints)."""
    if item.parent_id is None:
        return False
    beside = submission.items.open().filter(parent=item.parent_id).exclude(pk=item.pk)
    there = {"person": person} if person else {"person": None, "desk": desk}
    return beside.filter(**there).exists()


def _place(submission: Submission, item: WorkItem, person: User | None, desk: Desk | None) -> None:
    WorkItem.objects.open().filter(pk=item.pk).update(person=person, desk=desk)
    submission.forget_items()


def absent_colleague(user: User | None, item: WorkItem | None) -> User | None:
    """For whom ``user`` stands in at the desk of ``item``; None where it is their own place."""
    item = item.in_charge if item is not None else None
    if user is None or item is None or item.desk_id is None:
        return None
    seats = [seat for seat in seats_today(user) if seat.desk_id == item.desk_id]
    of_holder = [s.user for s in seats if s.user_id == item.person_id != user.pk]
    if of_holder or any(seat.user_id == user.pk for seat in seats):
        return next(iter(of_holder), None)
    return next((seat.user for seat in seats), None)
