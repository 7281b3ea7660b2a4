"""Renders an issued letter as PDF from its facts."""

from pathlib import Path
from typing import Final

from django.template.loader import render_to_string

from letters.facts import LetterFacts, Signer
from letters.images.printing import image_address
from pdf.rendering import (
    FIRST_PAGE,
    AttachedFile,
    as_written,
    qr_code,
    read_stylesheet,
    render_pdf,
)
from persian.digits import to_persian

OWN_EMBLEM: Final = "emblem.svg"
LETTER_CSS: Final = Path(__file__).parent / "print" / "letter.css"


def render_letter(facts: LetterFacts) -> bytes:
    """The PDF of a letter, PDF/A-3a and PDF/UA-1 marked, with ``facts.json`` attached.

    The same facts give the same page whenever they are printed again: they name their images by
    digest. Raises ImageBroken.
    """
    html = render_to_string("letters/letter.html", page_of(facts))
    data = AttachedFile("facts.json", attached_facts(facts), "داده‌های نامه")
    return render_pdf(
        html, css=read_stylesheet(LETTER_CSS), attachments=[data], created=facts.issued_at
    )


def load_press() -> None:
    """Have the press of this process ready for letters, which takes two seconds."""
    render_pdf(FIRST_PAGE, css=read_stylesheet(LETTER_CSS))


def page_of(facts: LetterFacts) -> dict[str, object]:
    """What the template shows beside the facts themselves.

    Texts are verbatim: what stands for a number was written as people read it when composed.
    """
    issuer = facts.issuer
    return {
        "facts": facts,
        "emblem": image_address(issuer.emblem) if issuer.emblem else OWN_EMBLEM,
        "letterhead": image_address(issuer.letterhead) if issuer.letterhead else "",
        "signers": [_show_signer(signer) for signer in facts.signers],
        "phone": as_written(to_persian(facts.issuer.phone)),
        "subject": as_written(facts.subject),
        "paragraphs": [as_written(paragraph) for paragraph in facts.paragraphs_before],
        "paragraphs_after": [as_written(paragraph) for paragraph in facts.paragraphs_after],
        "rows": [(as_written(row.label), as_written(row.value)) for row in facts.rows],
        "copies": [as_written(copy) for copy in facts.copies],
        "attachments": [as_written(attached.title) for attached in facts.attachments],
        "verify_address": address_without_code(facts),
        "qr": qr_code(qr_text(facts)),
    }


def _show_signer(signer: Signer) -> dict[str, object]:
    """A signer with signature and stamp; raises ImageBroken."""
    marks = [("امضای", signer.signature), ("مهر", signer.stamp)]
    shown = [(image_address(sha256), f"{word} {signer.name}") for word, sha256 in marks if sha256]
    return {"said": signer, "marks": shown}


def attached_facts(facts: LetterFacts) -> str:
    """What ``facts.json`` holds, which the short form signs: all facts but the short form itself."""
    return facts.model_dump_json(indent=1, exclude={"short_form"})


def qr_text(facts: LetterFacts) -> str:
    """The address of the proof; behind ``#``, which browsers send to nobody, the short form."""
    return f"{facts.verify_url}#{facts.short_form}" if facts.short_form else facts.verify_url


def address_without_code(facts: LetterFacts) -> str:
    """Where the verify code is typed in: the address in the QR code, without scheme and code."""
    address = facts.verify_url.split("://", 1)[1]
    return address.removesuffix("/").removesuffix(facts.verify_code).rstrip("/")
