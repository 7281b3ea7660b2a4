"""What stands on a letter beside its text: who is meant to read it, and how soon it is wanted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeVar

from django.db import models


class Classification(models.TextChoices):
    """Who is meant to read a letter; in the order of the codes of the government network, from 1 on."""

    NORMAL = "normal", "عادی"
    CONFIDENTIAL = "confidential", "محرمانه"
    HIGHLY = "highly", "خیلی محرمانه"
    SECRET = "secret", "سری"


ChoiceT = TypeVar("ChoiceT", bound=models.TextChoices)
ORDINARY: Final = str(Classification.NORMAL.label)


def classification_in(facts: Mapping[str, Any]) -> str:
    """How a letter with these facts is classified, in words; letters of before name nothing."""
    return str(facts.get("classification") or ORDINARY)


def find_choice(choices: type[ChoiceT], words: str) -> ChoiceT:
    """Which of ``choices`` is called so in letters. Raises StopIteration for no one's name."""
    return next(choice for choice in choices if choice.label == words)
