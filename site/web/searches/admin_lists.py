"""One search for every list of the admin, Wagtail's own included."""

from __future__ import annotations

from typing import Any

from wagtail.admin.views.bulk_action import BulkAction
from wagtail.admin.views.generic.base import BaseListingView
from wagtail.admin.viewsets import viewsets
from wagtail.search.backends import get_search_backend
from wagtail.users.views.bulk_actions.user_bulk_action import UserBulkAction


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


def rows_of_list(action: BulkAction, parent_id: str | None) -> list[Any]:
    """What «select all» of a list means: the rows that it shows, by its own search and filters.

    Wagtail would take all rows of the model, or search them in another way than the list does.
    """
    lists = (viewset for viewset in viewsets.viewsets if hasattr(viewset, "index_view"))
    shown = next(viewset.index_view for viewset in lists if viewset.model is action.model)
    view = shown.view_class(**shown.view_initkwargs)
    view.setup(action.request)
    return [row.pk for row in view.get_queryset()]


def search_all_lists() -> None:
    """Give the search to the class from which all lists inherit, and what it finds to their actions."""
    BaseListingView.search_queryset = search_listing
    BulkAction.get_all_objects_in_listing_query = rows_of_list
    UserBulkAction.get_all_objects_in_listing_query = rows_of_list
