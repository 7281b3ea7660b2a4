"""Templates written by programs: the same checks and the same publication as by their form."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from accounts.models import User
from letters.designs.forms import TAKEN
from letters.designs.kinds import REFUSAL
from letters.designs.models import LetterDesign, UnfitDesign
from letters.designs.placeholders import UnknownPlaceholder, read_placeholders
from letters.wording import Block
from persian.text import clean_text
from web.consequences import find_touched
from web.refusals import NotNow


class DesignMoved(NotNow):
    code = "design_moved"
    title = "الگو در این فاصله تغییر کرده است"
    message = "همکار دیگری این الگو را تغییر داده است. لطفاً نسخهٔ جدید را بخوانید و دوباره ثبت کنید."


class DesignTaken(NotNow):
    code = "design_taken"
    title = "این نامه دارای الگو است"
    message = TAKEN


class TouchesLetters(NotNow):
    """Letters under way are touched, which whoever asks has not confirmed; ``touches``: sentences."""

    code = "touches_letters"
    title = "این تغییر بر نامه‌های در جریان اثر می‌گذارد"

    def __init__(self, touched: list[str]) -> None:
        self.members = {"touches": touched}
        super().__init__(" ".join(touched))


@dataclass(frozen=True)
class DesignWords:
    """What a template says; texts name placeholders in Persian, as the form shows them."""

    title: str
    subject: str = ""
    recipient_post: str = ""
    salutation: str = ""
    blocks: Iterable[Block] = ()
    signer_post: str = ""
    copies: Iterable[str] = field(default_factory=list)


@transaction.atomic
def save_words(
    design: LetterDesign, words: DesignWords, *, by: User, expecting: int
) -> LetterDesign:
    """Keep the words as the draft. Raises UnfitDesign, DesignTaken, DesignMoved.

    ``expecting``: the revision that was shown, 0 for none; published is what was published.
    """
    if design.pk is None:
        if LetterDesign.objects.filter(kind=design.kind, service_code=design.service_code).exists():
            raise DesignTaken
        design.live = False
    else:
        _hold(design, expecting)
    for name in ("title", "salutation", "signer_post"):
        setattr(design, name, clean_text(getattr(words, name)))
    design.subject, design.recipient_post = map(_read, (words.subject, words.recipient_post))
    design.body = [_as_child(block) for block in words.blocks]
    design.copies = [{"type": "copy", "value": _read(text)} for text in words.copies]
    _require_words(design)
    if design.pk is None:
        design.save()
    design.save_revision(user=by, clean=False)
    return design


def publish_design(design: LetterDesign, *, by: User, expecting: int, confirmed: bool) -> None:
    """Publish its draft. Raises UnfitDesign, DesignMoved, and TouchesLetters until it is ``confirmed``."""

    def publish() -> None:
        found = LetterDesign.objects.get(pk=design.pk)
        revision = found.latest_revision or found.save_revision(user=by)
        revision.publish(user=by)

    _act(design, publish, expecting, confirmed=confirmed)


def retire_design(design: LetterDesign, *, by: User, expecting: int, confirmed: bool) -> None:
    """Take it out of use. Raises as publish_design does."""

    def retire() -> None:
        LetterDesign.objects.get(pk=design.pk).unpublish(user=by)

    _act(design, retire, expecting, confirmed=confirmed)


@transaction.atomic
def _act(design: LetterDesign, act: Callable[[], Any], expecting: int, *, confirmed: bool) -> None:
    _hold(design, expecting)
    if not confirmed and (touched := find_touched([design], act)):
        raise TouchesLetters(touched)
    act()


def _hold(design: LetterDesign, expecting: int) -> None:
    row = LetterDesign.objects.select_for_update().get(pk=design.pk)
    if (row.latest_revision_id or 0) != expecting:
        raise DesignMoved


def _read(text: str) -> str:
    try:
        return read_placeholders(" ".join(clean_text(text).split("\n")))
    except UnknownPlaceholder as unknown:
        raise UnfitDesign(f"«{{{unknown.name}}}» شناخته‌شده نیست.") from None


def _as_child(block: Block) -> dict[str, Any]:
    if block.kind == "table":
        return {"type": "table", "value": {"title": clean_text(block.text)}}
    return {"type": "paragraph", "value": {"text": _read(block.text), "open": block.open}}


def _require_words(design: LetterDesign) -> None:
    """What the form says beside its fields."""
    design.require_fit()
    version = design.as_version
    tables = [child for child in design.body if child.block_type == "table"]
    if len(tables) > 1:
        raise UnfitDesign("متن نامه حداکثر یک جدول مشخصات دارد.")
    texts = [version.subject, version.recipient_post, *map(str, version.paragraphs)]
    if design.kind != REFUSAL and any("{reason}" in text for text in (*texts, *version.copies)):
        raise UnfitDesign("«{دلیل رد}» فقط در نامهٔ رد درخواست قابل استفاده است.")
