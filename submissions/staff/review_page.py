"""One submission as a reviewer sees it, with the steps on offer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse

from accounts.models import User
from services_catalog.facts import DocumentFacts
from services_catalog.models import RunningDay
from submissions.identity.registry_checks import CheckRow, checks_of
from submissions.models import Document, InternalNote, Submission, WorkItem
from submissions.policies import OfferedStep, SubmissionPolicy
from submissions.reports.differences import Change, compare_filings, compare_with_registers
from submissions.staff.register_facts import Fact, HolderFact, facts_of_contract
from submissions.staff.review_report import ReviewReport
from submissions.states import ENDED, OF_THE_DESK, StepName
from submissions.step_table import STEP_TABLE
from submissions.workflow.holding import absent_colleague

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

    ``submission`` may carry ``of_reader``: whether the reader belongs to its party. ``named``: the
    key of the work item that the page is about; ``step``: the step that it is to be for.
    """

    def __init__(
        self,
        submission: Submission,
        user: User,
        named: int | None = None,
        step: StepName | None = None,
    ) -> None:
        self.submission, self.user = submission, user
        self.named, self.step = named, step
        self.report = ReviewReport(submission)
        self.policy = SubmissionPolicy()
        self.policy.knowing(user, submission, belongs=getattr(submission, "of_reader", None))

    @property
    def open_items(self) -> list[WorkItem]:
        """What lies on desks now; the report reads it with all that lay there before."""
        return self.report.items and self.submission.open_items

    @cached_property
    def in_hand(self) -> list[WorkItem]:
        """What of the submission is the reader's to do, in the order it came."""
        return self.open_items and self.policy.items_for(self.user, StepName.REFER, self.submission)

    @cached_property
    def item(self) -> WorkItem | None:
        """The one that the page is about: as it was named, else the first on which the step is open."""
        if self.named is not None:
            acted_on = self.open_items if self.step in OF_THE_DESK else self.in_hand
            return next((item for item in acted_on if item.pk == self.named), None)
        if self.step is None or not STEP_TABLE[self.step].acts_on_item:
            return next(iter(self.in_hand), None)
        fitting = self.policy.items_for(self.user, self.step, self.submission)
        acted_on = fitting if self.step in OF_THE_DESK else self.in_hand
        return next((item for item in acted_on if item in fitting), None)

    @property
    def others_in_hand(self) -> list[WorkItem]:
        """What else is the reader's to do here."""
        return [item for item in self.in_hand if item != self.item]

    @cached_property
    def offers(self) -> dict[StepName, OfferedStep]:
        """What the policy says of every step that the staff take here."""
        # Who of the desks has it is said beside: see ``staff.holdings``.
        names = [name for name in OFFERED if name == self.step or name not in OF_THE_DESK]
        offered = self.policy.steps_open(self.user, self.submission, names, self.item)
        return {offer.name: offer for offer in offered}

    @property
    def steps_open(self) -> list[StepName]:
        return [name for name, offer in self.offers.items() if offer.refusal is None]

    @cached_property
    def keys(self) -> list[ReviewKey]:
        return [
            ReviewKey(
                name.value,
                label_of(name, self.submission),
                step_href(self.submission, name, self.item),
                KEYS[name].one_click,
            )
            for name in self.steps_open
            if name not in OF_THE_DESK
        ]

    @property
    def onward_key(self) -> ReviewKey | None:
        """«تأیید …»: the one click that the note field stands above."""
        return next((key for key in self.keys if key.one_click), None)

    @property
    def is_in_their_place(self) -> bool:
        """Whether a manager may decide here because nobody at the desk can today."""
        item = self.item
        return self.onward_key is not None and item is not None and not item.is_theirs(self.user)

    @property
    def standing_in_for(self) -> User | None:
        """The absent colleague in whose place the reader would act here."""
        return absent_colleague(self.user, self.item)

    @property
    def item_is_late(self) -> bool:
        """Whether the day by which the reader's own part is due is over."""
        if self.item is None:
            return False
        return RunningDay().has_outlasted(self.item.due_at, self.submission.province_id)

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
    def referrals(self) -> list[WorkItem]:
        """What colleagues asked each other; nothing for a member of the party."""
        return [] if self.is_own else self.report.referrals

    @property
    def asked_of_me(self) -> WorkItem | None:
        """What the reader was asked, when the page is about that."""
        return self.item if self.item and not self.item.is_decision else None

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
    if name == StepName.PASS_ON and submission.completes_group and submission.next_group:
        onward = " و ".join(stop.unit_title for stop in submission.next_group)
        return f"تأیید و ارسال به {onward}"
    if name == StepName.PASS_ON:
        return "تأیید این میز"
    if name == StepName.APPROVE and submission.kind_spec.issues_document:
        return "تأیید نهایی و صدور نامه"
    return str(name.label)


def step_href(submission: Submission, name: str, item: WorkItem | None = None) -> str:
    """Where a step is taken; ``item``: what it is taken on, when it is taken on one."""
    href = reverse("submissions_submission_modeladmin_step", args=[submission.pk, name])
    return f"{href}?item={item.pk}" if item and STEP_TABLE[StepName(name)].acts_on_item else href


def document_href(submission: Submission, document: Document) -> str:
    return reverse("submissions_submission_modeladmin_document", args=[submission.pk, document.pk])
