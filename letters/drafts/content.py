"""The text and the facts of a letter without number and date: what is shown, initialled and signed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from letters.composition import (
    LetterMatter,
    NoTemplate,
    address_by,
    describe_matter,
    fill_text,
    words_of,
)
from letters.drafts.marks import Classification
from letters.drafts.models import LetterDraft
from letters.drafts.purposes import Purpose
from letters.models import LetterTemplate
from letters.wording import blocks_of
from submissions.models import Filing, Submission

JSON = Mapping[str, Any]


@dataclass(frozen=True)
class Content:
    """What a signature stands under. ``text``: the words of the letter, filled in; ``facts``: what
    was decided, as JSON; ``template``: the version that worded it. Number, date and signers lie
    outside of it."""

    template: LetterTemplate
    text: JSON
    facts: JSON

    @property
    def digest(self) -> str:
        """SHA-256 of text and facts as canonical JSON, in hexadecimal digits."""
        return digest_of({"text": self.text, "facts": self.facts})


def digest_of(content: JSON) -> str:
    """SHA-256 of JSON with sorted keys and without spaces, in hexadecimal digits."""
    written = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def find_draft(submission: Submission, purpose: str = Purpose.RESULT) -> LetterDraft | None:
    """What is particular about the letter of a request; None while nothing is."""
    found = LetterDraft.objects.filter(submission=submission, purpose=purpose)
    return found.select_related("template").first()


def content_of(
    submission: Submission, draft: LetterDraft | None, filing: Filing | None = None
) -> Content:
    """The result letter of a request as it would be now: as it was signed, or as it is worded.

    ``filing``: the last one, when the caller has it. Raises NoTemplate, NoRecipient, NoIssuer.
    """
    filing = filing or submission.filings.select_related("province").latest("number")
    if draft is not None and is_signed(draft, filing):
        assert draft.template is not None
        assert draft.frozen is not None
        return Content(draft.template, draft.frozen["text"], draft.frozen["facts"])
    template = template_for(submission, draft)
    matter = LetterMatter.of(submission, filing)
    described = address_by(template, describe_matter(submission, matter), matter)
    facts = add_marks(described, draft)
    return Content(template, write_text(template, facts, draft.texts if draft else {}), facts)


def add_marks(facts: JSON, draft: LetterDraft | None) -> JSON:
    """The facts with what was chosen on the draft: classification, urgency, what is attached.

    Of a draft on which nothing was chosen they are the same as before.
    """
    if draft is None:
        return facts
    added: dict[str, Any] = {}
    if draft.classification != Classification.NORMAL:
        added["classification"] = draft.get_classification_display()
    if draft.urgency:
        added["priority"] = draft.get_urgency_display()
    if draft.attached:
        names = ("title", "content_type", "size", "sha256")
        added["attachments"] = [
            {name: getattr(row, name) for name in names} for row in draft.attached
        ]
    return {**facts, **added}


def is_signed(draft: LetterDraft, filing: Filing) -> bool:
    """Whether a signature froze it that is about what was handed in last."""
    return draft.frozen is not None and draft.frozen["filed"] == tell_filing(filing)


def tell_filing(filing: Filing) -> dict[str, Any]:
    """What of a filing a signature is about; another filing that says the same leaves it standing."""
    return {
        "answers": filing.answers,
        "facts": filing.facts,
        "file_number": filing.file_number,
    }


def template_for(submission: Submission, draft: LetterDraft | None) -> LetterTemplate:
    """The template of the result letter: the version on which it was reworded, else the current one.

    Raises NoTemplate.
    """
    if draft is not None and draft.template is not None and draft.texts:
        return draft.template
    facts = submission.facts
    found = LetterTemplate.objects.for_service(facts.letter_kind, facts.code)
    if found is None:
        raise NoTemplate
    return found


def write_text(template: LetterTemplate, facts: JSON, reworded: JSON) -> dict[str, Any]:
    """The words of a letter; ``reworded``: texts of blocks by their place."""
    words = words_of(facts)
    blocks = [
        (block.kind, fill_text(str(reworded.get(str(place), block.text)), words))
        for place, block in enumerate(blocks_of(template))
    ]
    return {
        "template_version": template.version,
        "signer_post": template.signer_post,
        "salutation": template.salutation,
        "blocks": [{"kind": kind, "text": text} for kind, text in blocks],
        "rows": facts["rows"] if template.show_answers else [],
        "copies": [fill_text(copy, words) for copy in template.copies],
    }
