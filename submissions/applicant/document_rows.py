"""Rows of the documents page, one for each requirement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from accounts.models import User
from services_catalog.facts import DocumentFacts
from submissions.documents.reuse import reusable_for
from submissions.drafts.editable_parts import EditableParts
from submissions.drafts.requirements import asked_documents
from submissions.models import Document, PartialUpload, Submission, WaitingFile
from submissions.models.waiting_file import files_waiting


def document_rows(
    submission: Submission,
    editable: EditableParts,
    by: User,
    *,
    refused: Mapping[str, str] | None = None,
    unfinished: Mapping[str, PartialUpload] | None = None,
    only: str = "",
) -> list[dict[str, Any]]:
    """The rows of all that is asked of ``by``, or of ``only`` one.

    By requirement: ``refused``, the reasons of refusals; ``unfinished``, parts to be continued.
    """
    files: dict[str, list[Document]] = defaultdict(list)
    for document in submission.documents.all():
        files[document.requirement].append(document)
    wanted = [
        needed
        for needed in asked_documents(submission, by)
        if _is_wanted(editable, needed.code) or files[needed.code]
    ]
    rows = [
        _make_row(
            submission, editable, needed, files[needed.code], (refused or {}).get(needed.code, "")
        )
        for needed in wanted
        if not only or needed.code == only
    ]
    waiting = {file.requirement: file for file in files_waiting(submission)}
    for row in rows:
        if (file := waiting.get(row["code"])) and "upload_url" in row:
            _show_waiting(submission, row, file)
        if (part := (unfinished or {}).get(row["code"])) and "upload_url" in row:
            _show_unfinished(row, part)
    return rows


def _is_wanted(editable: EditableParts, code: str) -> bool:
    """Whether it is asked for: of papers on request, those that a return lists."""
    if not editable.submission.kind_spec.papers_on_request or editable.everything:
        return True
    return editable.item("document", code) is not None


def offer_kept(submission: Submission, rows: list[dict[str, Any]], by: User) -> None:
    """Beside rows that are open and empty: what was accepted for them before, one tick away."""
    wanting = {row["code"]: row for row in rows if "upload_url" in row and not row["file"]}
    if not wanting:
        return
    by_type = reusable_for(submission, by)
    page = reverse("submissions:draft", args=[submission.tracking_code, "documents"])
    for code, row in wanting.items():
        needed = submission.facts.document(code)
        if needed and (found := by_type.get(needed.type)):
            row["kept"] = {
                "name": found.document.original_name,
                "size": found.document.size,
                "url": _file_url(found.document.submission, found.document),
                "valid_until": found.valid_until,
                "reuse_url": f"{page}?{urlencode({'reuse': code})}",
            }


def unfinished_of(submission: Submission, user: User) -> dict[str, PartialUpload]:
    """What the user may continue of this request's files, by requirement; the latest of each."""
    parts = PartialUpload.objects.open().filter(owner=user, submission=submission)
    return {part.requirement: part for part in parts.order_by("pk")}


def _show_unfinished(row: dict[str, Any], part: PartialUpload) -> None:
    row["unfinished"] = {
        "name": part.original_name,
        "size": part.size,
        "percent": part.percent,
        "fingerprint": part.fingerprint,
        "url": reverse("submissions:part", args=[part.key]),
    }
    if row["state"] in ("empty", "missing"):
        row["state"] = "paused"


def _show_waiting(submission: Submission, row: dict[str, Any], file: WaitingFile) -> None:
    """A file that is not judged yet, or the reason why it was refused."""
    if file.is_refused:
        row["state"], row["reason"] = "refused", row["reason"] or file.refusal
        return
    url = reverse("submissions:waiting", args=[submission.tracking_code, file.requirement])
    row["state"], row["remove_url"] = "checking", url
    row["checking"] = {"name": file.original_name, "size": file.size, "url": url}


def _make_row(
    submission: Submission,
    editable: EditableParts,
    needed: DocumentFacts,
    files: list[Document],
    refused: str,
) -> dict[str, Any]:
    code = needed.code
    current = next((file for file in files if file.replaced_at is None), None)
    item = editable.item("document", code)
    filed = bool(current and current.pk in editable.filed_documents)
    row: dict[str, Any] = {
        "code": code,
        "title": needed.title,
        "required": needed.required,
        "hint": needed.help.strip(" .؛"),
        "max_bytes": needed.max_bytes,
        "state": "refused" if refused else _state_of(submission, editable, needed, current, filed),
        "reason": refused or (item.note if item and (filed or not current) else ""),
        "file": _describe_file(submission, current),
        "previous": _describe_file(submission, _previous_file(editable, files, current)),
    }
    if editable.document(code, current):
        row |= _keys_of(submission, needed, current, filed)
    return row


def _state_of(
    submission: Submission,
    editable: EditableParts,
    needed: DocumentFacts,
    current: Document | None,
    filed: bool,
) -> str:
    if current is None and needed.required == "declared" and needed.code in submission.declined:
        return "not_mine"
    if editable.item("document", needed.code) and (current is None or filed):
        return "replace" if current else "missing"
    if current is None:
        return "empty"
    return "uploaded" if editable.document(needed.code, current) else "accepted"


def _keys_of(
    submission: Submission, needed: DocumentFacts, current: Document | None, filed: bool
) -> dict[str, str]:
    """Where the keys of an open row lead."""
    code = needed.code
    upload = reverse("submissions:upload", args=[submission.tracking_code])
    page = reverse("submissions:draft", args=[submission.tracking_code, "documents"])
    keys = {
        "upload_url": f"{upload}?{urlencode({'requirement': code})}",
        "parts_url": reverse("submissions:parts"),
        "tracking_code": submission.tracking_code,
    }
    if current and not filed:
        keys["remove_url"] = _file_url(submission, current)
    if needed.required == "declared" and current is None:
        act = "undecline" if code in submission.declined else "decline"
        keys[f"{act}_url"] = f"{page}?{urlencode({act: code})}"
    return keys


def _previous_file(
    editable: EditableParts, files: list[Document], current: Document | None
) -> Document | None:
    """The file handed in before, shown beside the one that has taken its place."""
    replaced = (f for f in files if f != current and f.pk in editable.filed_documents)
    return next(replaced, None)


def _describe_file(submission: Submission, document: Document | None) -> dict[str, Any] | None:
    if document is None:
        return None
    return {
        "name": document.original_name,
        "size": document.size,
        "url": _file_url(submission, document),
    }


def _file_url(submission: Submission, document: Document) -> str:
    return reverse("submissions:document", args=[submission.tracking_code, document.pk])
