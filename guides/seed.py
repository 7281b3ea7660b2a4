"""Loads missing guides from the app's data file."""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

from wagtail.models import Page

from guides.blocks import GuideBlock
from guides.models import GuideIndexPage, GuidePage

DATA = Path(__file__).parent / "data"
INDEX = {
    "title": "راهنما",
    "intro": "مراحل کار از اولین ورود تا دریافت نامه، به زبان ساده.",
}
# Names that blocks keep from one load to the next, so that the same text is seen as the same.
NAMES = uuid.UUID("5b1b0d3e-6d0e-4f3a-9a55-6c1b2a9de0a1")
Row = dict[str, Any]


def load_guides(home: Page, *, reset: bool = False) -> None:
    """The index below ``home`` and the guides below it, in their order, published.

    What editors have written stays as it is; ``reset`` brings back the words of the file.
    """
    index = load_index(home)
    guides = json.loads((DATA / "guides.json").read_text("utf-8"))["guides"]
    for row in sorted(guides, key=lambda guide: guide["order"]):
        load_guide(index, row, reset=reset)


def load_index(home: Page) -> GuideIndexPage:
    """The page that lists the guides, made when it is not there."""
    there = GuideIndexPage.objects.child_of(home).first()
    if there:
        return there
    index: GuideIndexPage = home.add_child(instance=GuideIndexPage(slug="guides", **INDEX))
    index.save_revision(log_action=True).publish()
    return index


def load_guide(index: GuideIndexPage, row: Row, *, reset: bool = False) -> GuidePage:
    """Publish one guide as the file has it; one that is there is left alone, or ``reset``."""
    page: GuidePage | None = GuidePage.objects.child_of(index).filter(slug=row["slug"]).first()
    if page and not reset:
        return page
    said = {name: row[name] for name in ("title", "intro", "reading_minutes")}
    body = [_block_of(f"{row['slug']}/{i}", block) for i, block in enumerate(row["blocks"])]
    if page is None:
        page = index.add_child(instance=GuidePage(slug=row["slug"], body=json.dumps(body), **said))
    elif page.body.get_prep_value() == body and all(
        getattr(page, name) == value for name, value in said.items()
    ):
        return page
    for name, value in said.items():
        setattr(page, name, value)
    page.body = json.dumps(body)
    page.save_revision(log_action=True).publish()
    return page


def _block_of(name: str, block: Row) -> Row:
    """A block of the file as the stream keeps it."""
    value = block["value"]
    if block["type"] == "service":
        # Services come after the guides on the road: only the block knows their model.
        services = GuideBlock.base_blocks["service"].target_model
        value = services.objects.get(code=value).pk
    elif isinstance(value, list):
        value = [
            {"type": "item", "value": item, "id": _stable_id(f"{name}/{i}")}
            for i, item in enumerate(value)
        ]
    return {"type": block["type"], "value": value, "id": _stable_id(name)}


def _stable_id(name: str) -> str:
    return str(uuid.uuid5(NAMES, name))
