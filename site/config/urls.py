"""All URL patterns, from the narrowest to Wagtail's pages, which take the rest."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.decorators.cache import never_cache
from django.views.generic import RedirectView
from django.views.static import serve
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.admin.auth import require_admin_access
from wagtail.documents.views.serve import serve as serve_document
from wagtail.urls import serve_pattern

from config.api import API_URLS
from signin.code_views import dev_sms
from signin.staff.sign_in import StaffAccountView, StaffSignInView
from web.health import report_alive, report_ready, report_work
from web.monitoring.exposition import show_metrics
from web.public_pages.ways import serve_page
from web.security.policy_reports import take_report
from web.style_guide import show_style_guide


def serve_favicon(request: HttpRequest) -> HttpResponse:
    """Browsers ask for this name beside files that cannot name an icon, such as a PDF."""
    return redirect(static("portal/emblem.svg"))


handler500 = "web.error_views.server_error"

urlpatterns: list[URLPattern | URLResolver] = [
    path("health/live", report_alive, name="health_live"),
    path("health/ready", report_ready, name="health_ready"),
    path("health/work", report_work, name="health_work"),
    path("metrics", show_metrics, name="metrics"),
    path("favicon.ico", serve_favicon, name="favicon"),
    path("csp-report/", take_report),
    # Wagtail's pages under Wagtail's names: the sign-in, with the second factor behind it,
    # and the account, where nobody renames themselves.
    path("admin/login/", StaffSignInView.as_view()),
    path("admin/account/", never_cache(require_admin_access(StaffAccountView.as_view()))),
    path("admin/", include(wagtailadmin_urls)),
    path("api/v3/", API_URLS),
    path("accounts/", include("signin.urls")),
    path("services/", include("services_catalog.urls")),
    path("", include("letters.urls")),
    path("", include("submissions.applicant.urls")),
    path("", include("home.urls")),
    re_path(r"^documents/(\d+)/(.*)$", serve_document, name="wagtaildocs_serve"),
    path("dev/sms/", dev_sms, name="dev_sms"),
]

if settings.DEVELOPMENT:
    urlpatterns += [
        path("dev/looks/", show_style_guide, name="dev_looks"),
        # Pictures of guides; in production the web server in front gives them out.
        *(
            # Documents lie beside them and go through Wagtail's view only.
            re_path(
                rf"^media/{folder}/(?P<path>.+)$",
                serve,
                {"document_root": settings.MEDIA_ROOT / folder},
            )
            for folder in ("images", "original_images")
        ),
    ]

# Of Wagtail's routes for readers, only its pages: its own password forms count no tries.
urlpatterns += [
    path(
        "_util/login/",
        RedirectView.as_view(pattern_name="account_login", query_string=True),
        name="wagtailcore_login",
    ),
    re_path(serve_pattern, serve_page, name="wagtail_serve"),
]
