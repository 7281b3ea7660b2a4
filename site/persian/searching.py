"""Search in Persian text: what a typed query means, and how well a text answers it.

Every search of the portal goes through :class:`Query`. Both databases give the texts, this
module alone compares and ranks them, so that they answer alike. A text is an ordered list of
fields, the most telling first (title, keywords, body).

The order of the answers: all words before some; whole words and beginnings of words before
hits inside words; an earlier field before a later one; the word itself before its synonym.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple, TypeVar

from persian.text import fold_key, fold_words

Item = TypeVar("Item")

# More words than anybody types; databases give up on conditions with some hundreds.
MOST_WORDS: Final = 16
MOST_WORDS_OF_A_PHRASE: Final = 4
WHOLE, START, INSIDE, MISSING = 0, 1, 2, 3
# A part that runs over the end of a word without reaching another end is mostly an accident.
LONG_ENOUGH: Final = 4
# Two letters stand inside half of all words: «آب» in «انشعاب», «انتخاب», «حساب».
SHORTEST_INSIDE: Final = 3
# Words that tell nothing about what is looked for, unless nothing else was typed.
_IDLE = frozenset(("و", "ی", "در", "به", "از", "که", "برای", "را", "با", "این", "ان", "می", "ها",
                   "های", "ای", "هم", "یا", "است", "چه"))  # fmt: skip
# Two spellings of one sound that folding leaves apart.
_SPELLINGS = (
    ("هییت", "هیات"),
    ("مسیله", "مساله"),
    ("مسیول", "مسول"),
    ("جریت", "جرات"),
    ("اتاق", "اطاق"),
    ("تهران", "طهران"),
    ("بلیت", "بلیط"),
)
_PLURALS = ("هایی", "های", "ها")


class Text:
    """A field as it is compared: its letters without spaces, and where its words begin and end."""

    def __init__(self, text: str) -> None:
        self.words = fold_words(text).split()
        self.letters = "".join(self.words)
        self.starts: list[int] = []
        self.ends: set[int] = set()
        place = 0
        for word in self.words:
            self.starts.append(place)
            place += len(word)
            self.ends.add(place)
        self._begins = frozenset(self.starts)

    def find(self, part: str) -> int:
        """How well the folded ``part`` stands here, however both were spaced."""
        best, place = MISSING, self.letters.find(part)
        while place >= 0 and best != WHOLE:
            best = min(best, self._weigh(place, len(part)))
            place = self.letters.find(part, place + 1)
        return best

    def _weigh(self, place: int, length: int) -> int:
        end = place + length
        within = self._word_at(place) == self._word_at(end - 1)
        if place not in self._begins:
            return INSIDE if within and length >= SHORTEST_INSIDE else MISSING
        if end in self.ends:
            return WHOLE
        if within:
            return START
        return INSIDE if length >= LONG_ENOUGH else MISSING

    def _word_at(self, place: int) -> int:
        return bisect_right(self.starts, place)


@lru_cache(maxsize=8192)
def read_text(text: str) -> Text:
    """The text, folded once for as long as it is searched."""
    return Text(text)


class Way(NamedTuple):
    """One way to say a unit of the query: parts that must all be there, and whether it was typed."""

    parts: tuple[str, ...]
    typed: bool


class Score(NamedTuple):
    """Place of an answer: the smaller, the better."""

    missing: int
    worst: int
    total: int


@dataclass(frozen=True)
class Query:
    """What was typed: units of which each can be said in several ways."""

    units: tuple[tuple[Way, ...], ...]
    letters: str

    def __bool__(self) -> bool:
        return bool(self.units)

    def score(self, *fields: str) -> Score:
        """How well the fields answer, the most telling one given first."""
        texts = [read_text(field) for field in fields]
        levels = [self._level(unit, texts) for unit in self.units]
        lost = _WEIGHT * _lowest(texts)
        missing = sum(level >= lost for level in levels)
        # Typed apart what is written together: «درخواست نامه» for «درخواستنامه».
        if not missing and texts and texts[0].find(self.letters) <= START:
            levels = [min(level, _WEIGHT * START) for level in levels]
        return Score(missing, max(levels, default=lost), sum(levels))

    def _level(self, unit: tuple[Way, ...], texts: Sequence[Text]) -> int:
        found = [
            _WEIGHT * max(_best_level(part, texts) for part in way.parts) + (not way.typed)
            for way in unit
        ]
        return min(found)


# A word that was typed comes before its synonym in the same place.
_WEIGHT: Final = 2


def _lowest(texts: Sequence[Text]) -> int:
    """The level of what stands nowhere."""
    return 3 * len(texts)


def _best_level(part: str, texts: Sequence[Text]) -> int:
    """Whole words and beginnings in any field come before what stands inside words of the first."""
    levels = [_lowest(texts)]
    for place, text in enumerate(texts):
        hit = text.find(part)
        if hit <= START:
            levels.append(2 * place + hit)
        elif hit == INSIDE:
            levels.append(2 * len(texts) + place)
    return min(levels)


class Thesaurus:
    """Groups of words and phrases that mean the same to whoever searches."""

    def __init__(self, groups: Iterable[Sequence[str]] = ()) -> None:
        self._others: dict[str, list[str]] = {}
        for group in groups:
            keys = [key for key in map(fold_key, group) if key]
            for key in keys:
                others = self._others.setdefault(key, [])
                others += [other for other in keys if other != key and other not in others]

    def others(self, words: Sequence[str]) -> list[str]:
        """What else may stand for these folded words, as keys."""
        return self._others.get("".join(words), [])


NO_SYNONYMS: Final = Thesaurus()


def read_query(text: str, thesaurus: Thesaurus = NO_SYNONYMS) -> Query:
    """The query that was typed; an empty one when no letter or digit was."""
    words = fold_words(text).split()[:MOST_WORDS]
    units: dict[tuple[Way, ...], bool] = {}
    while words:
        taken, others = _take_phrase(words, thesaurus)
        ways = [Way(parts, True) for parts in _spell(words[:taken])]
        ways += [Way((other,), False) for other in others]
        ways += [Way((stem,), False) for stem in _singulars(words[:taken])]
        units[tuple(ways)] = taken == 1 and words[0] in _IDLE
        words = words[taken:]
    telling = [unit for unit, idle in units.items() if not idle]
    return Query(tuple(telling or units), fold_key(text))


def _take_phrase(words: Sequence[str], thesaurus: Thesaurus) -> tuple[int, list[str]]:
    """How many of the next words are said together, and their synonyms."""
    for length in range(min(MOST_WORDS_OF_A_PHRASE, len(words)), 0, -1):
        if others := thesaurus.others(words[:length]):
            return length, others
    return 1, []


def _spell(words: Sequence[str]) -> list[tuple[str, ...]]:
    """The words as they were typed, and in the other spelling of each pair that is in them."""
    spelled = [tuple(words)]
    for pair in _SPELLINGS:
        for one, other in (pair, pair[::-1]):
            if any(one in word for word in words):
                spelled.append(tuple(word.replace(one, other) for word in words))
    return spelled


def _singulars(words: Sequence[str]) -> list[str]:
    """The word without the ending of its plural, if it has one and enough is left."""
    if len(words) > 1:
        return []
    stems = [words[0].removesuffix(ending) for ending in _PLURALS if words[0].endswith(ending)]
    return [stem for stem in stems if len(stem) >= LONG_ENOUGH - 1]


def rank(
    items: Iterable[Item],
    query: Query,
    fields: Callable[[Item], Sequence[str]],
    *,
    some: bool = False,
) -> list[Item]:
    """The items that hold every word of the query, the best first; equal ones as they came.

    With ``some`` those too that hold only some of its words, behind.
    """
    scored = [(query.score(*fields(item)), item) for item in items]
    most = len(query.units) - 1 if some else 0
    found = [pair for pair in scored if pair[0].missing <= most]
    return [item for _, item in sorted(found, key=lambda pair: pair[0])]
