"""The paper with which a body outside has answered, given out to colleagues alone."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404

from submissions.applicant.document_views import serve_file
from submissions.models import InquiryReply
from submissions.staff.decision_views import ReviewView


class PaperView(ReviewView):
    """The scan itself; to a member of the party it is not there."""

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        papers = InquiryReply.objects.exclude(file="").filter(item__submission=self.object.pk)
        reply = get_object_or_404(papers, item=kwargs["item"])
        if self.review.is_own:
            raise Http404
        return serve_file(reply)
