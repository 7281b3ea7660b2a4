"""Random walks: what anybody might do to a request, one thing after the other.

Steps come from the step table, so a new one joins by itself. What a step needs besides a note is
made up from the types of its detail.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, get_type_hints

from django.core.exceptions import PermissionDenied
from django.utils.timezone import localdate, now
from django_fsm import TransitionNotAllowed

from accounts.models import User
from services_catalog.models import Desk, Organisation, Seat, Service
from submissions.inquiry_details import Paper
from submissions.models import Submission, WorkItem
from submissions.policies import SubmissionPolicy
from submissions.refusals import MovedMeanwhile
from submissions.states import EDITABLE, REFERRED, Purpose, State, StepName, Urgency, Verdict
from submissions.step_details import Mend, StepDetail
from submissions.step_table import STEP_TABLE, StepSpec
from submissions.workflow import seating
from submissions.workflow.steps import take_step
from tests.cast import UNITS, again, begin, complete_draft
from tests.submissions.invariants import assert_all_holds
from web.refusals import Refusal

REFUSALS = (Refusal, PermissionDenied, TransitionNotAllowed)
# What ends a walk early is taken seldom; what is not named here weighs four.
WEIGHTS = {
    StepName.REJECT: 1,
    StepName.WITHDRAW: 1,
    StepName.RETURN_FOR_CORRECTION: 2,
    StepName.PASS_ON: 9,
    StepName.APPROVE: 9,
}
# Nobody opens it: a walk looks at rows.
PAPER = Paper("inquiries/none", "answer.pdf", "application/pdf", 1000, "0" * 64)
PEOPLE = ("09130000001", "09130000009", "manager", *UNITS)


@dataclass
class Tried:
    """One step that somebody tried."""

    name: StepName
    by: User | None
    item: WorkItem | None
    expecting: int
    detail: StepDetail


class Walk:
    """One request from its draft on, with everybody at it.

    ``case``: one that others walk too at this moment. What is offered may be gone then when it is
    taken, and nobody is moved: whether a step was somebody's to take is asked after the round.
    """

    def __init__(self, service: Service, chance: Random, case: Submission | None = None) -> None:
        self.chance = chance
        #: Whether nobody else is at it: then what is offered can be taken.
        self.alone = case is None
        self.story: list[str] = []
        self.taken: list[str] = []
        self.changes: list[str] = []
        self.case = case or self._begin(service)

    def _begin(self, service: Service) -> Submission:
        maryam = User.objects.get(username="09130000001")
        if service.code == "elec-intro":
            return complete_draft(maryam, service)
        answers = {"polluting": self.chance.random() < 0.6}
        return begin(maryam, service, answers=answers)

    def go(self, length: int) -> None:
        """So many acts; after each of them all that must hold is asked."""
        for _ in range(length):
            before = len(self.changes)
            self.act()
            if len(self.changes) > before:
                assert_all_holds(self.case, self._some_people())

    def act(self) -> None:
        doings: list[tuple[Callable[[], None], int]] = [
            (self._take_what_is_offered, 70),
            (self._take_anything, 15),
            (self._mend, 8),
            *([(self.move_desks, 4), (self.move_people, 3)] if self.alone else []),
        ]
        (do,) = self.chance.choices([d for d, _ in doings], [w for _, w in doings])
        do()

    # --- Steps ---------------------------------------------------------------

    def _take_what_is_offered(self) -> None:
        """A step that the policy leaves to somebody who has something of it in hand."""
        case = again(self.case)
        by, item = self._somebody_in_charge(case)
        offered = [o.name for o in SubmissionPolicy().steps_open(by, case, item=item) if o.is_open]
        if case.state == State.APPROVED:
            by, offered = None, [StepName.COMPLETE]
        if offered:
            weights = [WEIGHTS.get(name, 4) for name in offered]
            (name,) = self.chance.choices(offered, weights)
            self._take(self._made_up(name, by, item, case, case.last_seq))

    def _somebody_in_charge(self, case: Submission) -> tuple[User, WorkItem | None]:
        name = "manager" if case.state in (State.COMPLETED, State.REJECTED) else PEOPLE[0]
        if case.open_items and self.chance.random() < 0.97:
            item = self.chance.choice(case.open_items)
            seats = Seat.objects.filter(desk=item.asking_desk or item.desk).order_by("pk")
            here = [item.person_id] if item.person_id else [seat.user_id for seat in seats]
            # Who has asked may take it back; the head of a desk gives it to somebody.
            here += [] if item.is_decision else [item.opened_by.by_id]
            here += [seat.user_id for seat in seats if seat.head]
            if here:
                return User.objects.get(pk=self.chance.choice(here)), item
            return User.objects.get(username="manager"), item
        if case.open_correction and self.chance.random() < 0.3:
            return case.open_correction.opened_by.by or User.objects.get(username=name), None
        return User.objects.get(username=name), None

    def _take_anything(self) -> None:
        """Any step by anybody, on any work or none, with what was seen now or before."""
        case = again(self.case)
        item = self.chance.choice([None, *WorkItem.objects.order_by("-pk")[:6]])
        seen = case.last_seq - self.chance.choice((0, 0, 0, 1, 2))
        name = self.chance.choice(list(StepName))
        by = self._person() if self.chance.random() < 0.95 else None
        self._take(self._made_up(name, by, item, case, max(seen, 0)))

    def _take(self, tried: Tried) -> None:
        """Take it: what the policy refuses is refused, and what is offered is not."""
        case = again(self.case)
        offered = self._is_offered(tried, case)
        fresh = tried.expecting == case.last_seq and not self._names_closed(tried, case)
        who = tried.by.username if tried.by else "system"
        on = f" on {tried.item.pk}" if tried.item else ""
        self.story.append(f"{case.last_seq}: {tried.name} by {who}{on}, offered {offered}")
        try:
            take_step(
                case,
                tried.name,
                by=tried.by,
                expecting=tried.expecting,
                note="لطفاً ملاحظه فرمایید.",
                detail=tried.detail,
                item=tried.item,
            )
        except REFUSALS as refusal:
            self.story.append(f"  {type(refusal).__name__}: {refusal}")
            assert not self.alone or again(case).last_seq == case.last_seq, self.story
            by_rule = isinstance(refusal, PermissionDenied | TransitionNotAllowed | MovedMeanwhile)
            assert not (self.alone and offered and fresh and by_rule), self.story
        else:
            self.taken.append(tried.name.value)
            self._change(f"  {tried.name} taken")
            assert offered or not self.alone, self.story

    def _is_offered(self, tried: Tried, case: Submission) -> bool:
        policy, spec = SubmissionPolicy(), STEP_TABLE[tried.name]
        item = tried.item if spec.acts_on_item else None
        if tried.by is None:
            possible = {move.name for move in case.get_available_state_transitions()}
            return tried.name.value in possible and policy.allows(None, tried.name, case, item)
        if item is not None and item.submission_id != case.pk:
            return False
        (offer,) = policy.steps_open(tried.by, case, [tried.name], item)
        return offer.is_open

    @staticmethod
    def _names_closed(tried: Tried, case: Submission) -> bool:
        named = tried.item if STEP_TABLE[tried.name].acts_on_item else None
        return named is not None and named.pk not in [item.pk for item in case.open_items]

    def _made_up(
        self, name: StepName, by: User | None, item: WorkItem | None, case: Submission, seen: int
    ) -> Tried:
        return Tried(name, by, item, seen, self._detail(STEP_TABLE[name], case))

    def _detail(self, spec: StepSpec, case: Submission) -> StepDetail:
        hints = get_type_hints(spec.detail)
        made: dict[str, Any] = {}
        for each in fields(spec.detail):
            made |= self._value(each.name, hints[each.name], case)
        return spec.detail(**made)

    def _value(self, name: str, kind: Any, case: Submission) -> dict[str, Any]:
        """A value for one field of a detail; nothing where its default is as good."""
        if name == "stop":
            return {name: self.chance.choice(["", *(stop.code for stop in case.route)])}
        if name == "letter_number":
            return {name: self.chance.choice(("", "۱۲/۳۴"))}
        makers: dict[Any, Callable[[], Any]] = {
            tuple[User, ...]: self._some_colleagues,
            tuple[Desk, ...]: self._some_desks,
            User: self._person,
            User | None: self._person,
            Purpose: lambda: self.chance.choice(REFERRED),
            datetime | None: lambda: self.chance.choice((None, now() + timedelta(hours=3))),
            Organisation | None: self._some_body,
            Paper | None: lambda: self.chance.choice((None, PAPER)),
            Urgency: lambda: self.chance.choice(list(Urgency)),
            Verdict: lambda: self.chance.choice(list(Verdict)),
            date | None: lambda: self.chance.choice(
                (None, localdate(), localdate() + timedelta(days=2))
            ),
            tuple[Mend, ...]: lambda: self.chance.choice(((), (Mend("description"),))),
        }
        return {name: makers[kind]()} if kind in makers else {}

    def _some_colleagues(self) -> tuple[User, ...]:
        return tuple(self._person() for _ in range(self.chance.choice((0, 1, 1, 2, 3))))

    def _some_body(self) -> Organisation | None:
        return self.chance.choice([None, *Organisation.objects.order_by("pk")])

    def _some_desks(self) -> tuple[Desk, ...]:
        if self.chance.random() < 0.7:
            return ()
        return tuple(self.chance.sample(list(Desk.objects.order_by("pk")), 2))

    # --- What is no step -------------------------------------------------------

    def _mend(self) -> None:
        """The applicant changes an answer, or the description, while they have it."""
        case = again(self.case)
        if case.state not in EDITABLE:
            return
        changed: dict[str, Any] = {"description": f"شرح {case.last_seq}"}
        if "polluting" in case.answers and self.chance.random() < 0.7:
            changed = {"answers": {"polluting": not case.answers["polluting"]}}
        Submission.objects.filter(pk=case.pk, state=case.state).update(**changed)
        # As every way of editing does: what was opened is not taken back.
        case.corrections.all().mark_opened()
        self._change(f"mended {list(changed)}")

    def move_desks(self) -> None:
        """A desk is closed, or opened again; the sweep gives what waits to those that can take it."""
        desk = self.chance.choice(list(Desk.objects.order_by("pk")))
        Desk.objects.filter(pk=desk.pk).update(open=not desk.open or self.chance.random() < 0.5)
        self._change(f"desk {desk} {desk.open}, {seating.seat_waiting()} seated")

    def move_people(self) -> None:
        """Somebody sits at a desk more, or no longer there."""
        desk, who = self.chance.choice(list(Desk.objects.order_by("pk"))), self._person()
        left = Seat.objects.filter(desk=desk, user=who).delete()[0]
        if who.is_staff and not left:
            Seat.objects.get_or_create(desk=desk, user=who)
        self._change(f"{who.username} at {desk}, left {left}")

    def _change(self, what: str) -> None:
        self.story.append(what)
        self.changes.append(what)

    def _person(self) -> User:
        return User.objects.get(username=self.chance.choice(PEOPLE))

    def _some_people(self) -> list[User]:
        """Whose lists are looked at; read anew, since each keeps their desks."""
        return [User.objects.get(username=self.chance.choice(PEOPLE[2:]))]
