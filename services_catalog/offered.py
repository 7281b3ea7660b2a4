"""The services that can be asked for now, as the public reads them, read once for each state."""

from __future__ import annotations

from services_catalog.models import ServiceVersion
from services_catalog.sheets import Sheet
from web.public_pages.kept_values import kept_values


def read_sheets() -> list[Sheet]:
    """A list of one's own, in the order of the catalog."""
    return list(kept_values.find("offered sheets", _read_anew))


def _read_anew() -> tuple[Sheet, ...]:
    return tuple(version.sheet for version in ServiceVersion.objects.offered())
