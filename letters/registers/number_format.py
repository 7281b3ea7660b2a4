"""How the number of a letter is written, and which numbers can be printed without being scrambled.

Digits between slashes or hyphens are one number to the bidirectional algorithm. Groups of Persian
letters between them are read from right to left as a whole: such a number stands in an isolate of
that direction.
"""

from __future__ import annotations

import re
from typing import Final

DEFAULT: Final = "{year}/{direction}/{no}"
LETTERS: Final = "[ءآابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهی]{1,3}"
GROUP: Final = f"(?:[0-9]+|{LETTERS})"
#: A number as it is kept: ASCII digits and Persian letters, in groups.
NUMBER: Final = rf"^{GROUP}(?:[/-]{GROUP})*$"
_NUMBER = re.compile(NUMBER)
_PART = re.compile(r"\{([^{}]*)\}")
# One part alone between the separators: two beside each other could not be told apart again.
_GROUP = re.compile(rf"\{{[^{{}}]*\}}|{GROUP}")
PARTS: Final = ("year", "direction", "secretariat", "no")
MOST: Final = 40

UNKNOWN_PART = "«{}» شناخته نیست. بخش‌های مجاز: {{year}}، {{direction}}، {{secretariat}} و {{no}}."
NO_ROW = "قالب شماره باید شامل {no} باشد، و هر بخش یک بار در آن بیاید."
NO_YEAR = "قالب شماره باید شامل {year} باشد؛ شماره‌ها هر سال از ۱ شروع می‌شود."
NO_DIRECTION = "قالب شماره باید شامل {direction} باشد تا شمارهٔ صادره و وارده یکی نشود."
NOT_PRINTED = "میان بخش‌های قالب «/» یا «-» قرار می‌گیرد؛ جز بخش‌های مذکور، فقط رقم یا حداکثر سه حرف فارسی مجاز است."


def why_not_format(text: str) -> str:
    """Why numbers cannot be written in this form, as a Persian sentence; empty when they can."""
    parts = _PART.findall(text)
    unknown = [part for part in parts if part not in PARTS]
    if unknown:
        return UNKNOWN_PART.format(unknown[0])
    if parts.count("no") != 1 or len(set(parts)) < len(parts):
        return NO_ROW
    if "year" not in parts:
        return NO_YEAR
    if "direction" not in parts:
        return NO_DIRECTION
    groups = re.split("[/-]", text)
    return "" if all(_GROUP.fullmatch(group) for group in groups) else NOT_PRINTED


def write_number(form: str, *, year: int, direction: int, secretariat: str, no: int) -> str:
    """The number in the form; to be asked of one that :func:`why_not_format` accepts."""
    return form.format(year=year, direction=direction, secretariat=secretariat, no=no)


def is_number(text: str) -> bool:
    """Whether it is a number that is printed as it is read."""
    return len(text) <= MOST and _NUMBER.match(text) is not None


def direction_of(number: str) -> str:
    """``ltr`` or ``rtl``: the direction of the isolate in which a number is shown."""
    return "rtl" if re.search(LETTERS, number) else "ltr"
