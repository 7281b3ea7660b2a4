"""``take_step``: the only way to move a submission.

Page, API, admin and shell take steps here and nowhere else: lock, compare with what the caller
saw, ask the policy, move, save, record, let the effect and the kind's handler do their part,
announce. One transaction; nothing slow and no network in it.
"""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.timezone import now
from django_fsm import TransitionNotAllowed, can_proceed

from accounts.models import Membership, Party, User
from submissions.drafts.completeness import missing_in
from submissions.drafts.register_place import PlaceChanged, hold_contract, take_place
from submissions.kinds import handler_for
from submissions.models import Step, Submission, WorkItem
from submissions.policies import SubmissionPolicy
from submissions.refusals import Closed, Incomplete, NoteNeeded
from submissions.signals import step_taken
from submissions.states import State, StepName
from submissions.step_details import StepDetail
from submissions.step_table import STEP_TABLE, Actor, StepSpec
from submissions.workflow import holding, items_in_hand, standing, tasks, work_items
from submissions.workflow.step_effects import EFFECTS, Effect, Taking
from web.refusals import NotNow
from work import audit, enqueue


@transaction.atomic
def take_step(
    submission: Submission,
    name: str,
    *,
    by: User | None,
    expecting: int,
    note: str = "",
    on_behalf_of: Party | None = None,
    detail: StepDetail | None = None,
    item: WorkItem | None = None,
) -> Step:
    """Take one step, record who took it and why, and let the others know.

    ``by`` is None for the system. ``expecting`` is the last ``Step.seq`` that the
    caller saw. ``note`` is what the applicant will read. ``detail`` is of the type that the
    step table names for the step. ``item`` is the work item that the step is taken on; it may be
    left out when the caller has one open item for it.

    Raises MovedMeanwhile when the submission, or what the item hangs on, has moved since
    ``expecting``, WhichItem when no item is named and there are several, TransitionNotAllowed
    when the state does not allow the step, PermissionDenied when the policy says no, Incomplete or NoteNeeded when something is wanting, UnknownPoint when
    a return names what is not there, PlaceChanged when the register says another place than the
    applicant saw, Closed when the service of a draft is no longer offered,
    TypeError for a detail of another step.
    """
    spec = STEP_TABLE[StepName(name)]
    submission = Submission.objects.locked(submission.pk)
    if spec.name == StepName.SUBMIT:
        hold_contract(submission)
    policy = SubmissionPolicy()
    item = items_in_hand.find_item(policy, submission, spec, by, item)
    items_in_hand.require_unmoved(submission, spec, item, expecting)
    _require_possible(submission, spec)
    if not policy.allows(by, spec.name, submission, item):
        raise PermissionDenied
    _require_note(submission, spec, item, note)
    _require_whole(submission, spec, by)
    detail = spec.detail() if detail is None else detail
    if not isinstance(detail, spec.detail):
        raise TypeError(f"{name} takes {spec.detail.__name__}, not {detail!r}")

    onward = submission.next_group if submission.completes_group else ()
    taking = Taking(submission, by, detail, now(), item, onward)
    party = on_behalf_of or _represented_party(submission, spec, by)
    return _carry_out(spec, taking, note.strip(), party)


def _require_possible(submission: Submission, spec: StepSpec) -> None:
    move = getattr(submission, spec.name.value)
    if not can_proceed(move, check_conditions=False):
        raise TransitionNotAllowed(
            f"{spec.name} from {submission.state}", object=submission, method=move
        )


def _require_note(submission: Submission, spec: StepSpec, item: WorkItem | None, note: str) -> None:
    if spec.needs_words(item.purpose if item else "") and not note.strip():
        raise NoteNeeded
    if spec.name == StepName.REOPEN and (
        found := handler_for(submission.kind).hindrances(submission)
    ):
        raise NotNow(found[0])


def _require_whole(submission: Submission, spec: StepSpec, by: User | None) -> None:
    """What is handed in lacks nothing; the policy lets only persons hand in."""
    if spec.name != StepName.SUBMIT or by is None:
        return
    if submission.state == State.DRAFT and not submission.version.service.live:
        raise Closed
    if changes := take_place(submission):
        raise PlaceChanged(changes)
    if missing := missing_in(submission, by):
        raise Incomplete(missing)


def _represented_party(submission: Submission, spec: StepSpec, by: User | None) -> Party | None:
    """The party, when an agent acts for it: shown as «به نمایندگی از …»."""
    if by is None or spec.actor is not Actor.APPLICANT:
        return None
    role = Membership.objects.filter(user=by, party=submission.party).first()
    return submission.party if role and role.role == Membership.Role.AGENT else None


def _carry_out(spec: StepSpec, taking: Taking[StepDetail], note: str, party: Party | None) -> Step:
    """Move, place, save, record, announce; in this order."""
    submission, item = taking.submission, taking.item
    before, stop = submission.state, submission.stop
    # What closes everything, or opens the next stops, concerns everybody who looks at it.
    concerns_all = spec.ends_all or (spec.name == StepName.PASS_ON and bool(taking.onward))
    if item is not None and spec.actor not in (Actor.ASKER, Actor.INQUIRER):
        work_items.mark_seen([item], taking.moment)
    submission.typed_number = getattr(taking.detail, "letter_number", "")
    getattr(submission, spec.name.value)()
    effect = EFFECTS[spec.name](taking)
    next(effect)
    if spec.shown:
        submission.updated_at = taking.moment
    submission.last_seq += 1
    submission.save()
    step = Step.objects.create(
        submission=submission,
        seq=submission.last_seq,
        name=spec.name,
        from_state=before,
        to_state=submission.state,
        stop=item.stop if item else stop,
        desk=standing.desk_of(spec, item),
        unit=standing.unit_of(spec, item, taking.by),
        item=None if concerns_all else item,
        by=taking.by,
        on_behalf_of=party,
        standing_in_for=holding.absent_colleague(taking.by, item),
        note=note,
        at=taking.moment,
    )
    audit.record_entry(
        taking.by, spec.name.value, submission, {"seq": step.seq, "to": submission.state}
    )
    if item is not None:
        work_items.note_work(item, step)
    _finish_effect(effect, step)
    step_taken.send(sender=Step, step=step)
    enqueue(tasks.tell_about_step, step.pk)
    return step


def _finish_effect(effect: Effect, step: Step) -> None:
    """Send the effect its step; it has nothing to wait for afterwards."""
    try:
        effect.send(step)
    except StopIteration:
        return
    raise RuntimeError(f"The effect of {step.name} waits for a second step")
