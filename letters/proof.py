"""What whoever holds a letter may learn of it by its code."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from letters.comparison import Comparison
from letters.models import Letter
from persian.identifiers import InvalidIdentifier, normal_verify_code
from submissions.contracts.lookup import mask_name


class LetterProof(BaseModel):
    """What the paper says of itself, and what became of it; of a classified letter number, date and
    state alone.

    ``state``: issued, superseded, revoked or void; ``holder``: masked; ``seal``: empty, b-b or b-lt.
    """

    number: str
    issued_at: datetime
    subject: str
    recipient: str
    holder: str
    state: str
    superseded_by: str
    ended_at: datetime | None
    sha256: str
    size: int
    seal: str
    seal_in_words: str


class FoundSealProof(BaseModel):
    """A seal in a file: whether it leads to our root, is unbroken, and has nothing behind it."""

    signer: str
    ours: bool
    intact: bool
    nothing_after: bool
    damaged: bool


class FileProof(BaseModel):
    """What a file is beside the letter. ``kind``: ours, altered or unknown."""

    kind: str
    verdict: str
    in_words: str
    sha256: str
    size: int
    differs_at: int | None
    other_number: str
    seals: list[FoundSealProof]


class ProofReport(BaseModel):
    """A verification at one moment; ``file`` when one was compared."""

    checked_at: datetime
    letter: LetterProof
    file: FileProof | None = None


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


def find_successor(letter: Letter) -> Letter | None:
    """The letter that has replaced this one; None while none is issued, and for any other state."""
    if letter.state != Letter.State.SUPERSEDED:
        return None
    same = {"submission": letter.submission_id, "purpose": letter.purpose}
    later = Letter.objects.issued().filter(**same, pk__gt=letter.pk)
    return later.order_by("pk").first()


def describe_letter(letter: Letter) -> LetterProof:
    """All that is told of a letter to whoever has its code."""
    if letter.is_classified:
        return _describe_classified(letter)
    successor = find_successor(letter)
    return LetterProof(
        number=letter.number_text,
        issued_at=letter.issued_at,
        subject=letter.subject,
        recipient=letter.recipient,
        holder=mask_holder(letter),
        state=letter.state,
        superseded_by=successor.number_text if successor else "",
        ended_at=letter.ended_at,
        sha256=letter.sha256,
        size=letter.size,
        seal=letter.seal,
        seal_in_words=letter.get_seal_display(),
    )


def _describe_classified(letter: Letter) -> LetterProof:
    """Its code may lie with anybody: whether it holds, and of which number and day it is."""
    silent = ("subject", "recipient", "holder", "superseded_by", "sha256", "seal", "seal_in_words")
    return LetterProof(
        number=letter.number_text,
        issued_at=letter.issued_at,
        state=letter.state,
        ended_at=letter.ended_at,
        size=0,
        **dict.fromkeys(silent, ""),
    )


def describe_file(found: Comparison) -> FileProof:
    """The outcome of a comparison, for machines and for the report."""
    return FileProof(
        kind=found.kind,
        verdict=found.verdict.value,
        in_words=str(found.verdict.label),
        sha256=found.sha256,
        size=found.size,
        differs_at=found.differs_at,
        other_number=found.other,
        seals=[FoundSealProof(**vars(seal)) for seal in found.seals],
    )
