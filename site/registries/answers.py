"""Questions to the state's registers and their possible answers.

Two questions: does the number belong to the person (Shahkar), and what is the person's name
(the civil registry)? *Matched*, *mismatch* and *unavailable* are three things: a register that
does not answer says nothing about a person, so everything that is not a clear yes or no is
«unavailable» and is asked again. One that rests (:mod:`work.breakers`) is not even asked: Resting.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Protocol

from django.db import models


class Outcome(models.TextChoices):
    MATCHED = "matched", "مطابق است"
    MISMATCH = "mismatch", "مطابق نیست"
    UNAVAILABLE = "unavailable", "پاسخ دریافت نشد"
    NOT_ASKED = "not_asked", "استعلام نشد"


@dataclass(frozen=True)
class Person:
    """What the civil registry says of somebody; empty or None: it did not say."""

    first_name: str = ""
    last_name: str = ""
    alive: bool | None = None


@dataclass(frozen=True)
class Answer:
    """What a register said; ``person`` only with a match of the civil registry."""

    outcome: Outcome
    person: Person | None = None


class MobileOwnership(Protocol):
    def check(self, mobile: str, national_code: str) -> Answer:
        """Whether the number (``09xxxxxxxxx``) is registered to the person. Never raises
        for what the register does: silence is an answer of its own."""
        ...


class CivilRegistry(Protocol):
    def check(self, national_code: str, birth_date: dt.date) -> Answer:
        """Who was born on that day with that code; a mismatch when nobody was."""
        ...
