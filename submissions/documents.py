"""Files that applicants bring: looked at by their content, kept privately, replaced, removed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import PurePosixPath

import filetype
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.timezone import now
from PIL import Image
from pypdf import PdfReader

from accounts.models import User
from doors.refusals import NotNow, Refusal
from persian.templatetags.persian import file_size
from persian.text import clean
from services_catalog.facts import DocumentFacts
from submissions.drafts import Accepted, in_hand
from submissions.models import (
    Document,
    KeptDocument,
    PartialUpload,
    Submission,
    document_path,
    private_storage,
)
from submissions.openness import Openness
from work import audit

# What reviewers' browsers show in place; nothing that can run.
ALLOWED = {"application/pdf": "PDF", "image/jpeg": "JPEG", "image/png": "PNG"}
HEAD = 8192


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


class NotKept(NotNow):
    code = "not_kept"
    title = "این مدرک دوباره به کار نمی‌رود"
    message = "مهلت استفادهٔ دوباره از این مدرک گذشته است. لطفاً فایل تازه‌ای بارگذاری کنید."


class PartOfFiling(NotNow):
    code = "part_of_filing"
    title = "این فایل حذف نمی‌شود"
    message = (
        "این فایل بخشی از درخواست ثبت‌شدهٔ شماست و حذف نمی‌شود. "
        "اگر باید عوض شود، فایل تازه‌ای به جای آن بارگذاری کنید."
    )


def attach(
    submission: Submission,
    requirement: DocumentFacts,
    upload: UploadedFile,
    *,
    by: User,
    and_then: Callable[[], None] | None = None,
) -> Document:
    """Keep ``upload`` as the file of ``requirement``, in place of the one that was there.

    The old file goes, unless it was handed in once, and so do parts of other files that ``by``
    had on the way for it. ``and_then`` runs in the transaction that puts the file in place.
    Raises a :class:`BadFile`, Accepted when the document is not open, and what
    :func:`submissions.drafts.in_hand` raises.
    """
    content_type = inspect(upload, requirement.max_bytes)
    facts = Document(
        requirement=requirement.code,
        original_name=clean_name(upload.name or ""),
        content_type=content_type,
        size=upload.size or 0,
        sha256=_fingerprint(upload),
        uploaded_by=by,
    )
    storage = private_storage()
    # Written before the lock is taken: nobody waits for a disk.
    stored = storage.save(document_path(facts, ""), upload)
    facts.file = stored
    try:
        with transaction.atomic():
            _put_in_place(submission, facts, by)
            if and_then:
                and_then()
    except BaseException:
        storage.delete(stored)
        raise
    return facts


def reuse(submission: Submission, requirement: DocumentFacts, *, by: User) -> Document:
    """Bring what the locker of the contract keeps for ``requirement``: a copy of its own.

    Raises NotKept when there is nothing valid, and whatever :func:`attach` raises.
    """
    kept = KeptDocument.objects.for_case(submission).filter(type=requirement.type)
    found = kept.exclude(document__scan=Document.Scan.INFECTED).select_related("document").first()
    if found is None:
        raise NotKept
    document = found.document
    with document.file.open("rb") as stored:
        copy = UploadedFile(stored, name=document.original_name, size=document.size)
        return attach(submission, requirement, copy, by=by)


def require_open(submission: Submission, code: str, by: User) -> tuple[Submission, Document | None]:
    """The request, locked, and the file that is there, when ``by`` may bring another one now.

    Raises Accepted, and what :func:`submissions.drafts.in_hand` raises. Call it in a transaction.
    """
    case = in_hand(submission, by)
    current = case.documents.current().filter(requirement=code).first()
    if not Openness.of(case).document(code, current):
        raise Accepted
    return case, current


def _put_in_place(submission: Submission, document: Document, by: User) -> None:
    code = document.requirement
    case, current = require_open(submission, code, by)
    if current:
        _retire(current)
    document.submission = case
    document.uploaded_at = now()
    document.save()
    if code in case.declined:
        case.declined = [other for other in case.declined if other != code]
    case.updated_at = document.uploaded_at
    case.save()
    parts = PartialUpload.objects.filter(owner=by, submission=case, requirement=code)
    # Not the part that is being finished: its writer marks it in this same transaction.
    parts.unheld().expire()
    audit.record(by, "attach", case, {"requirement": code, "sha256": document.sha256})


@transaction.atomic
def remove(document: Document, *, by: User) -> None:
    """Take a file back; the one that was handed in before it counts again.

    Raises PartOfFiling for a file that was handed in, and what ``in_hand`` raises.
    """
    case = in_hand(document.submission, by)
    current = case.documents.current().filter(pk=document.pk).first()
    if current is None:
        return
    if current.filings.exists():
        raise PartOfFiling
    _retire(current)
    earlier = case.documents.filter(requirement=document.requirement, filings__isnull=False)
    if before := earlier.order_by("-pk").first():
        before.replaced_at = None
        before.save(update_fields=["replaced_at"])
    case.updated_at = now()
    case.save()
    audit.record(by, "remove", case, {"requirement": document.requirement})


def _retire(document: Document) -> None:
    """Set a file aside: kept when it was handed in once, otherwise gone after the commit."""
    if document.filings.exists():
        document.replaced_at = now()
        document.save(update_fields=["replaced_at"])
        return
    storage, name = document.file.storage, str(document.file.name)
    document.delete()
    transaction.on_commit(lambda: storage.delete(name))


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
    except Exception as damage:
        # A damaged file leads the reader into every kind of error; all mean the same here.
        raise BrokenFile from damage
    if protected:
        raise ProtectedPdf
    if not readable:
        raise BrokenFile


def _opens_without_password(reader: PdfReader) -> bool:
    try:
        return bool(reader.decrypt(""))
    except Exception:
        # Enciphered in a way that cannot be tried here, so it counts as closed.
        return False


def _require_readable_image(upload: UploadedFile) -> None:
    try:
        with Image.open(upload, formats=["JPEG", "PNG"]) as image:
            image.verify()
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as damage:
        raise BrokenFile from damage


def clean_name(name: str) -> str:
    """The name as it is shown: no folders, no marks that turn text round, at most 255 letters."""
    bare = clean(name.replace("\\", "/").rsplit("/", 1)[-1]).replace("\n", " ")
    path = PurePosixPath(bare or "file")
    suffix = path.suffix[:20]
    return path.name.removesuffix(path.suffix)[: 255 - len(suffix)] + suffix


def _fingerprint(upload: UploadedFile) -> str:
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()
