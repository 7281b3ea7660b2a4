"""The placeholders of a text as the desks read them: in Persian, to be moved and never changed."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from letters.template_editing import PLACEHOLDERS

NAMES: Final = {**PLACEHOLDERS, "party_code": "کد یا شناسهٔ ملی"}
CODES: Final = {name: code for code, name in NAMES.items()}
SHOWN: Final = re.compile(r"\{([^{}]*)\}")


def show_placeholders(text: str) -> str:
    """«{نام متقاضی}» for «{party_name}»."""
    return SHOWN.sub(lambda found: f"{{{NAMES.get(found[1], found[1])}}}", text)


def read_placeholders(text: str) -> str:
    """The way back. Raises ValueError for braces that hold no known name."""
    rest = SHOWN.sub("", text)
    if "{" in rest or "}" in rest or any(name not in CODES for name in SHOWN.findall(text)):
        raise ValueError(text)
    return SHOWN.sub(lambda found: f"{{{CODES[found[1]]}}}", text)


def counted(text: str) -> Counter[str]:
    """How often a stored text has each placeholder."""
    return Counter(SHOWN.findall(text))
