"""Loads missing letter templates from the app's data file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import transaction

from letters.models import LetterTemplate
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
    """The wording as the file has it, when there is none yet.

    ``reset`` makes the next version of one that says something else. Issued letters
    point to the version that they were printed from.
    """
    wording = {
        "title": row["title"],
        "salutation": row["salutation"],
        "paragraphs": row["body"],
        "show_answers": row["show_answers"],
        "copies": row["copies"],
    }
    versions = LetterTemplate.objects.filter(kind=kind, service_code=service_code)
    latest = versions.order_by("-version").first()
    if latest and not reset:
        return latest
    if latest and all(getattr(latest, name) == value for name, value in wording.items()):
        return latest
    versions.update(current=False)
    return versions.create(
        kind=kind,
        service_code=service_code,
        version=latest.version + 1 if latest else row["version"],
        **wording,
    )


def _uses_of(row: Row) -> Iterator[tuple[str, str]]:
    """The kinds and services that a template is for; an empty code is every service."""
    for kind in row["kinds"]:
        for service_code in row["services"] or [""]:
            yield kind, service_code
