"""What a signature freezes, and whether it still stands when the letter gets its number."""

from __future__ import annotations

from collections.abc import Iterable

from letters.drafts.content import Content, content_of, find_draft, is_signed, tell_filing
from letters.drafts.models import LetterDraft
from letters.drafts.purposes import Purpose
from submissions.models import Step, Submission
from web.refusals import NotNow


class SignatureLapsed(NotNow):
    code = "signature_lapsed"
    title = "نامه باید دوباره امضا شود"
    message = (
        "مشخصات یا متن نامه پس از امضا تغییر کرده است و نامه بدون امضای دوباره صادر نمی‌شود. "
        "لطفاً درخواست را عودت دهید تا پس از ارسال مجدد به مرحلهٔ امضا برود."
    )


def freeze_letter(submission: Submission) -> None:
    """Keep the letter as it is now: from the first signature on no template and no register reaches it."""
    filing = submission.filings.select_related("province").latest("number")
    draft = find_draft(submission)
    if draft is not None and is_signed(draft, filing):
        return
    content = content_of(submission, draft, filing)
    draft = draft or LetterDraft(submission=submission, purpose=Purpose.RESULT)
    draft.template, draft.digest = content.template, content.digest
    draft.frozen = {"text": content.text, "facts": content.facts, "filed": tell_filing(filing)}
    draft.save()


def thaw_letter(submission: Submission) -> None:
    """Have the letter follow its template again: it will be signed anew."""
    drafts = LetterDraft.objects.filter(submission=submission, purpose=Purpose.RESULT)
    drafts.filter(texts={}).update(frozen=None, digest="", template=None)
    drafts.exclude(texts={}).update(frozen=None, digest="")


def require_signatures(signings: Iterable[Step], content: Content) -> None:
    """Raise SignatureLapsed when somebody signed another letter than this one.

    Agreements of before letters were frozen name none, and hold as they always did.
    """
    if any(step.letter_digest not in ("", content.digest) for step in signings):
        raise SignatureLapsed
