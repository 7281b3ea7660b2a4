"""Normalisation and validation of names of people and companies.

The letters of a name decide whether a register finds it. Arabic letters, kashida and marks
that nobody sees are repaired (``persian.text.clean_text``); letters of another script that only
look right (a Cyrillic «о» in a Latin word, a Latin letter among Persian ones) are named, so
that the person can type them again.
"""

import unicodedata

from persian.identifiers import InvalidIdentifier
from persian.text import ZWNJ, clean_text

# Between the letters of a name: spaces, the half-space, marks of abbreviation and quotation.
_BETWEEN = frozenset(f" {ZWNJ}-‐‑–.،«»()'’&/")


def normal_person_name(text: str) -> str:
    """A first or last name in Persian letters. Raises InvalidIdentifier."""
    name = clean_text(text)
    for letter in name:
        if letter not in _BETWEEN and not _is_persian(letter):
            raise InvalidIdentifier(
                f"کاراکتر «{letter}» در نام فارسی مجاز نیست. لطفاً نام را با حروف فارسی و بدون رقم وارد کنید."
            )
    _require_letters(name)
    return name


def normal_company_name(text: str) -> str:
    """A company's name: Persian, with whole Latin words and digits if need be.

    Raises InvalidIdentifier when one word mixes scripts or a third script appears.
    """
    name = clean_text(text)
    for word in name.split():
        scripts = {_script_of(letter) for letter in word} - {""}
        if len(scripts) > 1 or not scripts <= {"ARABIC", "LATIN"}:
            raise InvalidIdentifier(
                f"در «{word}» حروف فارسی و غیرفارسی با هم آمده است. لطفاً این کلمه را فقط با حروف فارسی وارد کنید."
            )
    _require_letters(name)
    return name


def _require_letters(name: str) -> None:
    if sum(map(_is_persian, name)) < 2:
        raise InvalidIdentifier("لطفاً نام را با حروف فارسی وارد کنید.")


def _is_persian(letter: str) -> bool:
    return _script_of(letter) == "ARABIC"


def _script_of(letter: str) -> str:
    """The first word of a letter's Unicode name; empty for what is no letter."""
    if not (letter.isalpha() or unicodedata.combining(letter)):
        return ""
    return unicodedata.name(letter, "UNKNOWN").split(" ", 1)[0]
