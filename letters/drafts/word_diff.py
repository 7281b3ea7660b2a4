"""What was changed in a text, word by word."""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import Literal, NamedTuple


class Words(NamedTuple):
    """A run of words; ``kind``: whether both texts have it, or only one of them."""

    kind: Literal["same", "gone", "new"]
    text: str


def compare_words(before: str, after: str) -> list[Words]:
    """The runs of both texts in reading order: what went stands before what came."""
    old, new = before.split(), after.split()
    found = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(Words("same", " ".join(old[a:b])))
            continue
        found += [Words("gone", " ".join(old[a:b]))] if b > a else []
        found += [Words("new", " ".join(new[c:d]))] if d > c else []
    return found
