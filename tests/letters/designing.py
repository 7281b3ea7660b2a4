"""What a person types into the form of a template, as a browser sends it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from letters.models import LetterDesign, LetterTemplate

ADD = "/admin/letter_templates/add/"
SAVE, PUBLISH = {}, {"action-publish": "yes"}  # type: ignore[var-annotated]


def address_of(name: str, design: LetterDesign) -> str:
    return reverse(f"wagtailsnippets_letters_letterdesign:{name}", args=[design.pk])


def edit_of(design: LetterDesign) -> str:
    return address_of("edit", design)


def typed(
    *paragraphs: str | tuple[str, bool],
    table: int | None = None,
    copies: tuple[str, ...] = (),
    **said: str,
) -> dict[str, Any]:
    """Texts of paragraphs, one that is open with True; ``table``: how many paragraphs stand before it."""
    blocks: list[tuple[str, dict[str, str]]] = []
    for given in paragraphs:
        text, is_open = (given, False) if isinstance(given, str) else given
        blocks.append(("paragraph", {"text": text} | ({"open": "on"} if is_open else {})))
    if table is not None:
        blocks.insert(table, ("table", {"title": "مشخصات درخواست"}))
    sent: dict[str, Any] = {
        "title": "معرفی‌نامه", "salutation": "با سلام", "subject": "", "recipient_post": "",
        "signer_post": "", "preview_code": "", "body-count": len(blocks), "copies-count": len(copies),
    }  # fmt: skip
    for at, (kind, values) in enumerate(blocks):
        sent |= _block("body", at, kind)
        sent |= {f"body-{at}-value-{name}": value for name, value in values.items()}
    for at, text in enumerate(copies):
        sent |= _block("copies", at, "copy") | {f"copies-{at}-value": text}
    return sent | said


def _block(stream: str, at: int, kind: str) -> dict[str, str]:
    head = f"{stream}-{at}"
    return {f"{head}-deleted": "", f"{head}-order": str(at), f"{head}-type": kind, f"{head}-id": ""}


def reword(design: LetterDesign, *paragraphs: str, **said: Any) -> LetterTemplate:
    """Publish it with other paragraphs, as its form would."""
    design = LetterDesign.objects.get(pk=design.pk)
    design.body = [{"type": "paragraph", "value": {"text": text}} for text in paragraphs]
    for name, value in said.items():
        setattr(design, name, value)
    design.save_revision().publish()
    found = LetterTemplate.objects.get(
        kind=design.kind, service_code=design.service_code, current=True
    )
    return found
