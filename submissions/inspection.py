"""What a file is by its content, and whether it can be taken.

Neither its name nor the type that a browser claims is believed, and nothing of it is unpacked
further than its reading takes.
"""

from __future__ import annotations

from collections import deque
from pathlib import PurePosixPath
from typing import Final

import filetype
from django.core.files.uploadedfile import UploadedFile
from PIL import Image
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from doors.refusals import Refusal
from persian.templatetags.persian import file_size
from persian.text import clean

# What reviewers' browsers show in place; nothing that can run.
ALLOWED = {"application/pdf": "PDF", "image/jpeg": "JPEG", "image/png": "PNG"}
HEAD = 8192
# A telephone's largest picture has some hundred million; unpacked, each takes four bytes.
MOST_PIXELS: Final = 120_000_000
# What of a PDF is searched for scripts; what its viewer runs at once is met first.
MOST_OBJECTS: Final = 20_000
RUNNING: Final = ("/JavaScript", "/Launch")
# Where the bulk of a file lies, and no action: what is read stays in memory.
WITHOUT_ACTIONS: Final = (
    "/Resources", "/Contents", "/StructTreeRoot", "/Metadata", "/EF", "/AP",
)  # fmt: skip


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


def inspect(upload: UploadedFile, limit: int) -> str:
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
    try:
        reader = PdfReader(upload)
        # A file that only forbids printing opens with the empty password, as in any viewer.
        protected = reader.is_encrypted and not _opens_without_password(reader)
        readable = protected or len(reader.pages) > 0
        active = not protected and _runs_something(reader)
    except Exception as damage:
        # A damaged file leads the reader into every kind of error; all mean the same here.
        raise BrokenFile from damage
    if protected:
        raise ProtectedPdf
    if not readable:
        raise BrokenFile
    if active:
        raise ActivePdf


def _runs_something(reader: PdfReader) -> bool:
    """Whether the file holds a script or starts a program.

    Browsers run such scripts in a cage; whoever saves the file and opens it elsewhere has none.
    """
    waiting: deque[object] = deque([reader.trailer.raw_get("/Root")])
    seen: set[int] = set()
    while waiting and len(seen) < MOST_OBJECTS:
        found = waiting.popleft()
        if isinstance(found, IndirectObject):
            if found.idnum in seen:
                continue
            seen.add(found.idnum)
            found = found.get_object()
        if isinstance(found, DictionaryObject):
            if "/JS" in found or found.get("/S") in RUNNING:
                return True
            waiting.extend(part for name, part in found.items() if name not in WITHOUT_ACTIONS)
        elif isinstance(found, ArrayObject):
            waiting.extend(found)
    return False


def _opens_without_password(reader: PdfReader) -> bool:
    try:
        return bool(reader.decrypt(""))
    except Exception:
        # Enciphered in a way that cannot be tried here, so it counts as closed.
        return False


def _require_readable_image(upload: UploadedFile) -> None:
    try:
        with Image.open(upload, formats=["JPEG", "PNG"]) as image:
            pixels = image.width * image.height
            image.verify()
    except Image.DecompressionBombError as bomb:
        raise TooManyPixels from bomb
    except (OSError, SyntaxError, ValueError) as damage:
        raise BrokenFile from damage
    if pixels > MOST_PIXELS:
        raise TooManyPixels


def clean_name(name: str) -> str:
    """The name as it is shown: no folders, no marks that turn text round, at most 255 letters."""
    bare = clean(name.replace("\\", "/").rsplit("/", 1)[-1]).replace("\n", " ")
    path = PurePosixPath(bare if bare.strip(".") else "file")
    suffix = path.suffix[:20]
    return path.name.removesuffix(path.suffix)[: 255 - len(suffix)] + suffix
