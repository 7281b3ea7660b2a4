"""One submission as a reviewer sees it, with the steps on offer."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse

from accounts.models import User
from services_catalog.facts import DocumentFacts
from submissions.desk_policy import signs_letter
from submissions.identity.registry_checks import CheckRow, checks_of
from submissions.kinds import handler_for
from submissions.models import Document, InternalNote, Submission, WorkItem
from submissions.policies import OfferedStep, SubmissionPolicy
from submissions.reports.differences import Change, compare_filings, compare_with_registers
from submissions.staff.neighbours import Neighbourhood
from submissions.staff.referral_tree import Question, grow_tree
from submissions.staff.register_facts import Fact, HolderFact, facts_of_contract
from submissions.staff.review_report import ReviewReport, notes_of
from submissions.staff.step_keys import AGREEING, KEYS, OFFERED, ReviewKey, label_of, step_href
from submissions.states import ENDED, ENDING_INQUIRIES, INTERNAL, OF_THE_DESK, State, StepName
from submissions.step_table import STEP_TABLE, Actor
from submissions.workflow.holding import absent_colleague

IMAGES = ("image/jpeg", "image/png")
# Taken on what the page names, in whose hands that ever is.
ON_OTHERS = (*OF_THE_DESK, *ENDING_INQUIRIES, StepName.INITIAL)
# Offered beside the decision: see ``staff.holdings``, ``staff.arrangements``, ``staff.inquiries``.
APART = (*INTERNAL, *ENDING_INQUIRIES)


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
            return next((item for item in self._choices() if item.pk == self.named), None)
        if self.step is None or not STEP_TABLE[self.step].acts_on_item:
            return next(iter(self.in_hand), None)
        fitting = self.policy.items_for(self.user, self.step, self.submission)
        acted_on = fitting if self.step in ON_OTHERS else self.in_hand
        return next((item for item in acted_on if item in fitting), None)

    def _choices(self) -> list[WorkItem]:
        """What may be named for the step that the page is for."""
        if self.step == StepName.RECALL:
            return self.asked_by_me
        return self.open_items if self.step in ON_OTHERS else self.in_hand

    @cached_property
    def asked_by_me(self) -> list[WorkItem]:
        """What the reader asked of others and has no answer to."""
        opened = self.report.items and self.submission.open_items
        return opened and self.policy.items_for(self.user, StepName.RECALL, self.submission)

    @property
    def unseen(self) -> list[WorkItem]:
        """What the reader has in hand and nobody has seen yet; the page itself tells when it was."""
        mine = (item for item in self.in_hand if item.is_theirs(self.user))
        return [item for item in mine if item.seen_at is None]

    @property
    def others_in_hand(self) -> list[WorkItem]:
        """What else is the reader's to do here."""
        return [item for item in self.in_hand if item != self.item]

    @cached_property
    def beside(self) -> Neighbourhood:
        """The stops that look at it side by side with the reader."""
        return Neighbourhood(self.submission, self.report.decisions, self.item)

    @cached_property
    def offers(self) -> dict[StepName, OfferedStep]:
        """What the policy says of every step that the staff take here."""
        if self.submission.state == State.RETURNED:
            # The report has it at hand; the policy asks the submission.
            self.submission.open_correction = self.report.open_correction
        names = [name for name in OFFERED if name == self.step or name not in APART]
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
                label_of(name, self.submission, self.item),
                step_href(self.submission, name, self.item),
                self.is_one_click(name),
                self.signs and name in AGREEING,
            )
            for name in self.steps_open
            # What was asked of others is taken back where it stands, in the tree.
            if STEP_TABLE[name].actor is not Actor.ASKER and name not in APART
        ]

    @property
    def signs(self) -> bool:
        """Whether an agreement to what the page is about signs a letter."""
        return signs_letter(self.submission, self.item)

    def is_one_click(self, name: StepName) -> bool:
        """Whether the step is taken on the page of the request; a letter is signed where it is read."""
        if not KEYS[name].one_click or (self.signs and name in AGREEING):
            return False
        return name != StepName.APPROVE or not handler_for(self.submission.kind).asks_number(
            self.submission, name
        )

    @property
    def onward_key(self) -> ReviewKey | None:
        """«تأیید …»: the one click that the note field stands above."""
        return next((key for key in self.keys if key.one_click), None)

    @property
    def is_in_their_place(self) -> bool:
        """Whether a manager may decide here because nobody at the desk can today."""
        item = self.item
        agrees = any(key.one_click or key.signs for key in self.keys)
        return agrees and item is not None and not item.is_theirs(self.user)

    @property
    def standing_in_for(self) -> User | None:
        """The absent colleague in whose place the reader would act here."""
        return absent_colleague(self.user, self.item)

    @property
    def item_is_late(self) -> bool:
        """Whether the day by which the reader's own part is due is over."""
        if self.item is None:
            return False
        return self.report.today.has_outlasted(self.item.due_at, self.submission.province_id)

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

    @property
    def is_mended(self) -> bool:
        """Whether it came again after a return; what was taken back nobody here has seen."""
        submits = [step for step in self.report.steps if step.name == StepName.SUBMIT]
        return bool(submits) and submits[-1].from_state == State.RETURNED

    @cached_property
    def _new_files(self) -> set[int]:
        """Keys of the files that the last resubmission brought."""
        if not self.is_mended:
            return set()
        before, last = self.report.filings[-2:]
        return {d.pk for d in last.documents.all()} - {d.pk for d in before.documents.all()}

    @cached_property
    def changes(self) -> list[Change]:
        """What the last resubmission says differently; empty for a first filing."""
        if not self.is_mended:
            return []
        return list(compare_filings(self.report.facts, *self.report.filings[-2:]))

    @cached_property
    def questions(self) -> list[Question]:
        """What colleagues asked each other, as a tree; nothing for a member of the party."""
        return [] if self.is_own else grow_tree(self.report.items, self.asked_by_me)

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
        return notes_of(self.submission)

    @property
    def may_write_notes(self) -> bool:
        return self.user.has_perm("submissions.change_submission") and not self.is_own


def document_href(submission: Submission, document: Document) -> str:
    return reverse("submissions_submission_modeladmin_document", args=[submission.pk, document.pk])
