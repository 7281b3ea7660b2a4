"""Where the files of our pages lie."""

from __future__ import annotations

from typing import Any

from django.contrib.staticfiles.storage import StaticFilesStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage


class KnownAddresses:
    """Keeps the address of each file: a page names thirty, and none of them moves while we run."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._addresses: dict[str | None, str] = {}

    def url(self, name: str | None, *args: Any, **kwargs: Any) -> str:
        if name not in self._addresses:
            self._addresses[name] = super().url(name, *args, **kwargs)  # type: ignore[misc]
        return self._addresses[name]


class PlainFiles(KnownAddresses, StaticFilesStorage):
    """As they lie there, by their own names."""


class PackedFiles(KnownAddresses, CompressedManifestStaticFilesStorage):
    """Packed and named by what is in them, as ``collectstatic`` has left them."""
