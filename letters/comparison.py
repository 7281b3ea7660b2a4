"""Compares a file that somebody holds with the letter that was issued; the file is kept nowhere.

First by the bytes alone, which no file can deceive: we hold the original. What its seals say is
read besides, in a process of its own (:mod:`letters.seal.looking`).
"""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import TextChoices

from letters.models import Letter
from letters.seal import looking
from persian.templatetags.persian import file_size
from submissions.documents.inspection import EmptyFile, Look, NoFile
from submissions.documents.lookouts import line_to_lookout
from web.refusals import Refusal
from web.requests import whole_number
from work.places import NoPlace, take_place

# A letter has some ten thousand bytes; one with pictures of a unit some hundred thousand.
MOST_BYTES: Final = 5 * 1024 * 1024
# What a form has around its file.
FRAME_BYTES: Final = 16 * 1024
# A shorter piece of the beginning is no letter any more.
SAME_BEGINNING: Final = 4096
HOW: Final = Look(cpu_seconds=5, for_a_place=2, for_the_answer=40)
CONTENTS: Final = re.compile(rb"/Contents\s*<([^<>]+)>")


class Verdict(TextChoices):
    """What the file is; the words are for whoever has brought it."""

    OURS = "ours", "اصل نامه است و هیچ تغییری در آن داده نشده است."
    OTHER_LETTER = "other_letter", "نامهٔ دیگری از این شرکت است، نه نامه‌ای که کد آن بررسی می‌شود."
    APPENDED = "appended", "پس از صدور، محتوایی به انتهای فایل نامه افزوده شده است."
    PREFIXED = "prefixed", "پیش از ابتدای فایل نامه، محتوایی افزوده شده است."
    CHANGED = "changed", "محتوای نامه پس از صدور تغییر داده شده است."
    SEAL_DAMAGED = "seal_damaged", "مهر الکترونیکی نامه دستکاری شده است."
    SEAL_REMOVED = "seal_removed", "مهر الکترونیکی نامه از فایل حذف شده است."
    CUT_OFF = "cut_off", "فایل ناقص است و بخش پایانی نامه را ندارد."
    OTHER_SEAL = "other_seal", "فایل با مهر دیگری مهر شده است که متعلق به این شرکت نیست."
    REWRITTEN = "rewritten", "فایل با برنامهٔ دیگری بازنویسی شده و دیگر فایل صادرشده نیست."
    UNKNOWN = "unknown", "این فایل از سوی این شرکت صادر نشده است."
    UNFINISHED = "unfinished", "بررسی این فایل به نتیجه نرسید و اصالت آن تأیید نمی‌شود."
    CLOSED = "closed", "فایل گذرواژه دارد و نامهٔ صادرشده نیست."


# Neither ours nor made from ours, as far as anybody can tell.
STRANGE: Final = frozenset({Verdict.UNKNOWN, Verdict.UNFINISHED, Verdict.CLOSED})


# What a look says that has not come to the seals.
UNTOLD: Final = {looking.CLOSED: Verdict.CLOSED, looking.UNFINISHED: Verdict.UNFINISHED}


@dataclass(frozen=True)
class FoundSeal:
    """A seal in the file: ``ours`` when it leads to our root, ``intact`` when what it seals is."""

    signer: str
    ours: bool
    intact: bool
    nothing_after: bool
    damaged: bool


@dataclass(frozen=True)
class Comparison:
    """The outcome; ``other`` is the number of the letter that the file is, if it is another."""

    verdict: Verdict
    sha256: str
    size: int
    seals: Sequence[FoundSeal] = ()
    #: The first byte that differs from the original, counted from 0; None where bytes say nothing.
    differs_at: int | None = None
    other: str = ""

    @property
    def kind(self) -> str:
        """«ours», «altered» or «unknown»."""
        if self.verdict == Verdict.OURS:
            return "ours"
        return "unknown" if self.verdict in STRANGE else "altered"


class ComparisonBusy(Refusal):
    status = 503
    code = "comparison_busy"
    title = "بررسی فایل هنوز انجام نشده است"
    message = "در این لحظه چند فایل دیگر در حال بررسی است. لطفاً چند لحظهٔ دیگر دوباره تلاش کنید."
    retry_after = 5


class FileTooLarge(Refusal):
    status = 413
    code = "too_large"
    title = "حجم فایل بیش از حد مجاز است"
    message = (
        f"فایل نامه حداکثر {file_size(MOST_BYTES)} است. لطفاً همان فایلی را که دریافت کرده‌اید، "
        "بدون تغییر انتخاب کنید."
    )


def require_bounded(length: str) -> None:
    """Raise FileTooLarge by the length of a whole request, before anything of it is read."""
    said = whole_number(length)
    if said is None or said > MOST_BYTES + FRAME_BYTES:
        raise FileTooLarge


def compare_file(letter: Letter, upload: UploadedFile | None) -> Comparison:
    """What the file is, beside the letter. Raises NoFile, EmptyFile, FileTooLarge, ComparisonBusy."""
    if upload is None:
        raise NoFile
    if not upload.size:
        raise EmptyFile
    if upload.size > MOST_BYTES:
        raise FileTooLarge
    content = upload.read()
    digest = hashlib.sha256(content).hexdigest()
    if digest == letter.sha256:
        return Comparison(Verdict.OURS, digest, len(content), _look_at(content)[1])
    if other := Letter.objects.issued().filter(sha256=digest).first():
        return Comparison(Verdict.OTHER_LETTER, digest, len(content), other=other.number_text)
    with letter.file.open("rb") as file:
        original = file.read()
    said, seals = _look_at(content)
    verdict = _judge_bytes(content, original) or _judge_seals(said, seals, letter)
    differs_at = _first_difference(content, original)
    made_of_it = differs_at >= SAME_BEGINNING or _share_most(content, original)
    if verdict in (Verdict.UNKNOWN, Verdict.UNFINISHED) and made_of_it:
        verdict = Verdict.CHANGED
    at = differs_at if verdict == Verdict.CHANGED else None
    return Comparison(verdict, digest, len(content), seals, at)


def _judge_bytes(content: bytes, original: bytes) -> Verdict | None:
    """What the bytes alone prove; None when the file shares too little with the original."""
    if content.startswith(original):
        return Verdict.APPENDED
    if original in content:
        return Verdict.PREFIXED
    if len(content) >= SAME_BEGINNING and original.startswith(content):
        whole = content.rstrip().endswith(b"%%EOF")
        return Verdict.SEAL_REMOVED if whole else Verdict.CUT_OFF
    if _without_seals(content) == _without_seals(original):
        return Verdict.SEAL_DAMAGED
    return None


def _judge_seals(said: dict[str, Any], seals: list[FoundSeal], letter: Letter) -> Verdict:
    if said["state"] in UNTOLD:
        return UNTOLD[said["state"]]
    about_it = said["code"] == letter.verify_code
    if any(seal.ours for seal in seals):
        if not all(seal.intact for seal in seals if seal.ours):
            return Verdict.CHANGED
        return Verdict.APPENDED if about_it else Verdict.OTHER_LETTER
    if not about_it:
        return Verdict.UNKNOWN
    if not seals:
        return Verdict.REWRITTEN
    damaged = all(seal.damaged for seal in seals)
    return Verdict.SEAL_DAMAGED if damaged else Verdict.OTHER_SEAL


def _look_at(content: bytes) -> tuple[dict[str, Any], list[FoundSeal]]:
    """What the file says, with its seals; nothing when the look did not come to an end."""
    how = [str(HOW.cpu_seconds), *map(str, settings.SEAL_ROOTS)]
    lookout = line_to_lookout(looking.__name__)
    try:
        with take_place(HOW.for_a_place) as place, tempfile.TemporaryFile() as copy:
            copy.write(content)
            copy.seek(0)
            answer = lookout.ask(copy, how, place, HOW.for_the_answer)
    except NoPlace as taken:
        raise ComparisonBusy from taken
    said = json.loads(answer or looking.NOTHING_SAID)
    return said, [FoundSeal(**seal) for seal in said["seals"]]


def _without_seals(content: bytes) -> bytes:
    return CONTENTS.sub(b"", content)


def _share_most(content: bytes, original: bytes) -> bool:
    """Whether it is as long as the original, and all but a tenth of its bytes are the same."""
    if len(content) != len(original):
        return False
    different = sum(a != b for a, b in zip(content, original, strict=True))
    return different * 10 <= len(original)


def _first_difference(content: bytes, original: bytes) -> int:
    pairs = zip(content, original, strict=False)
    shorter = min(len(content), len(original))
    return next((at for at, (a, b) in enumerate(pairs) if a != b), shorter)
