"""The way from an address to a page of the editors, walked once for all readers.

Wagtail walks the tree from its root for every reader, one level after the other.
"""

from __future__ import annotations

import copy
from typing import Any, NamedTuple

from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import split_domain_port
from wagtail.models import Page, PageViewRestriction, Site
from wagtail.url_routing import RouteResult
from wagtail.views import serve as serve_anew

from web.public_pages.kept_values import kept_values


class AskedSite(NamedTuple):
    """What Wagtail asks of the site before it names the address of a page."""

    site: Site
    root_paths: list[Any]

    @classmethod
    def of(cls, request: HttpRequest) -> AskedSite:
        return cls(Site.find_for_request(request), Site.get_site_root_paths())

    def remember_for(self, request: HttpRequest) -> None:
        """Where Wagtail itself remembers them for one request."""
        vars(request).update(
            _wagtail_site=self.site, _wagtail_cached_site_root_paths=self.root_paths
        )


class Way(NamedTuple):
    """How an address leads to a page, as Wagtail found it, with all that it asked on the way."""

    found: RouteResult
    asked: AskedSite
    restrictions: list[PageViewRestriction]


def serve_page(request: HttpRequest, path: str) -> HttpResponse:
    """The page at ``path``, served by Wagtail; its way there is walked once for all readers."""
    steps = tuple(step for step in path.split("/") if step)
    key = ("way", _host_of(request), steps)
    way = kept_values.find(key, lambda: _find_way(request, path))
    page = copy.copy(way.found.page)
    page.restrictions = way.restrictions
    request._wagtail_route_for_request = RouteResult(page, way.found.args, way.found.kwargs)  # type: ignore[attr-defined]
    way.asked.remember_for(request)
    answer: HttpResponse = serve_anew(request, path)
    return answer


def _find_way(request: HttpRequest, path: str) -> Way:
    """Raises Http404, of which nothing is kept: strangers ask for any address."""
    found = Page.route_for_request(request, path)
    if found is None:
        raise Http404
    restrictions = list(found.page.get_view_restrictions())
    return Way(found, AskedSite.of(request), restrictions)


def know_site(request: HttpRequest) -> None:
    """Spare a page that is none of the editors', but names theirs, what Wagtail would ask for it."""
    asked = kept_values.find(("site", _host_of(request)), lambda: AskedSite.of(request))
    asked.remember_for(request)


def _host_of(request: HttpRequest) -> str:
    """The port is for the visitor to write; no page of ours differs by it."""
    return split_domain_port(request.get_host())[0]
