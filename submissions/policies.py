"""Who may do what to a submission; every page, the admin and the API ask here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from accounts.models import Membership, User
from services_catalog.facts import StopFacts
from services_catalog.models import Seat
from services_catalog.models.places import desk_ids
from submissions import desk_policy, inquiry_policy
from submissions.kinds import handler_for
from submissions.models import Submission, WorkItem
from submissions.refusals import NOTHING_TO_FOLLOW_UP, NotYours, SeenMeanwhile, why_impossible
from submissions.states import REFERRED, State, StepName
from submissions.step_table import OF_DECIDERS, STEP_TABLE, Actor
from submissions.undoing import may_recall_return, why_too_late
from submissions.why_shut import why_not_now, why_not_theirs
from web.refusals import NotNow, Refusal


@dataclass(frozen=True)
class OfferedStep:
    """A step on offer to a person; ``refusal``: why it is shut, None when it is open."""

    name: StepName
    refusal: Refusal | None = None

    @property
    def is_open(self) -> bool:
        return self.refusal is None


def may_write(user: User, submission: Submission) -> bool:
    """Whether the user writes for the party today: its owner, and its agents where they may."""
    roles = [party.role for party in user.parties if party.pk == submission.party_id]
    return Membership.Role.OWNER in roles or bool(roles and not submission.kind_spec.owner_only)


def of_staff(name: StepName) -> bool:
    """Whether a step is for the company to take; the others are the applicant's."""
    return STEP_TABLE[name].actor is not Actor.APPLICANT


def apart_from(stop: StopFacts, submission: Submission) -> tuple[str, ...]:
    """Codes of the stops at which whoever decides here must not have decided.

    Stops that look at it side by side have no order: what one says of the other holds for both.
    """
    beside = submission.current_group
    mutual = [other.code for other in beside if stop.code in other.not_same_as]
    return tuple(dict.fromkeys([*stop.not_same_as, *mutual]))


def named(titles: Iterable[str]) -> str:
    """Titles of units in one sentence: «…» و «…»."""
    return " و ".join(f"«{title}»" for title in titles)


class SubmissionPolicy:
    """Applicants act for their own parties, reviewers at their desks, the system completes.

    An instance remembers what it looked up: keep one for one answer, not for longer.
    """

    def __init__(self) -> None:
        self._memberships: dict[tuple[int, int], bool] = {}
        self._others: dict[int, bool] = {}
        self._obstacles: dict[int, list[str]] = {}
        self._decided: dict[tuple[int, int, tuple[str, ...]], bool] = {}

    def knowing(
        self,
        user: User,
        submission: Submission,
        *,
        belongs: bool | None = None,
    ) -> SubmissionPolicy:
        """The same policy, told beforehand what it would look up; None: not known.

        ``belongs``: as :meth:`belongs_to`.
        """
        if belongs is not None:
            self._memberships[(user.pk, submission.party_id)] = belongs
        return self

    def allows(
        self, user: User | None, name: str, submission: Submission, item: WorkItem | None = None
    ) -> bool:
        """Whether ``user`` (None: the system) may take the step ``name`` as things stand.

        ``item``: what it would be taken on; None for any that the user has in hand.
        """
        if user is None:
            return self._is_systems_turn(name, submission, item)
        actor = STEP_TABLE[StepName(name)].actor
        if not user.is_active or actor is Actor.SYSTEM:
            return False
        if actor is Actor.APPLICANT:
            return self._is_applicants_turn(user, name, submission)
        # Nobody decides for a party they belong to, superusers included.
        return (
            user.is_staff
            and user.has_perm("submissions.change_submission")
            and self._is_staffs_turn(user, name, submission, item)
            and not self.belongs_to(user, submission)
        )

    def items_for(self, user: User, name: str, submission: Submission) -> list[WorkItem]:
        """The open items on which ``user`` may take the step ``name``."""
        if self.belongs_to(user, submission):
            return []
        return [
            item
            for item in submission.open_items
            if self._may_act_on(user, StepName(name), submission, item)
        ]

    def steps_open(
        self,
        user: User,
        submission: Submission,
        names: Iterable[StepName] = StepName,
        item: WorkItem | None = None,
    ) -> list[OfferedStep]:
        """The steps of ``names``, each with its refusal where it is shut for ``user`` now.

        ``item``: what they would be taken on; None for any that the user has in hand.

        What only the asking for a step can tell (a missing note, a form that is not complete)
        is no part of it: that is refused when the step is taken.
        """
        possible = {move.name for move in submission.get_available_state_transitions()}
        refused = {
            name: self._refusal_of(user, name, submission, item, name.value in possible)
            for name in names
        }
        strange = [
            name for name, r in refused.items() if isinstance(r, NotYours) and of_staff(name)
        ]
        if strange and None not in refused.values():
            refused |= dict.fromkeys(strange, NotYours(self.why_shut(user, submission)))
        return [OfferedStep(name, refusal) for name, refusal in refused.items()]

    def _refusal_of(
        self,
        user: User,
        name: StepName,
        submission: Submission,
        item: WorkItem | None,
        is_possible: bool,
    ) -> Refusal | None:
        if not self.allows(user, name, submission, item):
            return NotYours(None if of_staff(name) else why_not_theirs(user, name, submission))
        if not is_possible and of_staff(name):
            return why_impossible(submission, name)
        if not is_possible:
            return NotNow(why_not_now(name, submission))
        if name == StepName.REOPEN and (found := self._hindrances(submission)):
            return NotNow(found[0])
        if name == StepName.RECALL and item is not None and item.seen_at is not None:
            return SeenMeanwhile()
        if name == StepName.END_FOLLOW_UP and item is not None and item.follow_up_at is None:
            return NotNow(NOTHING_TO_FOLLOW_UP)
        if name in inquiry_policy.AGREEING:
            on = [item] if item is not None else self.items_for(user, name, submission)
            return inquiry_policy.why_it_waits(name, submission, on)
        return why_too_late(name, submission)

    def why_shut(self, user: User, submission: Submission) -> str:
        """Why a member of the staff has no step open here, in a sentence."""
        if self.belongs_to(user, submission):
            return (
                "این درخواست مربوط به شماست و تصمیم‌گیری دربارهٔ آن بر عهدهٔ همکار دیگری از این میز "
                "یا مدیر سامانه است."
            )
        if submission.state == State.RETURNED:
            return "درخواست برای اصلاح نزد متقاضی است و پس از ارسال مجدد، بررسی آن ادامه می‌یابد."
        if submission.state != State.IN_REVIEW or not submission.open_decisions:
            over = "بررسی این درخواست پایان یافته است."
            return " ".join([over, *self._why_not_again(user, submission)])
        return self._why_not_here(user, submission)

    def _why_not_here(self, user: User, submission: Submission) -> str:
        """The same while it is in review, for whoever has nothing of it in hand."""
        waiting = submission.open_decisions
        if held := desk_policy.why_held(user, waiting):
            return held
        if any(item.person_id is None and item.desk_id in desk_ids(user) for item in waiting):
            if user.is_service:
                return "این مرحله امضا دارد و کاربر سامانه‌ای در آن تصمیم نمی‌گیرد."
            return (
                "شما در یکی از مراحل قبلی دربارهٔ این درخواست تصمیم گرفته‌اید و این مرحله "
                "باید توسط همکار دیگری انجام شود."
            )
        titles = {stop.code: stop.unit_title for stop in submission.facts.route}
        lacking = [titles[item.stop] for item in waiting if item.desk_id is None]
        if len(lacking) == len(waiting):
            return (
                f"برای {named(lacking)} در این محل هنوز میزی تعریف نشده است. پس از تعریف میز در "
                "«تقویم و میزها» از سوی مدیر سامانه، درخواست به‌صورت خودکار به آن میز ارجاع می‌شود."
            )
        there = named([titles[item.stop] for item in waiting])
        return f"این درخواست اکنون نزد {there} است و برای اطلاع به شما نمایش داده می‌شود."

    def _why_not_again(self, user: User, submission: Submission) -> list[str]:
        """For whoever could take it up again: what stands in the way."""
        decided = submission.state in (State.COMPLETED, State.REJECTED)
        if decided and self.allows(user, StepName.REOPEN, submission):
            return self._hindrances(submission)
        return []

    def _hindrances(self, submission: Submission) -> list[str]:
        if submission.pk not in self._obstacles:
            found = handler_for(submission.kind).hindrances(submission)
            self._obstacles[submission.pk] = found
        return self._obstacles[submission.pk]

    def belongs_to(self, user: User, submission: Submission) -> bool:
        """Whether the user is or was a member of the party, agent or owner."""
        key = (user.pk, submission.party_id)
        if key not in self._memberships:
            own = Membership.objects.filter(user=user, party_id=submission.party_id)
            self._memberships[key] = own.exists()
        return self._memberships[key]

    def _is_systems_turn(self, name: str, submission: Submission, item: WorkItem | None) -> bool:
        if name == StepName.APPROVE:
            return handler_for(submission.kind).approved_by_rule(submission)
        if name != StepName.HAND_OVER:
            return name == StepName.COMPLETE
        return any(one.person_id for one in ([item] if item else submission.open_decisions))

    def _is_applicants_turn(self, user: User, name: str, submission: Submission) -> bool:
        # An agent may hand in and take back; giving a claim up is for the party itself.
        if name in (StepName.SUBMIT, StepName.TAKE_BACK):
            return may_write(user, submission)
        return any(
            p.pk == submission.party_id and p.role == Membership.Role.OWNER for p in user.parties
        )

    def _is_staffs_turn(
        self, user: User, name: str, submission: Submission, item: WorkItem | None
    ) -> bool:
        actor = STEP_TABLE[StepName(name)].actor
        if actor in (Actor.MANAGER, Actor.OVERSEER) and user.has_role("manager"):
            return True
        if actor is Actor.RETURNER:
            return may_recall_return(user, submission)
        if item is None or actor is Actor.OVERSEER:
            return bool(self.items_for(user, name, submission))
        return self._may_act_on(user, StepName(name), submission, item)

    def _may_act_on(
        self, user: User, name: StepName, submission: Submission, item: WorkItem
    ) -> bool:
        actor = STEP_TABLE[name].actor
        if actor is Actor.ASKER:
            return item.is_asked_by(user)
        if actor is Actor.DISTRIBUTION:
            return desk_policy.may_distribute(user, name, item) and not (
                name == StepName.TAKE and self._is_barred(user, submission, item)
            )
        if actor is Actor.SENIOR:
            return desk_policy.may_initial(user, submission, item)
        if actor is Actor.INQUIRER:
            return self._may_end_inquiry(user, name, submission, item)
        if item.is_decision:
            return actor in OF_DECIDERS and self._may_decide(user, name, submission, item)
        is_theirs = item.purpose in REFERRED and item.is_theirs(user)
        return actor in (Actor.COLLEAGUE, Actor.HOLDER) and is_theirs

    def _may_end_inquiry(
        self, user: User, name: StepName, submission: Submission, item: WorkItem
    ) -> bool:
        """Whoever has the decision in hand; a manager may take the question back for them."""
        decision = inquiry_policy.decision_above(submission, item)
        if decision is None:
            return False
        if name == StepName.RECALL_INQUIRY and user.has_role("manager"):
            return True
        return self._may_decide(user, name, submission, decision)

    def _may_decide(
        self, user: User, name: StepName, submission: Submission, item: WorkItem
    ) -> bool:
        stop = submission.facts.stop(item.stop)
        if stop is None or not self._has_in_hand(user, submission, item):
            return False
        if name == StepName.REJECT and not stop.may_reject:
            return False
        return not self._is_barred(user, submission, item)

    def _is_barred(self, user: User, submission: Submission, item: WorkItem) -> bool:
        """Whether the user has decided at a stop that this one may not share a person with.

        Programs are barred from every stop that signs.
        """
        stop = submission.facts.stop(item.stop) if item.is_decision else None
        if stop is None:
            return False
        if user.is_service and desk_policy.signs_at(stop, submission):
            return True
        return self._has_decided_at(user, apart_from(stop, submission), submission)

    def _has_in_hand(self, user: User, submission: Submission, item: WorkItem) -> bool:
        if item.is_theirs(user):
            return True
        if item.desk_id is None or not user.has_role("manager"):
            return False
        # The same for every step of one stop; a page asks about all of them.
        if item.pk not in self._others:
            self._others[item.pk] = bool(self.colleagues_for(submission, item))
        return not self._others[item.pk]

    def colleagues_for(self, submission: Submission, item: WorkItem) -> list[User]:
        """Who decides at the desk of ``item`` today and is barred by neither rule.

        Barred are members of the party and those who have decided at a stop that this one
        may not share a person with.
        """
        people = self._at_the_desk(submission, item)
        return [who for who in people if not self._is_barred(who, submission, item)]

    def _at_the_desk(self, submission: Submission, item: WorkItem) -> list[User]:
        """Who decides at the desk today and is not of the party: stand-ins for the absent."""
        of_party = Membership.objects.filter(party_id=submission.party_id)
        deciding = User.objects.deciding().exclude(pk__in=of_party.values("user"))
        seats = (
            Seat.objects.filter(desk=item.desk_id)
            .select_related("user", "stand_in")
            .annotate(
                may=Exists(deciding.filter(pk=OuterRef("user"))),
                stand_in_may=Exists(deciding.filter(pk=OuterRef("stand_in"))),
            )
        )
        today = [(s.stand_in, s.stand_in_may) if s.is_away else (s.user, s.may) for s in seats]
        return [who for who, may in today if who and may]

    def _has_decided_at(self, user: User, stops: tuple[str, ...], submission: Submission) -> bool:
        if not stops:
            return False
        key = (user.pk, submission.pk, stops)
        if key not in self._decided:
            passed = submission.history.filter(name=StepName.PASS_ON, stop__in=stops, by=user)
            self._decided[key] = passed.exists()
        return self._decided[key]
