"""What whoever holds a letter may learn of it by its code."""

from __future__ import annotations

from letters.models import Letter
from persian.identifiers import InvalidIdentifier, normal_verify_code
from submissions.contracts.lookup import mask_name


def find_letter(code: str) -> Letter | None:
    """The issued letter with that code, however it is written; None for anything else."""
    try:
        return Letter.objects.issued().filter(verify_code=normal_verify_code(code)).first()
    except InvalidIdentifier:
        return None


def mask_holder(letter: Letter | None) -> str:
    """The name on the paper, recognised by who holds it: a true code on another's letter is seen."""
    facts = letter.facts_printed if letter else None
    return mask_name(facts.party.name) if facts else ""
