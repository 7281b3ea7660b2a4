"""One submission as a reviewer sees it, with the steps on offer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse

from accounts.models import User
from services_catalog.facts import DocumentFacts
from services_catalog.models.places import desk_ids
from submissions.identity.registry_checks import CheckRow, checks_of
from submissions.models import Document, InternalNote, Referral, Submission
from submissions.policies import OfferedStep, SubmissionPolicy
from submissions.reports.differences import Change, compare_filings, compare_with_registers
from submissions.staff.register_facts import Fact, HolderFact, facts_of_contract
from submissions.staff.review_report import ReviewReport
from submissions.states import ENDED, StepName
from submissions.step_table import STEP_TABLE

# The steps that the staff take on the pages of this app, in the order of their keys.
KEYS = {spec.name: spec.key for spec in STEP_TABLE.values() if spec.key is not None}
OFFERED = tuple(sorted(KEYS, key=lambda name: KEYS[name].order))

IMAGES = ("image/jpeg", "image/png")


@dataclass(frozen=True)
class ReviewKey:
    """One key of the decision panel."""

    name: str
    label: str
    href: str
    one_click: bool


@dataclass(frozen=True)
class ReviewDocument:
    """One requirement as the reviewer sees it: the file that was handed in, or why there is none."""

    code: str
    title: str
    document: Document | None
    declined: bool
    #: Nobody has asked for it: a paper on request, and no return has listed it.
    unasked: bool
    href: str
    replaced: bool

    @property
    def is_image(self) -> bool:
        return self.document is not None and self.document.content_type in IMAGES


class ReviewPage:
    """All that the page shows, each asked once and only when it is shown.

    ``submission`` may carry ``of_reader``: whether the reader belongs to its party.
    """

    def __init__(self, submission: Submission, user: User) -> None:
        self.submission, self.user = submission, user
        self.report = ReviewReport(submission)
        self.policy = SubmissionPolicy()
        self.policy.knowing(user, submission, belongs=getattr(submission, "of_reader", None))

    @cached_property
    def offers(self) -> dict[StepName, OfferedStep]:
        """What the policy says of every step that the staff take here."""
        self.policy.knowing(self.user, self.submission, is_asked=self.referral_to_me is not None)
        return {o.name: o for o in self.policy.steps_open(self.user, self.submission, OFFERED)}

    @property
    def steps_open(self) -> list[StepName]:
        return [name for name, offer in self.offers.items() if offer.refusal is None]

    @cached_property
    def keys(self) -> list[ReviewKey]:
        return [
            ReviewKey(
                name.value,
                label_of(name, self.submission),
                step_href(self.submission, name),
                KEYS[name].one_click,
            )
            for name in self.steps_open
        ]

    @property
    def onward_key(self) -> ReviewKey | None:
        """«تأیید …»: the one click that the note field stands above."""
        return next((key for key in self.keys if key.one_click), None)

    @property
    def is_in_their_place(self) -> bool:
        """Whether a manager may decide here because nobody at the desk can today."""
        return self.onward_key is not None and self.submission.desk_id not in desk_ids(self.user)

    @property
    def other_keys(self) -> list[ReviewKey]:
        return [key for key in self.keys if not key.one_click]

    @cached_property
    def is_own(self) -> bool:
        """Whether the reader belongs to the party that asked."""
        return self.policy.belongs_to(self.user, self.submission)

    @property
    def why_closed(self) -> str:
        """Why the reader has no key here, in a sentence."""
        return self.policy.why_shut(self.user, self.submission)

    @property
    def has_description(self) -> bool:
        """Whether the form of this kind asks for a description in the applicant's words."""
        return "description" not in self.submission.kind_spec.left_out

    @property
    def has_letter(self) -> bool:
        """Whether a letter was numbered for it, whatever has become of the submission since."""
        approved = any(step.name == StepName.APPROVE for step in self.report.steps)
        return approved and self.submission.kind_spec.issues_document

    @cached_property
    def about_party(self) -> list[Fact]:
        party = self.submission.party
        given = (
            Fact("نام متقاضی", party.name),
            Fact("نوع شخص", party.get_kind_display()),
            Fact(
                "کد ملی" if party.kind == "natural" else "شناسهٔ ملی", party.national_id or "", True
            ),
            Fact("شمارهٔ موبایل", party.mobile, True),
            Fact("ثبت‌کننده", self.report.filed_by),
        )
        return [fact for fact in given if fact.value]

    @cached_property
    def about_contract(self) -> list[Fact]:
        # As handed in: what has changed since stands beside it, in ``register_changes``.
        filing = self.report.last_filing
        if filing is None:
            return []
        contract, place = filing.said.contract, filing.said.plot_place
        given = [
            Fact("شهرک", place.park),
            Fact("استان", place.province),
            Fact("شمارهٔ پرونده", filing.file_number, True),
        ]
        if contract is not None:
            given[:0] = facts_of_contract(contract)
        return [fact for fact in given if fact.value]

    @cached_property
    def register_changes(self) -> list[Change]:
        """What the registers say by now, old beside new; of what has ended nobody asks any more."""
        filing = self.report.last_filing
        if filing is None or self.submission.state in ENDED:
            return []
        return list(compare_with_registers(filing, self.submission.party))

    @cached_property
    def holder(self) -> HolderFact | None:
        """The holder in the register beside the applicant; None without a contract."""
        filing = self.report.last_filing
        if filing is None or filing.contract is None:
            return None
        return HolderFact.of(filing.contract, self.submission)

    @cached_property
    def papers(self) -> list[ReviewDocument]:
        """What was handed in last for each requirement that concerns the applicant.

        What the applicant uploads while the request is back with them is not for the desk yet.
        """
        filing = self.report.last_filing
        if filing is None:
            return []
        files = {document.requirement: document for document in filing.documents.all()}
        needed = [
            document
            for document in self.report.facts.documents
            if document.code in files or document.concerns(self.submission.party.kind)
        ]
        return [self._paper(facts, files.get(facts.code), filing.declined) for facts in needed]

    def _paper(
        self, facts: DocumentFacts, document: Document | None, declined: list[str]
    ) -> ReviewDocument:
        return ReviewDocument(
            code=facts.code,
            title=facts.title,
            document=document,
            declined=document is None and facts.code in declined,
            unasked=self.submission.kind_spec.papers_on_request
            and facts.code not in self._asked_papers,
            href=document_href(self.submission, document) if document else "",
            replaced=document is not None and document.pk in self._new_files,
        )

    @cached_property
    def _asked_papers(self) -> set[str]:
        """Codes of the documents that a return has listed."""
        returns = self.report.corrections.values()
        return {item.code for each in returns for item in each.items.all()}

    @cached_property
    def _new_files(self) -> set[int]:
        """Keys of the files that the last resubmission brought."""
        if len(self.report.filings) < 2:
            return set()
        before, last = self.report.filings[-2:]
        return {d.pk for d in last.documents.all()} - {d.pk for d in before.documents.all()}

    @cached_property
    def changes(self) -> list[Change]:
        """What the last resubmission says differently; empty for a first filing."""
        if len(self.report.filings) < 2:
            return []
        return list(compare_filings(self.report.facts, *self.report.filings[-2:]))

    @cached_property
    def referrals(self) -> list[Referral]:
        if self.is_own:
            return []
        return self.report.referrals

    @property
    def referral_to_me(self) -> Referral | None:
        mine = (r for r in self.referrals if r.asked_id == self.user.pk and r.answered_at is None)
        return next(mine, None)

    @cached_property
    def checks(self) -> list[CheckRow]:
        """What the registers said of the person; nothing for a member of the party."""
        filing = self.report.last_filing
        if self.is_own or filing is None:
            return []
        return checks_of(self.submission, filing.answers)

    @cached_property
    def notes(self) -> list[InternalNote]:
        """What colleagues told each other; nothing for a member of the party."""
        if self.is_own:
            return []
        return list(self.submission.internal_notes.select_related("by"))

    @property
    def may_write_notes(self) -> bool:
        return self.user.has_perm("submissions.change_submission") and not self.is_own


def label_of(name: StepName, submission: Submission) -> str:
    """What the key of a step says: where the submission goes next."""
    if name == StepName.PASS_ON and submission.next_stop is not None:
        return f"تأیید و ارسال به {submission.next_stop.unit_title}"
    if name == StepName.APPROVE and submission.kind_spec.issues_document:
        return "تأیید نهایی و صدور نامه"
    return str(name.label)


def step_href(submission: Submission, name: str) -> str:
    return reverse("submissions_submission_modeladmin_step", args=[submission.pk, name])


def document_href(submission: Submission, document: Document) -> str:
    return reverse("submissions_submission_modeladmin_document", args=[submission.pk, document.pk])
