"""What the report says of inquiries: which body was asked, and that it has answered.

Neither the words of the question nor those of the answer are the applicant's to read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from submissions.models import Step, Submission, WorkItem
from submissions.states import Outcome, StepName

ASKED = "از «{}» استعلام شد"
ANSWERED = "پاسخ استعلام از «{}» دریافت شد"
UNANSWERED = "استعلام از «{}» بدون پاسخ ماند"
RECALLED = "استعلام از «{}» لغو شد"


def inquiries_of(submission: Submission, steps: Iterable[Step]) -> list[WorkItem]:
    """What was asked of bodies outside; nothing is looked up where no step asked."""
    if all(step.name != StepName.INQUIRE for step in steps):
        return []
    asked = submission.items.inquiries().select_related("organisation", "reply")
    return list(asked.order_by("pk"))


def titles_of(inquiries: Iterable[WorkItem]) -> Mapping[int, str]:
    """The lines of the steps that asked, answered or took back, by the key of the step."""
    titles: dict[int, str] = {}
    for item in inquiries:
        titles[item.opened_by_id] = ASKED.format(item.organisation)
        if item.closed_by_id and item.outcome in (Outcome.ANSWERED, Outcome.RECALLED):
            titles[item.closed_by_id] = _end_of(item).format(item.organisation)
    return titles


def _end_of(item: WorkItem) -> str:
    if item.outcome == Outcome.RECALLED:
        return RECALLED
    reply = getattr(item, "reply", None)
    return ANSWERED if reply is None or reply.is_answer else UNANSWERED
