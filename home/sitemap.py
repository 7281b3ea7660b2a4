"""``robots.txt`` and ``sitemap.xml``: the front page, the guides and the catalog.

Every other page says ``noindex`` by itself (templates/base.html).
"""

from __future__ import annotations

from xml.sax.saxutils import escape

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe
from wagtail.models import Page

from guides.models import GuideIndexPage, GuidePage
from services_catalog.models import ServiceVersion

# Nothing to read there for anybody but people, and no end of addresses.
NOT_WALKED = ("/admin/", "/accounts/", "/search/")


@require_safe
def serve_robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in NOT_WALKED)]
    lines.append(f"Sitemap: {settings.SITE_URL}{reverse('home:sitemap')}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def serve_sitemap(request: HttpRequest) -> HttpResponse:
    """The public pages, as sitemaps.org has it."""
    services = ServiceVersion.objects.offered().values_list("service__code", flat=True)
    paths = [
        "/",
        *_find_pages(request),
        reverse("services:index"),
        *(reverse("services:detail", args=[code]) for code in services),
    ]
    places = "".join(f"<url><loc>{escape(settings.SITE_URL + path)}</loc></url>" for path in paths)
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{places}</urlset>\n'
    )
    return HttpResponse(text, content_type="application/xml; charset=utf-8")


def _find_pages(request: HttpRequest) -> list[str]:
    """Paths of the published list of guides and of the guides, wherever editors have put them."""
    kinds = (GuideIndexPage, GuidePage)
    pages = Page.objects.type(*kinds).live().public().order_by("path")
    parts = [page.get_url_parts(request) for page in pages]
    return [part[2] for part in parts if part and part[2]]
