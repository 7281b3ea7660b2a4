"""The letter of a request as the staff see it before it has a number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Final

from letters.attachments.models import LetterAttachment
from letters.composition import compose_facts, signer_of
from letters.designs.placeholders import show_placeholders
from letters.dispatch.copies import unsent_of_draft
from letters.drafts.content import Content, content_of, find_draft, is_signed
from letters.drafts.editing import item_to_write_at
from letters.drafts.models import LetterDraft, LetterRevision
from letters.drafts.word_diff import Words, compare_words
from letters.facts import LetterFacts
from letters.handlers import HolderUnsettled, is_unsettled
from letters.wording import blocks_of
from submissions.models import Step
from submissions.policies import OfferedStep
from submissions.staff.review_page import ReviewPage
from submissions.states import StepName
from web.refusals import Refusal

# Stand where number, date and code will: they are given last.
NO_NUMBER: Final = "0"
NO_CODE: Final = "0" * 16
NO_DATE: Final = datetime(2000, 1, 1, tzinfo=UTC)
UNSIGNED: Final = "امضاکننده"


@dataclass(frozen=True)
class OpenBlock:
    """A block that the desks may reword; ``text`` names its placeholders in Persian."""

    place: int
    text: str


@dataclass(frozen=True)
class ShownChange:
    """One change, the words that went beside those that came."""

    revision: LetterRevision
    words: list[Words]


@dataclass(frozen=True)
class ShownInitial:
    """Who initialled or signed; ``is_current``: whether the letter says the same since."""

    step: Step
    is_current: bool


class DraftPage:
    """All that is shown of the letter, each asked once; ``page``: the request as its reader sees it."""

    def __init__(self, page: ReviewPage) -> None:
        self.page, self.submission = page, page.submission

    @cached_property
    def draft(self) -> LetterDraft | None:
        return find_draft(self.submission)

    @cached_property
    def _made(self) -> Content | Refusal:
        try:
            return content_of(self.submission, self.draft, self.page.report.last_filing)
        except Refusal as refusal:
            return refusal

    @property
    def content(self) -> Content | None:
        """What would be signed; None while something is missing."""
        return self._made if isinstance(self._made, Content) else None

    @property
    def digest(self) -> str:
        return self.content.digest if self.content else ""

    @cached_property
    def missing(self) -> list[Refusal]:
        """What stands in the way of the letter, each with what to do."""
        found: list[Refusal] = [] if isinstance(self._made, Content) else [self._made]
        return [*found, HolderUnsettled()] if is_unsettled(self.submission) else found

    @property
    def is_signed(self) -> bool:
        filing = self.page.report.last_filing
        return bool(self.draft and filing and is_signed(self.draft, filing))

    @property
    def revision(self) -> int:
        return self.draft.revision if self.draft else 0

    @cached_property
    def facts(self) -> LetterFacts | None:
        """The paper with nothing where number, date and code will be; None while something is missing."""
        if self.content is None:
            return None
        steps = self._signatures()
        route = [stop.unit_title for stop in self.submission.route if stop.signs]
        signers = [signer_of(self.submission, step) for step in steps] or [
            {"name": UNSIGNED, "post": post}
            for post in route or [self.submission.route[-1].unit_title]
        ]
        return compose_facts(
            {**self.content.facts, "signers": signers},
            self.content.text,
            number=NO_NUMBER,
            issued_at=NO_DATE,
            verify_code=NO_CODE,
        )

    @cached_property
    def unsent_copies(self) -> list[str]:
        """The «رونوشت» that will be printed and sent to nobody."""
        if self.facts is None:
            return []
        place = self.submission.province
        return unsent_of_draft(self.facts.copies, self.facts.party.name, place)

    @cached_property
    def may_write(self) -> bool:
        """Whether the reader may change the letter now."""
        return not self.is_signed and item_to_write_at(self.page.user, self.submission) is not None

    @property
    def attachments(self) -> list[LetterAttachment]:
        """What goes with it, in the order in which the letter lists it."""
        return self.draft.attached if self.draft else []

    def _signatures(self) -> list[Step]:
        agreeing = (StepName.PASS_ON, StepName.APPROVE)
        signed = [step for step in self.page.report.steps if step.letter_digest == self.digest]
        return [step for step in signed if self.digest and step.name in agreeing]

    @cached_property
    def open_blocks(self) -> list[OpenBlock]:
        """What the reader may reword now."""
        if self.content is None or not self.may_write:
            return []
        texts = self.draft.texts if self.draft else {}
        blocks = enumerate(blocks_of(self.content.template))
        return [
            OpenBlock(place, show_placeholders(texts.get(str(place), block.text)))
            for place, block in blocks
            if block.open
        ]

    @cached_property
    def changes(self) -> list[ShownChange]:
        """Every change, the newest first."""
        if not self.revision:
            return []
        assert self.draft is not None
        rows = self.draft.revisions.select_related("by", "standing_in_for").order_by("-number")
        return [
            ShownChange(row, compare_words(*map(show_placeholders, (row.before, row.after))))
            for row in rows
        ]

    @cached_property
    def initials(self) -> list[ShownInitial]:
        """Who has initialled it, and who signed; whatever was changed since is told."""
        steps = [step for step in self.page.report.steps if step.letter_digest]
        return [ShownInitial(step, step.letter_digest == self.digest) for step in steps]

    @cached_property
    def initial_offer(self) -> OfferedStep:
        """Whether the reader may initial it now."""
        page, names = self.page, [StepName.INITIAL]
        (offer,) = page.policy.steps_open(page.user, self.submission, names, None)
        return offer
