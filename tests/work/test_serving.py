"""Web and worker are kept running and end together, and a killed process loses no task."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.patience import PATIENCE, wait_until
from tests.processes import marked_processes
from work.processes import is_stopped

pytestmark = pytest.mark.services

NOT_FOUND = 404
ROOT = Path(__file__).resolve().parents[2]


class Portal:
    """A portal with a queue of its own, started as an operator starts it."""

    def __init__(self, folder: Path, **more: str) -> None:
        self.diary = folder / "diary"
        self.env = {
            **os.environ,
            "QUEUE_FOLDER": str(folder),
            "DJANGO_SETTINGS_MODULE": "tests.work.worker_settings",
            "PYTHONPATH": str(ROOT),
            **more,
        }
        self.manage("migrate", "--verbosity=0")

    def manage(self, *arguments: str) -> str:
        """Run one command to its end."""
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(
            command,
            cwd=ROOT,
            env=self.env,
            check=True,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        ).stdout

    def send(self, *errands: float) -> None:
        """Queue tasks that take so many seconds each."""
        lines = [f"enqueue(run_errand, {str(self.diary)!r}, {seconds})" for seconds in errands]
        imports = "from work import enqueue; from tests.work.errands import run_errand; "
        self.manage("shell", "--no-imports", "-c", imports + "; ".join(lines))

    def serve(self) -> None:
        """Start, and wait until a first task has gone through the worker."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        bind = f"--bind=127.0.0.1:{self.port}"
        self.server = subprocess.Popen(
            [sys.executable, "manage.py", "serve", bind, "--patience=2", "--grace=20"],
            cwd=ROOT,
            env=self.env,
            start_new_session=True,
        )
        self.send(0)
        self.wait_for("ended", 1)

    def lines(self, word: str) -> list[str]:
        """The diary's lines that begin with ``word``."""
        text = self.diary.read_text() if self.diary.exists() else ""
        return [line for line in text.splitlines() if line.startswith(word)]

    def wait_for(self, word: str, count: int) -> list[int]:
        """The processes that wrote such lines, once there are ``count``."""
        wait_until(
            lambda: len(self.lines(word)) >= count,
            told=lambda: f"{count} × {word}: {self.lines('')}",
        )
        return [int(line.split()[1]) for line in self.lines(word)]

    def waiting(self) -> int:
        """The number of tasks in the queue."""
        code = "from django_q.models import OrmQ; print(OrmQ.objects.count())"
        return int(self.manage("shell", "--no-imports", "-c", code))

    def processes(self) -> dict[int, str]:
        """Every process that this portal started, with its command line."""
        return marked_processes("QUEUE_FOLDER", self.env["QUEUE_FOLDER"])

    def workers(self) -> set[int]:
        """The processes of the worker."""
        return {pid for pid, command in self.processes().items() if "qcluster" in command}

    def first_of(self, part: str) -> int:
        """The first process of the web server («gunicorn») or of the worker («qcluster»)."""
        return min(pid for pid, command in self.processes().items() if part in command)

    def asked(self) -> int:
        """What the web server answers to anybody: a status."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=PATIENCE) as page:
                return page.status
        except urllib.error.HTTPError as answer:
            return answer.code

    def end(self) -> int:
        """Ask the server to stop; its exit code."""
        self.server.send_signal(signal.SIGTERM)
        return self.server.wait(PATIENCE)

    def assert_gone(self) -> None:
        """Nothing that this portal started is left, within a moment."""
        wait_until(lambda: not self.processes(), told=lambda: self.processes())


@contextmanager
def serving(portal):
    """Serve; whatever is left of the portal is killed afterwards."""
    portal.serve()
    try:
        yield portal
    finally:
        for pid in portal.processes():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        portal.server.wait(PATIENCE)


@pytest.fixture
def portal(tmp_path):
    """A portal that serves, its queue in its own database."""
    with serving(Portal(tmp_path)) as portal:
        yield portal


@pytest.fixture
def portal_with_redis(tmp_path):
    """The same, its queue in a Redis that listens on a socket file only."""
    socket = tmp_path / "redis.sock"
    options = ["--port", "0", "--unixsocket", str(socket), "--save", "", "--dir", str(tmp_path)]
    redis = subprocess.Popen(["redis-server", *options], stdout=subprocess.DEVNULL)
    try:
        with serving(Portal(tmp_path, QUEUE_REDIS=f"unix://{socket}")) as portal:
            yield portal
    finally:
        redis.terminate()
        redis.wait(PATIENCE)


def environment(pid):
    return Path(f"/proc/{pid}/environ").read_bytes()


def kill_both_idle_workers(portal):
    """Let each of the two workers do something, and kill both once they wait for more."""
    before = len(portal.lines("ended"))
    portal.send(1, 1)
    both = set(portal.wait_for("ended", before + 2)[before:])
    assert len(both) == 2
    # That a process waits for the next task cannot be seen from outside.
    time.sleep(1)
    there = len(portal.processes())
    for idle in both:
        os.kill(idle, signal.SIGKILL)
    wait_until(lambda: both.isdisjoint(portal.processes()) and len(portal.processes()) >= there)


def test_a_wanted_stop_lets_the_running_task_end_and_leaves_nothing_behind(portal):
    portal.send(3)
    portal.wait_for("started", 2)

    assert portal.end() == 0
    assert len(portal.lines("ended")) == 2
    portal.assert_gone()
    assert portal.waiting() == 0


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
def test_a_worker_that_dies_or_is_frozen_is_started_again_alone(portal, number):
    web = portal.processes().keys() - portal.workers()
    before = portal.workers()
    os.kill(portal.first_of("qcluster"), number)

    wait_until(lambda: before.isdisjoint(portal.workers() or before), told=portal.processes)
    portal.send(0)
    portal.wait_for("ended", 2)
    assert web <= portal.processes().keys()
    assert portal.end() == 0


def test_while_gunicorn_is_started_again_its_workers_answer(portal):
    wait_until(lambda: portal.asked() == NOT_FOUND)
    worker = portal.workers()
    before = {pid for pid, command in portal.processes().items() if "gunicorn" in command}
    os.kill(min(before), signal.SIGKILL)

    def replaced() -> bool:
        assert portal.asked() == NOT_FOUND
        return before.isdisjoint(portal.processes())

    wait_until(replaced, told=portal.processes)
    assert portal.workers() == worker
    assert portal.end() == 0
    portal.assert_gone()


def test_a_frozen_process_of_the_web_server_is_replaced(portal):
    wait_until(lambda: portal.asked() == NOT_FOUND)
    frozen = max(pid for pid, command in portal.processes().items() if "gunicorn" in command)
    os.kill(frozen, signal.SIGSTOP)

    wait_until(lambda: frozen not in portal.processes(), told=portal.processes)
    assert portal.asked() == NOT_FOUND


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
def test_nobody_ends_with_the_origin_and_the_next_one_is_asked_as_it_was(portal, number):
    origin = portal.first_of("origin_program")
    before = portal.processes().keys() - {origin}
    os.kill(origin, number)

    wait_until(lambda: origin not in portal.processes(), told=portal.processes)
    assert before <= portal.processes().keys()
    workers = portal.workers()
    os.kill(min(workers), signal.SIGKILL)
    wait_until(lambda: workers.isdisjoint(portal.workers() or workers), told=portal.processes)
    portal.send(0)
    portal.wait_for("ended", 2)
    assert portal.end() == 0
    portal.assert_gone()


def test_what_cannot_be_loaded_is_told_and_ends_it(tmp_path):
    portal = Portal(tmp_path)
    portal.env["QUEUE_RETRY"] = "1"

    with pytest.raises(subprocess.CalledProcessError) as failed:
        portal.manage("serve", "--bind=127.0.0.1:0")

    assert failed.value.returncode == 1
    assert "work.E003" in failed.value.stderr


def test_systemd_hears_that_it_serves_and_lives_and_nothing_while_it_is_stopped(tmp_path):
    address = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(address))
        systemd.settimeout(PATIENCE)
        portal = Portal(tmp_path, NOTIFY_SOCKET=str(address), WATCHDOG_USEC="2000000")
        with serving(portal):
            heard = {systemd.recv(64), systemd.recv(64)}
            while b"READY=1" not in heard:
                heard.add(systemd.recv(64))
            portal.server.send_signal(signal.SIGSTOP)
            wait_until(lambda: is_stopped(portal.server.pid))
            systemd.setblocking(False)
            with suppress(BlockingIOError):
                while heard.add(systemd.recv(64)) is None:
                    pass
            # Twice the second in which it speaks otherwise.
            time.sleep(2)
            with pytest.raises(BlockingIOError):
                systemd.recv(64)
            systemd.settimeout(PATIENCE)
            portal.server.send_signal(signal.SIGCONT)
            heard.add(systemd.recv(64))
            children = portal.processes().keys() - {portal.server.pid}
            assert not any(b"NOTIFY_SOCKET" in environment(pid) for pid in children)
            assert portal.end() == 0
            while b"STOPPING=1" not in heard:
                heard.add(systemd.recv(64))
    assert heard == {b"READY=1", b"WATCHDOG=1", b"STOPPING=1"}


def test_when_the_parent_is_killed_nothing_keeps_running(portal):
    portal.server.kill()

    portal.server.wait(PATIENCE)
    portal.assert_gone()


def test_a_task_whose_worker_is_killed_is_run_again(portal):
    portal.send(3)
    *_, busy = portal.wait_for("started", 2)
    os.kill(busy, signal.SIGKILL)

    portal.wait_for("ended", 2)
    assert len(portal.lines("started")) == 3
    assert portal.end() == 0


def test_a_worker_that_stands_still_is_restarted_and_its_tasks_are_run(portal):
    kill_both_idle_workers(portal)

    portal.send(0, 0, 0)

    portal.wait_for("ended", 6)
    assert portal.end() == 0
    assert portal.waiting() == 0


def test_with_redis_it_is_restarted_too(portal_with_redis):
    standing = portal_with_redis.workers()
    kill_both_idle_workers(portal_with_redis)
    # Another one is there, and nothing of the one that stood still.
    wait_until(lambda: standing.isdisjoint(portal_with_redis.workers() or standing))

    portal_with_redis.send(0)

    portal_with_redis.wait_for("ended", 4)
    assert portal_with_redis.end() == 0
    portal_with_redis.assert_gone()


def test_with_redis_the_sweep_sees_what_still_waits(portal_with_redis):
    assert portal_with_redis.end() == 0
    portal_with_redis.send(0, 1)

    found = portal_with_redis.manage(
        *(
            "shell",
            "--no-imports",
            "-c",
            "from work import queue; print(queue.waiting_since('chores') is not None)",
        )
    )

    assert found.strip() == "True"


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]"])
def test_a_port_that_is_taken_is_told_before_anything_is_started(host):
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as other:
        other.bind((host.strip("[]"), 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(CommandError, match=f"taken by another program.*PORT={port + 1}"):
            call_command("serve", "--bind", f"{host}:{port}")

    call_command("serve", "--bind", f"{host}:{port}", "--check-port")


def test_an_address_of_another_machine_is_told_too():
    with pytest.raises(CommandError, match=r"192\.0\.2\.1:8000"):
        call_command("serve", "--bind", "192.0.2.1:8000", "--check-port")
