"""The office of before the rebuild, as it was dumped and as it is after the upgrade."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.project.upgrade.office import Office


@pytest.fixture(scope="session")
def before(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """The office as it was dumped."""
    return Office.unpacked(tmp_path_factory.mktemp("before"))


@pytest.fixture(scope="session")
def upgraded(before: Office, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """The same after the migrations of this checkout."""
    office = Office(tmp_path_factory.mktemp("upgraded"))
    shutil.copytree(before.folder, office.folder, dirs_exist_ok=True)
    done = office.manage("migrate", "--verbosity", "0")
    assert done.returncode == 0, done.stderr[-3000:]
    return office


@pytest.fixture
def office(
    upgraded: Office, tmp_path: Path, django_db_blocker: Any, settings: Any
) -> Iterator[Office]:
    """A copy of the upgraded office, in which this process works."""
    settings.STAFF_SECOND_FACTOR = True
    own = Office(tmp_path / "office")
    shutil.copytree(upgraded.folder, own.folder)
    with django_db_blocker.unblock(), own.entered():
        yield own
