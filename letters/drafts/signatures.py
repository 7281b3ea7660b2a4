"""What a signature freezes, and whether it still stands when the letter gets its number."""

from __future__ import annotations

from collections.abc import Iterable

from letters.composition import LetterMatter, body_of
from letters.drafts.content import Content, content_of, find_draft, is_signed, tell_filing
from letters.drafts.models import LetterDraft
from letters.drafts.purposes import Purpose
from submissions.models import Filing, Step, Submission
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
    draft.frozen = {
        "text": content.text,
        "facts": content.facts,
        "filed": tell_filing(filing),
        "body": _key_of_body(submission, filing),
    }
    draft.save()


def body_meant(submission: Submission) -> int | None:
    """The key of the body that the letter is for, whatever it is called by now; None: no body of the catalog.

    Of what is signed it is the one that stood so then.
    """
    filing = submission.filings.select_related("province").latest("number")
    draft = find_draft(submission)
    # What was signed before this was kept names none.
    if draft is not None and draft.frozen and "body" in draft.frozen and is_signed(draft, filing):
        key: int | None = draft.frozen["body"]
        return key
    return _key_of_body(submission, filing)


def _key_of_body(submission: Submission, filing: Filing) -> int | None:
    body = body_of(LetterMatter.of(submission, filing))
    return body.pk if body else None


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
