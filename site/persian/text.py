"""Normalisation of Persian text: a form to keep and show, and a form to search.

The same name is typed with Arabic or Persian letters, with or without the
half-space, with kashida, diacritics or presentation forms. ``clean_text`` repairs
what is wrong without touching what was meant; ``fold_words`` and ``fold_key`` fold so far
that every spelling of a name meets every other. Index and query must go through
the same function.
"""

import re
import unicodedata

from persian.digits import to_ascii

ZWNJ = "\u200c"

# Marks that nobody sees and copied text is full of: zero-width space and
# joiner, word joiner, byte order mark, soft hyphen, directional marks, and the
# control characters that PostgreSQL or XML would refuse.
_INVISIBLE = dict.fromkeys(
    [
        *(0x200B, 0x200D, 0x2060, 0xFEFF, 0x00AD, 0x061C, 0x200E, 0x200F),
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
        *range(0x00, 0x09),
        *range(0x0E, 0x20),
        *range(0x7F, 0x85),
        *range(0x86, 0xA0),
    ]
)
_KASHIDA = 0x0640

_UNSEEN = {**_INVISIBLE, _KASHIDA: None}
_SHOWN_LETTERS = str.maketrans({"ي": "ی", "ى": "ی", "ك": "ک", "ۀ": "هٔ"})

_NEWLINE = re.compile(r"\r\n|[\r\x85\u2028\u2029]")
_SPACES = re.compile(r"[ \t\v\f\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
# Runs become one first: the search for idle ones would read a long run from each of its places.
_ZWNJ_RUN = re.compile(f"{ZWNJ}{{2,}}")
_IDLE_ZWNJ = re.compile(rf"(?<![^\s]){ZWNJ}|{ZWNJ}(?![^\s])")
_LINE_END = re.compile(r" ?\n ?")
_BLANK_LINES = re.compile(r"\n{3,}")

_FOLDED = {
    ord(spelling): letter
    for letter, spellings in {
        "ی": "يىېۍےئ",
        "ک": "كڪګ",
        "ه": "ةۀہۂھەۃ",
        "ا": "آأإٱ",
        "و": "ؤۆۇ",
    }.items()
    for spelling in spellings
}
# A lone hamza, Arabic and Latin combining marks and Koranic signs carry no
# difference that a person searching a name would type.
_MARKS = dict.fromkeys(
    [
        *(0x0621, _KASHIDA, 0x0670),
        *range(0x0300, 0x0370),
        *range(0x0610, 0x061B),
        *range(0x064B, 0x0660),
        *range(0x06D6, 0x06EE),
    ]
)
_SEARCH = _INVISIBLE | _MARKS | _FOLDED
# The marks that are written on a letter, and how many of them are kept: as many as Unicode's
# stream-safe text has (UAX 15). Bringing a pile into order takes the square of its height.
_MARK = "".join(chr(code) for code in range(0x300, 0x1E94B) if unicodedata.combining(chr(code)))
_PILE = re.compile(rf"([{_MARK}]{{30}})[{_MARK}]+")
_NOT_A_WORD = re.compile(r"[\W_]+")

# «مسئول» and «مسؤول» are one word, but their hamzas sit on different letters
# and therefore fold differently; this brings them back together.
_SAME_WORD = ("مسوول", "مسیول")


def clean_text(text: str) -> str:
    """The text as it is stored and shown.

    Arabic yeh and kaf become Persian, kashida and invisible marks go, spaces are
    tidied. Digits, the half-space and the line breaks of the writer stay.
    """
    text = _without_piles(_NEWLINE.sub("\n", text).translate(_UNSEEN))
    text = unicodedata.normalize("NFC", text).translate(_SHOWN_LETTERS)
    text = _IDLE_ZWNJ.sub("", _ZWNJ_RUN.sub(ZWNJ, _SPACES.sub(" ", text)))
    text = _LINE_END.sub("\n", _SPACES.sub(" ", text))
    # A mark may have come apart into several.
    return _without_piles(unicodedata.normalize("NFC", _BLANK_LINES.sub("\n\n", text).strip()))


def fold_words(text: str) -> str:
    """The search form: folded lower-case words and ASCII digits, one space between them."""
    text = unicodedata.normalize("NFKC", _without_piles(text)).lower()
    text = to_ascii(text.translate(_SEARCH))
    return _NOT_A_WORD.sub(" ", text).strip().replace(*_SAME_WORD)


def _without_piles(text: str) -> str:
    return _PILE.sub(r"\1", text)


def fold_key(text: str) -> str:
    """``fold_words`` without spaces, to find a part of a name however it was spaced.

    «زاینده‌رود», «زاینده رود» and «زايندهرود» have one key.
    """
    return fold_words(text).replace(" ", "")
