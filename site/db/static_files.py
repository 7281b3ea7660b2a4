"""Where the files of our pages lie."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.contrib.staticfiles.storage import StaticFilesStorage
from django.core.files.base import ContentFile
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

# Stylesheets that every page names one after the other; packed, they are one file: on a bad line each
# file costs a way there and back.
SHEETS: Final = {
    "portal/portal.css": (
        "vendor/bootstrap/bootstrap.portal.css",
        "portal/tokens.css",
        "portal/base.css",
        "portal/components.css",
        "portal/pages.css",
    )
}


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

    def sheets(self, name: str) -> tuple[str, ...]:
        """The names of the files that together are the stylesheet ``name``."""
        return SHEETS[name]


class PackedFiles(KnownAddresses, CompressedManifestStaticFilesStorage):
    """Packed and named by what is in them, as ``collectstatic`` has left them."""

    def sheets(self, name: str) -> tuple[str, ...]:
        """The same, joined."""
        return (name,)

    def post_process(
        self, paths: dict[str, Any], dry_run: bool = False, **options: Any
    ) -> Iterator[Any]:
        if not dry_run:
            for name in SHEETS:
                self._join(name)
                paths[name] = (self, name)
        return super().post_process(paths, dry_run=dry_run, **options)

    def _join(self, name: str) -> None:
        texts = []
        for part in SHEETS[name]:
            with self.open(part) as sheet:
                texts.append(sheet.read().decode())
        self.delete(name)
        self.save(name, ContentFile("\n".join(texts).encode()))


class QuicklyPackedFiles(PackedFiles):
    """For a first start that somebody waits for: by gzip alone, which takes a tenth of the time."""

    def create_compressor(self, **kwargs: Any) -> Compressor:
        return super().create_compressor(use_brotli=False, **kwargs)
