"""The one reading of a typed number: nothing is dropped or guessed."""

import re
from decimal import Decimal
from typing import Final

from persian.digits import to_ascii

# Marks of direction and of byte order: copied text is full of them, and none parts two digits.
_DIRECTIONS: Final = dict.fromkeys(
    [0x061C, 0x200E, 0x200F, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)
#: What may stand between two groups of three digits: marks, narrow and plain spaces, half-spaces.
THOUSANDS: Final = ",٬،'’ \u00a0\u2009\u202f\u200b\u200c\u200d"
#: What may stand between the whole part and the fraction.
POINTS: Final = ".٫"

# «0,500» is half of something to who types it: groups of three begin with a number of their own.
_GROUPED = rf"[1-9][0-9]{{0,2}}(?:(?P<mark>[{THOUSANDS}])[0-9]{{3}}(?:(?P=mark)[0-9]{{3}})*)"
_NUMBER = re.compile(
    rf"(?P<sign>[+\-\u2212]?)(?=[0-9{POINTS}])(?P<whole>{_GROUPED}|[0-9]+)?"
    rf"(?P<point>[{POINTS}](?P<part>[0-9]+|(?<=[0-9].)))?"
)
_SEPARATORS = re.compile(f"[{THOUSANDS}]")
_AROUND: Final = " \t\r\n\u00a0\u200b\u200c\u200d"


class InvalidNumber(ValueError):
    """Raised for a text that is no number, or could be two."""


def trim_number(text: str) -> str:
    """The text without what nobody sees around it; empty when nothing was typed."""
    return text.translate(_DIRECTIONS).strip(_AROUND)


def read_number(text: str) -> Decimal:
    """The number a person typed, in any of the three digit sets.

    Thousands may be parted by one of ``THOUSANDS`` in groups of three, the fraction begins with
    one of ``POINTS``. Raises InvalidNumber for anything else: «۱/۲» is a half to some, 1.2 to
    others, and «۲,۵» must not become 25.
    """
    match = _match_number(text)
    fraction = match["part"]
    return Decimal(_show_whole(match) + (f".{fraction}" if fraction else ""))


def read_whole_number(text: str) -> int:
    """The whole number a person typed, see ``read_number``. Raises InvalidNumber."""
    match = _match_number(text)
    if match["point"]:
        raise InvalidNumber(text)
    try:
        return int(_show_whole(match))
    except ValueError as error:
        # Python reads no more than some thousands of digits.
        raise InvalidNumber(text) from error


def _match_number(text: str) -> re.Match[str]:
    match = _NUMBER.fullmatch(to_ascii(trim_number(text)))
    if not match:
        raise InvalidNumber(text)
    return match


def _show_whole(match: re.Match[str]) -> str:
    sign = "-" if match["sign"] in ("-", "\u2212") else ""
    return sign + _SEPARATORS.sub("", match["whole"] or "0")
