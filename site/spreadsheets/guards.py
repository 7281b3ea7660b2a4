"""Marks by which a list keeps Excel from taking its text for a number."""

from __future__ import annotations

import re
from typing import Final

_FORMULA_OF_TEXT: Final = re.compile(r'\s*="((?:[^"]|"")*)"\s*')
# One apostrophe is a guard, a pair of them belongs to the text.
_APOSTROPHE: Final = re.compile(r"\s*'(?=[\d+=@\-][^']*\Z)")


def take_off_guard(text: str) -> str:
    """``="0012"`` and ``'0012`` say «0012»; every other text is left as it stands."""
    if match := _FORMULA_OF_TEXT.fullmatch(text):
        return match[1].replace('""', '"')
    return _APOSTROPHE.sub("", text, count=1) if _APOSTROPHE.match(text) else text
