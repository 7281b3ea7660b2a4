"""The shared screens of the small tables of the catalog and the office."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest
from wagtail.snippets.views.snippets import (
    EditView,
    SnippetViewSet,
)

from web.consequences import SaysWhatItTouches


class ReferenceEditView(SaysWhatItTouches, EditView):
    """The form of a row, which asks first when requests hang on what is changed."""


class Reference(SnippetViewSet):
    """A small table that other rows name: never copied, its rows retired rather than deleted."""

    copy_view_enabled = False
    edit_view_class = ReferenceEditView
    list_per_page = 50
    #: Relations that the list names in each row.
    beside: tuple[str, ...] = ()

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        rows = self.model._default_manager.all()
        return rows.select_related(*self.beside) if self.beside else rows
