"""What the kinds of pages that editors write have in common."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from wagtail.models import PageViewRestriction

from web.public_pages.caching import shared


class PublicPage:
    """Reads the same for everybody who may read it; stands before ``Page`` among the bases."""

    restrictions: list[PageViewRestriction] | None = None

    def get_view_restrictions(self) -> Any:
        """Those of the page and of all above it; asked for once where its way is kept."""
        known = self.restrictions
        return super().get_view_restrictions() if known is None else known  # type: ignore[misc]

    @shared
    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Wagtail's own, marked as the same for everybody."""
        answer: HttpResponse = super().serve(request, *args, **kwargs)  # type: ignore[misc]
        return answer
