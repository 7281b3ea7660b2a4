"""Claims of contracts («ثبت اطلاعات قرارداد», stage one)."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse

from accounts.models import Party, User
from messaging.outbox import tell_users
from persian.digits import show_code
from services_catalog.models import ServiceVersion
from submissions.contracts.holders import ask_about_holder
from submissions.contracts.lookup import mask_name
from submissions.drafts.register_place import hold_contract
from submissions.identity.verification import require_verified
from submissions.kinds import KindHandler
from submissions.models import ClaimRules, Contract, Step, Submission
from submissions.models.contract import Holder
from submissions.models.submission import SubmissionQuerySet
from submissions.refusals import Closed
from submissions.states import OPEN, StepName
from submissions.workflow.notifications import people_of
from submissions.workflow.steps import take_step
from web.refusals import NotNow
from work import audit

KIND = "contract"
BY_RULE = (
    "شناسهٔ تأییدشدهٔ متقاضی با شناسهٔ طرف قرارداد در دفتر قراردادها یکسان "
    "است؛ ثبت قرارداد به‌صورت خودکار تأیید شد."
)
HELD = (
    "این قرارداد قبلاً به نام متقاضی دیگری ثبت شده است. "
    "اگر قرارداد متعلق به شماست، لطفاً با شرکت تماس بگیرید."
)
HELD_BY_FORMER = (
    "در دفتر شرکت، شما طرف این قرارداد هستید، اما قرارداد هنوز به نام متقاضی قبلی است. "
    "لطفاً برای انتقال آن با امور قراردادهای شرکت تماس بگیرید."
)
CLAIMED = (
    "برای این قرارداد درخواست دیگری در حال بررسی است. "
    "اگر آن درخواست از سوی شما نیست، لطفاً با شرکت تماس بگیرید."
)


class AlreadyHeld(NotNow):
    code = "contract_held"
    title = "این قرارداد ثبت شده است"


class AlreadyClaimed(NotNow):
    code = "contract_claimed"
    title = "این قرارداد در حال بررسی است"


@transaction.atomic
def claim_contract(contract: Contract, *, by: User, party: Party) -> Submission:
    """Hand in that ``contract`` is the party's; approved at once when the rule says so.

    A second press of the key finds the first one's claim. Raises PermissionDenied, NotVerified,
    AlreadyHeld, AlreadyClaimed, and Closed when stage one is not offered now.
    """
    if all(own.pk != party.pk for own in by.parties):
        raise PermissionDenied
    require_verified(party)
    version = _claim_version()
    # Claims on one contract wait for each other here.
    Contract.objects.select_for_update().values_list("pk").get(pk=contract.pk)
    contract = Contract.objects.select_related("park__province").get(pk=contract.pk)
    if contract.party_id:
        raise AlreadyHeld(_why_held(contract, party))
    if earlier := open_claims(contract).first():
        if earlier.party_id == party.pk:
            return earlier
        raise AlreadyClaimed(CLAIMED)
    submission = _draft_claim(contract, version, by, party)
    take_step(submission, StepName.SUBMIT, by=by, expecting=0)
    return _by_rule(submission)


def _why_held(contract: Contract, party: Party) -> str:
    if contract.party_id == party.pk:
        return "این قرارداد به نام شما ثبت شده است."
    return HELD_BY_FORMER if contract.holder.is_party(party) else HELD


def open_claims(contract: Contract) -> SubmissionQuerySet:
    """Claims on the contract that nobody has decided yet; the database allows one."""
    return Submission.objects.filter(contract=contract, kind=KIND, state__in=OPEN)


def _claim_version() -> ServiceVersion:
    versions = ServiceVersion.objects.filter(current=True, service__live=True)
    version = versions.filter(service__kind=KIND).order_by("service__order").first()
    if version is None:
        raise Closed
    return version


def _draft_claim(contract: Contract, version: ServiceVersion, by: User, party: Party) -> Submission:
    facts = version.facts
    submission = Submission.objects.create(
        version=version,
        kind=facts.kind,
        title=facts.title,
        party=party,
        filed_by=by,
        contract=contract,
        park=contract.park,
        province=contract.park.province,
        file_number=contract.file_number,
        description=_in_words(contract, party),
    )
    audit.record_entry(by, "claim", submission, {"contract": contract.number})
    return submission


def _in_words(contract: Contract, party: Party) -> str:
    """What is claimed; a holder who is not the party stays masked, as in the search."""
    holder = contract.holder
    name = holder.name if holder.is_party(party) else mask_name(holder.name)
    plot = f"، قطعهٔ {show_code(contract.plot)}" if contract.plot else ""
    return (
        f"ثبت قرارداد شمارهٔ {show_code(contract.number)}، {contract.park.name}{plot}، به نام {name}"
    )


def _by_rule(submission: Submission) -> Submission:
    """Let the system approve what the rule allows; otherwise a person looks."""
    submission = Submission.objects.select_related("version", "party", "contract").get(
        pk=submission.pk
    )
    if not ContractHandler().approved_by_rule(submission):
        return submission
    take_step(submission, StepName.APPROVE, by=None, expecting=submission.last_seq, note=BY_RULE)
    return Submission.objects.get(pk=submission.pk)


class ContractHandler(KindHandler):
    """The approval of a claim makes the party the holder of the contract."""

    received = "درخواست ثبت قرارداد شما ارسال شد"
    granted = "قرارداد به نام شما ثبت شد"
    afterwards = "پس از تأیید، قرارداد به نام شما ثبت می‌شود و می‌توانید خدمات آن را درخواست کنید."

    def obstacles(self, submission: Submission) -> list[str]:
        return self.hindrances(submission)

    def hindrances(self, submission: Submission) -> list[str]:
        contract = submission.contract
        if contract is None:
            return ["قراردادی برای این درخواست انتخاب نشده است."]
        if contract.party_id not in (None, submission.party_id):
            return [HELD]
        if open_claims(contract).exclude(pk=submission.pk).exists():
            return [CLAIMED]
        return []

    def approved_by_rule(self, submission: Submission) -> bool:
        """The switch is on and the verified id of the party is the one of the register.

        A claim that more than one desk looks at is no matter of a rule.
        """
        party, contract = submission.party, submission.contract
        if not submission.ends_route:
            return False
        if contract is None or not contract.holder_id or contract.party_id is not None:
            return False
        same = (
            party.is_verified
            and party.kind == contract.holder_kind
            and party.national_id == contract.holder_id
        )
        return same and ClaimRules.load().approve_same_holder

    def approved(self, submission: Submission, step: Step) -> None:
        hold_contract(submission)
        claimed = Contract.objects.filter(pk__in=[submission.contract_id])
        free, ours = claimed.filter(party=None), claimed.filter(party=submission.party)
        if not free.update(party=submission.party) and not ours.exists():
            raise AlreadyHeld(HELD)
        _ask_about_new_holder(submission)
        tell_users(
            f"contract:{step.pk}",
            people_of(submission),
            "submissions/contract_registered",
            {"party": submission.party, "contract": submission.contract},
            reverse("home:desk"),
        )

    def reopened(self, submission: Submission, step: Step) -> None:
        """While it is looked at again, the contract is nobody's."""
        claimed = Contract.objects.filter(pk__in=[submission.contract_id])
        claimed.filter(party=submission.party).update(
            party=None, asked_since=None, former_holder=None
        )


def _ask_about_new_holder(submission: Submission) -> None:
    """A claim was handed in on one holder, and the register names another by now."""
    contract = submission.contract
    filed = submission.filings.latest("number").said.contract
    if contract is None or filed is None:
        return
    former = Holder(filed.holder_kind, filed.holder_name, filed.holder_id)
    if not contract.holder.is_same(former) and not contract.holder.is_party(submission.party):
        ask_about_holder(contract, former)
