"""Looks are children of a process that waits for them: each alone, none outlives whoever asked."""

import os
import signal
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest

from submissions.documents.lookouts import LookoutLine
from tests.patience import PATIENCE, wait_until
from tests.submissions.files import pdf, picture, slow_pdf
from work.places import NoPlace, take_place

MODULE = "submissions.documents.sandbox.looking"
# A module that looks in ways that no look of ours does.
STRANGE = "tests.submissions.strange_looks"


@pytest.fixture
def start_line():
    lines = []

    def start(module=MODULE):
        lines.append(LookoutLine(module))
        return lines[-1]

    yield start
    for line in lines:
        line.close()


@pytest.fixture
def paper(tmp_path):
    def write(content):
        path = tmp_path / "paper"
        path.write_bytes(content if isinstance(content, bytes) else content.read())
        return path.open("rb")

    return write


def ask(line, file, *arguments, patience=PATIENCE):
    with file, take_place(PATIENCE) as place:
        return line.ask(file, arguments, place, patience)


def children_of(line):
    tasks = Path(f"/proc/{line.program.pid}/task/{line.program.pid}/children")
    return [int(number) for number in tasks.read_text().split()]


def test_one_lookout_looks_into_one_file_after_the_other(start_line, paper):
    line = start_line()
    assert ask(line, paper(pdf()), "pdf", "3") == "fine"
    first = line.program.pid
    assert ask(line, paper(picture()), "picture", "3") == "fine"
    assert ask(line, paper(b"%PDF-1.7"), "pdf", "3") == "broken"
    assert line.program.pid == first
    assert children_of(line) == []


def test_a_look_that_takes_too_much_ends_alone(start_line, paper):
    line = start_line()
    assert ask(line, paper(slow_pdf()), "pdf", "1") == ""
    assert ask(line, paper(pdf()), "pdf", "3") == "fine"


def test_a_lookout_that_died_is_started_again(start_line, paper):
    line = start_line()
    assert ask(line, paper(pdf()), "pdf", "3") == "fine"
    line.program.kill()
    line.program.wait()
    assert ask(line, paper(pdf()), "pdf", "3") == "fine"


def test_a_lookout_that_dies_during_a_look_is_started_again(start_line, paper):
    line, said = start_line(STRANGE), []
    asking = threading.Thread(
        target=lambda: said.append(ask(line, paper(b""), "sleep once", str(paper(b"").name)))
    )
    asking.start()
    wait_until(lambda: line.program and children_of(line))
    os.kill(line.program.pid, signal.SIGKILL)
    asking.join(PATIENCE)
    assert said == ["slept before"]


def test_who_has_no_patience_left_ends_the_look_and_has_the_place_back(
    start_line, paper, settings, tmp_path
):
    settings.PLACES_DIR, settings.PLACES_AT_ONCE = tmp_path / "places", 1
    line = start_line(STRANGE)
    assert ask(line, paper(b""), "files") != ""
    assert ask(line, paper(b""), "sleep", patience=0.5) == ""
    wait_until(lambda: children_of(line) == [])
    assert ask(line, paper(b""), "files") != ""


def test_a_place_is_kept_for_as_long_as_the_look_runs(start_line, paper, settings, tmp_path):
    settings.PLACES_DIR, settings.PLACES_AT_ONCE = tmp_path / "places", 1
    line = start_line(STRANGE)
    asking = threading.Thread(target=lambda: ask(line, paper(b""), "sleep", patience=2))
    asking.start()
    wait_until(lambda: line.program and children_of(line))
    with pytest.raises(NoPlace), take_place(0):
        pass
    asking.join(PATIENCE)


def test_a_look_has_nothing_of_the_portal_and_of_other_looks(start_line, paper):
    line = start_line(STRANGE)
    other = threading.Thread(target=lambda: ask(line, paper(b""), "sleep", patience=3))
    other.start()
    wait_until(lambda: line.program and children_of(line))
    assert ask(line, paper(b""), "files") == "0 1 2 3"
    assert ask(line, paper(b""), "environment") in ("PYTHONPATH", "LC_CTYPE PYTHONPATH")
    other.join(PATIENCE)


def test_a_lookout_ends_with_whoever_has_started_it(paper):
    reads, tells = os.pipe()
    child = os.fork()
    if child == 0:
        with suppress(BaseException):
            line = LookoutLine(MODULE)
            line.ask(paper(pdf()), ["pdf", "3"], reads, PATIENCE)
            os.write(tells, str(line.program.pid).encode())
            time.sleep(PATIENCE)
        os._exit(0)
    program = int(os.read(reads, 20))
    assert Path(f"/proc/{program}").exists()
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    wait_until(lambda: has_ended(program))


def has_ended(number):
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_a_fork_has_a_lookout_of_its_own(start_line, paper):
    line = start_line()
    os.register_at_fork(after_in_child=line.forget)
    assert ask(line, paper(pdf()), "pdf", "3") == "fine"
    reads, tells = os.pipe()
    child = os.fork()
    if child == 0:
        with suppress(BaseException):
            said = ask(line, paper(pdf()), "pdf", "3")
            os.write(tells, f"{said} {line.program.pid}".encode())
            line.close()
        os._exit(0)
    said, program = os.read(reads, 30).decode().split()
    os.waitpid(child, 0)
    assert said == "fine"
    assert int(program) != line.program.pid
    assert ask(line, paper(pdf()), "pdf", "3") == "fine"
