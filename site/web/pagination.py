"""Keyset pagination: page 1000 costs what page 1 costs."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils.dateparse import parse_datetime

from db.lanes import first_keys

M = TypeVar("M", bound=Model)
PAGE_SIZE = 20
# Of no more rows than these a person's own are all fetched and sorted.
FEW_OWN = 5000
# Of whom has more, so many of the newest rows of all are looked through first.
LOOKED_THROUGH = (400, 1_500, 8_000, 50_000)


@dataclass(frozen=True)
class KeysetPage(Generic[M]):
    """Some rows of a list, and the tokens of the pages beside it (empty: there is none)."""

    rows: list[M]
    after: str = ""
    before: str = ""

    @property
    def has_others(self) -> bool:
        return bool(self.after or self.before)


def keyset_page(
    rows: QuerySet[M, M],
    moment: str,
    *,
    newest_first: bool,
    after: str = "",
    before: str = "",
    size: int = PAGE_SIZE,
    lanes: Sequence[Q] = (),
    own: OwnRows | None = None,
    read: Callable[[list[int]], list[M]] | None = None,
    first: Callable[[], list[int]] | None = None,
) -> KeysetPage[M]:
    """The page of ``rows``, ordered by the datetime column ``moment`` and then the key.

    ``lanes``: the parts that are listed together, each of which an index holds in this order.
    ``read``: gives those of some keys that are in the list, with all that a line of it shows.
    ``first``: gives the keys of the first page and one more, in words that were written before.
    ``own``: see ``first_rows``; what is merged needs none.
    ``after`` and ``before`` are tokens from an earlier page; one that was not made
    here is treated as absent, so that a mangled address shows the first page.
    """
    mark = _read_token(before) or _read_token(after)
    backwards = bool(_read_token(before))
    descending = newest_first != backwards
    sign = "-" if descending else ""
    beyond = _beyond_mark(moment, mark, descending) if mark else Q()
    rows, order = rows.filter(beyond), (f"{sign}{moment}", f"{sign}pk")
    if len(lanes) == 1:
        rows, lanes = rows.filter(*lanes), ()
    if own is not None and not lanes:
        found = first_rows(rows.order_by(*order), size + 1, own, beyond)
    else:
        found = _first_by_keys(rows, lanes, order, size + 1, read, None if mark else first)
    more, found = len(found) > size, found[:size]
    if backwards:
        found.reverse()
    if not found:
        return KeysetPage([])
    has_after, has_before = (True, more) if backwards else (more, bool(mark))
    return KeysetPage(
        found,
        after=_make_token(found[-1], moment) if has_after else "",
        before=_make_token(found[0], moment) if has_before else "",
    )


def _first_by_keys(
    rows: QuerySet[M, M],
    lanes: Sequence[Q],
    order: tuple[str, str],
    size: int,
    read: Callable[[list[int]], list[M]] | None,
    first: Callable[[], list[int]] | None,
) -> list[M]:
    if first is not None:
        keys = first()
    elif lanes:
        keys = first_keys(rows, lanes, order, size)
    else:
        ordered = rows.order_by(*order)[:size]
        if read is None:
            return list(ordered)
        keys = list(ordered.values_list("pk", flat=True))
    found = rows.filter(pk__in=keys) if read is None else read(keys)
    return sorted(found, key=lambda row: keys.index(row.pk))


@dataclass(frozen=True)
class OwnRows:
    """Which rows concern a person, told from their side.

    ``keys``: what the ``column`` of their rows says; some may come twice.
    """

    column: str
    keys: QuerySet[Any, tuple[int]]

    @property
    def condition(self) -> Q:
        return Q(**{f"{self.column}__in": self.keys})

    @cached_property
    def are_few(self) -> bool:
        return len(self.keys[: FEW_OWN + 1]) <= FEW_OWN


def first_rows(
    rows: QuerySet[M, M], size: int, own: OwnRows | None, among: Q | None = None
) -> list[M]:
    """The first ``size`` of ordered ``rows``, of which a person may see some only.

    Asking each row whether they may would read the whole table for a page that lacks one. Whose
    rows are few, for them their own are read. Who has many has a page among the newest rows that
    satisfy ``among`` (beyond a mark, found by a search), mostly.
    """
    if own is None:
        return list(rows[:size])
    if own.are_few:
        return list(rows.filter(own.condition)[:size])
    moment = str(rows.query.order_by[0]).removeprefix("-")
    newest = rows.model._default_manager.filter(among or Q(), **{f"{moment}__isnull": False})
    keys = newest.order_by(*rows.query.order_by).values("pk")
    for many in LOOKED_THROUGH:
        found = list(rows.filter(pk__in=keys[:many])[:size])
        if len(found) == size:
            return found
    return list(rows.filter(own.condition)[:size])


def _beyond_mark(moment: str, mark: tuple[Any, int], descending: bool) -> Q:
    value, pk = mark
    side = "lt" if descending else "gt"
    # The first bound repeats the second's so that the index is entered at the right place.
    return Q(**{f"{moment}__{side}e": value}) & (
        Q(**{f"{moment}__{side}": value}) | Q(**{f"pk__{side}": pk})
    )


def _make_token(row: Model, moment: str) -> str:
    mark = json.dumps([getattr(row, moment).isoformat(), row.pk])
    return base64.urlsafe_b64encode(mark.encode()).decode().rstrip("=")


def _read_token(token: str) -> tuple[Any, int] | None:
    try:
        padded = token.encode() + b"=" * (-len(token) % 4)
        moment, pk = json.loads(base64.urlsafe_b64decode(padded))
        value = parse_datetime(moment)
        if value is None or value.tzinfo is None:
            return None
        # The databases keep UTC, in which the ends of the calendar may not be told.
        return value.astimezone(UTC), int(pk)
    except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error):
        return None
