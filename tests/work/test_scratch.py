"""Temporary folders go with the process that made them, also with one that was killed."""

import os
import subprocess
import sys
import tempfile

import pytest
from django.conf import settings

from work import scratch

MAKE_ONE = "from work import scratch; print(scratch.folder('miz-try'), flush=True); "


@pytest.fixture(autouse=True)
def _temporary(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def a_process_that(does, tmp_path):
    """What a process printed that made a folder in ``tmp_path`` and then did this."""
    done = subprocess.run(
        [sys.executable, "-c", MAKE_ONE + does],
        env={**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": str(settings.SITE_DIR)},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert done.stdout.startswith(str(tmp_path))


def test_a_process_takes_its_folder_along_when_it_ends(tmp_path):
    a_process_that("pass", tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_a_forked_child_leaves_its_parents_folder_alone(tmp_path):
    looks = (
        "import os, sys; os.fork() or sys.exit(); os.wait(); print(len(os.listdir(sys.argv[1])))"
    )
    done = subprocess.run(
        [sys.executable, "-c", MAKE_ONE + looks, str(tmp_path)],
        env={**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": str(settings.SITE_DIR)},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.splitlines()[-1] == "1"


def test_what_a_killed_process_left_goes_when_the_next_one_asks(tmp_path):
    a_process_that("import os; os.kill(os.getpid(), 9)", tmp_path)
    (left,) = tmp_path.iterdir()
    own = scratch.folder("miz-try")

    assert not left.exists()
    assert scratch.folder("miz-try") != own
    assert own.exists()


def test_what_is_not_ours_stays(tmp_path):
    kept = [tmp_path / name for name in ("miz-try-not-a-process", "miz-trying-1-x", "notes")]
    for path in kept:
        path.mkdir()

    scratch.folder("miz-try")

    assert [path.exists() for path in kept] == [True, True, True]


def test_only_the_user_of_the_process_looks_into_it():
    assert scratch.folder("miz-try").stat().st_mode & 0o077 == 0
