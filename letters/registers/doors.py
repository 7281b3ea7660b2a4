"""What becomes of a letter that has its number: replaced, revoked, void. Its row stays, whatever becomes of it."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils.timezone import now

from accounts.models import User
from letters.dispatch import acts
from letters.drafts.purposes import Purpose
from letters.models import Letter, LetterState
from letters.registers.numbering import issue_number
from messaging.outbox import tell_users
from persian.text import clean_text
from submissions.models import Submission
from submissions.states import State
from submissions.workflow.notifications import people_of
from web.refusals import NotNow, Refusal
from work import audit

REPLACED_UNPRINTED = "پیش از آماده شدن نسخهٔ چاپی، نامهٔ دیگری به جای آن صادر شد."
ENDED_UNPRINTED = "پیش از آماده شدن نسخهٔ چاپی، درخواست بدون نامه پایان یافت."
# Why what has not left the house yet goes nowhere.
UNSENT = {
    LetterState.SUPERSEDED: "نامهٔ دیگری جایگزین این نامه شد.",
    LetterState.REVOKED: "نامه ابطال شد.",
    LetterState.VOID: "شمارهٔ نامه باطل شد.",
}
MOST_WORDS = 500
# In which state a request waits for the paper of its letter.
WAITING = {Purpose.RESULT: State.APPROVED, Purpose.REFUSAL: State.REJECTED}


class LetterEnded(NotNow):
    code = "letter_ended"
    title = "وضعیت نامه تغییر کرده است"
    message = "این نامه دیگر معتبر نیست و دوباره ابطال نمی‌شود."


class NotIssuedYet(NotNow):
    code = "letter_not_issued"
    title = "نامه هنوز صادر نشده است"
    message = "نسخهٔ چاپی این نامه هنوز آماده نیست. به جای ابطال نامه، شمارهٔ آن را باطل کنید."


class LetterHasLeft(NotNow):
    code = "letter_has_left"
    title = "نامه صادر شده است"
    message = "این نامه صادر شده و در دسترس متقاضی است. به جای باطل کردن شماره، نامه را ابطال کنید."


class ReasonNeeded(Refusal):
    status = 422
    code = "reason_needed"
    title = "دلیل نوشته نشده است"
    message = f"لطفاً دلیل را بنویسید؛ حداکثر {MOST_WORDS} کاراکتر."


@transaction.atomic
def revoke_letter(letter: Letter, *, by: User, reason: str) -> Letter:
    """Take an issued letter back; it stays readable, and whoever verifies it is told. Tells the party.

    Raises PermissionDenied, ReasonNeeded, LetterEnded, NotIssuedYet.
    """
    reason = _require_may(by, "letters.revoke_letter", reason)
    found = _hold_living(letter)
    if found.rendered_at is None:
        raise NotIssuedYet
    end_letter(found, LetterState.REVOKED, by=by, reason=reason)
    submission = found.submission
    if found.purpose == Purpose.INQUIRY:
        # The applicant has never been told of it.
        return found
    tell_users(
        f"letter:{found.pk}:revoked",
        people_of(submission),
        "letters/revoked",
        {"letter": found, "submission": submission, "party": submission.party},
        reverse("submissions:report", args=[submission.tracking_code]),
    )
    return found


@transaction.atomic
def void_letter(letter: Letter, *, by: User, reason: str, number: str = "") -> Letter:
    """Make the number of a letter that never left void; the decision stands and gets another number.

    The answer is the letter with the new number, or the void one where its request is not waiting for
    a letter. ``number``: of a system outside, where that numbers. Raises PermissionDenied,
    ReasonNeeded, LetterEnded, LetterHasLeft and as ``issue_number``.
    """
    reason = _require_may(by, "letters.void_letter", reason)
    found = _hold_living(letter)
    if has_left(found):
        raise LetterHasLeft
    end_letter(found, LetterState.VOID, by=by, reason=reason)
    if not is_awaited(found):
        return found
    found.submission.typed_number = number
    # What was signed is issued as it was signed: the same text, of the same template.
    purpose, inquiry = Purpose(found.purpose), found.inquiry
    return issue_number(found.submission, found.facts, found.template, purpose, inquiry=inquiry)


def has_left(letter: Letter) -> bool:
    """Whether somebody outside may have the letter; it can then only be revoked."""
    return letter.rendered_at is not None


def end_letter(letter: Letter, state: LetterState, *, by: User | None, reason: str) -> bool:
    """Write down that a living letter holds no longer, and why. False when it did not hold any more."""
    living = Letter.objects.filter(pk=letter.pk, state=LetterState.ISSUED)
    if not living.update(state=Letter.State(state).value, ended_at=now(), end_reason=reason):
        return False
    acts.stop_unsent([letter.pk], by=by, note=UNSENT[state])
    action = {"superseded": "supersede_letter", "revoked": "revoke_letter", "void": "void_letter"}
    facts = {"number": letter.number_text, "reason": reason}
    audit.record_entry(by, action[state], letter, facts)
    return True


def is_awaited(letter: Letter) -> bool:
    """Whether the decision, or the question, still waits for its letter."""
    if letter.inquiry is not None:
        return letter.inquiry.closed_by_id is None
    return bool(letter.submission.state == WAITING.get(Purpose(letter.purpose)))


def replace_earlier(submission: Submission, purpose: Purpose, *, by: User | None) -> None:
    """What was issued before a reopening says what replaced it; a number without paper is void."""
    for letter in submission.letters.filter(state=LetterState.ISSUED, purpose=purpose):
        state = LetterState.SUPERSEDED if has_left(letter) else LetterState.VOID
        reason = "" if has_left(letter) else REPLACED_UNPRINTED
        end_letter(letter, state, by=by, reason=reason)


def revoke_earlier(submission: Submission, *, by: User | None, reason: str) -> None:
    """What was issued before a reopening holds no longer: its request ended without a result."""
    for letter in submission.letters.filter(state=LetterState.ISSUED, purpose=Purpose.RESULT):
        state = LetterState.REVOKED if has_left(letter) else LetterState.VOID
        end_letter(letter, state, by=by, reason=reason or ENDED_UNPRINTED)


def _require_may(by: User, permission: str, reason: str) -> str:
    if not by.has_perm(permission):
        raise PermissionDenied
    reason = clean_text(reason)
    if not reason or len(reason) > MOST_WORDS:
        raise ReasonNeeded
    return reason


def _hold_living(letter: Letter) -> Letter:
    """The letter as it is now, its request locked (lock order: submission, then book)."""
    submission = Submission.objects.locked(letter.submission_id)
    found = Letter.objects.select_related("template").get(pk=letter.pk)
    found.submission = submission
    if found.state != LetterState.ISSUED:
        raise LetterEnded
    return found
