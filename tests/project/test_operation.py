"""What an operator copies out of docs/operation.md fits the program it is copied for."""

from __future__ import annotations

import re

import pytest
from django.contrib.staticfiles import finders
from django.core.management import get_commands, load_command_class

from config.settings.environment import BASE_DIR
from services_catalog.validation import MOST_MB
from spreadsheets.files import MAX_BYTES

# As it is called in a block or within a sentence; «User=miz» and paths are not calls.
CALLED = re.compile(r"(?:^|`|&& )miz ([a-z_]+)", re.MULTILINE)
MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def page() -> str:
    return (BASE_DIR / "docs" / "operation.md").read_text()


def found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    assert match, pattern
    return match[1]


def test_every_command_that_it_calls_exists(page: str) -> None:
    called = set(CALLED.findall(page))

    assert {"migrate", "init", "collectstatic", "check_audit"} <= called
    assert called <= set(get_commands())


def test_the_web_server_in_front_lets_the_largest_file_through(page: str) -> None:
    let_through = int(found(r"client_max_body_size (\d+)m;", page)) * MEGABYTE

    assert let_through > max(MOST_MB * MEGABYTE, MAX_BYTES)


def test_the_supervisor_waits_longer_than_a_running_task_is_given(page: str) -> None:
    serve = load_command_class("work", "serve").create_parser("manage.py", "serve")

    assert int(found(r"TimeoutStopSec=(\d+)", page)) > serve.get_default("grace")


def test_what_is_shown_while_the_portal_rests_needs_no_other_file(page: str) -> None:
    name = found(r"alias /srv/miz/data/static/(\S+);", page)
    path = finders.find(name)

    assert path, name
    with open(path, encoding="utf-8") as file:
        assert not re.search(r"(src=|url\(|<link|@import)", file.read())
