"""Files of our pages, packed: stylesheets in one, and anew only when something has changed."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.template import Context, Template
from tinycss2 import parse_stylesheet, serialize

from db.static_files import SHEETS, QuicklyPackedFiles

NAME = "portal/portal.css"
LINKS = Template('{% load stylesheets %}{% stylesheets "portal/portal.css" %}')


@pytest.fixture
def packed(settings, monkeypatch, tmp_path) -> Path:
    """Where the portal's own files are packed, those of no library.

    Not by the setting: with it Django makes all storages anew, which the fields of files do not learn.
    """
    folder = tmp_path / "static"
    folder.mkdir()
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    files = QuicklyPackedFiles(location=folder, base_url=settings.STATIC_URL)
    monkeypatch.setattr(staticfiles_storage, "_wrapped", files)
    call_command("pack_static")
    return folder


def links() -> list[str]:
    return LINKS.render(Context()).split("\n")


def test_as_they_lie_there_each_has_its_link_in_order():
    assert [line.strip() for line in links()] == [
        f'<link rel="stylesheet" href="/static/{part}">' for part in SHEETS[NAME]
    ]


def test_packed_they_are_one_file_with_the_rules_of_all(packed, settings):
    [link] = links()
    address = staticfiles_storage.url(NAME)
    assert address in link
    name = address.removeprefix(settings.STATIC_URL)
    assert name != NAME
    told = gzip.decompress((packed / f"{name}.gz").read_bytes()).decode()
    assert told == (packed / name).read_text("utf-8")
    places = [
        told.index(rule)
        for rule in ("--bs-font-sans-serif: Vazirmatn", ".skip-link", ".site-header")
    ]
    assert places == sorted(places)
    # The font is named by its contents too.
    font = staticfiles_storage.url("vendor/vazirmatn/Vazirmatn-variable.woff2")
    assert Path(font).name in told


def test_nothing_is_packed_again_until_something_has_changed(packed, settings, tmp_path):
    made = packed / NAME
    os.utime(made, (1, 1))
    call_command("pack_static")
    assert made.stat().st_mtime == 1

    added = tmp_path / "added"
    added.mkdir()
    (added / "more.css").write_text("p { color: red }")
    settings.STATICFILES_DIRS = [*settings.STATICFILES_DIRS, added]
    call_command("pack_static")
    assert (packed / "more.css").exists()
    assert made.stat().st_mtime > 1


def test_a_reference_is_read_from_its_beginning_in_every_part_of_the_admin():
    """The box of copies that nobody sends stands outside the letter, and names its file numbers."""
    sheet = Path("site/static/portal/admin.css").read_text("utf-8")
    rules = parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True)
    everywhere = {
        serialize(rule.prelude).strip(): serialize(rule.content)
        for rule in rules
        if rule.type == "qualified-rule"
    }
    assert "isolate" in everywhere[".ltr"]
