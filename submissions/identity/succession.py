"""«جانشینی»: another owner of a party, or the same person with a new number.

Filed by who has no access to the old number, from a provisional party of their own: the id
stays in the answers until it is approved. What the old number had is not moved: everything
stays with the party, and only who owns it changes.
"""

from __future__ import annotations

from django.urls import reverse

from accounts import parties
from accounts.models import Membership, Party, User
from messaging.outbox import tell_users
from submissions.identity.prefill import OF_ONESELF
from submissions.identity.registry_checks import Typed, ask_registries
from submissions.identity.verification import (
    OWN_DECISION,
    CannotApprove,
    PersonalHandler,
    follow_person,
    obstacles_of_provisional,
    require_provisional,
)
from submissions.models import Step, Submission

KIND = "succession"
UNKNOWN = (
    "متقاضی تأییدشده‌ای با این شناسه در سامانه نیست. برای متقاضی جدید، «تأیید هویت» لازم است؛ این درخواست "
    "را با همین توضیح عودت دهید یا رد کنید."
)
BEGIN_AGAIN = (
    "هویت شما پس از ثبت این پیش‌نویس تأیید شده است. لطفاً «جانشینی» را از «میز خدمت» دوباره شروع کنید؛ "
    "این پیش‌نویس دیگر لازم نیست."
)
ALREADY_OWNER = "شما صاحب حساب این متقاضی هستید و جانشینی لازم نیست."


class SuccessionHandler(PersonalHandler):
    purposes = OF_ONESELF
    afterwards = (
        "پس از تأیید، با همین شماره صاحب حساب می‌شوید و نتیجه به شما و صاحب حساب قبلی پیامک می‌شود."
    )

    def written(self, submission: Submission) -> None:
        """As in a verification: the documents follow the kind of person."""
        super().written(submission)
        follow_person(submission)

    def obstacles(self, submission: Submission) -> list[str]:
        """Whether the id is known here is for the reviewer to read, never for who files it."""
        found = obstacles_of_provisional(submission, BEGIN_AGAIN)
        if Typed(submission.answers).national_id in _owned_by(submission.filed_by):
            found.append(ALREADY_OWNER)
        return found

    def submitted(self, submission: Submission, step: Step) -> None:
        ask_registries(submission)

    def approved(self, submission: Submission, step: Step) -> None:
        """The ownership goes to who filed this; whoever had it keeps nothing but the news."""
        successor, filed_from = submission.filed_by, submission.party
        assert step.by is not None  # the system approves nothing
        require_provisional(filed_from)
        try:
            party, before = parties.hand_over_party(
                Typed(submission.answers).national_id, successor=successor, by=step.by
            )
        except parties.Unknown:
            raise CannotApprove(UNKNOWN) from None
        except parties.OwnDecision:
            raise CannotApprove(OWN_DECISION) from None
        _hand_over(submission, party)
        _tell_successor(step, successor, before, {"party": party})


def _hand_over(submission: Submission, party: Party) -> None:
    """The request goes into the file of the party that it was about.

    Whatever else its filer has begun under the provisional party is theirs and stays there.
    """
    filed_from = submission.party
    Submission.objects.filter(pk=submission.pk).update(party=party)
    if not Submission.objects.of(filed_from).exists():
        parties.leave_party(filed_from, submission.filed_by)


def _owned_by(user: User) -> set[str | None]:
    return {p.national_id for p in user.parties if p.role == Membership.Role.OWNER} - {None}


def _tell_successor(
    step: Step, successor: User, before: list[User], context: dict[str, object]
) -> None:
    desk = reverse("home:desk")
    tell_users(f"succession:{step.pk}", [successor], "submissions/succession_yours", context, desk)
    tell_users(f"succeeded:{step.pk}", before, "submissions/succession_ended", context, desk)
