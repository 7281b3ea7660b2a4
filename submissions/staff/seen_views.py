"""The mark that somebody has seen what they have in hand; the page sends it by itself."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now

from submissions.refusals import NotYours
from submissions.staff.decision_views import ReviewView
from submissions.workflow.work_items import mark_seen
from web import form_recovery


class SeenView(ReviewView):
    """POST alone: what only fetches a page, as previews and checkers do, has seen nothing."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.review.in_hand:
            self.refusal = NotYours(self.review.why_closed)
            return self.render_to_response(self.get_context_data(), status=self.refusal.status)
        mark_seen(self.review.unseen, now())
        if form_recovery.is_by_script(request):
            return HttpResponse(status=204)
        return redirect(self.inspect_url_name, self.object.pk)
