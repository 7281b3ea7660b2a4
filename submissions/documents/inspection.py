"""Inspection of an uploaded file: its type by content, and whether it is accepted.

Neither its name nor the type that a browser claims is believed, and nothing of it is unpacked
further than its reading takes. What looks inside is a process of its own: :mod:`submissions.documents.lookouts`.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

import filetype
from django.core.files.uploadedfile import UploadedFile

from persian.templatetags.persian import file_size
from persian.text import clean_text
from submissions.documents import sandbox
from submissions.documents.lookouts import line_to_lookout
from web.refusals import Refusal
from work.places import take_place

# What reviewers' browsers show in place; nothing that can run.
ALLOWED = {"application/pdf": "PDF", "image/jpeg": "JPEG", "image/png": "PNG"}
HEAD = 8192
# A reader of PDF takes the mark for the beginning wherever it stands up to here.
PDF_HEAD: Final = 1024
PDF_MARK: Final = b"%PDF-"
# What a moving PNG shows where it does not move is a PNG, and is served as one.
SAME_AS: Final = {"image/apng": "image/png"}
# The first kinds named by a file of HEIF, which filetype tells apart only in part.
HEIC_BRANDS: Final = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}


@dataclass(frozen=True)
class Look:
    """How much a look into a file may take: seconds of the processor, then seconds of waiting for
    a place on this host and for the answer."""

    cpu_seconds: int
    for_a_place: float
    for_the_answer: float


# While somebody waits for the page: a usual file takes some hundredths of a second.
BRIEF: Final = Look(cpu_seconds=1, for_a_place=0.3, for_the_answer=5)
# By the worker, below the patience of its queue. The largest picture takes most of it.
THOROUGH: Final = Look(cpu_seconds=3, for_a_place=15, for_the_answer=40)
# By its name: what it loads is the lookout's alone.
LOOKER: Final = f"{sandbox.__name__}.looking"


class BadFile(Refusal):
    """A file that is not taken; the sentence says how to mend it."""

    status = 422
    title = "این فایل پذیرفته نشد"


class NoFile(BadFile):
    code = "no_file"
    message = (
        "فایلی انتخاب نشده است. لطفاً ابتدا «انتخاب فایل» را بزنید و سپس فایل را بارگذاری کنید."
    )


class EmptyFile(BadFile):
    code = "empty_file"
    message = "این فایل خالی است. لطفاً فایل را روی دستگاه خود بررسی و فایل سالم را بارگذاری کنید."


class TooLarge(BadFile):
    code = "too_large"

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"حجم این فایل بیش از {file_size(limit)} است. "
            "لطفاً آن را با کیفیت کمتر اسکن یا فشرده‌تر ذخیره و دوباره بارگذاری کنید."
        )


class WrongType(BadFile):
    code = "wrong_type"

    def __init__(self, found: str = "") -> None:
        what = f"نوع این فایل «{found}» است" if found else "نوع این فایل شناخته نشد"
        super().__init__(
            f"{what} و پذیرفته نمی‌شود. لطفاً مدرک را به‌صورت PDF یا عکس JPEG یا PNG بارگذاری کنید."
        )


class HeicPicture(BadFile):
    code = "heic"
    message = (
        "این عکس با قالب HEIC آیفون ذخیره شده است و در رایانهٔ کارشناس باز نمی‌شود. لطفاً در آیفون از "
        "مسیر «Settings → Camera → Formats» گزینهٔ «Most Compatible» را انتخاب کنید و دوباره عکس "
        "بگیرید، یا عکس را با قالب JPEG ذخیره کنید و ارسال کنید."
    )


class TooManyPixels(BadFile):
    code = "too_many_pixels"
    message = (
        "ابعاد این عکس بیش از حد مجاز است و در رایانهٔ کارشناس باز نمی‌شود. "
        "لطفاً عکس را با کیفیت معمولی بگیرید یا کوچک‌تر ذخیره کنید و دوباره بارگذاری کنید."
    )


class ActivePdf(BadFile):
    code = "active_pdf"
    message = (
        "این فایل PDF دستور اجرایی دارد (مانند اجرای برنامه، ارسال اطلاعات یا باز کردن فایل دیگر) و "
        "برای حفظ ایمنی پذیرفته نمی‌شود. "
        "لطفاً آن را باز کنید، با «چاپ» و گزینهٔ «ذخیره به‌صورت PDF» نسخهٔ ساده‌ای تهیه کنید و ارسال کنید."
    )


class AttachedProgram(BadFile):
    code = "attached_program"
    message = (
        "به این فایل PDF یک برنامه یا فایل فشرده پیوست شده است و برای حفظ ایمنی پذیرفته نمی‌شود. "
        "لطفاً پیوست را حذف کنید، یا با «چاپ» و گزینهٔ «ذخیره به‌صورت PDF» نسخهٔ ساده‌ای تهیه کنید و ارسال کنید."
    )


class TooComplex(BadFile):
    code = "too_complex"
    message = (
        "ساختار این فایل PDF پیچیده‌تر از آن است که بتوان آن را بررسی کرد. "
        "لطفاً آن را باز کنید، با «چاپ» و گزینهٔ «ذخیره به‌صورت PDF» نسخهٔ ساده‌ای تهیه و بارگذاری کنید."
    )


class ProtectedPdf(BadFile):
    code = "password_protected"
    message = (
        "این فایل PDF دارای گذرواژه است و برای کارشناس باز نمی‌شود. لطفاً آن "
        "را بدون گذرواژه ذخیره و دوباره بارگذاری کنید."
    )


class BrokenFile(BadFile):
    code = "broken_file"
    message = (
        "این فایل باز نمی‌شود و ممکن است ناقص ذخیره شده باشد. "
        "لطفاً آن را روی دستگاه خود بررسی کنید، دوباره ذخیره یا اسکن کنید و بارگذاری کنید."
    )


class Unfinished(Exception):
    """A brief look was not enough: a thorough one has to judge."""


REFUSED: Final[dict[str, type[BadFile]]] = {
    sandbox.BROKEN: BrokenFile,
    sandbox.PROTECTED: ProtectedPdf,
    sandbox.ACTIVE: ActivePdf,
    sandbox.PROGRAM: AttachedProgram,
    sandbox.TOO_LARGE: TooManyPixels,
}
# What is said of a file whose inspection did not come to an end.
UNFINISHED: Final[dict[str, type[BadFile]]] = {"pdf": TooComplex, "picture": TooManyPixels}


def recognise(upload: UploadedFile, limit: int) -> str:
    """The type by the beginning of the file, before anything looks inside. Raises a BadFile."""
    check_size(upload.size or 0, limit)
    upload.seek(0)
    return _type_of(upload.read(HEAD))


def require_fine(upload: UploadedFile, content_type: str, look: Look = THOROUGH) -> None:
    """Look inside. Raises a BadFile, Unfinished when a brief look did not come to an end, NoPlace."""
    kind = "pdf" if content_type == "application/pdf" else "picture"
    verdict = verdict_on(upload, kind, look)
    upload.seek(0)
    if not verdict and look is BRIEF:
        raise Unfinished
    if verdict != sandbox.FINE:
        raise REFUSED.get(verdict, UNFINISHED[kind])


def _type_of(head: bytes) -> str:
    """One of the allowed types, by the beginning of a file. Raises WrongType and HeicPicture."""
    kind = filetype.guess(head)
    mime = SAME_AS.get(kind.mime, kind.mime) if kind else ""
    if mime in ALLOWED:
        return str(mime)
    if head[4:8] == b"ftyp" and head[8:12] in HEIC_BRANDS and b"avif" not in head[:64]:
        raise HeicPicture
    if kind is None and PDF_MARK in head[: PDF_HEAD + len(PDF_MARK)]:
        return "application/pdf"
    raise WrongType(kind.extension.upper() if kind else "")


def check_size(size: int, limit: int) -> None:
    """Raises EmptyFile or TooLarge; both in bytes. Also asked before anything is sent."""
    if not size:
        raise EmptyFile
    if size > limit:
        raise TooLarge(limit)


def verdict_on(upload: UploadedFile, kind: str, look: Look) -> str:
    """What :mod:`submissions.documents.sandbox` says of a file; nothing when it could not come to an end.

    Raises NoPlace.
    """
    with take_place(look.for_a_place) as place, tempfile.TemporaryFile() as copy:
        upload.seek(0)
        # Chunk by chunk: the whole of a large file is nowhere in memory.
        for chunk in upload.chunks():
            copy.write(chunk)
        copy.seek(0)
        said = [kind, str(look.cpu_seconds)]
        return line_to_lookout(LOOKER).ask(copy, said, place, look.for_the_answer)


def clean_name(name: str) -> str:
    """The name as it is shown: no folders, no marks that turn text round, at most 255 letters."""
    bare = clean_text(name.replace("\\", "/").rsplit("/", 1)[-1]).replace("\n", " ")
    path = PurePosixPath(bare if bare.strip(".") else "file")
    suffix = path.suffix[:20]
    return path.name.removesuffix(path.suffix)[: 255 - len(suffix)] + suffix
