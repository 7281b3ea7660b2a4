"""The races and the road once more, on PostgreSQL."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.services.postgres import postgres

ROOT = Path(__file__).resolve().parents[2]
STORIES = [
    "tests/services/test_races.py",
    "tests/services/test_item_races.py",
    "tests/services/test_take_races.py",
    "tests/services/test_retry_races.py",
    "tests/services/test_event_races.py",
    "tests/services/test_register_races.py",
    "tests/services/test_crowded_walks.py",
    "tests/services/test_standstill.py",
    "tests/submissions/test_road.py",
    "tests/submissions/test_visibility.py",
    "tests/submissions/test_tus.py",
    "tests/submissions/test_contract_claim.py",
    "tests/submissions/test_holders.py",
    "tests/submissions/test_one_state_of_the_register.py",
    "tests/work/test_caching.py",
    "tests/letters/test_numbering.py",
    "tests/home/test_shared_pages.py",
    "tests/web/test_lanes.py",
]
# Minutes of searching and of full tables, the same on both databases: at full size only.
LONG_STORIES = ["tests/home/test_sixty_spellings.py", "tests/services/test_plans.py"]
AT_LEAST = 150


@pytest.mark.services
def test_races_and_road_end_the_same_on_postgresql(pytestconfig):
    with postgres() as address:
        proves = pytestconfig.getoption("--prove")
        full_size = ["--prove", *LONG_STORIES] if proves else []
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        done = subprocess.run(
            [*command, *full_size, *STORIES],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": address},
            capture_output=True,
            text=True,
            # As long as a machine takes that is five times slower and busy with the other stories.
            timeout=4 * 3600 if proves else 3000,
        )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed is not None
    assert int(passed[1]) >= AT_LEAST
    assert "skipped" not in done.stdout


@pytest.mark.services
def test_the_server_of_the_tests_is_a_postgresql_of_its_own():
    import psycopg

    with postgres() as address, psycopg.connect(address) as connection:
        row = connection.execute("SHOW server_encoding").fetchone()
        assert row == ("UTF8",)
