"""The shared screens of the small tables of the catalog and the office."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest
from wagtail.admin.forms.choosers import BaseFilterForm, SearchFilterMixin
from wagtail.search.backends import get_search_backend
from wagtail.snippets.views.chooser import ChooseResultsView, ChooseView, SnippetChooserViewSet
from wagtail.snippets.views.snippets import EditView, SnippetViewSet

from web.consequences import SaysWhatItTouches


class ReferenceFilterForm(SearchFilterMixin, BaseFilterForm):
    """The search of a chooser, by the same columns as the list."""

    def filter(self, objects: models.QuerySet[Any]) -> Any:
        if not (text := self.cleaned_data.get("q")):
            return objects
        self.is_searching, self.search_query = True, text
        columns = objects.model.snippet_viewset.search_fields
        return get_search_backend().autocomplete(text, objects, fields=columns)


class ReferenceChooseView(ChooseView):
    filter_form_class = ReferenceFilterForm


class ReferenceChooseResultsView(ChooseResultsView):
    filter_form_class = ReferenceFilterForm


class ReferenceChooserViewSet(SnippetChooserViewSet):
    choose_view_class = ReferenceChooseView
    choose_results_view_class = ReferenceChooseResultsView


class ReferenceEditView(SaysWhatItTouches, EditView):
    """The form of a row, which asks first when requests hang on what is changed."""


class Reference(SnippetViewSet):
    """A small table that other rows name: never copied, its rows retired rather than deleted."""

    copy_view_enabled = False
    edit_view_class = ReferenceEditView
    chooser_viewset_class = ReferenceChooserViewSet
    list_per_page = 50
    #: Relations that the list names in each row.
    beside: tuple[str, ...] = ()

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        rows = self.model._default_manager.all()
        return rows.select_related(*self.beside) if self.beside else rows
