"""One search for every list of the admin, Wagtail's own included."""

from __future__ import annotations

from typing import Any

from wagtail.admin.views.generic.base import BaseListingView
from wagtail.search.backends import get_search_backend


def search_listing(view: Any, rows: Any) -> Any:
    """What the view's search finds among the rows that the person may see.

    Wagtail would compare the columns of models that are not indexed as they are typed.
    """
    if not view.is_searching:
        return rows
    return get_search_backend().autocomplete(
        view.search_query,
        rows,
        fields=view.search_fields,
        order_by_relevance=not view.is_explicitly_ordered,
    )


def search_all_lists() -> None:
    """Give the search to the class from which all lists inherit."""
    BaseListingView.search_queryset = search_listing
