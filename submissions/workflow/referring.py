"""Who may be asked by whom: what is refused before a referral is opened."""

from __future__ import annotations

from collections.abc import Iterator

from accounts.models import Membership, User
from submissions.models import Submission, WorkItem
from submissions.refusals import NoColleague
from submissions.states import REFERRED
from submissions.step_table import ReferDetail
from submissions.workflow.work_items import Asked

OF_PARTY = "این درخواست مربوط به همان همکار است. همکار دیگری را انتخاب کنید."
WAITS_ALREADY = "این درخواست قبلاً به «{}» ارجاع شده و پاسخ آن هنوز دریافت نشده است."
ROUND = "این درخواست را «{}» به شما ارجاع داده است و نمی‌توانید آن را به خود او ارجاع دهید."
CLOSED = "میز «{}» دایر نیست. میز دیگری را انتخاب کنید."


def check_asked(
    submission: Submission, item: WorkItem, detail: ReferDetail, by: User | None
) -> list[Asked]:
    """Those who are to be asked, each once. Raises NoColleague for somebody who cannot be."""
    asked: list[Asked] = [*dict.fromkeys(detail.people), *dict.fromkeys(detail.desks)]
    if not asked or detail.purpose not in REFERRED:
        raise NoColleague
    _refuse_strangers(submission, detail, by)
    askers = {user.pk for user in _askers(item)}
    asked_now = submission.items.open().filter(parent=item).values_list("person", "desk")
    # Somebody of a desk may have taken what the desk was asked.
    waiting = {(person, None if person else desk) for person, desk in asked_now}
    for each in asked:
        if isinstance(each, User) and each.pk in askers:
            raise NoColleague(ROUND.format(each))
        key = (each.pk, None) if isinstance(each, User) else (None, each.pk)
        if key in waiting:
            raise NoColleague(WAITS_ALREADY.format(each))
    return asked


def _refuse_strangers(submission: Submission, detail: ReferDetail, by: User | None) -> None:
    """Only colleagues who may review and do not belong to the party; only desks that are open."""
    may = set(User.objects.deciding().filter(pk__in=[user.pk for user in detail.people]))
    if by in detail.people or not may.issuperset(detail.people):
        raise NoColleague
    members = Membership.objects.filter(party=submission.party_id, user__in=detail.people)
    if members.exists():
        raise NoColleague(OF_PARTY)
    for desk in detail.desks:
        if not desk.open:
            raise NoColleague(CLOSED.format(desk))


def _askers(item: WorkItem) -> Iterator[User]:
    """Those whose question led to ``item``, from the last one up."""
    above: WorkItem | None = item
    while above is not None and above.parent_id is not None:
        if above.opened_by.by is not None:
            yield above.opened_by.by
        above = above.parent
