"""Error pages that belong to no app: stale CSRF tokens and server errors."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme

from web import form_recovery
from work.tracing import current_id


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token has run out: nothing was done, and the page says how to go on."""
    # Its words are kept only for whoever the page was made for, so nobody can plant any.
    is_kept = form_recovery.keep_form(request)
    page = request.get_full_path() if is_kept else _came_from(request)
    return render(request, "403_stale.html", {"page": page, "kept": is_kept}, status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Something broke. Neither the database nor the session is asked: they may be what broke."""
    in_the_admin = request.path.startswith("/admin/")
    way_on = {"href": "/admin/", "label": "صفحهٔ اصلی همکاران"} if in_the_admin else {}
    context = {**way_on, "error_number": current_id()}
    return HttpResponse(render_to_string("500.html", context), status=500)


def _came_from(request: HttpRequest) -> str:
    """The page with the form, for sending it again; the front page when that is not known."""
    page = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(page, {request.get_host()}, request.is_secure())
    return page if ours else "/"
