"""Who may take up, give out and put back what lies at a desk."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.models import User
from services_catalog.facts import StopFacts
from services_catalog.models import Seat
from services_catalog.models.places import desk_ids, seats_today
from submissions.models import Submission, WorkItem
from submissions.states import StepName


def may_distribute(user: User, name: StepName, item: WorkItem) -> bool:
    """Whether ``user`` may take, assign or put back ``item``, as far as the desk is concerned."""
    if item.desk_id is None:
        return False
    if name == StepName.ASSIGN:
        return leads_desk(user, item.desk_id)
    if name == StepName.PUT_BACK:
        has_it = item.person_id == user.pk or item.is_of_absent(user)
        return item.person_id is not None and (has_it or leads_desk(user, item.desk_id))
    return item.desk_id in desk_ids(user) and item.person_id != user.pk and is_free(item)


def leads_desk(user: User, desk: int) -> bool:
    """Whether the user gives out the work of the desk: its head who is there today, or a manager."""
    heads = {seat.desk_id for seat in seats_today(user) if seat.head}
    return desk in heads or user.has_role("manager")


def is_free(item: WorkItem) -> bool:
    """Whether nobody has it, or somebody who may decide at its desk no more; asked once a row."""
    if item.person_id is None:
        return True
    if "is_free" not in item.__dict__:
        deciding = User.objects.deciding()
        sitting = Seat.objects.filter(desk=item.desk_id, user=item.person_id, user__in=deciding)
        item.__dict__["is_free"] = not sitting.exists()
    found: bool = item.__dict__["is_free"]
    return found


def why_held(user: User, items: Iterable[WorkItem]) -> str:
    """Why a colleague of the desk has no step on what another has taken, in a sentence."""
    desks = desk_ids(user)
    held = [i for i in items if i.person_id not in (None, user.pk) and i.desk_id in desks]
    if not held:
        return ""
    names = " و ".join(f"«{item.person}»" for item in held)
    words = f"این درخواست نزد {names} است و بر عهدهٔ ایشان است. "
    if all(leads_desk(user, item.desk_id) for item in held if item.desk_id):
        return words + "در صورت نیاز آن را به همکار دیگری بسپارید یا به میز برگردانید."
    return words + (
        "در صورت نیاز از مسئول میز یا مدیر سامانه بخواهید آن را به شما بسپارد یا به میز برگرداند."
    )


def signs_letter(submission: Submission, item: WorkItem | None) -> bool:
    """Whether whoever agrees to ``item`` signs a letter."""
    if item is None or not item.is_decision or not submission.kind_spec.issues_document:
        return False
    stop = submission.facts.stop(item.stop)
    return stop is not None and signs_at(stop, submission)


def may_initial(user: User, submission: Submission, item: WorkItem) -> bool:
    """Whether the user is the head of the desk that decides, where a letter comes of it."""
    if user.is_service or not item.is_decision or not submission.kind_spec.issues_document:
        return False
    return item.desk_id in {seat.desk_id for seat in seats_today(user) if seat.head}


def signs_at(stop: StopFacts, submission: Submission) -> bool:
    """Whether whoever decides here signs: where no stop of the route does, the last one's name is printed."""
    route = submission.route
    return stop.signs or (stop == route[-1] and not any(other.signs for other in route))
