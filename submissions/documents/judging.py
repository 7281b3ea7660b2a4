"""Judging of uploaded files: briefly while the page waits, or thoroughly by the worker.

A look takes a place of the host (:mod:`work.places`). Where none is free, or a brief look does not
come to an end, the file is kept as a :class:`WaitingFile` and the worker judges it: everybody's
first file before anybody's second.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts.models import User
from persian.digits import to_persian
from submissions.documents import inspection, placing
from submissions.documents.inspection import BRIEF, BadFile, BrokenFile, TooComplex, Unfinished
from submissions.models import Document, Step, Submission, WaitingFile
from submissions.models.waiting_file import WaitingFileQuerySet
from submissions.signals import step_taken
from web.rate_limits import Limit, in_words
from web.refusals import Refusal
from work import declare_task, enqueue, sweeps
from work.leases import SETTLED
from work.places import NoPlace

# Nobody chooses a file every two seconds.
UPLOADS_A_MINUTE: Final = Limit("upload-minute", 30, 60)
# A usual file is judged by a brief look; nobody has so many others.
LONG_LOOKS_AN_HOUR: Final = Limit("long-look-hour", 40, 3600)
# Some requests ask for a dozen; who fills several at once still has room.
MOST_WAITING: Final = 20
LEASE: Final = timedelta(seconds=settings.TASK_TIMEOUT_SECONDS + 15)
# How far down the list the worker looks for a file that no other worker has taken meanwhile.
TURNS: Final = 5


class TooManyWaiting(Refusal):
    status = 429
    code = "too_many_waiting"
    title = "چند فایل شما در حال بررسی است"
    message = (
        f"{to_persian(MOST_WAITING)} فایل شما در حال بررسی است. "
        "پس از پایان بررسی یکی از آن‌ها می‌توانید این فایل را بارگذاری کنید. "
        "جایگزینی فایل‌های در حال بررسی در این مدت امکان‌پذیر است."
    )


class TooManyUploads(Refusal):
    status = 429
    code = "too_many_files"
    title = "تعداد فایل‌های ارسالی بیش از حد مجاز است"

    def __init__(self, seconds: int) -> None:
        super().__init__(
            "تعداد فایل‌هایی که در این مدت ارسال کرده‌اید بیش از حد مجاز است. "
            f"لطفاً {in_words(seconds)} دیگر این فایل را بارگذاری کنید."
        )


class TooManyLongLooks(Refusal):
    status = 429
    code = "too_many_long_looks"
    title = "بررسی فایل‌های شما بیش از حد معمول طول کشیده است"

    def __init__(self, seconds: int) -> None:
        super().__init__(
            "ساختار فایل‌های ارسالی شما پیچیده است و بررسی آن‌ها بیش از حد معمول طول کشیده است. لطفاً "
            "از هر فایل با «چاپ» و گزینهٔ «ذخیره به‌صورت PDF» نسخهٔ ساده‌ای تهیه و آن را "
            f"{in_words(seconds)} دیگر بارگذاری کنید."
        )


def take_turn(submission: Submission, code: str, by: User) -> None:
    """Count one upload for ``code``, before anything of it is read.

    Raises TooManyUploads and TooManyWaiting.
    """
    # The one that waits for the same document makes room for this one.
    require_room(by, WaitingFile.objects.exclude(submission=submission, requirement=code))
    if wait := UPLOADS_A_MINUTE.take(str(by.pk)):
        raise TooManyUploads(wait)


def require_room(by: User, waiting: WaitingFileQuerySet) -> None:
    """Raises TooManyWaiting when ``by`` has too many files among ``waiting``."""
    if waiting.unfinished().filter(owner=by).count() >= MOST_WAITING:
        raise TooManyWaiting


def is_fine_at_once(upload: UploadedFile, content_type: str, by: User) -> bool:
    """Whether a brief look finds it fine; False when the worker has to judge it.

    Raises a BadFile, and TooManyLongLooks. Of somebody whose files wait already, another one waits with them: one person's files are
    judged one after the other.
    """
    if wait := LONG_LOOKS_AN_HOUR.wait(str(by.pk)):
        raise TooManyLongLooks(wait)
    if WaitingFile.objects.unfinished().filter(owner=by).exists():
        return False
    try:
        inspection.require_fine(upload, content_type, BRIEF)
    except NoPlace:
        return False
    except Unfinished:
        LONG_LOOKS_AN_HOUR.take(str(by.pk))
        return False
    return True


def keep_waiting(submission: Submission, facts: Document, by: User) -> WaitingFile:
    """Keep the stored file of ``facts`` until it is judged. Call it in a transaction.

    Raises TooManyWaiting, and what :func:`submissions.documents.placing.require_open` raises.
    """
    # One at a time, so that parallel uploads cannot pass the limit together.
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    submission, _ = placing.require_open(submission, facts.requirement, by)
    placing.drop_earlier(submission, facts.requirement, by)
    require_room(by, WaitingFile.objects.all())
    waiting = WaitingFile.objects.create(
        owner=by,
        submission=submission,
        requirement=facts.requirement,
        original_name=facts.original_name,
        file=facts.file.name,
        size=facts.size,
        content_type=facts.content_type,
        sha256=facts.sha256,
    )
    enqueue(judge_file, waiting.pk)
    return waiting


@transaction.atomic
def forget_waiting(submission: Submission, code: str, *, by: User) -> None:
    """Take back what waits for ``code``, or the reason why it was refused.

    Raises what :func:`submissions.drafts.editing.in_hand` raises.
    """
    submission, _ = placing.require_open(submission, code, by)
    submission.waiting_files.filter(requirement=code).drop()


def drop_waiting(sender: type[Step], step: Step, **kwargs: Any) -> None:
    """A request that left the applicant's hands takes no more files."""
    if not step.submission.is_editable:
        step.submission.waiting_files.all().drop()


def register_judging() -> None:
    """Have forgotten files found by the sweep, and those of requests that move on dropped."""
    sweeps.register_sweep(WaitingFile.objects.all, judge_file, "files to be judged")
    step_taken.connect(drop_waiting, sender=Step, dispatch_uid="submissions.waiting_files")


@declare_task("chores")
def judge_file(waiting_id: int) -> None:
    """The task: judge one file, the one whose turn it is. There is a task for each that waits."""
    turns = WaitingFile.objects.in_turn().values_list("pk", flat=True)[:TURNS]
    claims = (WaitingFile.objects.claim(pk, LEASE) for pk in turns)
    waiting = next((claim for claim in claims if claim), None)
    if waiting is None:
        return
    try:
        _look_into(waiting)
    except NoPlace:
        # No try: nothing was looked at.
        waiting.hand_back()
        enqueue(judge_file, waiting.pk)
    except BadFile as refusal:
        _refuse(waiting, refusal)
    else:
        _accept(waiting)


def _look_into(waiting: WaitingFile) -> None:
    try:
        with waiting.file.open("rb") as stored:
            upload = UploadedFile(stored, name=waiting.original_name, size=waiting.size)
            inspection.require_fine(upload, waiting.content_type)
    except FileNotFoundError as lost:
        raise BrokenFile from lost


def _refuse(waiting: WaitingFile, refusal: BadFile) -> None:
    storage, name = waiting.file.storage, str(waiting.file.name)
    if waiting.held().update(refusal=refusal.message, file="", **SETTLED):
        storage.delete(name)
    # Last: a cache that is away must not have the file looked into again.
    if isinstance(refusal, TooComplex):
        LONG_LOOKS_AN_HOUR.take(str(waiting.owner_id))


def _accept(waiting: WaitingFile) -> None:
    document = Document(
        requirement=waiting.requirement,
        original_name=waiting.original_name,
        content_type=waiting.content_type,
        size=waiting.size,
        sha256=waiting.sha256,
        uploaded_by=waiting.owner,
        file=waiting.file.name,
    )
    try:
        with transaction.atomic():
            # The request before its files, as everybody else locks them.
            Submission.objects.locked(waiting.submission_id)
            # The file goes on with the document; with the row it would be thrown away.
            if waiting.held().delete()[0]:
                placing.put_in_place(waiting.submission, document, waiting.owner)
    except (Refusal, PermissionDenied):
        # Meanwhile handed in or withdrawn, or no longer of this person's party.
        with transaction.atomic():
            WaitingFile.objects.filter(pk=waiting.pk).drop()
