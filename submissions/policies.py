"""Who may do what to a submission: asked from every door, page, admin and API alike (design §3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef

from accounts.models import Membership, User
from services_catalog.models import Desk, Seat
from submissions.kinds import handler_for
from submissions.states import StepName

if TYPE_CHECKING:
    from submissions.models import Submission

OF_THE_APPLICANT = {StepName.SUBMIT, StepName.WITHDRAW}
OF_THE_DESK = {
    StepName.PASS_ON,
    StepName.REFER,
    StepName.RETURN_FOR_CORRECTION,
    StepName.APPROVE,
    StepName.REJECT,
}


def desk_ids(user: User) -> frozenset[int]:
    """Keys of the desks where the user decides today; asked once per user object."""
    if "desk_ids" not in user.__dict__:
        found = Desk.objects.of(user).values_list("pk", flat=True) if user.is_staff else ()
        user.__dict__["desk_ids"] = frozenset(found)
    ids: frozenset[int] = user.__dict__["desk_ids"]
    return ids


def may_write(user: User, submission: Submission) -> bool:
    """Whether the user writes for the party today: its owner, and its agents where they may."""
    party = next((p for p in user.parties if p.pk == submission.party_id), None)
    if party is None:
        return False
    return party.role == Membership.Role.OWNER or not handler_for(submission.kind).owner_only


def may(name: StepName) -> Callable[[Submission, User], bool]:
    """The policy's answer for one step, in the shape that ``@transition`` asks for."""
    return lambda submission, user: SubmissionPolicy().allows(user, name, submission)


class SubmissionPolicy:
    """Applicants act for their own parties, reviewers at their desks, the system completes.

    An instance remembers what it looked up: keep one for one answer, not for longer.
    """

    def __init__(self) -> None:
        self._memberships: dict[tuple[int, int], bool] = {}
        self._others: dict[tuple[int, str], bool] = {}
        self._decided: dict[tuple[int, int, tuple[str, ...]], bool] = {}

    def knowing(self, user: User, submission: Submission, *, belongs: bool) -> SubmissionPolicy:
        """The same policy, told beforehand what :meth:`belongs_to` would look up."""
        self._memberships[(user.pk, submission.party_id)] = belongs
        return self

    def allows(self, user: User | None, name: str, submission: Submission) -> bool:
        """Whether ``user`` (None: the system) may take the step ``name`` as things stand."""
        if user is None:
            return self._is_systems_turn(name, submission)
        if not user.is_active or name == StepName.COMPLETE:
            return False
        if name in OF_THE_APPLICANT:
            return self._is_applicants_turn(user, name, submission)
        # Nobody decides for a party they belong to, superusers included.
        return (
            user.is_staff
            and self._is_staffs_turn(user, name, submission)
            and not self.belongs_to(user, submission)
        )

    def steps_open(self, user: User | None, submission: Submission) -> list[StepName]:
        """The steps that the state offers and the policy leaves to ``user``, in table order."""
        offered = {t.name for t in submission.get_available_state_transitions()}
        return [n for n in StepName if n in offered and self.allows(user, n, submission)]

    def belongs_to(self, user: User, submission: Submission) -> bool:
        """Whether the user is or was a member of the party, agent or owner."""
        key = (user.pk, submission.party_id)
        if key not in self._memberships:
            own = Membership.objects.filter(user=user, party_id=submission.party_id)
            self._memberships[key] = own.exists()
        return self._memberships[key]

    def _is_systems_turn(self, name: str, submission: Submission) -> bool:
        if name == StepName.APPROVE:
            return handler_for(submission.kind).approved_by_rule(submission)
        return name == StepName.COMPLETE

    def _is_applicants_turn(self, user: User, name: str, submission: Submission) -> bool:
        # An agent may hand in; giving a claim up is for the party itself.
        if name == StepName.SUBMIT:
            return may_write(user, submission)
        return any(
            p.pk == submission.party_id and p.role == Membership.Role.OWNER for p in user.parties
        )

    def _is_staffs_turn(self, user: User, name: str, submission: Submission) -> bool:
        if name == StepName.ANSWER:
            return submission.referrals.filter(asked=user, answered_at=None).exists()
        if name == StepName.REOPEN:
            return user.has_role("manager")
        return name in OF_THE_DESK and self._is_desks_turn(user, name, submission)

    def _is_desks_turn(self, user: User, name: str, submission: Submission) -> bool:
        stop = submission.current_stop
        if submission.desk_id is None or stop is None:
            return False
        if not self._sits_at_desk(user, submission):
            return False
        if name == StepName.REJECT and not stop.may_reject:
            return False
        return not self._has_decided_at(user, stop.not_same_as, submission)

    def _sits_at_desk(self, user: User, submission: Submission) -> bool:
        if submission.desk_id in desk_ids(user):
            return True
        if not user.has_role("manager"):
            return False
        # The same for every step of one stop; a page asks about all of them.
        turn = (submission.pk, submission.stop)
        if turn not in self._others:
            self._others[turn] = self._others_can_decide(submission)
        return not self._others[turn]

    def _others_can_decide(self, submission: Submission) -> bool:
        """Whether somebody who decides at the desk today is barred by neither rule.

        Barred are members of the party and those who have decided at a stop that this one
        may not share a person with.
        """
        stop = submission.current_stop
        apart_from = stop.not_same_as if stop else ()
        return any(
            not self._has_decided_at(person, apart_from, submission)
            for person in self._at_the_desk(submission)
        )

    def _at_the_desk(self, submission: Submission) -> list[User]:
        """Who decides at the desk today and is not of the party: stand-ins for the absent."""
        of_party = Membership.objects.filter(party_id=submission.party_id)
        seats = (
            Seat.objects.filter(desk=submission.desk_id)
            .select_related("user", "stand_in")
            .annotate(
                own=Exists(of_party.filter(user=OuterRef("user"))),
                stand_in_own=Exists(of_party.filter(user=OuterRef("stand_in"))),
            )
        )
        today = [(s.stand_in, s.stand_in_own) if s.is_away else (s.user, s.own) for s in seats]
        return [who for who, own in today if who and not own and who.is_active and who.is_staff]

    def _has_decided_at(self, user: User, stops: tuple[str, ...], submission: Submission) -> bool:
        if not stops:
            return False
        key = (user.pk, submission.pk, stops)
        if key not in self._decided:
            passed = submission.history.filter(name=StepName.PASS_ON, stop__in=stops, by=user)
            self._decided[key] = passed.exists()
        return self._decided[key]
