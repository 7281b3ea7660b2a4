"""The documents of a request: what is there, what is not the applicant's, what is used again."""

from __future__ import annotations

from typing import Final

from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from submissions import documents, drafts, inspection
from submissions.models import Submission
from submissions.views.pages import Page
from submissions.views.rows import document_rows, unfinished_of

# What needs nothing more of the applicant; upload.js counts by the same words.
READY: Final = {"uploaded", "scanned", "accepted", "not_mine"}


def documents_page(page: Page) -> HttpResponse:
    """The papers, one row each; what its keys without a file do is done here too."""
    request, case = page.request, page.case
    if request.method == "POST":
        if code := request.GET.get("decline") or request.GET.get("undecline"):
            return _decline(page, code)
        if code := request.GET.get("reuse"):
            return _reuse(page, code)
        if "reuse_all" in request.GET:
            return _reuse_all(page)
        return page.onward
    refused = request.session.pop(refused_key(case), {})
    unfinished = unfinished_of(case, request.user)
    rows = document_rows(case, page.openness, refused=refused, unfinished=unfinished)
    # After a return: what is to be mended stands before what was accepted.
    rows.sort(key=lambda row: "upload_url" not in row)
    errors = [(f"document-{row['code']}", row["reason"]) for row in rows if row["code"] in refused]
    return page.render(
        rows=rows,
        ready=sum(row["state"] in READY for row in rows),
        kept=sum("kept" in row for row in rows),
        errors=errors,
        form_errors=bool(errors),
    )


def refused_key(case: Submission) -> str:
    """The session's entry for uploads refused without JavaScript: reasons by requirement."""
    return f"refused-{case.tracking_code}"


def _decline(page: Page, code: str) -> HttpResponse:
    act = drafts.decline if "decline" in page.request.GET else drafts.undecline
    act(page.case, code, by=page.request.user)
    return redirect(page.url("documents", f"document-{code}"))


def _reuse(page: Page, code: str) -> HttpResponse:
    """One tick: the document that was accepted for the contract before counts here as well."""
    case, needed = page.case, drafts.requirement_of(page.case, code)
    if needed is None:
        raise Http404
    try:
        documents.reuse(case, needed, by=page.request.user)
    except inspection.BadFile as refusal:
        page.request.session[refused_key(case)] = {code: refusal.message}
    return redirect(page.url("documents", f"document-{code}"))


def _reuse_all(page: Page) -> HttpResponse:
    """One key for all that the contract's locker holds for this request."""
    refused = {}
    for row in document_rows(page.case, page.openness):
        needed = drafts.requirement_of(page.case, row["code"])
        if needed is None or "kept" not in row:
            continue
        try:
            documents.reuse(page.case, needed, by=page.request.user)
        except inspection.BadFile as refusal:
            refused[needed.code] = refusal.message
    if refused:
        page.request.session[refused_key(page.case)] = refused
    return redirect(page.url("documents"))
