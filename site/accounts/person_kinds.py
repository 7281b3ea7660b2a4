"""Words by which lists tell a person from a company."""

from __future__ import annotations

from typing import Final

from accounts.models import Party
from persian.text import fold_key

_WORDS: Final = {
    Party.Kind.NATURAL: ("حقیقی", "شخص حقیقی", "natural"),
    Party.Kind.LEGAL: ("حقوقی", "شخص حقوقی", "legal"),
}
_KINDS: Final = {fold_key(word): kind for kind, words in _WORDS.items() for word in words}


def find_kind(words: str) -> Party.Kind | None:
    """The kind that the words name in whatever letters; None when they name none."""
    return _KINDS.get(fold_key(words))
