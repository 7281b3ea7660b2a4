"""Effects of steps beside the move itself, one small function for each.

An effect runs to its ``yield`` while the submission has moved and is not saved yet: it places the
submission. It is then sent the written step and runs to its end: it keeps the records beside the
history and has the kind's handler do its part. All of it in the transaction of the step.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from accounts.models import User
from persian.jalali import jdate_numeric
from services_catalog.facts import StopGroup
from services_catalog.models import ReturnReason
from submissions.documents import reuse
from submissions.inquiry_details import AnswerInquiryDetail, InquireDetail
from submissions.kinds import handler_for
from submissions.models import Correction, CorrectionItem, Filing, Step, Submission, WorkItem
from submissions.models.filed_facts import facts_of
from submissions.refusals import UnknownPoint
from submissions.signing_details import NumberDetail, SignDetail
from submissions.states import Outcome, StepName
from submissions.step_details import (
    AssignDetail,
    FollowUpDetail,
    HandOverDetail,
    NoDetail,
    ReferDetail,
    ReopenDetail,
    ReturnDetail,
    StepDetail,
    UrgencyDetail,
)
from submissions.workflow import (
    following_up,
    holding,
    inquiring,
    recalling,
    referring,
    routing,
    signing,
    urgency,
    work_items,
)

#: Runs to its yield before the save, gets the step, and runs to its end.
Effect = Generator[None, Step, None]
DetailT = TypeVar("DetailT", bound=StepDetail)


@dataclass(frozen=True)
class Taking(Generic[DetailT]):
    """A step while it is being taken; the lock is held, the checks are done."""

    submission: Submission
    by: User | None
    #: What the step needs besides a note, of the type that the step table names.
    detail: DetailT
    moment: datetime
    #: What was acted on; None when the step concerns the whole submission.
    item: WorkItem | None
    #: The stops after the present ones, when this step is the last agreement that they wait for.
    onward: StopGroup = ()

    @property
    def own(self) -> WorkItem:
        """The item of a step that is taken on one; ``take_step`` has found it."""
        assert self.item is not None
        return self.item


def submit(taking: Taking[NoDetail]) -> Effect:
    """Start or resume the promise, freeze what is handed in, close what was to be mended."""
    submission = taking.submission
    stops = routing.hand_in(submission, taking.moment)
    step = yield
    work_items.open_decisions(submission, stops, step)
    _make_filing(submission, step)
    handler_for(submission.kind).submitted(submission, step)
    submission.corrections.filter(closed_by=None).update(closed_by=step)


def pass_on(taking: Taking[SignDetail]) -> Effect:
    """Close the stop; when all here have agreed put the submission on the next desks."""
    submission = taking.submission
    inquiring.require_answered(StepName.PASS_ON, submission, taking.own)
    digest = signing.digest_to_sign(submission, taking.item, taking.detail)
    if taking.onward:
        routing.pass_on(submission, taking.onward)
    step = yield
    if taking.onward:
        mine = (taking.own, Outcome.PASSED)
        work_items.close_all(submission, step, Outcome.OVERTAKEN, mine)
        work_items.open_decisions(submission, taking.onward, step)
    else:
        work_items.close_item(submission, taking.own, step, Outcome.PASSED)
    signing.sign_letter(submission, step, digest)


def refer(taking: Taking[ReferDetail]) -> Effect:
    """Put what is asked on the desk of everybody who is asked."""
    step = yield
    detail, own = taking.detail, taking.own
    asked = referring.check_asked(taking.submission, own, detail, taking.by)
    referring.check_deadline(own, detail.due_at, taking.moment)
    work_items.open_referrals(own, asked, step, detail.purpose, detail.due_at)
    taking.submission.forget_items()


def answer(taking: Taking[NoDetail]) -> Effect:
    """Close what was asked; the words of the step are the answer."""
    step = yield
    work_items.close_item(taking.submission, taking.own, step, Outcome.ANSWERED)


def recall(taking: Taking[NoDetail]) -> Effect:
    """Close what nobody has seen yet."""
    step = yield
    work_items.recall_item(taking.submission, taking.own, step)


def return_for_correction(taking: Taking[ReturnDetail]) -> Effect:
    """Keep what is to be mended, and why."""
    step = yield
    submission, detail = taking.submission, taking.detail
    known = _things_of(submission)
    # Locked, so that nobody deletes the reason between the look and the copy.
    reason = ReturnReason.objects.select_for_update().filter(code=detail.reason).first()
    if detail.reason and reason is None:
        raise UnknownPoint
    if any((point.kind, point.code) not in known for point in detail.mend):
        raise UnknownPoint
    correction = Correction.objects.create(
        submission=submission,
        opened_by=step,
        reason=detail.reason,
        reason_title=reason.title if reason else "",
        reason_advice=reason.advice if reason else "",
    )
    CorrectionItem.objects.bulk_create(
        CorrectionItem(correction=correction, kind=m.kind, code=m.code, note=m.note)
        for m in detail.mend
    )
    work_items.close_all(submission, step, Outcome.SUSPENDED, (taking.own, Outcome.RETURNED))


def approve(taking: Taking[SignDetail]) -> Effect:
    """Do what the approval is for, and keep the accepted files for the next request."""
    submission = taking.submission
    inquiring.require_answered(StepName.APPROVE, submission, taking.own)
    digest = signing.digest_to_sign(submission, taking.item, taking.detail)
    step = yield
    mine = (taking.own, Outcome.APPROVED)
    work_items.close_all(submission, step, Outcome.OVERTAKEN, mine)
    signing.sign_letter(submission, step, digest)
    handler_for(submission.kind).approved(submission, step)
    reuse.keep_documents(submission)


def reject(taking: Taking[NumberDetail]) -> Effect:
    """Close all; what an earlier approval brought holds no longer."""
    step = yield
    mine = (taking.own, Outcome.REJECTED)
    work_items.close_all(taking.submission, step, Outcome.OVERTAKEN, mine)
    handler_for(taking.submission.kind).ended_without(taking.submission, step)


def withdraw(taking: Taking[NoDetail]) -> Effect:
    """Close all; what an earlier approval brought holds no longer."""
    step = yield
    work_items.close_all(taking.submission, step, Outcome.WITHDRAWN)
    handler_for(taking.submission.kind).ended_without(taking.submission, step)


def complete(taking: Taking[NoDetail]) -> Effect:
    """Nothing: the document is there already."""
    yield


def reopen(taking: Taking[ReopenDetail]) -> Effect:
    """Begin anew at the stop that was named; the approval is taken back meanwhile."""
    stops = routing.reopen_at(taking.submission, taking.detail.stop, taking.moment)
    step = yield
    work_items.open_decisions(taking.submission, stops, step)
    handler_for(taking.submission.kind).reopened(taking.submission, step)


def recall_return(taking: Taking[NoDetail]) -> Effect:
    """Lay everything back where it lay before the return; nobody need be told of either."""
    submission, moment = taking.submission, taking.moment
    away_since = routing.resume(submission, moment)
    step = yield
    returned_by = recalling.close_correction(submission, step)
    recalling.lay_back(submission, returned_by, step, away_since)
    recalling.hush(step, returned_by)


def take_back(taking: Taking[NoDetail]) -> Effect:
    """Close what nobody has looked at; the filing stays on record."""
    step = yield
    recalling.close_unseen(taking.submission, step)
    recalling.hush(step, recalling.last_submit(step))


def take(taking: Taking[NoDetail]) -> Effect:
    """Whoever takes it has it."""
    yield
    holding.give_to(taking.submission, taking.own, taking.by)


def assign(taking: Taking[AssignDetail]) -> Effect:
    """Whoever was named has it."""
    step = yield
    person = holding.check_assigned(taking.submission, taking.own, taking.detail.person)
    holding.give_to(taking.submission, taking.own, person)
    _say_first(step, f"به {person}")


def put_back(taking: Taking[NoDetail]) -> Effect:
    """Nobody has it."""
    yield
    holding.give_to(taking.submission, taking.own, None)


def hand_over(taking: Taking[HandOverDetail]) -> Effect:
    """The successor has it, or all of the desk."""
    step = yield
    detail = taking.detail
    holding.hand_over(taking.submission, taking.own, step, detail.person, detail.desk)


def set_urgency(taking: Taking[UrgencyDetail]) -> Effect:
    """Bring forward what lies on desks, or give it back the time that it had."""
    before = urgency.change_urgency(taking.submission, taking.detail.urgency)
    step = yield
    urgency.move_due_times(taking.submission, before, taking.moment)
    _say_first(step, taking.detail.urgency.label)


def set_follow_up(taking: Taking[FollowUpDetail]) -> Effect:
    """Keep the day and the words; the due time stays as it is."""
    step = yield
    day = following_up.set_follow_up(taking.own, taking.detail.day, step)
    _say_first(step, jdate_numeric(day))
    taking.submission.forget_items()


def end_follow_up(taking: Taking[NoDetail]) -> Effect:
    """Nothing more: whatever is done about an item ends its follow-up."""
    following_up.require_follow_up(taking.own)
    yield


def inquire(taking: Taking[InquireDetail]) -> Effect:
    """A body outside is asked; the decision stays where it is."""
    step = yield
    inquiring.open_inquiry(taking.submission, taking.own, step, taking.detail)


def answer_inquiry(taking: Taking[AnswerInquiryDetail]) -> Effect:
    """Keep the answer with its paper; its words are those of the step."""
    step = yield
    inquiring.register_reply(taking.own, taking.detail, taking.moment)
    work_items.close_item(taking.submission, taking.own, step, Outcome.ANSWERED)


def recall_inquiry(taking: Taking[NoDetail]) -> Effect:
    """Nobody waits for the answer any more."""
    step = yield
    inquiring.recall_inquiry(taking.submission, taking.own, step)


def initial(taking: Taking[SignDetail]) -> Effect:
    """Say which letter was initialled; whether it was changed since is seen by its digest."""
    digest = signing.require_seen(taking.submission, taking.detail)
    signing.keep_digest((yield), digest)


# Each gets the detail that the step table names for it; ``take_step`` has checked that.
EFFECTS: MappingProxyType[StepName, Callable[[Taking[Any]], Effect]] = MappingProxyType(
    {
        StepName.SUBMIT: submit,
        StepName.PASS_ON: pass_on,
        StepName.REFER: refer,
        StepName.ANSWER: answer,
        StepName.RECALL: recall,
        StepName.RETURN_FOR_CORRECTION: return_for_correction,
        StepName.APPROVE: approve,
        StepName.REJECT: reject,
        StepName.WITHDRAW: withdraw,
        StepName.COMPLETE: complete,
        StepName.REOPEN: reopen,
        StepName.RECALL_RETURN: recall_return,
        StepName.TAKE_BACK: take_back,
        StepName.TAKE: take,
        StepName.ASSIGN: assign,
        StepName.PUT_BACK: put_back,
        StepName.HAND_OVER: hand_over,
        StepName.SET_URGENCY: set_urgency,
        StepName.SET_FOLLOW_UP: set_follow_up,
        StepName.END_FOLLOW_UP: end_follow_up,
        StepName.INQUIRE: inquire,
        StepName.ANSWER_INQUIRY: answer_inquiry,
        StepName.RECALL_INQUIRY: recall_inquiry,
        StepName.INITIAL: initial,
    }
)


def _say_first(step: Step, what: str) -> None:
    """Put what was chosen before the words of an internal step: its history has no other place."""
    step.note = f"{what}: {step.note}" if step.note else what
    step.save(update_fields=["note"])


def _things_of(submission: Submission) -> set[tuple[str, str]]:
    """What can be sent back for mending: kind and code, as in :class:`CorrectionItem`."""
    kinds = CorrectionItem.Kind
    documents = {(kinds.DOCUMENT.value, document.code) for document in submission.facts.documents}
    asked = submission.facts.visible_questions(submission.answers)
    answers = {(kinds.ANSWER.value, question.code) for question in asked}
    texts = {(kinds.DESCRIPTION.value, "")}
    has_texts = "description" not in submission.kind_spec.left_out
    return documents | answers | (texts if has_texts else set())


def _make_filing(submission: Submission, step: Step) -> Filing:
    """Freeze what is handed in."""
    assert step.by is not None  # the system never submits; the policy has seen to it
    filing = Filing.objects.create(
        submission=submission,
        number=submission.filings.count() + 1,
        filed_by=step.by,
        filed_at=step.at,
        contract=submission.contract,
        park=submission.park,
        province=submission.province,
        facts=facts_of(submission).model_dump(mode="json"),
        answers=submission.answers,
        declined=submission.declined,
        description=submission.description,
        file_number=submission.file_number,
    )
    filing.documents.set(submission.documents.current())
    return filing
