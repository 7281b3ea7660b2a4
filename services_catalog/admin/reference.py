"""The shared screens of the small tables of the catalog and the office."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.http import HttpRequest
from wagtail.snippets.views.snippets import (
    SnippetViewSet,
)


class Reference(SnippetViewSet):
    """A small table that other rows name: never copied, its rows retired rather than deleted."""

    copy_view_enabled = False
    list_per_page = 50
    #: Relations that the list names in each row.
    beside: tuple[str, ...] = ()

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        rows = self.model._default_manager.all()
        return rows.select_related(*self.beside) if self.beside else rows
