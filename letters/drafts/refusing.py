"""The letter of a refusal: to the applicant, with the reason that the desk wrote."""

from __future__ import annotations

from letters.composition import (
    LetterMatter,
    NoRefusalTemplate,
    address_applicant,
    address_by,
    describe_matter,
)
from letters.designs.answers import has_letters
from letters.designs.kinds import REFUSAL
from letters.drafts.content import Content, write_text
from letters.models import LetterTemplate
from submissions.models import Step, Submission
from submissions.states import UNDECIDED
from web.refusals import Refusal


def missing_for_refusal(submission: Submission) -> list[Refusal]:
    """What a refusal would fail for, told before anybody tries; nothing where it gets no letter."""
    facts = submission.facts
    if submission.state not in UNDECIDED or not has_letters(facts, REFUSAL):
        return []
    worded = LetterTemplate.objects.for_service(REFUSAL, facts.code) is not None
    return [] if worded else [NoRefusalTemplate()]


def refusal_content(submission: Submission, step: Step) -> Content:
    """Text and facts of the refusal that the step has decided. Raises NoRefusalTemplate, NoIssuer."""
    matter = LetterMatter.of_filing(submission)
    template = LetterTemplate.objects.for_service(REFUSAL, submission.facts.code)
    if template is None:
        raise NoRefusalTemplate
    stop = submission.facts.stop(step.stop)
    unit, recipient = stop.unit if stop else "", address_applicant(matter.said)
    facts = {
        **describe_matter(submission, matter, recipient, unit),
        "subject": f"نتیجهٔ بررسی درخواست «{submission.facts.title}»"[:300],
        "reason": step.note,
    }
    facts = address_by(template, facts, matter)
    return Content(template, write_text(template, facts, {}), facts)
