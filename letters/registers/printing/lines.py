"""The lines of a register for a period: each number once, void ones and missing ones too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any, Protocol

from django.db.models import Q, QuerySet
from django.utils.timezone import make_aware

from letters.drafts.marks import ORDINARY
from letters.incoming.models import IncomingLetter
from letters.models import Letter, LetterBook, LetterState
from letters.registers.printing.models import PrintDirection
from persian.jalali import TEHRAN, jdate_numeric

MISSING = "این شماره در دفتر نیست."
HIDDEN = "مربوط به شخص درخواست‌کننده"


class Period(Protocol):
    """Of which book, and from which day to which."""

    direction: Any
    secretariat: Any
    since: Any
    until: Any


@dataclass(frozen=True)
class Line:
    """One number of the register. ``other``: recipient or sender; ``theirs``: its number and date.

    ``marks``: how it is classified and how urgent it is, where that is not the usual; ``is_gap``: no
    letter stands under the number.
    """

    number: str
    day: str = ""
    subject: str = ""
    other: str = ""
    theirs: str = ""
    request: str = ""
    state: str = ""
    marks: str = ""
    is_gap: bool = False


def moments_of(period: Period) -> tuple[datetime, datetime]:
    """From the first moment of the first day to the first one after the last, in Tehran."""
    after: date = period.until + timedelta(days=1)
    return (
        make_aware(datetime.combine(period.since, time.min), TEHRAN),
        make_aware(datetime.combine(after, time.min), TEHRAN),
    )


def rows_of(period: Period) -> QuerySet[Any]:
    """The letters that were numbered in the period, in the order of their books."""
    begin, end = moments_of(period)
    book = Q(book__secretariat=period.secretariat, book__direction=period.direction)
    rows: QuerySet[Any]
    if period.direction == PrintDirection.INCOMING:
        rows = IncomingLetter.objects.filter(registered_at__gte=begin, registered_at__lt=end)
    else:
        rows = Letter.objects.filter(issued_at__gte=begin, issued_at__lt=end)
    rows = rows.filter(book).select_related("book", "submission")
    return rows.order_by("book__year", "book_id", "number")


def lines_of(period: Period, hidden: frozenset[int] = frozenset()) -> Iterator[Line]:
    """The lines of the period; ``hidden``: parties of whose letters the number alone is told."""
    rows = rows_of(period).iterator(chunk_size=500)
    for book, letters in groupby(rows, key=lambda row: row.book):
        last: int | None = None
        for letter in letters:
            last = _number_before(letter) if last is None else last
            yield from (_gap(book, number) for number in range(last + 1, letter.number))
            last = letter.number
            yield _line_of(letter, hidden)


def _number_before(letter: Any) -> int:
    """The number before the first of the period: what lies between them is missing."""
    earlier = type(letter).objects.filter(book=letter.book_id, number__lt=letter.number)
    found: int | None = earlier.order_by("-number").values_list("number", flat=True).first()
    return found or 0


def _gap(book: LetterBook, number: int) -> Line:
    return Line(number=f"{book.year}/{number}", state=MISSING, is_gap=True)


def _line_of(letter: Letter | IncomingLetter, hidden: frozenset[int]) -> Line:
    submission = letter.submission
    if submission is not None and submission.party_id in hidden:
        return Line(letter.number_text, _day_of(letter), HIDDEN)
    code = submission.tracking_code if submission else ""
    if isinstance(letter, IncomingLetter):
        parts = [
            letter.sender_number,
            jdate_numeric(letter.sender_date) if letter.sender_date else "",
        ]
        state = f"باطل: {letter.void_reason}" if letter.is_void else ""
        theirs = "، ".join(filter(None, parts))
        return Line(
            *(
                letter.number_text,
                _day_of(letter),
                letter.subject,
                letter.sender,
                theirs,
                code,
                state,
            ),
            marks=_marks_of(letter.get_classification_display(), letter.get_urgency_display()),
        )
    state = "" if letter.state == LetterState.ISSUED else letter.get_state_display()
    return Line(
        letter.number_text,
        _day_of(letter),
        letter.subject,
        letter.recipient,
        letter.get_purpose_display(),
        code,
        ": ".join(filter(None, (state, letter.end_reason))),
        _marks_of(letter.classification, letter.priority),
    )


def _marks_of(*words: str) -> str:
    return "، ".join(word for word in words if word != ORDINARY)


def _day_of(letter: Letter | IncomingLetter) -> str:
    moment = letter.registered_at if isinstance(letter, IncomingLetter) else letter.issued_at
    return jdate_numeric(moment)
