"""All changes of drafts and returned submissions by their applicant.

Pages and API write here and nowhere else: lock, ask whether it is the user's to write and
still in the applicant's hand, refuse what a reviewer has accepted, save. One group of the
form touches only its own keys, so that two open tabs do not undo each other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.timezone import now

from accounts.models import Party, User
from services_catalog.facts import ServiceFacts
from services_catalog.kinds import kind_spec
from services_catalog.models import Park, ServiceVersion
from submissions.drafts import edit_conflicts
from submissions.drafts.edit_conflicts import TYPED, SavedDraft, typed_in
from submissions.drafts.editable_parts import EditableParts
from submissions.drafts.forms import reread_texts, typed_form
from submissions.drafts.register_place import PlaceChange, take_file_number, take_place
from submissions.kinds import handler_for
from submissions.models import Contract, Submission
from submissions.policies import may_write
from submissions.refusals import Closed, MovedMeanwhile, NotOffered, TooManyDrafts
from submissions.states import State
from web.refusals import NotNow, Refusal
from work import audit

# Each may hold files: what nobody finishes must not fill the disk.
DRAFT_LIMIT: Final = 100


class Accepted(NotNow):
    """Raised when somebody changes what a reviewer has accepted."""

    code = "accepted_stays"
    title = "این بخش پذیرفته شده است"
    message = (
        "این بخش از سوی کارشناس پذیرفته شده است و فقط موارد عودت‌شده برای اصلاح قابل تغییر "
        "است. لطفاً همان موارد را اصلاح کنید."
    )


def in_hand(submission: Submission, by: User) -> Submission:
    """The submission, locked, when ``by`` may write it now.

    Raises PermissionDenied for somebody who does not act for the party, MovedMeanwhile
    when it is no longer with the applicant. Call it in a transaction.
    """
    submission = Submission.objects.locked(submission.pk)
    if not may_write(by, submission):
        raise PermissionDenied
    if not submission.is_editable:
        raise MovedMeanwhile(submission)
    if submission.state == State.RETURNED:
        # Whoever writes has read, with or without the script of the page.
        submission.corrections.all().mark_opened()
    return submission


@transaction.atomic
def start_draft(
    version: ServiceVersion,
    *,
    by: User,
    party: Party,
    park: Park | None = None,
    contract: Contract | None = None,
) -> Submission:
    """A draft for the party; the same one again while it is still empty (a double click).

    Province, park and file number come from the contract when there is one. Raises
    PermissionDenied, Closed when the service is not offered, NotOffered when it is not for
    this party or the contract is not theirs, TooManyDrafts.
    """
    if all(own.pk != party.pk for own in by.parties):
        raise PermissionDenied
    if not (version.current and version.service.live):
        raise Closed
    _require_owner(version.facts, by, party)
    _require_offer(version.facts, party, contract)
    # Two clicks at once wait for each other here, so the second finds the first one's draft.
    Party.objects.select_for_update().get(pk=party.pk)
    park = contract.park if contract else park
    columns = {"version": version, "party": party, "contract": contract, "park": park}
    if empty := _empty_draft(**columns):
        return empty
    if Submission.objects.of(party).filter(state=State.DRAFT).count() >= DRAFT_LIMIT:
        raise TooManyDrafts
    submission = Submission.objects.create(
        **columns,
        kind=version.facts.kind,
        title=version.facts.title,
        filed_by=by,
        province=park.province if park else None,
        file_number=contract.file_number if contract else "",
    )
    audit.record_entry(
        by, "begin", submission, {"service": version.facts.code, "version": version.number}
    )
    return submission


def _require_owner(facts: ServiceFacts, by: User, party: Party) -> None:
    if kind_spec(facts.kind).owner_only and not by.acts_as_owner_of(party):
        raise PermissionDenied


def _require_offer(facts: ServiceFacts, party: Party, contract: Contract | None) -> None:
    if not facts.open_to(party.kind):
        raise NotOffered(not_for(party))
    if contract is not None and contract.party_id != party.pk:
        raise NotOffered("این قرارداد به نام شما ثبت نشده است. لطفاً قرارداد خود را انتخاب کنید.")
    if facts.needs_contract and contract is None:
        raise NotOffered("برای این خدمت، لطفاً قرارداد مربوط را انتخاب کنید.")


def not_for(party: Party) -> str:
    """Why a service of the other kind of applicant is not offered to this party."""
    return (
        f"این خدمت برای اشخاص {party.get_kind_display()} ارائه نمی‌شود. "
        "اگر نمایندهٔ شخص دیگری هستید، متقاضی را از بالای صفحه تغییر دهید."
    )


def _empty_draft(**columns: Any) -> Submission | None:
    return (
        Submission.objects.filter(
            **columns, state=State.DRAFT, last_seq=0, answers={}, declined=[], description=""
        )
        .exclude(documents__isnull=False)
        .order_by("-pk")
        .first()
    )


@transaction.atomic
def save_answers(
    submission: Submission,
    *,
    by: User,
    answers: Mapping[str, Any] | None = None,
    typed: Mapping[str, str] | None = None,
    seen: Mapping[str, str] | None = None,
    on_page: str = "",
    **columns: str,
) -> SavedDraft:
    """Save one group of the form and nothing beside it.

    ``answers``: values by question code, None to clear one. ``typed``: texts that could not
    be read, by the same codes ("" to forget one). ``columns``: ``description``, ``file_number``.
    ``seen``: the texts that the writer's page had shown, by code; what has been changed on
    another page than ``on_page`` since stays, and ``conflicts`` of the answer lists what was
    not saved.
    Answers of questions that are no longer shown go: hidden means absent.
    Raises what :func:`in_hand` raises, and Accepted.
    """
    submission = in_hand(submission, by)
    before = edit_conflicts.texts_of(submission)
    given = edit_conflicts.Writing(dict(answers or {}), dict(typed or {}), columns)
    hand = edit_conflicts.Hand(by.pk, on_page)
    conflicts, newer = edit_conflicts.give_way(submission, hand, seen or {}, before, given)
    _require_open(submission, given)
    unread = {**typed_in(submission), **given.typed}
    _keep_shown(submission, {**submission.answers, **given.answers}, unread)
    for name, value in given.columns.items():
        setattr(submission, name, value)
    edit_conflicts.sign_changes(submission, hand, before)
    return SavedDraft(_save_draft(submission), conflicts, newer)


def _require_open(submission: Submission, given: edit_conflicts.Writing) -> None:
    """Raises Accepted when something is changed that a reviewer has accepted."""
    editable = EditableParts.of(submission)
    for code, value in given.answers.items():
        if value != submission.answers.get(code) and not editable.answer(code):
            raise Accepted
    rewritten = any(value != getattr(submission, name) for name, value in given.columns.items())
    if rewritten and not editable.description:
        raise Accepted


def _keep_shown(
    submission: Submission, answers: Mapping[str, Any], typed: Mapping[str, str]
) -> None:
    given = {code: value for code, value in answers.items() if value is not None}
    shown = {question.code for question in submission.facts.visible_questions(given)}
    submission.answers = {code: given[code] for code in given if code in shown}
    unread = {c: text for c, text in typed.items() if text and (c in shown or c.startswith(":"))}
    if unread:
        submission.answers[TYPED] = unread


def _save_draft(submission: Submission) -> Submission:
    handler_for(submission.kind).written(submission)
    submission.updated_at = now()
    submission.save()
    return submission


@transaction.atomic
def set_place(
    submission: Submission,
    *,
    by: User,
    contract: Contract | None = None,
    park: Park | None = None,
) -> Submission:
    """Say which contract it is about, or, without one, where it lies.

    The file number follows the contract unless the applicant has written another.
    Raises what :func:`in_hand` raises, Accepted, and NotOffered for a foreign contract.
    """
    submission = in_hand(submission, by)
    park = contract.park if contract else park
    moved = (submission.contract_id, submission.park_id) != (
        contract.pk if contract else None,
        park.pk if park else None,
    )
    if moved and not EditableParts.of(submission).place:
        raise Accepted
    _require_offer(submission.facts, submission.party, contract)
    before = submission.contract.file_number if submission.contract else ""
    if contract and submission.file_number in ("", before):
        take_file_number(submission, contract)
    submission.contract, submission.park = contract, park
    submission.province = park.province if park else None
    return _save_draft(submission)


def take_place_anew(submission: Submission, *, by: User) -> list[PlaceChange]:
    """Have place and file number as the register has them now; what that changed, for the applicant.

    Asks nothing more while they are the same. Raises what :func:`in_hand` raises.
    """
    if not take_place(submission):
        return []
    with transaction.atomic():
        submission = in_hand(submission, by)
        if changes := take_place(submission):
            audit.record_entry(by, "take_place", submission, dict(c[::2] for c in changes))
            _save_draft(submission)
    return changes


@transaction.atomic
def decline_document(submission: Submission, code: str, *, by: User) -> Submission:
    """Say that a ``declared`` document is not the applicant's to bring."""
    submission = in_hand(submission, by)
    needed = submission.facts.document(code)
    current = submission.documents.current().filter(requirement=code).first()
    if needed is None or needed.required != "declared":
        raise Refusal("این مدرک برای همهٔ متقاضیان لازم است. لطفاً آن را بارگذاری کنید.")
    if current:
        raise Refusal("برای این مدرک فایلی بارگذاری شده است. لطفاً ابتدا آن را حذف کنید.")
    submission.waiting_files.filter(requirement=code).drop()
    return _set_declined(submission, [*submission.declined, code], code)


@transaction.atomic
def undecline_document(submission: Submission, code: str, *, by: User) -> Submission:
    """Take that back."""
    submission = in_hand(submission, by)
    return _set_declined(submission, submission.declined, code, keep=False)


def _set_declined(
    submission: Submission, declined: list[str], code: str, keep: bool = True
) -> Submission:
    if not EditableParts.of(submission).document(code, None):
        raise Accepted
    submission.declined = sorted({c for c in declined if keep or c != code})
    return _save_draft(submission)


@transaction.atomic
def upgrade_draft(submission: Submission, *, by: User) -> Submission:
    """Move a draft to the version that is offered now; unchanged when there is nothing to do.

    Answers are read again by the new questions: those that still fit stay, the others are
    kept as typed. Files of requirements that are gone are set aside, not handed in.
    """
    submission = in_hand(submission, by)
    offered = submission.version.service.current_version
    if submission.state != State.DRAFT or not submission.version.service.live or offered is None:
        return submission
    if offered.pk == submission.version_id:
        return submission
    texts = {
        question.code: typed_form(question, submission.answers.get(question.code))
        for question in submission.facts.questions
    } | {code: text for code, text in typed_in(submission).items() if not code.startswith(":")}
    reading = reread_texts(offered.facts, texts)
    kept = {code: text for code, text in typed_in(submission).items() if code.startswith(":")}
    as_agent = by.acts_as_agent_of(submission.party)
    asked = offered.facts.documents_for(submission.party.kind, by_agent=as_agent)
    _set_aside(submission, {needed.code for needed in asked})
    submission.version, submission.title, submission.kind = (
        offered,
        offered.facts.title,
        offered.facts.kind,
    )
    _keep_shown(submission, reading.answers, reading.typed | kept)
    audit.record_entry(by, "upgrade", submission, {"version": offered.number})
    return _save_draft(submission)


def _set_aside(submission: Submission, wanted: set[str]) -> None:
    gone = submission.documents.current().exclude(requirement__in=wanted)
    gone.update(replaced_at=now())
    submission.waiting_files.exclude(requirement__in=wanted).drop()
    submission.declined = [code for code in submission.declined if code in wanted]


def needs_upgrade(submission: Submission) -> bool:
    """Whether a draft follows a version that is no longer the one on offer."""
    return (
        submission.state == State.DRAFT
        and not submission.version.current
        and submission.version.service.live
    )
