"""Conversion between ASCII digits, kept inside, and Persian digits, shown to people."""

import re

PERSIAN = "۰۱۲۳۴۵۶۷۸۹"
ARABIC = "٠١٢٣٤٥٦٧٨٩"

_TO_ASCII = str.maketrans(PERSIAN + ARABIC, "0123456789" * 2)
_TO_PERSIAN = str.maketrans("0123456789" + ARABIC, PERSIAN * 2)


def to_ascii(text: str) -> str:
    """The same text with Persian (۰-۹) and Arabic (٠-٩) digits as 0-9.

    Other digits of the world stay as they are, so a pattern of ``[0-9]`` still
    refuses them; ``str.isdigit`` and ``\\d`` would let them through.
    """
    return text.translate(_TO_ASCII)


def show_code(code: str) -> str:
    """A code as it is written for people: «۱۴۰۲/۱۰۰۱»; with Latin letters it stays «B-12»."""
    return code if re.search(r"[A-Za-z]", code) else to_persian(code)


def to_persian(value: object) -> str:
    """What ``str(value)`` says, with Persian digits; separators stay as they are."""
    return str(value).translate(_TO_PERSIAN)
