"""The letter of a refusal: to the applicant, with the reason that the desk wrote."""

from __future__ import annotations

from letters.composition import (
    LetterMatter,
    NoTemplate,
    address_applicant,
    address_by,
    describe_matter,
)
from letters.designs.kinds import REFUSAL
from letters.drafts.content import Content, write_text
from letters.models import LetterTemplate
from submissions.models import Step, Submission


def refusal_content(submission: Submission, step: Step) -> Content:
    """Text and facts of the refusal that the step has decided. Raises NoTemplate, NoIssuer."""
    matter = LetterMatter.of_filing(submission)
    template = LetterTemplate.objects.for_service(REFUSAL, submission.facts.code)
    if template is None:
        raise NoTemplate
    stop = submission.facts.stop(step.stop)
    unit, recipient = stop.unit if stop else "", address_applicant(matter.said)
    facts = {
        **describe_matter(submission, matter, recipient, unit),
        "subject": f"نتیجهٔ بررسی درخواست «{submission.facts.title}»"[:300],
        "reason": step.note,
    }
    facts = address_by(template, facts, matter)
    return Content(template, write_text(template, facts, {}), facts)
