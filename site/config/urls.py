"""All addresses, from the narrowest to Wagtail's pages, which take the rest."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from accounts.views import dev_sms
from doors.looks import looks


def live(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


def favicon(request: HttpRequest) -> HttpResponse:
    """Browsers ask for this name beside files that cannot name an icon, such as a PDF."""
    return redirect(static("portal/emblem.svg"))


urlpatterns: list[URLPattern | URLResolver] = [
    path("health/live", live),
    path("favicon.ico", favicon),
    path("admin/", include(wagtailadmin_urls)),
    path("accounts/", include("accounts.urls")),
    path("services/", include("services_catalog.urls")),
    path("", include("letters.urls")),
    path("", include("submissions.urls")),
    path("", include("home.urls")),
    path("documents/", include(wagtaildocs_urls)),
    path("dev/sms/", dev_sms, name="dev_sms"),
]

if settings.DEVELOPMENT:
    urlpatterns += [
        path("dev/looks/", looks, name="dev_looks"),
        # Pictures of guides; in production the web server in front gives them out.
        re_path(r"^media/(?P<path>.*)$", serve, {"document_root": settings.MEDIA_ROOT}),
    ]

urlpatterns += [path("", include(wagtail_urls))]
