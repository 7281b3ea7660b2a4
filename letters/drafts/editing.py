"""The desks reword what the template opens, one block at a time; nothing is overwritten unseen."""

from __future__ import annotations

from typing import Final

from django.db import transaction
from django.utils.timezone import now

from accounts.models import User
from letters.designs.placeholders import counted, read_placeholders, show_placeholders
from letters.drafts.content import find_draft, is_signed, template_for
from letters.drafts.models import LetterDraft, LetterRevision
from letters.drafts.purposes import Purpose
from letters.models import LetterTemplate
from letters.wording import blocks_of
from persian.text import clean_text
from submissions.models import Submission, WorkItem
from submissions.policies import SubmissionPolicy
from submissions.refusals import NotYours
from submissions.states import StepName
from submissions.workflow import holding
from web.refusals import NotNow, Refusal
from work import audit

#: Characters of a block.
LONGEST: Final = 4000


class NotOpen(NotNow):
    code = "block_not_open"
    title = "این بند قابل ویرایش نیست"
    message = "الگوی نامه ویرایش این بند را باز نگذاشته است."


class LetterSigned(NotNow):
    code = "letter_signed"
    title = "نامه امضا شده است"
    message = "متن نامه‌ای که امضا شده است تغییر نمی‌کند."


class RewordedMeanwhile(NotNow):
    """Somebody else has reworded the block since it was shown; ``theirs``: what it says now."""

    code = "reworded_meanwhile"
    title = "این بند در این فاصله تغییر کرده است"

    def __init__(self, by: User, theirs: str) -> None:
        self.by, self.theirs = by, theirs
        self.members = {"current_text": theirs}
        super().__init__(
            f"«{by}» این بند را تغییر داده است و متن شما ثبت نشد. هر دو متن را مقایسه و در صورت نیاز "
            "دوباره ثبت کنید."
        )


class BadBlock(Refusal):
    status = 422
    code = "bad_block"
    title = "متن بند پذیرفته نشد"


@transaction.atomic
def reword_block(
    submission: Submission, place: int, text: str, *, by: User, seen: int
) -> LetterRevision | None:
    """Reword one block; None when it says the same already. ``seen``: the revision that was shown.

    Raises NotYours, LetterSigned, NotOpen, RewordedMeanwhile, BadBlock, NoTemplate.
    """
    draft, item = hold_draft(submission, by)
    template = template_for(draft.submission, draft)
    before = _open_text(template, draft, place)
    _require_unchanged(draft, place, seen, before)
    after = _checked(before, text)
    if after == before:
        return None
    return _write(draft, template, place, (before, after), by, item)


def hold_draft(submission: Submission, by: User) -> tuple[LetterDraft, WorkItem]:
    """The draft, its request locked, and the decision at which ``by`` may change it now.

    A row of which nothing is particular yet is not saved. Raises NotYours and LetterSigned.
    """
    submission = Submission.objects.locked(submission.pk)
    item = item_to_write_at(by, submission)
    if item is None:
        raise NotYours
    draft = find_draft(submission) or LetterDraft(submission=submission, purpose=Purpose.RESULT)
    draft.submission = submission
    if is_signed(draft, submission.filings.latest("number")):
        raise LetterSigned
    return draft, item


def note_change(draft: LetterDraft) -> None:
    """Save what was changed beside the text: what was initialled says something else now, and what was
    signed before a mended filing is signed anew."""
    draft.frozen, draft.digest, draft.changed_at = None, "", now()
    draft.save()


def item_to_write_at(user: User, submission: Submission) -> WorkItem | None:
    """The decision that the user has in hand, at which they may reword the letter."""
    if not submission.kind_spec.issues_document:
        return None
    found = SubmissionPolicy().items_for(user, StepName.RETURN_FOR_CORRECTION, submission)
    may_change = user.has_perm("submissions.change_submission")
    return next((item for item in found if item.is_decision and may_change), None)


def _open_text(template: LetterTemplate, draft: LetterDraft, place: int) -> str:
    blocks = blocks_of(template)
    if not 0 <= place < len(blocks) or not blocks[place].open:
        raise NotOpen
    return str(draft.texts.get(str(place), blocks[place].text))


def _require_unchanged(draft: LetterDraft, place: int, seen: int, before: str) -> None:
    if draft.pk is None:
        return
    later = draft.revisions.filter(block=place, number__gt=seen).select_related("by")
    if last := later.order_by("-number").first():
        raise RewordedMeanwhile(last.by, show_placeholders(before))


def _checked(before: str, text: str) -> str:
    """What was typed, as it is stored: with the names and numbers that the block had."""
    try:
        after = read_placeholders(clean_text(text))
    except ValueError:
        raise BadBlock(
            "نام‌های داخل آکولاد باید همان‌گونه که هست باقی بماند؛ مانند {نام متقاضی}."
        ) from None
    if not after:
        raise BadBlock("متن بند نمی‌تواند خالی باشد.")
    if len(after) > LONGEST:
        raise BadBlock("متن بند حداکثر ۴۰۰۰ کاراکتر است.")
    if counted(after) != counted(before):
        raise BadBlock("مشخصات داخل آکولاد از درخواست گرفته می‌شود و نباید حذف یا اضافه شود.")
    return after


def _write(
    draft: LetterDraft,
    template: LetterTemplate,
    place: int,
    words: tuple[str, str],
    by: User,
    item: WorkItem,
) -> LetterRevision:
    before, after = words
    draft.template, draft.revision = template, draft.revision + 1
    # What was signed before a mended filing is written anew; the next signature freezes it.
    draft.frozen, draft.digest = None, ""
    draft.texts = {**draft.texts, str(place): after}
    draft.save()
    audit.record_entry(by, "reword_letter", draft.submission, {"revision": draft.revision})
    return draft.revisions.create(
        number=draft.revision,
        block=place,
        before=before,
        after=after,
        by=by,
        standing_in_for=holding.absent_colleague(by, item),
        stop=item.stop,
    )
