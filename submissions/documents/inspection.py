"""Inspection of an uploaded file: its type by content, and whether it is accepted.

Neither its name nor the type that a browser claims is believed, and nothing of it is unpacked
further than its reading takes.
"""

from __future__ import annotations

import logging
import subprocess
import sys
import tempfile
from pathlib import PurePosixPath
from subprocess import DEVNULL, PIPE
from typing import Final

import filetype
from django.core.files.uploadedfile import UploadedFile
from PIL import Image

from persian.templatetags.persian import file_size
from persian.text import clean_text
from submissions.documents import pdf_sandbox
from web.refusals import Refusal

logger = logging.getLogger(__name__)

# What reviewers' browsers show in place; nothing that can run.
ALLOWED = {"application/pdf": "PDF", "image/jpeg": "JPEG", "image/png": "PNG"}
HEAD = 8192
# A telephone's largest picture has some hundred million; unpacked, each takes four bytes.
MOST_PIXELS: Final = 120_000_000
# For a look into a PDF, of the processor's time: a usual file takes a fiftieth of it, and a busy
# machine refuses nobody. Then how long the answer is waited for.
CPU_SECONDS: Final = 8
PATIENCE: Final = 60


class BadFile(Refusal):
    """A file that is not taken; the sentence says how to mend it."""

    status = 422
    title = "این فایل پذیرفته نشد"


class NoFile(BadFile):
    code = "no_file"
    message = "فایلی انتخاب نشده است. لطفاً نخست «انتخاب فایل» را بزنید و سپس آن را بفرستید."


class EmptyFile(BadFile):
    code = "empty_file"
    message = "این فایل خالی است. لطفاً فایل را روی دستگاه خود باز کنید و فایل سالم را بفرستید."


class TooLarge(BadFile):
    code = "too_large"

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"حجم این فایل بیش از {file_size(limit)} است. "
            "لطفاً آن را با کیفیت کمتر اسکن کنید یا فشرده‌تر ذخیره کنید و دوباره بفرستید."
        )


class WrongType(BadFile):
    code = "wrong_type"

    def __init__(self, found: str = "") -> None:
        what = f"نوع این فایل «{found}» است" if found else "نوع این فایل شناخته نشد"
        super().__init__(
            f"{what} و پذیرفته نمی‌شود. لطفاً مدرک را به صورت PDF یا عکس JPEG یا PNG بفرستید."
        )


class TooManyPixels(BadFile):
    code = "too_many_pixels"
    message = (
        "ابعاد این عکس بیش از اندازه بزرگ است و در رایانهٔ کارشناس باز نمی‌شود. "
        "لطفاً آن را با کیفیت معمولی بگیرید یا کوچک‌تر ذخیره کنید و دوباره بفرستید."
    )


class ActivePdf(BadFile):
    code = "active_pdf"
    message = (
        "این فایل PDF هنگام باز شدن برنامه‌ای را اجرا می‌کند و برای ایمنی پذیرفته نمی‌شود. "
        "لطفاً آن را باز کنید، با «چاپ» و گزینهٔ «ذخیره به صورت PDF» نسخهٔ ساده‌ای بسازید و بفرستید."
    )


class TooComplex(BadFile):
    code = "too_complex"
    message = (
        "ساختار این فایل PDF پیچیده‌تر از آن است که بتوان آن را بررسی کرد. "
        "لطفاً آن را باز کنید، با «چاپ» و گزینهٔ «ذخیره به صورت PDF» نسخهٔ ساده‌ای بسازید و بفرستید."
    )


class ProtectedPdf(BadFile):
    code = "password_protected"
    message = (
        "این فایل PDF با گذرواژه بسته شده است و کارشناس نمی‌تواند آن را باز کند. "
        "لطفاً آن را بدون گذرواژه ذخیره کنید و دوباره بفرستید."
    )


class BrokenFile(BadFile):
    code = "broken_file"
    message = (
        "این فایل باز نمی‌شود و شاید ناقص ذخیره شده است. "
        "لطفاً آن را روی دستگاه خود باز کنید، دوباره ذخیره یا اسکن کنید و بفرستید."
    )


REFUSED: Final[dict[str, type[BadFile]]] = {
    pdf_sandbox.BROKEN: BrokenFile,
    pdf_sandbox.PROTECTED: ProtectedPdf,
    pdf_sandbox.ACTIVE: ActivePdf,
}


def inspect_upload(upload: UploadedFile, limit: int) -> str:
    """The type of the file by its content. Raises a BadFile; ``limit`` is in bytes.

    Neither the name nor the type that the browser claims is believed.
    """
    check_size(upload.size or 0, limit)
    upload.seek(0)
    kind = filetype.guess(upload.read(HEAD))
    upload.seek(0)
    if kind is None or kind.mime not in ALLOWED:
        raise WrongType(kind.extension.upper() if kind else "")
    if kind.mime == "application/pdf":
        _require_readable_pdf(upload)
    else:
        _require_readable_image(upload)
    upload.seek(0)
    return str(kind.mime)


def check_size(size: int, limit: int) -> None:
    """Raises EmptyFile or TooLarge; both in bytes. Also asked before anything is sent."""
    if not size:
        raise EmptyFile
    if size > limit:
        raise TooLarge(limit)


def _require_readable_pdf(upload: UploadedFile) -> None:
    verdict = verdict_on(upload)
    if verdict != pdf_sandbox.FINE:
        raise REFUSED.get(verdict, TooComplex)


def verdict_on(upload: UploadedFile) -> str:
    """What :mod:`submissions.documents.pdf_sandbox` says of a PDF; nothing when it could not come to an end."""
    with tempfile.TemporaryFile() as copy:
        # Chunk by chunk: the whole of a large file is nowhere in memory.
        for chunk in upload.chunks():
            copy.write(chunk)
        copy.seek(0)
        command = [sys.executable, "-I", pdf_sandbox.__file__, str(CPU_SECONDS)]
        try:
            said = subprocess.run(
                command, stdin=copy, stdout=PIPE, stderr=DEVNULL, timeout=PATIENCE, check=False
            )
        except subprocess.TimeoutExpired:
            return ""
    if said.returncode:
        logger.warning("A look into a PDF ended with %s", said.returncode)
        return ""
    return said.stdout.decode()


def _require_readable_image(upload: UploadedFile) -> None:
    try:
        with Image.open(upload, formats=["JPEG", "PNG"]) as image:
            pixels = image.width * image.height
            image.verify()
    except Image.DecompressionBombError as bomb:
        raise TooManyPixels from bomb
    except Exception as damage:
        # A damaged picture leads its reader into every kind of error; all mean the same here.
        raise BrokenFile from damage
    if pixels > MOST_PIXELS:
        raise TooManyPixels


def clean_name(name: str) -> str:
    """The name as it is shown: no folders, no marks that turn text round, at most 255 letters."""
    bare = clean_text(name.replace("\\", "/").rsplit("/", 1)[-1]).replace("\n", " ")
    path = PurePosixPath(bare if bare.strip(".") else "file")
    suffix = path.suffix[:20]
    return path.name.removesuffix(path.suffix)[: 255 - len(suffix)] + suffix
