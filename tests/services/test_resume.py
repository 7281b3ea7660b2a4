"""A 20 MB file over a line that breaks and a server that is killed: whole in the end, byte by byte."""

from __future__ import annotations

import base64
import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse
from pypdf import PdfWriter

from submissions.documents.resumable import LEASE
from submissions.models import PartialUpload, Submission
from tests.browser.portal import free_port
from tests.cast import begin
from tests.patience import PATIENCE, wait_until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]

ROOT = Path(__file__).resolve().parents[2]
MEGABYTE = 1024 * 1024
BLOCK = 512 * 1024
TOKEN = "c" * 32


class Server:
    """A real gunicorn with one worker, on the test's database and files."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.log = folder / "gunicorn.log"
        command = [sys.executable, "-m", "gunicorn", "config.wsgi:application"]
        command += ["--bind", f"127.0.0.1:{self.port}", "--workers", "1", "--threads", "4"]
        command += ["--chdir", str(ROOT), "--pythonpath", str(ROOT / "site"), "--no-control-socket"]
        self._process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "tests.services.settings_fast",
                "PYTHONPATH": str(ROOT),
                "KILLED_DATABASE": str(connection.settings_dict["NAME"]),
                "KILLED_PRIVATE": str(settings.PRIVATE_ROOT),
            },
            stdout=subprocess.DEVNULL,
            stderr=self.log.open("ab"),
            start_new_session=True,
        )
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while True:
            with contextlib.suppress(OSError):
                line = self.line()
                line.request("GET", "/health/live")
                line.getresponse().read()
                return
            assert time.monotonic() < deadline, self.log.read_text(errors="replace")[-3000:]
            time.sleep(0.1)

    def line(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)

    @property
    def _worker(self) -> int:
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        (worker,) = children.read_text().split()
        return int(worker)

    def memory(self, name: str) -> float:
        """``VmRSS`` or its peak ``VmHWM`` of the worker, in megabytes."""
        status = Path(f"/proc/{self._worker}/status").read_text()
        (line,) = (line for line in status.splitlines() if line.startswith(name))
        return int(line.split()[1]) / 1024

    def forget_peak(self) -> None:
        Path(f"/proc/{self._worker}/clear_refs").write_text("5")

    def kill(self) -> None:
        """All of it at once, as when the machine's power goes."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


class Phone:
    """A plain tus client of one signed-in person."""

    def __init__(self, server: Server, session: str) -> None:
        self.server = server
        self._headers = {
            "Cookie": f"sessionid={session}; csrftoken={TOKEN}",
            "X-CSRFToken": TOKEN,
            "Tus-Resumable": "1.0.0",
        }

    def ask(
        self, method: str, url: str, body: bytes | None = None, **headers: str
    ) -> http.client.HTTPResponse:
        line = self.server.line()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        line.request(method, url, body, self._headers | named)
        answer = line.getresponse()
        answer.read()
        line.close()
        return answer

    def create(self, case: Submission, size: int) -> str:
        words = {"filename": "نقشه.pdf", "request": case.tracking_code, "requirement": "contract"}
        metadata = ",".join(
            f"{key} {base64.b64encode(word.encode()).decode()}" for key, word in words.items()
        )
        answer = self.ask(
            "POST", reverse("submissions:parts"), Upload_Length=str(size), Upload_Metadata=metadata
        )
        assert answer.status == 201
        return str(answer.headers["Location"])

    def offset(self, url: str) -> int:
        answer = self.ask("HEAD", url)
        assert answer.status == 200
        return int(answer.headers["Upload-Offset"])

    def send(self, url: str, block: bytes, at: int) -> int:
        """One PATCH; the new offset. Waits while the broken line before it still holds the part."""
        deadline = time.monotonic() + PATIENCE
        said = {"Content_Type": "application/offset+octet-stream", "Upload_Offset": str(at)}
        while (answer := self.ask("PATCH", url, block, **said)).status == 423:
            assert time.monotonic() < deadline
            time.sleep(0.5)
        assert answer.status == 204
        return int(answer.headers["Upload-Offset"])

    def break_off(self, url: str, announced: int, sent: bytes, at: int) -> socket.socket:
        """Announce a block, send a part of it, and leave the line hanging."""
        line = socket.create_connection(("127.0.0.1", self.server.port), timeout=PATIENCE)
        head = {
            **self._headers,
            "Host": "127.0.0.1",
            "Content-Type": "application/offset+octet-stream",
            "Upload-Offset": str(at),
            "Content-Length": str(announced),
        }
        lines = [f"PATCH {url} HTTP/1.1", *(f"{name}: {value}" for name, value in head.items())]
        line.sendall("\r\n".join([*lines, "", ""]).encode() + sent)
        return line


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[], Server]]:
    servers: list[Server] = []

    def start_one() -> Server:
        servers.append(Server(tmp_path))
        return servers[-1]

    yield start_one
    for server in servers:
        server.kill()


@pytest.fixture
def session(maryam) -> str:
    client = Client()
    client.force_login(maryam)
    return client.cookies["sessionid"].value


@pytest.fixture
def case(maryam, service) -> Submission:
    """A draft whose contract may have up to 25 MB."""
    service.documents.filter(code="contract").update(max_mb=25)
    service.refresh_from_db()
    service.save_revision().publish()
    service.refresh_from_db()
    return begin(maryam, service)


@pytest.fixture(scope="module")
def file() -> bytes:
    """A scan of 20 MB, as random as pictures are."""
    writer, whole = PdfWriter(), BytesIO()
    writer.add_blank_page(width=595, height=842)
    writer.add_attachment("scan", os.urandom(20 * MEGABYTE))
    writer.write(whole)
    return whole.getvalue()


def kept(case: Submission) -> bytes:
    with case.documents.current().get(requirement="contract").file.open() as stored:
        return bytes(stored.read())


def size_of_the_part() -> int:
    path: Path = PartialUpload.objects.get().path
    return path.stat().st_size if path.exists() else 0


def report(record_property, **figures: float) -> None:
    for name, value in figures.items():
        record_property(name, round(value, 1))
        print(f"{name}: {value:.1f}")


def test_the_line_breaks_in_the_middle_of_one_long_block(
    start, session, case, file, record_property
):
    server = start()
    phone = Phone(server, session)
    page = reverse("submissions:draft", args=[case.tracking_code, "documents"])
    assert phone.ask("GET", page).status == 200
    server.forget_peak()
    before = server.memory("VmRSS")

    url = phone.create(case, len(file))
    half = len(file) // 2
    line = phone.break_off(url, len(file), file[:half], at=0)
    wait_until(lambda: size_of_the_part() >= half - BLOCK)
    line.close()
    wait_until(lambda: not PartialUpload.objects.get().claimed_until)

    again = Phone(server, session)
    at = again.offset(url)
    assert half - BLOCK < at <= half
    assert again.send(url, file[at:], at) == len(file)

    assert kept(case) == file
    grown, peak = server.memory("VmRSS") - before, server.memory("VmHWM") - before
    report(record_property, rss_before=before, rss_grown=grown, peak_grown=peak)
    assert grown < 20
    assert peak < 20


def test_the_server_is_killed_while_a_block_arrives(start, session, case, file, record_property):
    server = start()
    phone = Phone(server, session)
    url, at = phone.create(case, len(file)), 0
    while at < len(file) // 2:
        at = phone.send(url, file[at : at + BLOCK], at)
    with phone.break_off(url, BLOCK, file[at : at + BLOCK // 2], at):
        wait_until(lambda: size_of_the_part() > at)
        server.kill()

    server = start()
    phone = Phone(server, session)
    page = reverse("submissions:draft", args=[case.tracking_code, "documents"])
    assert phone.ask("GET", page).status == 200
    server.forget_peak()
    before = server.memory("VmRSS")
    assert phone.offset(url) == at
    began = time.monotonic()
    while at < len(file):
        at = phone.send(url, file[at : at + BLOCK], at)
    took = time.monotonic() - began

    assert kept(case) == file
    assert not PartialUpload.objects.get().path.exists()
    grown, peak = server.memory("VmRSS") - before, server.memory("VmHWM") - before
    report(record_property, rss_before=before, rss_grown=grown, peak_grown=peak, seconds=took)
    assert peak < 20


def test_a_line_that_hangs_without_a_word_holds_the_part_for_its_lease_only(start, session, case):
    server = start()
    phone = Phone(server, session)
    url = phone.create(case, BLOCK)
    with phone.break_off(url, BLOCK, b"x" * 1000, at=0) as line:
        wait_until(lambda: PartialUpload.objects.get().claimed_until)
        began = time.monotonic()
        assert phone.send(url, b"y" * 2000, 0) == 2000
        assert time.monotonic() - began > LEASE.total_seconds() - 5
        # What hung comes to its end: the server has answered it, or closes the line.
        line.shutdown(socket.SHUT_WR)
        line.recv(1)
    assert phone.offset(url) == 2000
    assert PartialUpload.objects.get().path.read_bytes() == b"y" * 2000
