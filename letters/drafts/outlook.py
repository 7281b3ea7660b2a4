"""The letter to come on the page of its request, told by one query: what is missing, who initialled it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.db.models import Exists, Max, Q, QuerySet

from db.questions import written
from letters.composition import NoRecipient, NoRefusalTemplate, NoTemplate
from letters.designs.kinds import REFUSAL
from letters.drafts.models import LetterDraft
from letters.drafts.purposes import Purpose
from letters.drafts.shown import ShownInitial
from letters.handlers import HolderUnsettled, is_unsettled
from letters.models import LetterTemplate
from services_catalog.models import Organisation
from submissions.models import Step, Submission
from submissions.staff.review_page import ReviewPage
from submissions.states import StepName
from web.refusals import Refusal

# After these the letter says something else, or may do so.
CHANGING = (StepName.SUBMIT, StepName.SET_URGENCY, StepName.REOPEN)


class LetterOutlook:
    """What the page of a request tells of its letter; ``page``: the request as its reader sees it."""

    def __init__(self, page: ReviewPage) -> None:
        self.page = page

    @cached_property
    def _found(self) -> Mapping[str, Any]:
        submission, filing = self.page.submission, self.page.report.last_filing
        facts, province = submission.facts, filing.province_id if filing else None
        (found,) = _prospects_of(
            submission, facts.letter_kind, facts.code, facts.recipient, province
        )
        return found

    @property
    def _has_recipient(self) -> bool:
        """Whether a body is there; for the applicant, or one that was named, none is asked for."""
        submission, filing = self.page.submission, self.page.report.last_filing
        named = filing is not None and str(filing.answers.get("recipient") or "").strip()
        to_none = submission.facts.recipient in ("applicant", "answer")
        return bool(named) or to_none or self._found["has_recipient"]

    @property
    def missing(self) -> list[Refusal]:
        """What stands in the way of the letter, or of that of a refusal, each with what to do."""
        found: list[Refusal] = []
        if not (self._found["has_template"] or self._found["is_kept"]):
            found.append(NoTemplate())
        if not self._has_recipient:
            found.append(NoRecipient())
        if self.page.submission.facts.refusal_letter and not self._found["has_refusal"]:
            found.append(NoRefusalTemplate())
        return [*found, HolderUnsettled()] if is_unsettled(self.page.submission) else found

    @property
    def initials(self) -> list[ShownInitial]:
        """Who has initialled and who signed, and whether anything was changed since."""
        steps = self.page.report.steps
        return [
            ShownInitial(step, self._holds(step, steps)) for step in steps if step.letter_digest
        ]

    def _holds(self, step: Step, steps: list[Step]) -> bool:
        later = [other.name for other in steps if other.seq > step.seq]
        changes = (self._found["reworded_at"], self._found["changed_at"])
        return not set(later) & set(CHANGING) and all(at is None or at < step.at for at in changes)


@written
def _prospects_of(
    submission: Any, letter_kind: Any, service: Any, recipient: Any, province: Any
) -> QuerySet[Any, Any]:
    current = LetterTemplate.objects.filter(current=True, service_code__in=["", service])
    place = Q(province=None) | Q(province=province)
    bodies = Organisation.objects.filter(place, kind=recipient, retired=False)
    drafts = LetterDraft.objects.filter(submission=submission, purpose=Purpose.RESULT)
    prospects = Submission.objects.filter(pk=submission).annotate(
        has_template=Exists(current.filter(kind=letter_kind)),
        has_refusal=Exists(current.filter(kind=REFUSAL)),
        has_recipient=Exists(bodies),
        is_kept=Exists(drafts.filter(template__isnull=False)),
        reworded_at=Max("letter_drafts__revisions__at"),
        changed_at=Max("letter_drafts__changed_at"),
    )
    told = ("has_template", "has_refusal", "has_recipient", "is_kept", "reworded_at", "changed_at")
    return prospects.values(*told)
