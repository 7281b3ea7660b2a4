"""Error pages that belong to no app: stale CSRF tokens, server errors, neighbours that fail."""

import sys

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from web import form_recovery
from web.outages.answers import answer_outage, find_outage
from work.tracing import current_id


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token has run out: nothing was done, and the page says how to go on."""
    # Its words are kept only for whoever the page was made for, so nobody can plant any.
    is_kept = form_recovery.keep_form(request)
    page = request.get_full_path() if is_kept else form_recovery.find_page_of_form(request)
    return render(request, "403_stale.html", {"page": page, "kept": is_kept}, status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Something broke. Neither the database nor the session is asked: they may be what broke.

    Called while the error is being handled, whichever view or middleware raised it.
    """
    if outage := find_outage(sys.exception()):
        return answer_outage(request, outage)
    in_the_admin = request.path.startswith("/admin/")
    way_on = {"href": "/admin/", "label": "صفحهٔ اصلی همکاران"} if in_the_admin else {}
    context = {**way_on, "error_number": current_id()}
    return HttpResponse(render_to_string("500.html", context), status=500)
