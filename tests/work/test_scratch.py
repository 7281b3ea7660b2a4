"""Temporary folders go with the process that made them, also with one that was killed."""

import os
import subprocess
import sys
import tempfile

import pytest
from django.conf import settings

from work import temporary_folders

MAKE_ONE = """
import multiprocessing, os, sys, time
from work import temporary_folders
made = temporary_folders.make_folder("miz-try")
print(made, flush=True)
"""
LOOK_LATER = """
def look():
    time.sleep(1)
    print(made.exists(), flush=True)
"""


@pytest.fixture(autouse=True)
def _temporary(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def a_process_that(does, tmp_path):
    """The last line of a process that made a folder in ``tmp_path`` and then did this."""
    done = subprocess.run(
        [sys.executable, "-c", MAKE_ONE + does],
        env={**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": str(settings.SITE_DIR)},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    assert done.stdout.startswith(str(tmp_path))
    return done.stdout.splitlines()[-1]


def test_a_process_takes_its_folder_along_when_it_ends(tmp_path):
    a_process_that("pass", tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_a_forked_child_leaves_its_parents_folder_alone(tmp_path):
    forks = "os.fork() or sys.exit()\nos.wait()\nprint(made.exists())"

    assert a_process_that(forks, tmp_path) == "True"


def test_children_that_outlast_their_parents_work_keep_its_folder(tmp_path):
    starts = "multiprocessing.get_context('fork').Process(target=look).start()"

    assert a_process_that(LOOK_LATER + starts, tmp_path) == "True"
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_goes_when_the_next_one_asks(tmp_path):
    a_process_that("os.kill(os.getpid(), 9)", tmp_path)
    (left,) = tmp_path.iterdir()
    own = temporary_folders.make_folder("miz-try")

    assert not left.exists()
    assert temporary_folders.make_folder("miz-try") != own
    assert own.exists()


def test_what_is_not_ours_stays(tmp_path):
    kept = [tmp_path / name for name in ("miz-try-not-a-process", "miz-trying-1-x", "notes")]
    for path in kept:
        path.mkdir()

    temporary_folders.make_folder("miz-try")

    assert [path.exists() for path in kept] == [True, True, True]


def test_only_the_user_of_the_process_looks_into_it():
    assert temporary_folders.make_folder("miz-try").stat().st_mode & 0o077 == 0
