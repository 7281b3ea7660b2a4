"""Import jobs: read in small pieces into a staging table, merged in one statement.

The worker advances a job by slices and a killed one continues where the last committed batch
ended. Until the merge the register knows nothing of the file; the merge is one transaction.
"""

from __future__ import annotations

import logging
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, BinaryIO, Final, cast

from django.conf import settings
from django.core.files.base import File
from django.db import InterfaceError, OperationalError, transaction
from django.utils.timezone import now

from accounts.models import User
from db.file_storage import kept_if_recorded
from persian.digits import to_persian
from persian.text import clean_text
from services_catalog.models import Park
from spreadsheets.apart import open_table_apart
from spreadsheets.files import require_possible_size
from spreadsheets.tables import TableRow
from spreadsheets.values import UnreadableSheet
from submissions.contracts.importer.holder_changes import ask_about_changes, find_questions
from submissions.contracts.importer.merge import bring_in, count_differences, lock_holders
from submissions.contracts.importer.rows import COLUMNS, Places, Problem, read_contract
from submissions.models import ContractImport, ImportProblem, StagedContract, private_storage
from submissions.models.contract_import import sheet_path
from web.refusals import NotNow, Refusal
from work import audit, declare_task, enqueue
from work.leases import SETTLED
from work.queue import back_off

logger = logging.getLogger(__name__)
State = ContractImport.State

BATCH: Final = 1000
# Between two slices other chores have their turn, the sweep first. Whoever is ended by the queue's
# patience holds the job until then.
SLICE_SECONDS: Final = 10.0
LEASE: Final = timedelta(seconds=settings.TASK_TIMEOUT_SECONDS + 15)
GIVE_UP_AFTER: Final = 6
# Errors of the house, which pass; any other comes from what is read.
PASSING: Final = (OperationalError, InterfaceError, OSError)
FAILED: Final = (
    "خواندن این فایل با خطای سامانه روبه‌رو شد. "
    "لطفاً آن را دوباره با قالب XLSX ذخیره و بارگذاری کنید و در صورت تکرار با پشتیبانی تماس بگیرید."
)
# More of them help nobody to mend a file; they are counted beyond.
MOST_PROBLEMS: Final = 1000
ABANDONED: Final = timedelta(days=7)


class HasProblems(Refusal):
    status = 422
    code = "import_has_problems"
    title = "فایل سطرهای نادرست دارد"
    message = "برای ثبت سطرهای صحیح، نادیده گرفتن سطرهای نادرست را تأیید کنید."


class FileRefused(Refusal):
    """A file that is not even kept."""

    status = 422
    code = "unreadable_sheet"
    title = "این فایل خوانده نشد"


class Lost(Exception):
    """Raised when another worker has the job now; nothing of this batch is kept."""


def store_job(file: File, *, by: User | None) -> ContractImport:
    """Keep the file and the job for it. Raises FileRefused when it is too large or empty."""
    try:
        require_possible_size(file.size or 0)
    except UnreadableSheet as reason:
        raise FileRefused(str(reason)) from reason
    name = clean_text((file.name or "").replace("\\", "/").rsplit("/", 1)[-1])[:255] or "contracts"
    job = ContractImport(original_name=name, by=by)
    with kept_if_recorded(private_storage()) as save_file:
        job.file = save_file(sheet_path(job, name), file)
        with transaction.atomic():
            job.save()
            audit.record_entry(by, "upload_contracts", job, {"name": name, "size": file.size})
    return job


def begin_import(file: File, *, by: User) -> ContractImport:
    """Keep the file and have the worker read and check it. Raises FileRefused."""
    job = store_job(file, by=by)
    enqueue(work_on, job.pk)
    return job


@transaction.atomic
def confirm_import(job: ContractImport, *, by: User | None, skip_bad: bool = False) -> None:
    """Have a checked job merged. Raises HasProblems, and NotNow when it is not waiting for this."""
    current = ContractImport.objects.select_for_update().get(pk=job.pk)
    if current.state != State.CHECKED:
        raise NotNow("این فایل قبلاً ثبت یا حذف شده است.")
    if current.bad and not skip_bad:
        raise HasProblems
    current.state = State.MERGING
    current.queued_at, current.not_before, current.tries = now(), None, 0
    current.save()
    audit.record_entry(by, "confirm_contracts", current, {"good": current.good, "bad": current.bad})
    enqueue(work_on, current.pk)


@transaction.atomic
def cancel_import(job: ContractImport, *, by: User | None) -> None:
    """Leave a job that is not merged yet; a worker that reads it stops at its next batch."""
    open_states = (State.READING, State.CHECKED)
    changed = ContractImport.objects.filter(pk=job.pk, state__in=open_states).update(
        state=State.CANCELLED, finished_at=now(), claimed_until=None
    )
    if not changed:
        raise NotNow("حذف این فایل دیگر امکان‌پذیر نیست.")
    audit.record_entry(by, "cancel_contracts", job)


@declare_task("chores")
def work_on(job_id: int) -> None:
    """The task: advance a job by a slice, and queue it again when something is left."""
    advance_import(job_id, seconds=SLICE_SECONDS)
    job = ContractImport.objects.unfinished().filter(pk=job_id, claimed_until=None).first()
    if job and job.not_before is None:
        enqueue(work_on, job_id)


def advance_import(job_id: int, *, seconds: float | None = None) -> None:
    """Read, check or merge a job for about ``seconds`` (None: to its end).

    Nothing happens when somebody else holds it. Safe to run twice, and after a kill.
    """
    job = ContractImport.objects.claim(job_id, LEASE)
    if job is None:
        return
    if job.tries > GIVE_UP_AFTER:
        # Every worker that took it up was killed before it could say how it ended.
        _end_job(job, State.REFUSED, problem=FAILED)
        return
    deadline = time.monotonic() + seconds if seconds is not None else None
    try:
        if job.state == State.MERGING:
            _merge_job(job)
        elif _read_lines(job, deadline):
            _conclude_reading(job)
    except Lost:
        logger.info("Import %s went to another worker or was cancelled", job_id)
    except UnreadableSheet as reason:
        _end_job(job, State.REFUSED, problem=str(reason))
    except Exception as error:
        _give_back(job, error)
        raise


def _give_back(job: ContractImport, error: Exception) -> None:
    """Have a job tried again later, or end it where that would be in vain.

    What the file itself leads to comes again with each reading: it is said at once.
    """
    is_passing = isinstance(error, PASSING) or job.state == State.MERGING
    if is_passing and job.tries < GIVE_UP_AFTER:
        job.release(after=back_off(job.tries), reason=repr(error))
    else:
        _end_job(job, State.REFUSED, problem=FAILED, last_error=repr(error))


# --- Reading --------------------------------------------------------------------


@dataclass
class _Batch:
    """Lines that are written together: ``last`` is the line up to which the file has been read.

    ``rows`` go by the key of their number: two spellings of it are one contract.
    """

    last: int = 0
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    bad: int = 0
    size: int = 0

    def add(self, line: int, facts: dict[str, Any], problems: list[Problem]) -> None:
        self.last, self.size = line, self.size + 1
        if not problems and (earlier := self.rows.get(facts["number_key"])):
            problems = [_repeated_line(line, earlier["line"])]
        if problems:
            self.bad += 1
            self.problems += problems
        else:
            self.rows[facts["number_key"]] = facts

    def drop_known(self, known: dict[str, int]) -> None:
        """Turn rows whose contract an earlier batch has staged into errors of their lines."""
        for key, line in known.items():
            row = self.rows.pop(key)
            self.bad += 1
            self.problems.append(_repeated_line(row["line"], line))


def _repeated_line(line: int, earlier: int) -> Problem:
    return Problem(
        line, "شمارهٔ قرارداد", f"این شماره در سطر {to_persian(earlier)} همین فایل نیز آمده است."
    )


def _read_lines(job: ContractImport, deadline: float | None) -> bool:
    """Stage what is still unread until the deadline; whether the end was reached."""
    clear_ended()
    places = Places(Park.objects.select_related("province"))
    with (
        _local_copy(job) as file,
        open_table_apart(file, COLUMNS, after=job.lines_read) as table,
    ):
        job.lines_total = table.lines
        for batch in _split_batches(table.rows, places):
            _keep_batch(job, batch)
            if deadline is not None and time.monotonic() > deadline:
                _hand_back(job)
                return False
    return True


@contextmanager
def _local_copy(job: ContractImport) -> Iterator[BinaryIO]:
    """The file at hand, wherever the storage keeps it: spreadsheets are read back and forth."""
    with tempfile.TemporaryFile() as local, job.file.open("rb") as stored:
        for chunk in stored.chunks(1 << 20):
            local.write(chunk)
        local.seek(0)
        yield cast(BinaryIO, local)


def _split_batches(rows: Iterator[TableRow], places: Places) -> Iterator[_Batch]:
    batch = _Batch()
    for row in rows:
        batch.add(row.line, *read_contract(row, places))
        if batch.size >= BATCH:
            yield batch
            batch = _Batch()
    if batch.size:
        yield batch


@transaction.atomic
def _keep_batch(job: ContractImport, batch: _Batch) -> None:
    """Write one batch and how far the reading is. Raises Lost when the job is not ours."""
    staged = StagedContract.objects.filter(job=job, number_key__in=list(batch.rows))
    batch.drop_known(dict(staged.values_list("number_key", "line")))
    _renew_lease(
        job,
        lines_read=batch.last,
        lines_total=max(job.lines_total, batch.last),
        good=job.good + len(batch.rows),
        bad=job.bad + batch.bad,
        tries=0,
    )
    StagedContract.objects.bulk_create(
        StagedContract(job=job, **facts) for facts in batch.rows.values()
    )
    room = max(0, MOST_PROBLEMS - job.problems.count())
    ImportProblem.objects.bulk_create(
        ImportProblem(job=job, line=p.line, column=p.column, text=p.text[:300])
        for p in batch.problems[:room]
    )


def _renew_lease(job: ContractImport, **facts: Any) -> None:
    """Write facts of a job that is still ours, and hold it for another while."""
    if not job.renew(LEASE, **facts):
        raise Lost


def _hand_back(job: ContractImport) -> None:
    job.held().update(queued_at=now(), **SETTLED)


def _conclude_reading(job: ContractImport) -> None:
    """The reading is over: what would the merge do?"""
    if not (job.good or job.bad):
        raise UnreadableSheet("این فایل پس از سطر عنوان، سطری ندارد.")
    added, changed = count_differences(job)
    asked = len(find_questions(job))
    _renew_lease(job, state=State.CHECKED, added=added, changed=changed, asked=asked)
    _hand_back(job)


# --- Merging --------------------------------------------------------------------


def _merge_job(job: ContractImport) -> None:
    """Bring all staged rows into the register: one statement, one transaction, seconds."""
    with transaction.atomic():
        _renew_lease(job)
        lock_holders(job)
        added, changed = count_differences(job)
        facts = {"added": added, "changed": changed, "asked": ask_about_changes(job)}
        bring_in(job)
        _renew_lease(job, state=State.DONE, finished_at=now(), last_error="", **facts)
        facts["left_out"] = job.bad
        audit.record_entry(job.by, "import_contracts", job, facts)
    clear_ended()


def _end_job(job: ContractImport, state: str, **facts: Any) -> None:
    try:
        _renew_lease(job, state=state, finished_at=now(), **{"last_error": ""} | facts)
    except Lost:
        return
    clear_ended()


def clear_ended() -> None:
    """Throw away what ended or abandoned jobs have left: rows in small steps, then files."""
    ContractImport.objects.filter(state=State.CHECKED, created_at__lt=now() - ABANDONED).update(
        state=State.CANCELLED, finished_at=now()
    )
    ended = ContractImport.objects.ended()
    left = StagedContract.objects.filter(job__in=ended.values("pk"))
    while some := list(left.values_list("pk", flat=True)[: 5 * BATCH]):
        StagedContract.objects.filter(pk__in=some).delete()
    for job in ended.exclude(file=""):
        try:
            job.file.delete(save=False)
        except OSError:
            # The next job that ends comes here again.
            logger.exception("The file of import %s could not be removed", job.pk)
        else:
            ContractImport.objects.filter(pk=job.pk).update(file="")
