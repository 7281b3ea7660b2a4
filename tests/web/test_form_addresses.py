"""Forms name where they go: left out, the page's own address goes along, its place included."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings

FORM = re.compile(r"<form\b[^>]*>", re.DOTALL)
TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)


@pytest.mark.parametrize(
    "template",
    [
        path
        for path in sorted(Path(settings.BASE_DIR, "templates").rglob("*.html"))
        if "admin" not in str(path.relative_to(settings.BASE_DIR))
    ],
    ids=lambda path: str(path.relative_to(settings.BASE_DIR / "templates")),
)
def test_every_posting_form_of_the_public_pages_has_an_address(template: Path) -> None:
    for form in FORM.findall(TAG.sub("x", template.read_text())):
        assert 'method="post"' not in form or " action=" in form, form
