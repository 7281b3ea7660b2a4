"""A table read by a process of its own, held to so much memory and so much of the processor.

A small file may mean gigabytes: texts, cells and merges unpack to far more than they weigh. What that
costs is the child's; whoever asked for the rows is told that the file is too large.
"""

from __future__ import annotations

import logging
import os
import pickle
import resource
import select
import signal
import struct
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Final

from spreadsheets.columns import Column
from spreadsheets.tables import Table, open_table
from spreadsheets.values import UnreadableSheet

logger = logging.getLogger(__name__)

#: Beside what the process has already; the largest list of contracts takes a third of it.
MEMORY: Final = 384 * 1024 * 1024
CPU_SECONDS: Final = 45
#: The longest silence: below the patience of the queue, so that the file is blamed and no worker killed.
SILENCE: Final = 30.0
ROWS_AT_ONCE: Final = 250
TOO_MUCH: Final = (
    "خواندن این فایل بیش از حد مجاز حافظه یا زمان می‌گیرد. لطفاً فقط ستون‌ها و سطرهای لازم را در "
    "کارپوشه‌ای جدید کپی کنید و آن را با قالب XLSX یا CSV، در صورت نیاز در چند فایل، ذخیره و بارگذاری کنید."
)
_LENGTH: Final = struct.Struct("!I")


@contextmanager
def open_table_apart(
    file: BinaryIO, columns: Sequence[Column], *, after: int = 0
) -> Iterator[Table]:
    """The table of ``file``, see :func:`spreadsheets.tables.open_table`; rows behind line ``after``.

    Raises UnreadableSheet, also while rows are read. Do not touch ``file`` meanwhile.
    """
    answers, said = os.pipe()
    child = os.fork()
    if child == 0:
        _run_child(file, columns, after, said)
    os.close(said)
    messages = _receive(answers)
    try:
        lines, names = next(messages)
        yield Table(lines, names, (row for rows in messages for row in rows))
    finally:
        messages.close()
        os.close(answers)
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


# --- What the child does -----------------------------------------------------------


def _run_child(file: BinaryIO, columns: Sequence[Column], after: int, said: int) -> None:
    """Read and tell; nothing of the parent's is closed or written to, and it ends without its rites."""
    try:
        _limit_itself()
        _read(file, columns, after, said)
        _tell(said, "end", None)
    except UnreadableSheet as reason:
        _tell(said, "unreadable", str(reason))
    except MemoryError:
        _tell(said, "unreadable", TOO_MUCH)
    except BrokenPipeError:
        pass
    except Exception:
        # It must not come back into what the parent was doing; who waits is told that it ended.
        logger.exception("The reading of a table ended")
    finally:
        os._exit(0)


def _limit_itself() -> None:
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGXCPU):
        signal.signal(number, signal.SIG_DFL)
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    _lower(resource.RLIMIT_AS, pages * resource.getpagesize() + MEMORY)
    _lower(resource.RLIMIT_CPU, CPU_SECONDS)
    _lower(resource.RLIMIT_CORE, 0)


def _lower(what: int, amount: int) -> None:
    _, most = resource.getrlimit(what)
    allowed = amount if most == resource.RLIM_INFINITY else min(amount, most)
    resource.setrlimit(what, (allowed, allowed))


def _read(file: BinaryIO, columns: Sequence[Column], after: int, said: int) -> None:
    table = open_table(file, columns)
    _tell(said, "table", (table.lines, table.names))
    while rows := list(islice(table.rows, ROWS_AT_ONCE)):
        # Also told while there is nothing new in them: it has not fallen silent.
        _tell(said, "rows", [row for row in rows if row.line > after])


def _tell(said: int, kind: str, content: Any) -> None:
    message = pickle.dumps((kind, content))
    message = _LENGTH.pack(len(message)) + message
    while message:
        message = message[os.write(said, message) :]


# --- What the parent hears ---------------------------------------------------------


def _receive(answers: int) -> Generator[Any, None, None]:
    """What the child tells until its end. Raises UnreadableSheet, also when it fell silent."""
    while True:
        (length,) = _LENGTH.unpack(_take(answers, _LENGTH.size))
        kind, content = pickle.loads(_take(answers, length))
        if kind == "end":
            return
        if kind == "unreadable":
            raise UnreadableSheet(content)
        yield content


def _take(answers: int, length: int) -> bytes:
    taken = bytearray()
    while len(taken) < length:
        ready, _, _ = select.select([answers], [], [], SILENCE)
        more = os.read(answers, length - len(taken)) if ready else b""
        if not more:
            # The system has ended it, or it would go on for too long.
            raise UnreadableSheet(TOO_MUCH)
        taken += more
    return bytes(taken)
