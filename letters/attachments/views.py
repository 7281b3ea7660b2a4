"""Attachments in the admin and in the portal: brought, removed and given out."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from letters.attachments.enclosed import enclosed_in
from letters.attachments.forms import AttachmentForm
from letters.attachments.keeping import BadTitle, add_attachment, remove_attachment
from letters.attachments.models import LetterAttachment
from letters.drafts.views import DraftActView, DraftView
from letters.models import Letter
from letters.views import find_issued
from submissions.applicant.document_views import serve_file
from submissions.models import Submission
from submissions.refusals import NotYours
from web.refusals import Refusal
from web.requests import UserRequest


class AttachView(DraftActView):
    """Attaches a file to the letter to come."""

    def act(self, request: HttpRequest) -> HttpResponse:
        self.attachment_form = form = AttachmentForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.show_again()
        try:
            add_attachment(self.object, *form.said(), by=self.request.user)
        except NotYours as refusal:
            return self.refuse(refusal)
        except Refusal as refusal:
            form.add_error("title" if isinstance(refusal, BadTitle) else "file", refusal.message)
            return self.show_again(refusal.status)
        return self.tell_done("فایل پیوست نامه شد.")


class DetachView(DraftActView):
    """Takes one away again."""

    def act(self, request: HttpRequest) -> HttpResponse:
        try:
            removed = remove_attachment(self.object, self.kwargs["key"], by=self.request.user)
        except Refusal as refusal:
            return self.refuse(refusal)
        return self.tell_done(f"پیوست «{removed.title}» حذف شد.")


class DraftAttachmentView(DraftView):
    """The file of one, for whoever may read the letter to come."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return serve_file(find_of_draft(self.object, kwargs["key"]))


def find_of_draft(submission: Submission, key: int) -> LetterAttachment:
    """What the letter to come is sent with. Raises Http404."""
    rows = LetterAttachment.objects.current().filter(draft__submission=submission)
    return get_object_or_404(rows if key < 2**63 else rows.none(), pk=key)


def find_enclosed(letter: Letter, key: int) -> LetterAttachment:
    """What the letter was sent with. Raises Http404."""
    found = next((row for row in enclosed_in(letter) if row.pk == key), None)
    if found is None:
        raise Http404
    return found


@login_required
@require_safe
def serve_attachment(request: UserRequest, tracking_code: str, key: int) -> HttpResponseBase:
    """What goes with the newest issued letter of a submission, for whoever may read that."""
    return serve_file(find_enclosed(find_issued(request, tracking_code), key))
