"""A child that dies is started again, one that dies at once less and less often; all is told."""

import json
import os
import signal
import sys
import time

import pytest

from tests.patience import wait_until
from work.processes import is_stopped
from work.supervisor.children import STEADY, Child, Job, rest_before_start, start_by_command
from work.supervisor.recovering import Recovering
from work.supervisor.status import write_status


@pytest.fixture
def child():
    child = Child(Job("codes", [sys.executable, "-c", "input()"]))
    yield child
    child.kill()


def die(child):
    os.kill(child.process.pid, signal.SIGKILL)
    wait_until(child.has_ended)


def test_it_is_started_again_at_once(child):
    child.start_when_due(0)
    first = child.process.pid
    die(child)

    child.bury(STEADY)
    child.start_when_due(STEADY)

    assert child.process.pid != first
    assert child.starts == 2


def test_who_dies_at_once_again_and_again_is_started_less_and_less_often(child):
    moments, now = [], 0.0
    for _ in range(5):
        child.start_when_due(now)
        while child.process is None:
            now += 0.5
            child.start_when_due(now)
        moments.append(now)
        die(child)
        child.bury(now)

    assert moments == [0, 0, 1, 3, 7]
    assert rest_before_start(1000) == 8


def test_who_has_done_its_work_was_killed_and_is_started_at_once_each_time(child):
    for moment in range(8):
        child.start_when_due(moment)
        child.watchdog.hear(f"settled {child.process.pid} 7", moment)
        die(child)
        child.bury(moment)

    assert child.starts == 8


def test_what_the_host_cannot_start_is_asked_for_again_and_ends_nothing():
    answers = [BlockingIOError(11, "Resource temporarily unavailable"), OSError(12, "No memory")]
    child = Child(Job("codes", [sys.executable, "-c", "input()"]), start=lambda *_: start(answers))
    moments = [0, 0.5, 1, 1.5, 2]
    for moment in moments:
        child.start_when_due(moment)
    assert (child.starts, child.process is None, answers) == (1, False, [])
    child.kill()


def start(answers):
    """Refuse as often as there are answers left."""
    refuse(answers)
    return start_by_command(Job("codes", [sys.executable, "-c", "input()"]))


def test_its_state_is_written_for_whoever_asks(child, tmp_path):
    path = tmp_path / "run" / "workers.json"
    write_status(path, [child], 0)
    assert json.loads(path.read_text())["children"]["codes"]["pid"] is None

    child.start_when_due(0)
    child.watchdog.hear(f"alive {child.process.pid} -", 1)
    write_status(path, [child], 3)

    told = json.loads(path.read_text())
    codes = told["children"]["codes"]
    assert (codes["pid"], codes["starts"]) == (child.process.pid, 1)
    assert told["at"] - codes["last_beat"] == pytest.approx(2)
    assert abs(told["at"] - time.time()) < 60
    assert [file.name for file in path.parent.iterdir()] == ["workers.json"]


def test_a_state_that_cannot_be_written_stops_nothing(child, tmp_path):
    (tmp_path / "run").write_text("in the way")

    write_status(tmp_path / "run" / "workers.json", [child], 0)


# What `manage.py recover` is to its parent: it notes its rows, and fails until it is healed.
RECOVER = """
import os, sys
folder = sys.argv[1]
told = dict(word.removeprefix("--").split("=", 1) for word in sys.argv[2:])
with open(f"{folder}/told", "a") as file:
    print(told["rows"], told["in-hand"], file=file)
if not os.path.exists(f"{folder}/healed"):
    sys.exit(1)
os.write(int(told["answer"]), b"null")
"""


@pytest.fixture
def recovering(tmp_path):
    command = [sys.executable, "-c", RECOVER, str(tmp_path)]
    return Recovering(command, start_by_command, lambda: {"chores": ["3"]})


def run_out(recovering, moments):
    """Attend to it at these moments, each until what was begun has ended."""
    for moment in moments:
        recovering.attend(moment)
        if recovering.process is not None:
            recovering.process.wait()
            recovering.attend(moment)


def test_rows_are_given_back_in_a_process_of_its_own_until_it_succeeds(recovering, tmp_path):
    recovering.ask(0, {7: 0.0})
    run_out(recovering, [0])
    (tmp_path / "healed").touch()
    run_out(recovering, [1, 5, 10])

    held = ' {"chores": ["3"]}'
    lines = (tmp_path / "told").read_text().splitlines()
    assert lines == [f'{{"7": 0.0}}{held}', f'{{"7": 0.0}}{held}', "{}" + held]


def test_while_nobody_can_be_started_it_stays_due(recovering, tmp_path):
    (tmp_path / "healed").touch()
    starter, recovering._start = recovering._start, lambda job, pulse: None
    recovering.ask(0, {7: 0.0})
    run_out(recovering, [0, 1])
    assert not (tmp_path / "told").exists()

    recovering._start = starter
    run_out(recovering, [20])
    told = (tmp_path / "told").read_text().splitlines()
    assert [line.partition(' {"c')[0] for line in told] == ['{"7": 0.0}']

    # What seemed to be in somebody's hand at first is looked for again, as late as otherwise.
    run_out(recovering, [21, 24, 25, 29, 30])
    assert len((tmp_path / "told").read_text().splitlines()) == 3


def test_where_nobody_can_be_started_it_rests_between_two_tries(recovering, tmp_path, caplog):
    (tmp_path / "healed").touch()
    answers = [OSError(12, "No memory")] * 3
    recovering._start = lambda job, pulse: start_by_command(refuse(answers) or job, pulse)
    recovering.ask(0, {7: 0.0})

    run_out(recovering, [tick / 4 for tick in range(17)])

    assert caplog.text.count("Nobody can be started") == 3
    assert "7" in (tmp_path / "told").read_text()


def refuse(answers):
    if answers:
        raise answers.pop(0)


def test_one_that_somebody_has_stopped_keeps_nobody_waiting(tmp_path):
    sleeping = [sys.executable, "-c", "import time; time.sleep(600)"]
    recovering = Recovering(sleeping, start_by_command, dict)
    recovering.ask(0, {7: 0.0})
    recovering.attend(0)
    stopped = recovering.process
    os.kill(stopped.pid, signal.SIGSTOP)
    wait_until(lambda: is_stopped(stopped.pid))

    for moment in (1, 2.5, 3.2):
        recovering.attend(moment)
        assert recovering.process is not None or moment > 3
    assert stopped.returncode == -signal.SIGKILL
    recovering.attend(4.3)
    assert recovering.process.pid != stopped.pid
    assert recovering._taken == {7: 0.0}
    recovering.end()


def test_after_many_deaths_no_more_is_looked_for_than_after_one(recovering, tmp_path):
    (tmp_path / "healed").touch()
    for moment in range(40):
        recovering.ask(moment)
        run_out(recovering, [moment])
    run_out(recovering, [40 + tick / 2 for tick in range(40)])
    before = len((tmp_path / "told").read_text().splitlines())
    run_out(recovering, [60 + tick / 2 for tick in range(360)])
    assert len((tmp_path / "told").read_text().splitlines()) - before <= 4
