"""Persian digits in what Django says is wrong.

Django writes its limits with Latin digits, whatever the language: «کوچک‌تر از 10». All its messages
of errors go through :class:`ValidationError`, so the digits are changed there; what somebody typed
and a message quotes stays as it was typed.
"""

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from persian.digits import to_persian

# Letters for private use: nobody types them, and they hold the place of a quoted text,
# those of the second row where a message asks for its `repr`.
_FIRST_PLACE, _FIRST_REPR = 0xF0000, 0xF1000
_POINT = re.compile(r"(?<=[۰-۹])\.(?=[۰-۹])")


class _Place(str):
    """Stands in a message for a text that is quoted there."""

    def __repr__(self) -> str:
        return chr(ord(self) - _FIRST_PLACE + _FIRST_REPR)


class _CountedWords:
    """Words with a number, which come out with Persian digits."""

    def __init__(self, words: Any) -> None:
        self.words = words

    def __mod__(self, numbers: Any) -> str:
        return to_persian(self.words % numbers)


def count_in_persian() -> None:
    """Give the messages of all forms, their fields and their formsets Persian digits.

    Safe to call again. Formsets put the number in before they raise anything.
    """
    ValidationError.__iter__ = _iterate_words  # type: ignore[method-assign]
    words: dict[str, Any] = forms.BaseFormSet.default_error_messages
    for code in ("too_few_forms", "too_many_forms"):
        if not isinstance(words[code], _CountedWords):
            words[code] = _CountedWords(words[code])


def _iterate_words(error: ValidationError) -> Iterator[Any]:
    """As Django's own: pairs of a field and its messages, or the messages."""
    if hasattr(error, "error_dict"):
        for field, errors in error.error_dict.items():
            yield field, list(ValidationError(errors))
    else:
        yield from map(_say_error, error.error_list)


def _say_error(error: ValidationError) -> str:
    params = error.params
    if not isinstance(params, Mapping):
        return str(error.message % params if params else error.message)
    texts = {name: value for name, value in params.items() if not _is_number(value)}
    places = {name: _Place(chr(_FIRST_PLACE + at)) for at, name in enumerate(texts)}
    words = _POINT.sub("٫", to_persian(error.message % {**params, **places}))
    for name, place in places.items():
        words = words.replace(place, str(texts[name])).replace(repr(place), repr(texts[name]))
    return words


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)
