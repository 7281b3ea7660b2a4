"""Uploads that survive a lost connection, a reload and a change of device.

A part is begun under the rules of :func:`submissions.documents.storage.attach_document`, grows by blocks at the
offset that its row remembers, and ends in ``attach``. Whoever writes holds the part by a lease
that is renewed while bytes arrive; a writer that has stood still must find its lease unbroken
before it touches the file again, so two of them never mix their bytes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any, BinaryIO, Final

from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Count, Sum
from django.utils.timezone import now

from accounts.models import User
from persian.digits import to_persian
from services_catalog.facts import DocumentFacts
from submissions.documents import inspection, judging, placing, storage
from submissions.models import Document, PartialUpload, Step, Submission, WaitingFile
from submissions.models.partial_upload import KEPT
from web.refusals import Refusal
from work import declare_task
from work.processes import own_name

# What one person may have on the way at once.
PARTS_AT_ONCE: Final = 20
BYTES_AT_ONCE: Final = 200 * 1024 * 1024
BLOCK: Final = 64 * 1024
# A connection that broke without a word blocks the next one for this long at most.
LEASE: Final = timedelta(seconds=15)
RENEWED_EVERY: Final = 5.0
TO_DROP: Final = timedelta(seconds=30)
# Looking into a large file takes its time, and nothing arrives meanwhile.
INSPECTION: Final = timedelta(minutes=2)

Reader = Callable[[int], bytes]


class TooMany(Refusal):
    status = 429
    code = "too_many_uploads"
    title = "تعداد بارگذاری‌های ناتمام بیش از حد مجاز است"
    message = (
        f"شما در حال حاضر {to_persian(str(PARTS_AT_ONCE))} بارگذاری ناتمام یا نزدیک به ۲۰۰ مگابایت "
        "فایل ناتمام دارید. لطفاً یکی از آن‌ها را تکمیل یا حذف کنید و دوباره ارسال کنید."
    )


class Gone(Exception):
    """The part is no longer there: taken away, run out, or replaced by another file."""


class WrongOffset(Exception):
    """The part has come to another place than the sender believes."""


class Busy(Exception):
    """Raised when another connection writes to the upload at this moment."""


def begin_upload(
    submission: Submission,
    requirement: DocumentFacts,
    *,
    name: str,
    size: int,
    by: User,
    fingerprint: str = "",
) -> PartialUpload:
    """An empty part of ``size`` bytes, in place of the one the person had for this document.

    Raises what :func:`storage.attach_document` raises for such a file, and TooMany.
    """
    judging.take_turn(submission, requirement.code, by)
    inspection.check_size(size, requirement.max_bytes)
    with transaction.atomic():
        # One at a time, so that parallel beginnings cannot pass the limits together.
        User.objects.select_for_update(no_key=True).get(pk=by.pk)
        placing.require_open(submission, requirement.code, by)
        mine = PartialUpload.objects.open().filter(owner=by)
        mine.filter(submission=submission, requirement=requirement.code).expire()
        _require_room(by, size)
        part = PartialUpload.objects.create(
            owner=by,
            submission=submission,
            requirement=requirement.code,
            original_name=inspection.clean_name(name),
            fingerprint=fingerprint[:100],
            size=size,
        )
        part.path.parent.mkdir(parents=True, exist_ok=True)
        part.path.touch(mode=0o600, exist_ok=False)
    return part


def _require_room(owner: User, size: int) -> None:
    open_now = PartialUpload.objects.open().filter(owner=owner)
    held = open_now.aggregate(parts=Count("pk"), bytes=Sum("size", default=0))
    if held["parts"] >= PARTS_AT_ONCE or held["bytes"] + size > BYTES_AT_ONCE:
        raise TooMany


def bytes_reached(part: PartialUpload) -> int:
    """How many bytes are safely here. Raises Gone.

    A machine that lost its power may have kept the row and not the last bytes of the file.
    """
    if part.done_at:
        return part.size
    try:
        kept = part.path.stat().st_size
    except FileNotFoundError as missing:
        raise Gone from missing
    if part.expires_at <= now():
        raise Gone
    if kept < part.offset:
        PartialUpload.objects.filter(pk=part.pk, offset=part.offset).update(offset=kept)
        part.offset = kept
    return part.offset


def receive_bytes(
    part: PartialUpload, submission: Submission, needed: DocumentFacts, *, at: int, read: Reader
) -> tuple[int, Document | WaitingFile | None]:
    """Append what ``read`` gives, from ``at`` on; the new offset, and what is kept once whole.

    ``read(n)`` gives at most n bytes, none at the end or when the sender has gone: what came is
    kept. Raises WrongOffset, Busy, Gone, and at the end what :func:`storage.attach_document` raises;
    a file that is refused is thrown away.
    """
    if part.done_at or at != bytes_reached(part):
        raise WrongOffset
    hold = Hold.take(part, at)
    try:
        hold.append(read)
        if hold.position < part.size:
            return hold.position, None
        return part.size, hold.finish(submission, needed)
    except FileNotFoundError as missing:
        raise Gone from missing
    finally:
        hold.give_back()


def drop_upload(part: PartialUpload) -> None:
    """Take the part away with its bytes. May be repeated."""
    part.path.unlink(missing_ok=True)
    PartialUpload.objects.filter(pk=part.pk).delete()


@declare_task("chores")
def drop_part(part_id: int) -> None:
    """The sweep's task: take away a part of a file that nobody came back for."""
    part = PartialUpload.objects.claim(part_id, TO_DROP)
    if part is not None:
        drop_upload(part)


def let_go(sender: type[Step], step: Step, **kwargs: Any) -> None:
    """A request that left the applicant's hands takes no more files: its parts expire."""
    if not step.submission.is_editable:
        PartialUpload.objects.filter(submission=step.submission_id).expire()


class Hold:
    """One writer's exclusive hold of a part, and the place it has come to."""

    def __init__(self, part: PartialUpload, position: int) -> None:
        self.part = part
        self.position = position
        self._renewed = time.monotonic()

    @classmethod
    def take(cls, part: PartialUpload, at: int) -> Hold:
        until = now() + LEASE
        here = PartialUpload.objects.open().unheld().filter(pk=part.pk, offset=at)
        if here.update(claimed_until=until, claimed_by=own_name(), expires_at=now() + KEPT):
            part.claimed_until = until
            return cls(part, at)
        now_there = PartialUpload.objects.filter(pk=part.pk).first()
        if now_there is None or (now_there.expires_at <= now() and not now_there.done_at):
            raise Gone
        raise Busy if now_there.offset == at and not now_there.done_at else WrongOffset

    def append(self, read: Reader) -> None:
        with self.part.path.open("r+b") as file:
            file.seek(self.position)
            file.truncate()
            while block := _next_block(read, min(BLOCK, self.part.size - self.position)):
                self._renew_when_due(file)
                file.write(block)
                self.position += len(block)

    def _renew_when_due(self, file: BinaryIO) -> None:
        """Before a block is written: whoever has slept may have lost the part to another."""
        if time.monotonic() - self._renewed > RENEWED_EVERY:
            file.flush()
            self._renew(LEASE)

    def _renew(self, lease: timedelta) -> None:
        if not self.part.renew(lease, offset=self._settled):
            raise Gone
        self._renewed = time.monotonic()

    @property
    def _settled(self) -> int:
        # The last byte counts only together with the document; see the table's constraint.
        return min(self.position, self.part.size - 1)

    def finish(self, submission: Submission, needed: DocumentFacts) -> Document | WaitingFile:
        """Look at the whole file and put it in place. Raises what ``attach`` raises, and Gone."""
        self._renew(INSPECTION)
        part = self.part
        with part.path.open("rb") as file:
            whole = UploadedFile(file, part.original_name, size=part.size)
            try:
                document = storage.attach_document(
                    submission, needed, whole, by=part.owner, and_then=self._done
                )
            except (Refusal, PermissionDenied):
                drop_upload(part)
                raise
        part.path.unlink(missing_ok=True)
        return document

    def _done(self) -> None:
        whole = {"done_at": now(), "offset": self.part.size, "claimed_until": None}
        if not self.part.held().update(**whole):
            raise Gone

    def give_back(self) -> None:
        """Remember how far it came, unless it has been finished, dropped or taken over."""
        self.part.held().update(claimed_until=None, offset=self._settled)


def _next_block(read: Reader, size: int) -> bytes:
    """The next block; nothing when the file is whole or the sender has gone."""
    if not size:
        return b""
    try:
        return read(size)
    except OSError:
        return b""
