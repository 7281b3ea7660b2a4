"""Who writes the letter to come chooses how it is classified and how urgent it is."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from letters.drafts.editing import hold_draft, note_change
from letters.drafts.marks import Classification
from letters.drafts.models import LetterDraft
from submissions.models import Submission
from submissions.states import Urgency
from web.refusals import NotNow
from work import audit


class MarkedMeanwhile(NotNow):
    code = "marked_meanwhile"
    title = "طبقه‌بندی یا فوریت نامه در این فاصله تغییر کرده است"

    def __init__(self, draft: LetterDraft) -> None:
        urgency = draft.get_urgency_display() or "مطابق درخواست"
        super().__init__(
            f"اکنون طبقه‌بندی نامه «{draft.get_classification_display()}» و فوریت آن «{urgency}» است و "
            "انتخاب شما ثبت نشد. لطفاً در صورت نیاز دوباره ثبت کنید."
        )


@transaction.atomic
def mark_letter(
    submission: Submission,
    classification: Classification,
    urgency: Urgency | None,
    *,
    by: User,
    seen: int,
) -> LetterDraft | None:
    """Choose both for the letter to come; None when they are so already.

    ``urgency``: None to follow the request; ``seen``: the revision that was shown. Raises NotYours,
    LetterSigned and MarkedMeanwhile.
    """
    draft, _item = hold_draft(submission, by)
    chosen = (classification.value, urgency.value if urgency else "")
    if chosen == (draft.classification, draft.urgency):
        return None
    if draft.marks_revision > seen:
        raise MarkedMeanwhile(draft)
    draft.classification, draft.urgency = chosen
    draft.revision += 1
    draft.marks_revision = draft.revision
    note_change(draft)
    facts = {"classification": draft.classification, "urgency": draft.urgency}
    audit.record_entry(by, "mark_letter", draft.submission, facts)
    return draft
