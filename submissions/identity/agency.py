"""«نمایندگی»: the owner asks that somebody else may act for the party."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate

from accounts import parties
from accounts.models import Membership, User
from messaging.outbox import tell_users
from submissions.identity.verification import (
    OWN_DECISION,
    CannotApprove,
    NotVerified,
    PersonalHandler,
)
from submissions.models import Step, Submission

KIND = "agency"
OWNER_ALREADY = "این شمارهٔ موبایل متعلق به صاحب حساب است و به نمایندگی نیاز ندارد."
OWNER_NO_LONGER = (
    "ثبت‌کنندهٔ این درخواست دیگر صاحب حساب این متقاضی نیست. لطفاً درخواست را با همین توضیح رد کنید."
)
TIME_IS_OVER = "تاریخ پایان نمایندگی گذشته است. لطفاً تاریخ جدیدی وارد کنید."


class AgencyHandler(PersonalHandler):
    questions_title = "مشخصات نماینده"
    afterwards = "پس از تأیید، نماینده با شمارهٔ موبایل خود وارد می‌شود و به نام شما اقدام می‌کند."

    def obstacles(self, submission: Submission) -> list[str]:
        found = []
        if not submission.party.is_verified:
            found.append(NotVerified.message)
        mobile = submission.answers.get("agent_mobile")
        if mobile and parties.owners_of(submission.party).filter(user__mobile=mobile).exists():
            found.append(OWNER_ALREADY)
        until = until_of(submission)
        if until is not None and until < localdate():
            found.append(TIME_IS_OVER)
        return found

    def approved(self, submission: Submission, step: Step) -> None:
        """The agent acts from now on, until the day that was asked for."""
        answers, until = submission.answers, until_of(submission)
        if until is None or until < localdate():
            raise CannotApprove(TIME_IS_OVER)
        _require_owner_still(submission)
        assert step.by is not None  # the system approves nothing
        try:
            membership = parties.appoint_agent(
                submission.party,
                answers["agent_mobile"],
                first_name=answers["agent_first_name"],
                last_name=answers["agent_last_name"],
                until=until,
                letter=answers["letter_number"],
                by=step.by,
            )
        except parties.OwnerAlready:
            raise CannotApprove(OWNER_ALREADY) from None
        except parties.OwnDecision:
            raise CannotApprove(OWN_DECISION) from None
        _tell_agent(step, membership)


def _require_owner_still(submission: Submission) -> None:
    """A succession may have been decided since: whose word was it that was handed in?"""
    filing = submission.filings.order_by("-number").first()
    owners = parties.owners_of(submission.party)
    if filing is None or not owners.filter(user=filing.filed_by_id).exists():
        raise CannotApprove(OWNER_NO_LONGER)


def until_of(submission: Submission) -> date | None:
    """The last day of the agency that is asked for."""
    text = submission.answers.get("valid_until")
    return date.fromisoformat(text) if text else None


def _tell_agent(step: Step, membership: Membership) -> None:
    owners = [m.user for m in parties.owners_of(membership.party).select_related("user")]
    context = {"membership": membership, "agent": membership.user, "party": membership.party}
    href = reverse("submissions:agents")
    tell_users(f"agency:{step.pk}", owners, "submissions/agency_granted", context, href)
    desk = reverse("home:desk")
    tell_users(f"agent:{step.pk}", [membership.user], "submissions/agency_yours", context, desk)


@transaction.atomic
def end_agency(membership: Membership, *, by: User) -> None:
    """End an agency at once and tell the agent. Raises PermissionDenied for all but the owner."""
    parties.dismiss_agent(membership, by=by)
    context = {"party": membership.party}
    event = f"agency-ended:{membership.pk}:{localdate():%Y%m%d}"
    tell_users(event, [membership.user], "submissions/agency_ended", context, reverse("home:desk"))
