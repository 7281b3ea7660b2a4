"""Words of Wagtail's own lists that no catalogue of translations can reach."""

from __future__ import annotations

from wagtail.models import Site
from wagtail.sites.views import IndexView as SiteListView


def name_columns() -> None:
    """Give the columns of sites the names of their fields; Wagtail makes them of the English names."""
    fields = {field.name: field for field in Site._meta.fields}
    for column in SiteListView.columns:
        if column.label == column.name.replace("_", " ").capitalize():
            column.label = fields[column.name].verbose_name
