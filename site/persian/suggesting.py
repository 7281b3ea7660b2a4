"""«آیا منظورتان … بود؟»: the words of a corpus that are nearest to a mistyped query."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from persian.text import fold_key

# A letter typed for another of its sound is half an error.
_SOUNDS = ("سصث", "تط", "زذضظ", "هح", "قغ", "اع")
_SOUND_OF = {letter: sound[0] for sound in _SOUNDS for letter in sound}
SHORTEST: Final = 3
LONG: Final = 6
# More words are not looked through for one query.
MOST_WORDS: Final = 20_000
_WORD = re.compile(r"[\w\u200c]+")


def suggest(typed: str, texts: Iterable[str]) -> str:
    """The query with the words that no text has replaced by the nearest that one has.

    Empty when every word is there or nothing is near. Only words of ``texts`` are ever said.
    """
    corpus = _read_corpus(tuple(texts))
    said, changed = [], False
    for word in _WORD.findall(typed):
        key = fold_key(word)
        better = "" if not key or any(k.startswith(key) for k in corpus) else _nearest(key, corpus)
        changed |= bool(better)
        said.append(better or word)
    return " ".join(said) if changed else ""


@lru_cache(maxsize=8)
def _read_corpus(texts: tuple[str, ...]) -> dict[str, str]:
    """Every word by its key, as it is written there; frequent ones first."""
    words = Counter(word for text in texts for word in _WORD.findall(text))
    corpus: dict[str, str] = {}
    for word, _ in words.most_common(MOST_WORDS):
        key = fold_key(word)
        if len(key) >= SHORTEST and not key.isdecimal():
            corpus.setdefault(key, word)
    return corpus


def _nearest(key: str, corpus: dict[str, str]) -> str:
    """The nearest word, the more frequent of equal ones; empty when all are too far."""
    allowed = 2.0 if len(key) >= LONG else 1.0
    if len(key) < SHORTEST:
        return ""
    near = [
        (distance, place, word)
        for place, (other, word) in enumerate(corpus.items())
        if abs(len(other) - len(key)) <= allowed and (distance := _distance(key, other)) <= allowed
    ]
    return min(near)[2] if near else ""


def _distance(one: str, other: str) -> float:
    """How many letters were left out, added, exchanged or swapped with the next one."""
    before: list[float] = []
    row = [float(place) for place in range(len(other) + 1)]
    for i, letter in enumerate(one, start=1):
        older, before, row = before, row, [float(i)]
        for j, wanted in enumerate(other, start=1):
            cost = _exchange(letter, wanted)
            best = min(before[j] + 1, row[-1] + 1, before[j - 1] + cost)
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == wanted:
                best = min(best, older[j - 2] + 1)
            row.append(best)
    return row[-1]


def _exchange(letter: str, wanted: str) -> float:
    if letter == wanted:
        return 0.0
    return 0.5 if _SOUND_OF.get(letter, letter) == _SOUND_OF.get(wanted, wanted) else 1.0
