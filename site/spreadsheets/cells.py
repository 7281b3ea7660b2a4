"""Cells as text, the way somebody typed them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import lru_cache

from persian.numbers import InvalidNumber, read_number
from persian.text import clean_text
from spreadsheets.files import Cell

# Where a spreadsheet would begin to calculate, had somebody opened the list in one.
FORMULA_MARKS = tuple("=+-@＝＋－＠")
NOTHING = {"-", "--", "—", "–", "ـ", "ندارد"}
EXCEL_ERRORS = {"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"}
EXACT = 2**53


class BadCell(ValueError):
    """What is wrong with a cell, in Persian."""


def as_text(cell: Cell) -> str:
    """A cell as clean text, numbers without Excel's «.0». Raises BadCell."""
    if cell is None:
        return ""
    if isinstance(cell, str):
        return _read_plain_text(cell)
    if isinstance(cell, int) and not isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, float):
        return _read_whole_number(cell)
    if isinstance(cell, dt.date | dt.time):
        raise BadCell("اکسل این خانه را تاریخ دانسته است. لطفاً قالب خانه را «متن» کنید.")
    raise BadCell("این خانه فرمول یا مقدار منطقی است. لطفاً خود مقدار را بنویسید.")


def as_number(cell: Cell) -> Decimal | None:
    """A cell as the number it says, None for nothing. Raises BadCell for what could be two."""
    if isinstance(cell, float):
        return Decimal(str(cell))
    text = as_text(cell)
    if not text:
        return None
    try:
        # As it was typed: cleaned text has lost what stood between two digits.
        return read_number(cell if isinstance(cell, str) else text)
    except InvalidNumber:
        raise BadCell(f"«{text[:30]}» عدد نیست.") from None


@lru_cache(maxsize=4096)
def _read_plain_text(text: str) -> str:
    # Most cells are plain numbers and codes, which need no cleaning but of their spaces.
    simple = text.isascii() and text.isprintable()
    text = " ".join(text.split()) if simple else clean_text(text).replace("\n", " ")
    if text in NOTHING:
        return ""
    if text.startswith(FORMULA_MARKS):
        raise BadCell(
            f"این خانه با «{text[0]}» آغاز می‌شود و ممکن است فرمول باشد. "
            "لطفاً نشانه را از آغاز متن بردارید."
        )
    if text.upper() in EXCEL_ERRORS:
        raise BadCell("این خانه خطای اکسل است. لطفاً خود مقدار را بنویسید.")
    return text


def _read_whole_number(cell: float) -> str:
    if not cell.is_integer() or abs(cell) >= EXACT:
        raise BadCell("این عدد کامل خوانده نمی‌شود. لطفاً قالب خانه را «متن» کنید.")
    return str(int(cell))
