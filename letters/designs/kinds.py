"""The kinds of templates, and what letters of each are for."""

from __future__ import annotations

from typing import Final

from letters.drafts.purposes import Purpose
from services_catalog.vocabulary import LETTER_KINDS

#: The kind of the templates of refusals; a service may have one of its own.
REFUSAL: Final = "refusal"
#: A service may end in an inquiry, and within a request a body outside may be asked by one.
INQUIRY: Final = "inquiry"
DESIGN_KINDS: Final = {**LETTER_KINDS, REFUSAL: "نامهٔ رد درخواست"}


def purposes_of(kind: str) -> tuple[Purpose, ...]:
    """What letters of a kind are for; kinds that only a service names are for results."""
    if kind == REFUSAL:
        return (Purpose.REFUSAL,)
    return (Purpose.RESULT, Purpose.INQUIRY) if kind == INQUIRY else (Purpose.RESULT,)
