"""`.ci/setup` takes a Python that whoever serves may start."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.settings.environment import BASE_DIR


@pytest.fixture
def shelf() -> Iterator[Path]:
    """A folder with a Python that comes before the system's."""
    # Not below pytest's folder, which is for its own user alone.
    folder = Path("/var/tmp") / f"shelf-{os.getpid()}"
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    python = folder / "python3"
    python.write_text('#!/bin/sh\nexec /usr/bin/python3 "$@"\n')
    python.chmod(0o755)
    yield folder
    python.unlink()
    folder.rmdir()


def taken(shelf: Path) -> str:
    done = subprocess.run(
        [BASE_DIR / ".ci" / "setup", "python"],
        env={"PATH": f"{shelf}:/usr/bin:/bin:/usr/sbin:/sbin"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout.strip()


def test_the_first_python_on_the_path_is_taken_if_everybody_may_start_it(shelf: Path) -> None:
    assert taken(shelf) == str(shelf / "python3")


def test_root_passes_over_a_python_that_is_for_root_alone(shelf: Path) -> None:
    shelf.chmod(0o700)

    there = Path("/usr/bin") if os.geteuid() == 0 else shelf
    assert Path(taken(shelf)).parent == there
