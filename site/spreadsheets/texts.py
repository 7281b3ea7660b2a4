"""Sheets of CSV files: encoding, separator, rows."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import BinaryIO, Final

from persian.digits import to_persian
from spreadsheets.guards import take_off_guard
from spreadsheets.values import Row, Sheet, UnreadableSheet

CHUNK: Final = 1 << 20
DELIMITERS: Final = ",;\t|؛"
#: Lines by which the separator is told.
SAMPLE: Final = 40
LONGEST_LINE: Final = 1 << 20

# The longer marks first: one of them begins like a shorter one.
_BYTE_ORDERS: Final = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_QUOTED: Final = re.compile(r'"[^"]*"')
# The line that tells Excel the separator.
_SEPARATOR_LINE: Final = re.compile(r'"?sep=(?P<mark>.)"?', re.IGNORECASE)
_RUNS_ON: Final = (
    'علامت نقل‌قول («"») در این سطر بسته نشده است و سطرهای بعدی را نیز در بر گرفته است.'
)


def open_text(file: BinaryIO) -> list[Sheet]:
    """The one sheet of a CSV file. Raises UnreadableSheet for what is no text."""
    encoding, lines = _survey_text(file)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    text.seek(0)
    delimiter, skipped = _find_delimiter(list(islice(_read_lines(text), SAMPLE)))

    def read_rows() -> Iterator[Row]:
        text.seek(0)
        return _read_rows(_read_lines(text), delimiter, skipped)

    return [Sheet("", lambda: lines, read_rows, exact=True)]


# --- Encoding --------------------------------------------------------------------


def _survey_text(file: BinaryIO) -> tuple[str, int]:
    """The encoding that all of the file fits, and its lines; read in pieces."""
    file.seek(0)
    head = file.read(256)
    file.seek(0)
    if encoding := _read_byte_order(head):
        return encoding, sum(chunk.count(b"\n") for chunk in _read_chunks(file))
    decoder = codecs.getincrementaldecoder("utf-8")()
    lines, is_utf8 = 0, True
    for chunk in _read_chunks(file):
        if b"\0" in chunk:
            raise UnreadableSheet("این فایل متن نیست. لطفاً جدول را با قالب XLSX یا CSV ذخیره کنید.")
        lines += chunk.count(b"\n")
        if is_utf8:
            is_utf8 = _can_decode(decoder, chunk)
    # What is not UTF-8 comes from an older Windows, where Persian was Windows-1256.
    return ("utf-8-sig" if is_utf8 and _can_decode(decoder, b"", True) else "cp1256"), lines


def _read_byte_order(head: bytes) -> str | None:
    """UTF-16 or UTF-32 by its mark; without one, UTF-16 by the zeros beside ASCII characters."""
    for mark, encoding in _BYTE_ORDERS.items():
        if head.startswith(mark):
            return encoding
    even, odd = head[0::2], head[1::2]
    # Digits and separators have a zero beside them; a picture has zeros on both sides.
    if odd.count(0) > len(odd) // 5 and not even.count(0):
        return "utf-16-le"
    if even.count(0) > len(even) // 5 and not odd.count(0):
        return "utf-16-be"
    return None


def _read_chunks(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(CHUNK):
        yield chunk


def _can_decode(decoder: codecs.IncrementalDecoder, chunk: bytes, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


# --- Lines and rows --------------------------------------------------------------


def _read_lines(text: io.TextIOWrapper) -> Iterator[str]:
    try:
        while line := text.readline(LONGEST_LINE):
            if len(line) == LONGEST_LINE:
                raise UnreadableSheet("یکی از سطرهای این فایل بیش از اندازه بلند است.")
            yield line
    except UnicodeError as error:
        raise UnreadableSheet(
            "کاراکترهای این فایل خوانده نمی‌شود. لطفاً آن را با قالب XLSX یا CSV (UTF-8) ذخیره کنید."
        ) from error


def _find_delimiter(lines: list[str]) -> tuple[str, int]:
    """The separator, and how many lines stand before the table for its sake."""
    if lines and (said := _SEPARATOR_LINE.match(lines[0])):
        rest = lines[0][said.end() :]
        if not rest.strip(" \r\n" + DELIMITERS):
            return said["mark"], 1
    return max(DELIMITERS, key=lambda mark: _weigh_delimiter(mark, lines)), 0


def _weigh_delimiter(mark: str, lines: Iterable[str]) -> int:
    """How many marks stand in the lines that have equally many: titles and notes have not."""
    counts = Counter(_QUOTED.sub("", line).count(mark) for line in lines)
    counts.pop(0, None)
    return max((marks * times for marks, times in counts.items()), default=0)


def _read_rows(lines: Iterator[str], delimiter: str, skipped: int) -> Iterator[Row]:
    for _ in islice(lines, skipped):
        pass
    reader = csv.reader(lines, delimiter=delimiter)
    line = skipped + 1
    try:
        for cells in reader:
            last = reader.line_num + skipped
            problem = _RUNS_ON if last > line and _has_run_on(cells, delimiter) else ""
            if any(cell.strip() for cell in cells):
                yield Row(line, [take_off_guard(cell) for cell in cells], problem)
            # A quoted cell may hold line breaks: the row is named by the line it begins on.
            line = last + 1
    except csv.Error as error:
        raise UnreadableSheet(
            f"خواندن فایل در سطر {to_persian(line)} متوقف شد؛ ممکن است گیومهٔ یک خانه بسته نشده باشد."
        ) from error


def _has_run_on(cells: list[str], delimiter: str) -> bool:
    """Whether a cell holds whole rows: a quotation that is closed lines later swallows them."""
    rows = (line for cell in cells for line in cell.splitlines()[1:])
    return any(line.count(delimiter) > 1 for line in rows)
