"""The letter by which a body outside is asked: to that body alone, with the words of the desk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from accounts.models import User
from letters.composition import LetterMatter, address_by, describe_matter, signer_of
from letters.designs.kinds import INQUIRY
from letters.dispatch import acts
from letters.drafts.content import Content, write_text
from letters.drafts.purposes import Purpose
from letters.models import Letter, LetterState, LetterTemplate
from letters.registers.numbering import issue_number
from submissions.models import Step, Submission, WorkItem

NOT_AWAITED: Final = "استعلام لغو شد."


def inquiry_content(submission: Submission, step: Step, inquiry: WorkItem) -> Content | None:
    """Text and facts of the question; None where no template words one. Raises NoIssuer."""
    template = LetterTemplate.objects.for_service(INQUIRY, submission.facts.code)
    body = inquiry.organisation
    if template is None or body is None:
        return None
    recipient = {
        "post": body.addressee or "مدیر محترم",
        "organisation": body.name,
        "address": body.postal_address,
    }
    desk, matter = inquiry.asking_desk, LetterMatter.of_filing(submission)
    facts = describe_matter(submission, matter, recipient, desk.unit.code if desk else "")
    return word_question(template, facts, matter, step.note)


def word_question(
    template: LetterTemplate, facts: Mapping[str, Any], matter: LetterMatter, note: str
) -> Content:
    """The question in the words of a template, which its preview shows as well.

    What the desk has written (``note``) is the last block. Nobody else is told of it: neither the
    applicant nor those whom the template names for copies.
    """
    facts = address_by(template, facts, matter)
    text = write_text(template, facts, {})
    # It is the desk that asks, not whoever signs results.
    own = {"signer_post": "", "copies": []}
    asked = [{"kind": "paragraph", "text": part} for part in note.splitlines() if part.strip()]
    # The heading of a service names a result; one that the template brings stands as it is.
    if not template.subject:
        facts["subject"] = f"استعلام: {facts['subject']}"[:300]
    return Content(template, {**text, **own, "blocks": [*text["blocks"], *asked]}, facts)


def words_inquiries(submission: Submission) -> bool:
    """Whether a template words questions about the request, so that one goes out as a letter."""
    code = submission.facts.code
    return LetterTemplate.objects.for_service(INQUIRY, code) is not None


def send_inquiry(submission: Submission, step: Step, inquiry: WorkItem) -> Letter | None:
    """Number the question in the transaction of the step; its paper and its dispatch follow."""
    content = inquiry_content(submission, step, inquiry)
    if content is None:
        return None
    # The digest stands on no step: those name the letter in which the request ends.
    signed = {"text": content.text, "signers": [signer_of(submission, step)]}
    facts = {**content.facts, **signed, "digest": content.digest}
    return issue_number(submission, facts, content.template, Purpose.INQUIRY, inquiry=inquiry)


def stop_inquiry(inquiry: WorkItem, *, by: User | None) -> None:
    """Keep in the house what of the question has not left it; in the caller's transaction."""
    living = Letter.objects.filter(inquiry=inquiry, state=LetterState.ISSUED)
    acts.stop_unsent(living.values_list("pk", flat=True), by=by, note=NOT_AWAITED)
