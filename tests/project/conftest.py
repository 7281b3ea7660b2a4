"""The office of before the rebuild, as it was dumped and as it is after the upgrade."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.once import make_once, shared_folder
from tests.project.upgrade.cells import DESKS, DESKS_MOMENT
from tests.project.upgrade.office import Office

# One contract under two spellings, as the register could have it then; and a list of contracts with
# such a pair, which was being merged.
TWO_SPELLINGS = """
INSERT INTO submissions_contract (number, number_key, park_id, plot, file_number, holder_kind,
    holder_name, holder_key, holder_id)
    SELECT spelled.number, spelled.key, (SELECT min(id) FROM services_catalog_park),
        '', '', 'natural', 'م', 'م', ''
    FROM (SELECT '5/1' AS number, '51' AS key UNION SELECT '5-1', '51' UNION SELECT '6/1', '61')
        AS spelled ORDER BY spelled.number DESC;
INSERT INTO submissions_contractimport (id, original_name, state, tries, queued_at, last_error, file,
    created_at, lines_total, lines_read, good, bad, added, changed, problem)
    SELECT 50, 'two-spellings.csv', 'merging', 0, queued_at, '', file || '-2', created_at, 3, 3, 2, 0, 0, 0, ''
    FROM submissions_contractimport WHERE id = 1;
INSERT INTO submissions_stagedcontract (job_id, line, number, number_key, park_id, plot, file_number,
    holder_kind, holder_name, holder_key, holder_id)
    SELECT 50, spelled.line, spelled.number, '71', (SELECT min(id) FROM services_catalog_park),
        '', '', 'natural', 'م', 'م', ''
    FROM (SELECT 2 AS line, '7/1' AS number UNION SELECT 3, '7-1') AS spelled;
"""


@pytest.fixture(scope="session")
def before(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """The office as it was dumped, and a register in which numbers stand twice, spelled otherwise."""
    office = Office.unpacked(tmp_path_factory.mktemp("before"))
    office.tell(TWO_SPELLINGS)
    [(first,), (again,)] = office.ask(
        "SELECT file FROM submissions_contractimport WHERE id IN (1, 50) ORDER BY id"
    )
    shutil.copyfile(office.private / first, office.private / again)
    return office


@pytest.fixture(scope="session")
def upgraded(
    before: Office, tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config
) -> Office:
    """The same after the migrations of this checkout; the processes of the suite share it."""
    return _upgrade_once(before, shared_folder(tmp_path_factory, pytestconfig) / "upgraded")


@pytest.fixture(scope="session")
def upgraded_desks(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> Office:
    """The office whose requests lay on desks before there were work items, upgraded."""
    dumped = Office.unpacked(tmp_path_factory.mktemp("desks"), DESKS, DESKS_MOMENT)
    return _upgrade_once(dumped, shared_folder(tmp_path_factory, pytestconfig) / "desks")


def _upgrade_once(before: Office, folder: Path) -> Office:
    def upgrade(part: Path) -> None:
        shutil.copytree(before.folder, part)
        done = Office(part, before.moment).manage("migrate", "--verbosity", "0")
        assert done.returncode == 0, done.stderr[-3000:]

    make_once(folder, upgrade)
    return Office(folder, before.moment)


@pytest.fixture(scope="module")
def desks(upgraded_desks: Office, django_db_blocker: Any) -> Iterator[Office]:
    """The same, in which this process works; nothing of it is written."""
    with django_db_blocker.unblock(), upgraded_desks.entered():
        yield upgraded_desks


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
