"""What a request's documents look like on the page, one row for each requirement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from services_catalog.facts import DocumentFacts
from submissions.models import Document, Submission
from submissions.openness import Openness

FOR_WHOM = {
    "always": "برای همهٔ متقاضیان",
    "natural": "برای اشخاص حقیقی",
    "legal": "برای اشخاص حقوقی",
    "declared": "اگر به شما مربوط است",
}


def document_rows(
    case: Submission,
    openness: Openness,
    *,
    refused: Mapping[str, str] | None = None,
    only: str = "",
) -> list[dict[str, Any]]:
    """The rows of all requirements, or of ``only`` one; ``refused``: reasons by requirement."""
    files: dict[str, list[Document]] = defaultdict(list)
    for document in case.documents.all():
        files[document.requirement].append(document)
    return [
        _row(case, openness, needed, files[needed.code], (refused or {}).get(needed.code, ""))
        for needed in case.facts.documents_for(case.party.kind)
        if not only or needed.code == only
    ]


def _row(
    case: Submission,
    openness: Openness,
    needed: DocumentFacts,
    files: list[Document],
    refused: str,
) -> dict[str, Any]:
    code = needed.code
    current = next((file for file in files if file.replaced_at is None), None)
    item = openness.item("document", code)
    filed = bool(current and current.pk in openness.filed_documents)
    row: dict[str, Any] = {
        "code": code,
        "title": needed.title,
        "required": needed.required,
        "hint": "؛ ".join(filter(None, [needed.help.strip(" .؛"), FOR_WHOM[needed.required]])),
        "max_bytes": needed.max_bytes,
        "state": "refused" if refused else _state(case, openness, needed, current, filed),
        "reason": refused or (item.note if item and (filed or not current) else ""),
        "file": _file(case, current),
        "previous": _file(case, _previous(openness, files, current)),
    }
    if openness.document(code, current):
        row |= _keys(case, needed, current, filed)
    return row


def _state(
    case: Submission,
    openness: Openness,
    needed: DocumentFacts,
    current: Document | None,
    filed: bool,
) -> str:
    if current is None and needed.required == "declared" and needed.code in case.declined:
        return "not_mine"
    if openness.item("document", needed.code) and (current is None or filed):
        return "replace" if current else "missing"
    if current is None:
        return "empty"
    return "uploaded" if openness.document(needed.code, current) else "accepted"


def _keys(
    case: Submission, needed: DocumentFacts, current: Document | None, filed: bool
) -> dict[str, str]:
    """Where the keys of an open row lead."""
    code = needed.code
    upload = reverse("submissions:upload", args=[case.tracking_code])
    page = reverse("submissions:draft", args=[case.tracking_code, "documents"])
    keys = {"upload_url": f"{upload}?{urlencode({'requirement': code})}"}
    if current and not filed:
        keys["remove_url"] = _url(case, current)
    if needed.required == "declared" and current is None:
        act = "undecline" if code in case.declined else "decline"
        keys[f"{act}_url"] = f"{page}?{urlencode({act: code})}"
    return keys


def _previous(
    openness: Openness, files: list[Document], current: Document | None
) -> Document | None:
    """The file handed in before, shown beside the one that has taken its place."""
    replaced = (f for f in files if f != current and f.pk in openness.filed_documents)
    return next(replaced, None)


def _file(case: Submission, document: Document | None) -> dict[str, Any] | None:
    if document is None:
        return None
    return {
        "name": document.original_name,
        "size": document.size,
        "url": _url(case, document),
    }


def _url(case: Submission, document: Document) -> str:
    return reverse("submissions:document", args=[case.tracking_code, document.pk])
