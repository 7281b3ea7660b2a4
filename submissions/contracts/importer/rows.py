"""Reading of one line of an imported table, with its problems."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from openpyxl.utils.datetime import from_excel

from accounts.models import Party
from persian.digits import to_ascii, to_persian
from persian.identifiers import InvalidIdentifier, normal_legal_id, normal_national_code
from persian.jalali import parse_jdate
from persian.text import fold_key
from services_catalog.models import Park, Province
from spreadsheets.cells import BadCell, as_number, as_text
from spreadsheets.columns import Column, find_columns
from spreadsheets.files import Cell, UnreadableSheet
from submissions.models.contract import normal_number, number_key

COLUMNS: Final = (
    Column("number", "شماره قرارداد", "1402/1001", True, ("قرارداد", "شماره", "number")),
    Column("province", "استان", "اصفهان", True, ("نام استان", "province")),
    Column("park", "شهرک", "شهرک صنعتی جی", True, ("نام شهرک", "شهرک صنعتی", "park")),
    Column("holder_name", "نام طرف قرارداد", "مریم رضایی", True, ("نام", "طرف قرارداد", "name")),
    Column("holder_kind", "نوع شخص", "حقیقی", False, ("نوع", "حقیقی/حقوقی", "kind")),
    Column(
        "holder_id", "کد ملی یا شناسه ملی", "9990000018", False,
        ("شناسه", "شناسه ملی", "کد ملی", "کد/شناسه ملی", "شناسه طرف قرارداد", "national id"),
    ),
    Column("plot", "قطعه", "B-12", False, ("شماره قطعه", "plot")),
    Column("area", "مساحت", "2400", False, ("مساحت (متر مربع)", "متراژ", "area")),
    Column("signed_on", "تاریخ قرارداد", "1402/04/18", False, ("تاریخ", "date")),
    Column("file_number", "شماره پرونده", "31-14021001", False, ("پرونده", "file number")),
)  # fmt: skip
TITLES: Final = {column.name: column.title for column in COLUMNS}
REQUIRED: Final = {column.name for column in COLUMNS if column.required}

LARGEST_AREA = 1_000_000_000
# Days that Excel counts for the years 1900 to 2100; a Jalali date without strokes is far above.
EXCEL_DAYS = range(1, 73_415)
KINDS = {
    fold_key(word): kind
    for kind, words in {
        Party.Kind.NATURAL: ("حقیقی", "شخص حقیقی", "natural"),
        Party.Kind.LEGAL: ("حقوقی", "شخص حقوقی", "legal"),
    }.items()
    for word in words
}
PREFIXES = tuple(fold_key(words) for words in ("شهرک صنعتی", "ناحیه صنعتی", "شهرک"))


_Named = defaultdict[tuple[str, str], set[int]]


@dataclass(frozen=True)
class Problem:
    line: int
    column: str
    text: str


class Places:
    """The parks by the names that people write: present or former, with «شهرک صنعتی» or without."""

    def __init__(self, parks: Iterable[Park]) -> None:
        #: Spellings that were found already: a long file repeats a few.
        self.seen: dict[tuple[str, str], int] = {}
        self.provinces: set[str] = set()
        present: _Named = defaultdict(set)
        former: _Named = defaultdict(set)
        short: _Named = defaultdict(set)
        for park in parks:
            name, before = fold_key(park.name), park.former_keys
            for province in _names_of_province(park.province):
                self.provinces.add(province)
                for key in (name, fold_key(park.slug)):
                    present[province, key].add(park.pk)
                for key in before:
                    former[province, key].add(park.pk)
                for key in filter(None, map(_shorten_name, (name, *before))):
                    short[province, key].add(park.pk)
        # A short or former name that two places share says nothing.
        self.parks: dict[tuple[str, str], set[int]] = {
            place: found for place, found in (short | former).items() if len(found) == 1
        } | present

    def find(self, province: str, park: str) -> int:
        """The park's key. Raises BadCell."""
        if (province, park) in self.seen:
            return self.seen[province, park]
        if fold_key(province) not in self.provinces:
            raise BadCell(f"استان «{province[:60]}» شناخته نشد.")
        found = self.parks.get((fold_key(province), fold_key(park)), set())
        if not found:
            raise BadCell(f"شهرک «{park[:80]}» در استان «{province[:60]}» شناخته نشد.")
        if len(found) > 1:
            raise BadCell(f"در استان «{province[:60]}» چند شهرک با نام «{park[:80]}» هست.")
        (self.seen[province, park],) = found
        return self.seen[province, park]


def _names_of_province(province: Province) -> set[str]:
    return {fold_key(province.name), fold_key(province.slug), *province.former_keys}


def _shorten_name(name: str) -> str:
    """A folded name without «شهرک صنعتی» and the like; empty when nothing is left or taken away."""
    prefix = next((prefix for prefix in PREFIXES if name.startswith(prefix)), name)
    return name.removeprefix(prefix)


class RowReader:
    """Reads lines by the headings of their table. Raises UnreadableSheet for a wrong heading."""

    def __init__(self, headings: Sequence[Cell], places: Places) -> None:
        self.places = places
        self.where = find_columns(headings, COLUMNS)
        missing = [f"«{c.title}»" for c in COLUMNS if c.required and c.name not in self.where]
        if missing:
            raise UnreadableSheet(
                f"این ستون‌ها در سطر عنوان پرونده نیست: {'، '.join(missing)}. "
                "لطفاً عنوان ستون‌ها را مانند پروندهٔ نمونه بنویسید."
            )

    def read(self, line: int, cells: Sequence[Cell]) -> tuple[dict[str, Any], list[Problem]]:
        """The columns of a contract, and everything that is wrong (then they are not to be used)."""
        given = {
            name: cells[position] if position < len(cells) else None
            for name, position in self.where.items()
        }
        reading = _Reading(line, given)
        facts = reading.facts(self.places)
        return facts, reading.problems


class _Reading:
    """One line while it is being read."""

    def __init__(self, line: int, given: dict[str, Cell]) -> None:
        self.line, self.given = line, given
        self.problems: list[Problem] = []

    def facts(self, places: Places) -> dict[str, Any]:
        number = self._number()
        name = self._text("holder_name", 200)
        name_key = fold_key(name)
        if name and len(name_key) < 2:
            self._wrong("holder_name", "نام طرف قرارداد خوانا نیست.")
        kind, holder_id = self._holder()
        return {
            "line": self.line,
            "number": number,
            "number_key": number_key(number),
            "park_id": self._park(places),
            "plot": self._text("plot", 40),
            "area": self._try("area", _read_area),
            "signed_on": self._try("signed_on", _read_date),
            "file_number": self._text("file_number", 40),
            "holder_kind": kind,
            "holder_name": name,
            "holder_key": name_key[:200],
            "holder_id": holder_id,
        }

    def _number(self) -> str:
        number = normal_number(self._text("number", 40))
        if number and not number_key(number):
            self._wrong("number", "شماره قرارداد خوانا نیست.")
        return number

    def _wrong(self, column: str, text: str) -> None:
        self.problems.append(Problem(self.line, TITLES[column], text))

    def _try(self, column: str, read: Any) -> Any:
        try:
            return read(self.given.get(column))
        except ValueError as error:
            self._wrong(column, str(error))
            return None

    def _text(self, column: str, longest: int) -> str:
        before = len(self.problems)
        text: str = self._try(column, as_text) or ""
        if not text and column in REQUIRED and len(self.problems) == before:
            self._wrong(column, "این خانه خالی است.")
        if len(text) > longest:
            self._wrong(column, f"این متن بیش از {to_persian(longest)} نویسه است.")
        return text[:longest]

    def _park(self, places: Places) -> int | None:
        province, park = self._text("province", 100), self._text("park", 200)
        if not (province and park):
            return None
        try:
            return places.find(province, park)
        except BadCell as error:
            self._wrong("park" if "شهرک" in str(error) else "province", str(error))
            return None

    def _holder(self) -> tuple[str, str]:
        """The kind of person and their id; either may be left out, but they must agree."""
        kind = self._try("holder_kind", _read_kind)
        digits = self._try("holder_id", _read_digits) or ""
        if kind is None and digits:
            kind = Party.Kind.LEGAL if len(digits) == 11 else Party.Kind.NATURAL
        if kind is None:
            self._wrong("holder_kind", "نوع شخص را «حقیقی» یا «حقوقی» بنویسید.")
            return "", ""
        if not digits:
            return kind, ""
        normal = normal_legal_id if kind == Party.Kind.LEGAL else normal_national_code
        # A cell of numbers has lost the zeros that a national code may begin with.
        if isinstance(self.given.get("holder_id"), int | float) and kind == Party.Kind.NATURAL:
            digits = digits.zfill(10)
        try:
            return kind, normal(digits)
        except InvalidIdentifier as error:
            self._wrong("holder_id", str(error))
            return kind, ""


def _read_digits(cell: Cell) -> str:
    # Excel writes zeros after the point for what was typed into a column of numbers.
    text = to_ascii(as_text(cell))
    return text.removesuffix(".0")


def _read_kind(cell: Cell) -> str | None:
    text = as_text(cell)
    if not text:
        return None
    if fold_key(text) not in KINDS:
        raise BadCell(f"نوع شخص «{text[:30]}» شناخته نشد؛ «حقیقی» یا «حقوقی» بنویسید.")
    return KINDS[fold_key(text)]


def _read_area(cell: Cell) -> int | None:
    """Square metres, rounded."""
    value = as_number(cell)
    if value is None:
        return None
    # Not finite is not comparable: a workbook may hold such a number too.
    if not (value.is_finite() and 0 < value < LARGEST_AREA):
        raise BadCell("مساحت باید عددی مثبت و بر حسب متر مربع باشد.")
    return max(1, round(value))


def _read_date(cell: Cell) -> dt.date | None:
    """A Jalali date as text, a date of Excel, or its count of days. Raises ValueError in Persian."""
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    if isinstance(cell, int | float) and not isinstance(cell, bool) and int(cell) in EXCEL_DAYS:
        moment = from_excel(cell)
        return moment.date() if isinstance(moment, dt.datetime) else None
    text = to_ascii(as_text(cell))
    if not text:
        return None
    try:
        written = dt.date.fromisoformat(text.replace("/", "-"))
    except ValueError:
        written = None
    # The years of the two calendars do not meet: 1900 and later is Gregorian.
    return written if written and written.year >= 1900 else parse_jdate(text)
