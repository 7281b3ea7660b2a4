"""«تأیید هویت»: its draft, its handler and what its approval changes.

What somebody types stays in the answers of the request: the provisional party has no id, so
nobody blocks an id that is not theirs. Only the approval writes it to the party.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse

from accounts import parties
from accounts.models import Party, User
from messaging.outbox import tell_users
from registries.answers import Outcome
from services_catalog.kinds import kind_spec
from services_catalog.models import Province, ServiceVersion
from signin import passwords
from submissions.drafts import editing
from submissions.drafts.edit_conflicts import TYPED
from submissions.identity.prefill import OF_ONESELF, PROVINCE, known_of, readable_answers
from submissions.identity.registry_checks import (
    ABOUT_A_PERSON,
    PERSON,
    Typed,
    ask_registries,
    checks_of,
    latest_checks,
)
from submissions.kinds import KindHandler
from submissions.models import RegistryCheck, Step, Submission
from submissions.reports.progress import action_href
from submissions.states import OPEN, State
from web.refusals import NotNow, Refusal
from work import audit

__all__ = [
    "IdentityHandler",
    "IdentityState",
    "NotVerified",
    "begin_verification",
    "checks_of",
    "identity_state",
    "require_verified",
]

KIND = "identity"


class NotVerified(Refusal):
    """Something that only a verified party may do, with the way to become one."""

    status = 403
    code = "not_verified"
    title = "تأیید هویت لازم است"
    message = (
        "استفاده از این بخش پس از تأیید هویت امکان‌پذیر است. در «میز خدمت»، «تأیید هویت» را ثبت "
        "و ارسال کنید؛ پاسخ حداکثر تا یک روز کاری اعلام می‌شود."
    )


class VerifiedAlready(NotNow):
    """There is nothing to verify any more."""

    code = "verified_already"
    title = "هویت این متقاضی تأیید شده است"
    message = "هویت این متقاضی قبلاً تأیید شده است و درخواست جدیدی لازم نیست."


class CannotApprove(NotNow):
    """Raised when the request cannot be granted as things stand; the reviewer reads why."""

    code = "cannot_approve"
    title = "تأیید ممکن نیست"


class InUse(NotNow):
    """A party that was begun by mistake has asked for something meanwhile."""

    code = "party_in_use"
    title = "این متقاضی درخواست ثبت‌شده دارد"
    message = "برای این متقاضی درخواستی ثبت شده است و حذف آن امکان‌پذیر نیست."


HELD_BY_ANOTHER = (
    "این شناسه قبلاً برای متقاضی دیگری با شمارهٔ موبایل دیگر تأیید شده است. "
    "اگر مدیر یا شمارهٔ آن متقاضی تغییر کرده است، «جانشینی» لازم است؛ این درخواست را با همین توضیح "
    "عودت دهید یا رد کنید."
)
VERIFIED_MEANWHILE = (
    "هویت این متقاضی در این فاصله تأیید شده است و این درخواست دیگر بر آن اثری ندارد. "
    "لطفاً آن را با همین توضیح رد کنید؛ متقاضی در صورت نیاز درخواست جدیدی ثبت می‌کند."
)
ONE_AT_A_TIME = (
    "درخواست دیگری از شما دربارهٔ هویت یا جانشینی در دست بررسی است. "
    "لطفاً پس از پایان آن، این درخواست را ارسال کنید؛ پیش‌نویس محفوظ است."
)
NOT_AGAIN = (
    "این درخواست تأیید و بر حساب متقاضی اعمال شده است؛ بازگشایی، آن را لغو نمی‌کند. برای "
    "تغییر، درخواست جدیدی (نمایندگی یا جانشینی) لازم است."
)
OWN_DECISION = (
    "این درخواست مربوط به یکی از متقاضیانی است که شما عضو آن هستید یا بوده‌اید. "
    "تصمیم‌گیری دربارهٔ آن بر عهدهٔ همکار دیگری است."
)


# --- Where somebody stands -------------------------------------------------------


@dataclass(frozen=True)
class IdentityState:
    """Identity of a party: ``state`` is verified, none, draft, returned, in_review or rejected."""

    state: str
    label: str
    href: str
    submission: Submission | None = None

    @property
    def is_verified(self) -> bool:
        return self.state == "verified"


LABELS = {
    "verified": "هویت شما تأیید شده است",
    "none": "هنوز ثبت نشده است",
    State.DRAFT: "پیش‌نویس؛ هنوز ارسال نشده است",
    State.RETURNED: "برای اصلاح نزد شماست",
    State.IN_REVIEW: "در حال بررسی است و پاسخ آن پیامک می‌شود",
    State.REJECTED: "رد شده است؛ می‌توانید دوباره ثبت کنید",
}


def identity_state(party: Party | None) -> IdentityState:
    """Where the party's verification stands and the way on; one query for a provisional party."""
    begin = reverse("submissions:identity")
    if party is None:
        return IdentityState("none", LABELS["none"], begin)
    if party.is_verified:
        return IdentityState("verified", LABELS["verified"], begin)
    submission = last_submission(party, KIND)
    if submission is None or submission.state not in LABELS:
        return IdentityState("none", LABELS["none"], begin)
    return IdentityState(str(submission.state), LABELS[submission.state], begin, submission)


def last_submission(party: Party, kind: str) -> Submission | None:
    """The party's newest submission of the kind: the one under way, if there is one."""
    submissions = Submission.objects.of(party).filter(kind=kind).select_related("version", "party")
    under_way = submissions.filter(state__in=OPEN).order_by("-pk").first()
    return under_way or submissions.order_by("-pk").first()


def require_verified(party: Party | None) -> Party:
    """The party, when it is verified. Raises NotVerified, which says the way."""
    if party is None or not party.is_verified:
        raise NotVerified
    return party


# --- Beginning ---------------------------------------------------------------------


@transaction.atomic
def begin_verification(kind: str, *, by: User, party: Party) -> Submission:
    """The party's submission of this kind that is under way, or a new draft with what is known.

    Raises PermissionDenied for anybody but the owner (an agent reads along), Closed when the
    service is not offered.
    """
    # Two clicks wait for each other here, so the second finds the first one's draft.
    Party.objects.select_for_update().get(pk=party.pk)
    submission = last_submission(party, kind)
    if submission is not None and submission.state in OPEN:
        return submission
    known = known_of(party, by)
    if submission is not None and submission.state == State.REJECTED:
        # Nobody types again what was right the first time.
        known |= {code: value for code, value in submission.answers.items() if code != TYPED}
    begun = editing.start_draft(offered_version(kind), by=by, party=party)
    saved = editing.save_answers(begun, by=by, answers=readable_answers(begun.facts, known))
    return saved.submission


@transaction.atomic
def give_up(party: Party, *, by: User) -> None:
    """Take back a party that was begun by mistake beside another.

    Raises PermissionDenied for a verified one, for one's only one and for anybody but its
    owner, InUse when something has been asked for it.
    """
    party = Party.objects.select_for_update().get(pk=party.pk)
    if party.is_verified or len(by.parties) < 2 or not by.acts_as_owner_of(party):
        raise PermissionDenied
    if Submission.objects.of(party).exists():
        raise InUse
    audit.record_entry(by, "give_up", party)
    parties.leave_party(party, by)


def offered_version(kind: str) -> ServiceVersion:
    """What is offered of this kind. Raises Refusal when the catalog has no such service."""
    version = (
        ServiceVersion.objects.filter(current=True, service__kind=kind)
        .select_related("service__category")
        .first()
    )
    if version is None:
        title = kind_spec(kind).label
        raise Refusal(f"«{title}» در این سامانه هنوز راه‌اندازی نشده است. لطفاً با شرکت تماس بگیرید.")
    return version


def href_of(submission: Submission) -> str:
    """Where its owner goes on with it: the form while it is in hand, else its report."""
    if not submission.is_editable:
        return reverse("submissions:report", args=[submission.tracking_code])
    correction = submission.open_correction
    return action_href(submission, list(correction.items.all()) if correction else [])


# --- The handler -----------------------------------------------------------------------


class PersonalHandler(KindHandler):
    """Shared handler of the kinds about people: no contract, a place by answer, the owner only."""

    questions_title = "مشخصات"

    def hindrances(self, submission: Submission) -> list[str]:
        """An approval has changed who acts for whom; that is undone by another request only."""
        return [NOT_AGAIN] if submission.state == State.COMPLETED else []

    def written(self, submission: Submission) -> None:
        slug = submission.answers.get(PROVINCE)
        submission.province = Province.objects.filter(slug=slug).first() if slug else None


class IdentityHandler(PersonalHandler):
    purposes = OF_ONESELF
    afterwards = (
        "پس از تأیید، نام کاربری و گذرواژه برای شما پیامک می‌شود و می‌توانید قرارداد خود را ثبت کنید."
    )

    def written(self, submission: Submission) -> None:
        """The documents follow the kind of person, so a newcomer's other answer changes it."""
        super().written(submission)
        follow_person(submission)

    def obstacles(self, submission: Submission) -> list[str]:
        return obstacles_of_provisional(submission, VerifiedAlready.message)

    def submitted(self, submission: Submission, step: Step) -> None:
        ask_registries(submission)

    def approved(self, submission: Submission, step: Step) -> None:
        typed = Typed(submission.answers)
        assert step.by is not None  # the system approves nothing
        provisional, owner = submission.party, submission.filed_by
        require_provisional(provisional)
        try:
            party = parties.verify_party(
                provisional,
                national_id=typed.national_id,
                name=typed.party_name,
                owner=owner,
                by=step.by,
            )
        except parties.HeldByAnother:
            raise CannotApprove(HELD_BY_ANOTHER) from None
        except parties.OwnDecision:
            raise CannotApprove(OWN_DECISION) from None
        if party.pk != provisional.pk:
            move_party(provisional, party, owner)
        _name_and_mark(owner, typed, submission)
        tell_users(
            f"identity:{step.pk}",
            [owner],
            "submissions/verified",
            {"party": party},
            reverse("home:desk"),
        )
        passwords.issue_credentials(owner)


def follow_person(submission: Submission) -> None:
    """Make the provisional party of the kind of person that was answered.

    Unless another request about it has been handed in: that one is reviewed as it was sent.
    """
    kind, party = submission.answers.get(PERSON), submission.party
    if kind not in Party.Kind.values or kind == party.kind or party.is_verified:
        return
    if not _another_is_handed_in(submission):
        parties.change_kind(party, kind)


def require_provisional(party: Party) -> None:
    """An approval makes or hands over what is still provisional. Raises CannotApprove."""
    if party.is_verified:
        raise CannotApprove(VERIFIED_MEANWHILE)


def obstacles_of_provisional(submission: Submission, when_verified: str) -> list[str]:
    """Why a party that is verified by now, or of another kind than was answered, cannot send."""
    party = submission.party
    if party.is_verified:
        return [when_verified]
    if _another_is_handed_in(submission):
        return [ONE_AT_A_TIME]
    if submission.answers.get(PERSON, party.kind) != party.kind:
        return ["لطفاً «نوع شخص» را در «مشخصات» دوباره انتخاب کنید."]
    return []


def _another_is_handed_in(submission: Submission) -> bool:
    """Whether the same newcomer waits for another decision about who they are."""
    others = Submission.objects.of(submission.party).exclude(pk=submission.pk)
    open_ones = others.filter(state__in=(State.IN_REVIEW, State.RETURNED))
    return open_ones.filter(kind__in=ABOUT_A_PERSON).exists()


def move_party(provisional: Party, party: Party, owner: User) -> None:
    """The newcomer turns out to be ``party``: what they have begun and asked is its own."""
    Submission.objects.filter(party=provisional).update(party=party)
    Step.objects.filter(on_behalf_of=provisional).update(on_behalf_of=party)
    parties.leave_party(provisional, owner)


def _name_and_mark(owner: User, typed: Typed, submission: Submission) -> None:
    """The verified name, and whether the next sign-in asks for the id beside the code."""
    if submission.party.kind == Party.Kind.NATURAL:
        owner.first_name, owner.last_name = typed.first_name, typed.last_name
    doubted = latest_checks(submission).filter(
        kind=RegistryCheck.Kind.MOBILE, outcome=Outcome.MISMATCH
    )
    owner.must_prove_id = owner.must_prove_id or doubted.exists()
    owner.save(update_fields=["first_name", "last_name", "must_prove_id"])
