"""The one door through which a submission moves (design §3).

Page, API, admin and shell take steps here and nowhere else: lock, compare with what
the caller saw, ask the policy, move, save, record, let the kind's handler do its part,
announce. One transaction; nothing slow and no network in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.timezone import now
from django_fsm import TransitionNotAllowed, can_proceed

from accounts.models import Membership, Party, User
from doors.refusals import NotNow, Refusal
from services_catalog.models import ReturnReason
from submissions import locker, placing, tasks
from submissions.completeness import Missing, missing_in
from submissions.kinds import handler_for
from submissions.models import Correction, CorrectionItem, Filing, Step, Submission
from submissions.policies import SubmissionPolicy
from submissions.signals import step_taken
from submissions.states import State, StepName
from work import audit, enqueue

NEEDS_NOTE = {
    StepName.RETURN_FOR_CORRECTION,
    StepName.REJECT,
    StepName.REFER,
    StepName.ANSWER,
    StepName.REOPEN,
}


class MovedMeanwhile(NotNow):
    """The submission has moved since the page was shown; a second click ends here."""

    code = "moved_meanwhile"
    title = "این درخواست در همین فاصله پیش رفته است"

    def __init__(self, submission: Submission) -> None:
        self.submission = submission
        last = submission.history.order_by("-seq").first()
        self.last_step = last
        what = last.get_name_display() if last else submission.get_state_display()
        super().__init__(
            f"آخرین گام ثبت‌شده «{what}» است و اقدام تازه‌ای انجام نشد. "
            "لطفاً گزارش درخواست را ببینید و اگر هنوز لازم است، دوباره اقدام کنید."
        )


class Incomplete(Refusal):
    """Something that the service needs has not been given yet; ``missing`` lists it."""

    status = 422
    code = "incomplete"
    title = "درخواست هنوز کامل نیست"

    def __init__(self, missing: Sequence[Missing]) -> None:
        self.missing = list(missing)
        super().__init__("، ".join(item.text for item in self.missing))


class NoteNeeded(Refusal):
    status = 422
    code = "note_needed"
    title = "توضیح لازم است"
    message = "لطفاً برای این اقدام توضیح بنویسید."


class NoColleague(Refusal):
    status = 422
    code = "no_colleague"
    title = "همکاری انتخاب نشده است"
    message = "لطفاً همکاری را که از او نظر می‌خواهید انتخاب کنید."


class UnknownPoint(Refusal):
    """A return names a reason that the office does not have, or a thing that was not asked for."""

    status = 422
    code = "unknown_point"
    title = "این مورد در درخواست نیست"
    message = "لطفاً دلیل عودت و موارد اصلاح را از میان آنچه در همین درخواست هست انتخاب کنید."


class Closed(NotNow):
    """The service is no longer offered; the draft stays as it is."""

    code = "service_closed"
    title = "این خدمت اکنون ارائه نمی‌شود"
    message = (
        "این خدمت پس از آغاز پیش‌نویس شما بسته شده است. پیش‌نویس شما محفوظ است؛ "
        "برای آگاهی از زمان بازگشایی با شرکت تماس بگیرید."
    )


@dataclass(frozen=True)
class Mend:
    """One thing to be mended: ``kind`` and ``code`` as in :class:`CorrectionItem`."""

    kind: str
    code: str = ""
    note: str = ""


@dataclass(frozen=True)
class StepDetail:
    """What some steps need besides a note.

    ``reason`` (code of a ReturnReason) and ``mend`` for a return; ``asked`` for a
    referral; ``stop`` (code) for a reopening.
    """

    reason: str = ""
    mend: tuple[Mend, ...] = ()
    asked: User | None = None
    stop: str = ""


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
) -> Step:
    """Take one step, record who took it and why, and let the others know.

    ``by`` is None for the system. ``expecting`` is the last ``Step.seq`` that the
    caller saw. ``note`` is what the applicant will read.

    Raises MovedMeanwhile when the submission has moved since ``expecting``,
    TransitionNotAllowed when the state does not allow the step, PermissionDenied when
    the policy says no, Incomplete or NoteNeeded when something is wanting, UnknownPoint when
    a return names what is not there, Closed when the service of a draft is no longer offered.
    """
    case = locked(submission)
    if case.last_seq != expecting:
        raise MovedMeanwhile(case)
    move = getattr(case, StepName(name).value)
    if not can_proceed(move, check_conditions=False):
        raise TransitionNotAllowed(f"{name} from {case.state}", object=case, method=move)
    if not SubmissionPolicy().allows(by, name, case):
        raise PermissionDenied
    _require(case, name, note)

    return _Taking(case, StepName(name), by, note, on_behalf_of, detail or StepDetail()).take()


def locked(submission: Submission) -> Submission:
    """The submission as the database has it now, locked until the transaction ends.

    Locked first and read afterwards: PostgreSQL joins a row that it has waited for with what
    its relations were before, and finds nothing when one of them has changed meanwhile.
    """
    Submission.objects.select_for_update().values_list("pk").get(pk=submission.pk)
    return Submission.objects.select_related(
        "version__service", "party", "park", "province", "desk", "contract"
    ).get(pk=submission.pk)


def _require(case: Submission, name: str, note: str) -> None:
    if name in NEEDS_NOTE and not note.strip():
        raise NoteNeeded
    if name == StepName.REOPEN and (found := handler_for(case.kind).hindrances(case)):
        raise NotNow(found[0])
    if name != StepName.SUBMIT:
        return
    if case.state == State.DRAFT and not case.version.service.live:
        raise Closed
    if missing := missing_in(case):
        raise Incomplete(missing)


@dataclass
class _Taking:
    """One step while it is being taken; the lock is held, the checks are done."""

    case: Submission
    name: StepName
    by: User | None
    note: str
    on_behalf_of: Party | None
    detail: StepDetail

    def take(self) -> Step:
        case = self.case
        before, stop, desk = case.state, case.stop, case.desk
        onward = case.next_stop
        moment = now()
        getattr(case, self.name.value)()
        self._place(onward.code if onward else "", moment)
        case.updated_at = moment
        case.last_seq += 1
        case.save()
        step = Step.objects.create(
            submission=case,
            seq=case.last_seq,
            name=self.name,
            from_state=before,
            to_state=case.state,
            stop=stop,
            desk=desk,
            by=self.by,
            on_behalf_of=self.on_behalf_of or self._represented(),
            note=self.note.strip(),
            at=moment,
        )
        self._keep_records(step)
        audit.record(self.by, self.name.value, case, {"seq": step.seq, "to": case.state})
        if self.name == StepName.APPROVE:
            handler_for(case.kind).approved(case, step)
            locker.keep(case)
        step_taken.send(sender=Step, step=step)
        enqueue(tasks.tell_about_step, step.pk)
        return step

    def _place(self, onward: str, moment: datetime) -> None:
        """Put the case on the desk that has it next, with its due times."""
        if self.name == StepName.SUBMIT:
            placing.hand_in(self.case, moment)
        elif self.name == StepName.PASS_ON:
            placing.pass_on(self.case, onward, moment)
        elif self.name == StepName.REOPEN:
            placing.reopen(self.case, self.detail.stop, moment)

    def _represented(self) -> Party | None:
        """The party, when an agent acts for it: shown as «به نمایندگی از …»."""
        if self.by is None or self.name not in (StepName.SUBMIT, StepName.WITHDRAW):
            return None
        role = Membership.objects.filter(user=self.by, party=self.case.party).first()
        return self.case.party if role and role.role == Membership.Role.AGENT else None

    def _keep_records(self, step: Step) -> None:
        """The rows beside the history that some steps open or close."""
        case = self.case
        if self.name == StepName.SUBMIT:
            _file(case, step)
            handler_for(case.kind).submitted(case, step)
            case.corrections.filter(closed_by=None).update(closed_by=step)
        elif self.name == StepName.RETURN_FOR_CORRECTION:
            self._open_correction(step)
        elif self.name == StepName.REOPEN:
            handler_for(case.kind).reopened(case, step)
        elif self.name in (StepName.REJECT, StepName.WITHDRAW):
            handler_for(case.kind).ended_without(case, step)
        elif self.name == StepName.REFER:
            case.referrals.create(opened_by=step, asked=self._colleague(), question=step.note)
        elif self.name == StepName.ANSWER:
            case.referrals.filter(asked=self.by, answered_at=None).update(
                answer=step.note, answered_at=step.at
            )

    def _colleague(self) -> User:
        """Who is asked: another member of staff who does not belong to the party."""
        asked = self.detail.asked
        if asked is None or not asked.is_staff or not asked.is_active or asked == self.by:
            raise NoColleague
        if SubmissionPolicy().belongs_to(asked, self.case):
            raise NoColleague("این درخواست به خود آن همکار مربوط است. همکار دیگری را انتخاب کنید.")
        if self.case.referrals.filter(asked=asked, answered_at=None).exists():
            raise NoColleague("پیش‌تر از این همکار نظر خواسته‌اید و پاسخ او هنوز نرسیده است.")
        return asked

    def _open_correction(self, step: Step) -> None:
        reason, known = self.detail.reason, _things_of(self.case)
        if reason and not ReturnReason.objects.filter(code=reason).exists():
            raise UnknownPoint
        if any((point.kind, point.code) not in known for point in self.detail.mend):
            raise UnknownPoint
        correction = Correction.objects.create(submission=self.case, opened_by=step, reason=reason)
        CorrectionItem.objects.bulk_create(
            CorrectionItem(correction=correction, kind=m.kind, code=m.code, note=m.note)
            for m in self.detail.mend
        )


def _things_of(case: Submission) -> set[tuple[str, str]]:
    """What can be sent back for mending: kind and code, as in :class:`CorrectionItem`."""
    kinds = CorrectionItem.Kind
    documents = {(kinds.DOCUMENT.value, document.code) for document in case.facts.documents}
    asked = case.facts.visible_questions(case.answers)
    answers = {(kinds.ANSWER.value, question.code) for question in asked}
    texts = {(kinds.DESCRIPTION.value, "")}
    has_texts = "description" not in handler_for(case.kind).left_out
    return documents | answers | (texts if has_texts else set())


def _file(case: Submission, step: Step) -> Filing:
    """Freeze what is handed in."""
    assert step.by is not None  # the system never submits; the policy has seen to it
    filing = Filing.objects.create(
        submission=case,
        number=case.filings.count() + 1,
        filed_by=step.by,
        filed_at=step.at,
        contract=case.contract,
        park=case.park,
        answers=case.answers,
        declined=case.declined,
        description=case.description,
        file_number=case.file_number,
    )
    filing.documents.set(case.documents.current())
    return filing
