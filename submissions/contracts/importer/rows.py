"""Reading of one line of an imported table, with its problems."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from accounts.models import Party
from accounts.person_kinds import find_kind
from persian.digits import to_ascii, to_persian
from persian.identifiers import InvalidIdentifier, normal_legal_id, normal_national_code
from persian.text import fold_key
from services_catalog.models import Park, Province
from spreadsheets.cells import BadCell, as_code, as_date, as_number, as_text
from spreadsheets.columns import Column
from spreadsheets.tables import TableRow
from spreadsheets.values import Cell
from submissions.models.contract import normal_number, number_key

COLUMNS: Final = (
    Column("number", "شمارهٔ قرارداد", "1402/1001", True, ("قرارداد", "شماره", "number")),
    Column("province", "استان", "اصفهان", True, ("نام استان", "province")),
    Column("park", "شهرک", "شهرک صنعتی جی", True, ("نام شهرک", "شهرک صنعتی", "park")),
    Column("holder_name", "نام طرف قرارداد", "مریم رضایی", True, ("نام", "طرف قرارداد", "name")),
    Column("holder_kind", "نوع شخص", "حقیقی", False, ("نوع", "حقیقی/حقوقی", "kind")),
    Column(
        "holder_id", "کد ملی یا شناسهٔ ملی", "9990000018", False,
        ("شناسه", "شناسهٔ ملی", "کد ملی", "کد/شناسهٔ ملی", "شناسهٔ طرف قرارداد", "national id"),
    ),
    Column("plot", "قطعه", "B-12", False, ("شمارهٔ قطعه", "plot")),
    Column("area", "مساحت", "2400", False, ("مساحت (مترمربع)", "متراژ", "area")),
    Column("signed_on", "تاریخ قرارداد", "1402/04/18", False, ("تاریخ", "date")),
    Column("file_number", "شمارهٔ پرونده", "31-14021001", False, ("پرونده", "file number")),
)  # fmt: skip
TITLES: Final = {column.name: column.title for column in COLUMNS}
REQUIRED: Final = {column.name for column in COLUMNS if column.required}
CODES: Final = {"number", "plot", "file_number"}

LARGEST_AREA = 1_000_000_000
PREFIXES = tuple(fold_key(words) for words in ("شهرک صنعتی", "ناحیهٔ صنعتی", "شهرک"))


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
            raise BadCell(f"استان «{province[:60]}» شناسایی نشد.")
        found = self.parks.get((fold_key(province), fold_key(park)), set())
        if not found:
            raise BadCell(f"شهرک «{park[:80]}» در استان «{province[:60]}» شناسایی نشد.")
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


def read_contract(row: TableRow, places: Places) -> tuple[dict[str, Any], list[Problem]]:
    """The columns of a contract, and everything that is wrong (then they are not to be used)."""
    if row.problem:
        return {}, [Problem(row.line, "", row.problem)]
    reading = _Reading(row.line, row.cells)
    facts = reading.facts(places)
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
            "signed_on": self._try("signed_on", as_date),
            "file_number": self._text("file_number", 40),
            "holder_kind": kind,
            "holder_name": name,
            "holder_key": name_key[:200],
            "holder_id": holder_id,
        }

    def _number(self) -> str:
        number = normal_number(self._text("number", 40))
        if number and not number_key(number):
            self._wrong("number", "شمارهٔ قرارداد خوانا نیست.")
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
        text: str = self._try(column, as_code if column in CODES else as_text) or ""
        if not text and column in REQUIRED and len(self.problems) == before:
            self._wrong(column, "این خانه خالی است.")
        if len(text) > longest:
            self._wrong(column, f"این متن بیش از {to_persian(longest)} کاراکتر است.")
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
            self._wrong("holder_kind", "نوع شخص را «حقیقی» یا «حقوقی» وارد کنید.")
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
    kind = find_kind(text)
    if kind is None:
        raise BadCell(f"نوع شخص «{text[:30]}» شناسایی نشد؛ «حقیقی» یا «حقوقی» وارد کنید.")
    return kind


def _read_area(cell: Cell) -> int | None:
    """Square metres, rounded."""
    value = as_number(cell)
    if value is None:
        return None
    # Not finite is not comparable: a workbook may hold such a number too.
    if not (value.is_finite() and 0 < value < LARGEST_AREA):
        raise BadCell("مساحت باید عددی مثبت و بر حسب مترمربع باشد.")
    return max(1, round(value))
