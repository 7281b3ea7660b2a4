"""What a document would change in the catalog, service by service: as data and in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

from persian.digits import to_persian
from services_catalog.exchange.document import ServicePart
from services_catalog.models import DocumentRequirement, Question, RouteStop, Service
from services_catalog.vocabulary import LETTER_KINDS, RECIPIENTS

Kind = Literal["added", "changed", "removed"]
# What is longer is told to have changed, not recited.
RECITED = 200
WITHDRAWN = "این خدمت از فهرست خدمات حذف می‌شود و درخواست جدیدی برای آن ثبت نمی‌شود."
DRAFT_GOES = "پیش‌نویس منتشرنشدهٔ این خدمت جای خود را به این نسخه می‌دهد و فقط در تاریخچه باقی می‌ماند."
# The lists of rows below a service, what one row is called, and by which field it is named.
ROWS: Mapping[str, tuple[Any, str, str]] = {
    "questions": (Question, "پرسش", "label"),
    "documents": (DocumentRequirement, "مدرک", "type"),
    "stops": (RouteStop, "مرحلهٔ", "unit"),
}
# Words for codes that no column lists.
CODES: Mapping[str, Mapping[str, str]] = {"letter_kind": LETTER_KINDS, "recipient": RECIPIENTS}
EMPTY = "خالی"


class FieldChange(NamedTuple):
    """One value; ``path``: where it stands in the document, rows by their codes."""

    path: str
    before: Any
    after: Any


class ServiceChange(NamedTuple):
    """What happens to one service; ``words``: the same as ``fields``, for people."""

    code: str
    title: str
    kind: Kind
    words: list[str]
    fields: list[FieldChange]


#: A changed value in words, and as data.
Told = tuple[str, FieldChange]
Titles = Mapping[str, Mapping[str, str]]


def compare_parts(
    before: ServicePart | None, after: ServicePart, titles: Titles
) -> ServiceChange | None:
    """What ``after`` says otherwise; None when it says the same.

    ``titles``: of types of documents and of units, by list and code.
    """
    if before is None:
        return ServiceChange(after.code, after.title, "added", [_say_new(after)], [])
    if before == after:
        return None
    told = list(_Comparison(before, after, titles))
    words, fields = [said for said, _ in told], [change for _, change in told]
    return ServiceChange(after.code, after.title, "changed", words, fields)


def withdraw(service: Service) -> ServiceChange:
    """A service that the document does not have any more."""
    return ServiceChange(service.code, service.title, "removed", [WITHDRAWN], [])


def _say_new(part: ServicePart) -> str:
    counted = ((part.questions, "پرسش"), (part.documents, "مدرک"), (part.stops, "مرحله"))
    rows = "، ".join(f"{to_persian(len(rows))} {word}" for rows, word in counted)
    return f"این خدمت منتشر می‌شود: {rows}."


class _Comparison:
    """Two states of one service, field by field."""

    def __init__(self, before: ServicePart, after: ServicePart, titles: Titles) -> None:
        self.old, self.new = before.model_dump(mode="json"), after.model_dump(mode="json")
        self.titles = titles

    def __iter__(self) -> Iterator[Told]:
        for name in ServicePart.model_fields:
            if name in ROWS:
                yield from self._compare_rows(name)
            elif self.old[name] != self.new[name]:
                yield _tell(Service, name, "", f"/{name}", self.old[name], self.new[name])

    def _compare_rows(self, name: str) -> Iterator[Told]:
        before, after = ({row["code"]: row for row in rows[name]} for rows in (self.old, self.new))
        for code in dict.fromkeys([*before, *after]):
            was, now = before.get(code), after.get(code)
            row, path = self._name_row(name, now or was or {}), f"/{name}/{code}"
            if was is None or now is None:
                said = f"{row} {'اضافه' if was is None else 'حذف'} می‌شود."
                yield said, FieldChange(path, was, now)
            else:
                yield from _compare_row(ROWS[name][0], f"{row}، ", path, was, now)
        old, new = ([code for code in rows if code in before and code in after]
                    for rows in (before, after))  # fmt: skip
        if old != new:
            listed = "، ".join(self._name_row(name, after[code]) for code in new)
            yield f"ترتیب تغییر می‌کند: {listed}.", FieldChange(f"/{name}", old, new)

    def _name_row(self, name: str, row: Mapping[str, Any]) -> str:
        _, word, title = ROWS[name]
        return f"{word} «{self.titles.get(name, {}).get(row[title], row[title])}»"


def _compare_row(
    model: Any, row: str, path: str, was: Mapping[str, Any], now: Mapping[str, Any]
) -> Iterator[Told]:
    for name in now:
        if was[name] != now[name]:
            yield _tell(model, name, row, f"{path}/{name}", was[name], now[name])


def _tell(model: Any, name: str, row: str, path: str, before: Any, after: Any) -> Told:
    """One changed value: the sentence, and the same as data."""
    column = model._meta.get_field(name)
    known = {**dict(column.flatchoices or ()), **CODES.get(name, {})}
    old, new = (_say(known.get(value, value) if isinstance(value, str) else value)
                for value in (before, after))  # fmt: skip
    what = f"{row}{column.verbose_name}"
    said = f"{what}: «{old}» به «{new}» تغییر می‌کند."
    if len(old) + len(new) > RECITED:
        said = f"{what}: متن تغییر می‌کند."
    return said, FieldChange(path, before, after)


def _say(value: Any) -> str:
    """A value as a line of a list has it."""
    if isinstance(value, bool):
        return "بله" if value else "خیر"
    if isinstance(value, Mapping):
        return " = ".join(_say(part) for part in value.values())
    if isinstance(value, list | tuple):
        return "، ".join(_say(part) for part in value) or EMPTY
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return to_persian(value) if isinstance(value, int | float) else str(value or EMPTY)
