"""Loads missing letter templates from the app's data file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.timezone import now

from letters.models import LetterDesign, LetterTemplate
from letters.wording import TABLE_TITLE
from services_catalog.models import Unit

DATA = Path(__file__).parent / "data"
Row = dict[str, Any]


@transaction.atomic
def load_letter_templates(*, reset: bool = False) -> None:
    """The templates, and how the units that sign are titled on a letter.

    What managers have worded stays as it is; ``reset`` brings back the words of the file.
    """
    content = json.loads((DATA / "templates.json").read_text("utf-8"))
    for row in content["templates"]:
        for kind, service_code in _uses_of(row):
            load_template(kind, service_code, row, reset=reset)
    for code, post in content["signer_posts"].items():
        units = Unit.objects.filter(code=code)
        (units if reset else units.filter(signing_post="")).update(signing_post=post)


def load_template(kind: str, service_code: str, row: Row, *, reset: bool = False) -> LetterTemplate:
    """The template as the file has it, when there is none yet, and its published version.

    ``reset`` makes the next version of one that says something else. Issued letters
    point to the version that they were printed from.
    """
    versions = LetterTemplate.objects.filter(kind=kind, service_code=service_code)
    latest = versions.order_by("-version").first()
    design = LetterDesign.objects.filter(kind=kind, service_code=service_code).first()
    if design is None:
        design = LetterDesign(kind=kind, service_code=service_code, first_published_at=now())
    elif latest and not reset:
        return latest
    design.title, design.salutation = row["title"], row["salutation"]
    table = [{"type": "table", "value": {"title": TABLE_TITLE}}] if row["show_answers"] else []
    design.body = [{"type": "paragraph", "value": {"text": t}} for t in row["body"]] + table
    design.copies = [{"type": "copy", "value": text} for text in row["copies"]]
    design.live, design.has_unpublished_changes, design.last_published_at = True, False, now()
    design.latest_revision = design.live_revision = None
    design.save()
    return LetterTemplate.objects.write_version(kind, service_code, design.words)


def _uses_of(row: Row) -> Iterator[tuple[str, str]]:
    """The kinds and services that a template is for; an empty code is every service."""
    for kind in row["kinds"]:
        for service_code in row["services"] or [""]:
            yield kind, service_code
