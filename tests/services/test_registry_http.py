"""Zibal's inquiries, asked of a server that answers in its format, and of ones that do not."""

from __future__ import annotations

import json
import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from persian.text import fold_key
from registries.answers import Outcome, Person
from registries.registers import civil_registry, mobile_ownership
from tests.patience import PATIENCE

pytestmark = [pytest.mark.django_db, pytest.mark.services]

CODE, MOBILE, BORN = "9990000018", "09130000001", date(1991, 3, 21)
NAMED = {
    "result": 1,
    "message": "موفق",
    "data": {
        "matched": True,
        "firstName": "امير",
        "lastName": "كريمي",
        "fatherName": "حميد",
        "alive": True,
    },
}


class Zibal(ThreadingHTTPServer):
    """Answers every inquiry with ``answer``: a status and what follows it."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Inquiry)
        self.asked: list[dict[str, Any]] = []
        self.answer: Callable[[Inquiry], None] = says({"result": 1, "data": {"matched": True}})


class Inquiry(BaseHTTPRequestHandler):
    server: Zibal

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append(
            {"path": self.path, "token": self.headers["Authorization"], "facts": json.loads(body)}
        )
        self.server.answer(self)

    def do_GET(self) -> None:
        self.server.asked.append({"path": self.path})
        says({"result": 1, "data": {"matched": True}})(self)

    def log_message(self, *args: object) -> None:
        """Silent."""


def says(content: Any, status: int = 200, **headers: str) -> Callable[[Inquiry], None]:
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()

    def answer(inquiry: Inquiry) -> None:
        inquiry.send_response(status)
        for name, value in headers.items():
            inquiry.send_header(name, value)
        inquiry.send_header("Content-Length", str(len(raw)))
        inquiry.end_headers()
        inquiry.wfile.write(raw)

    return answer


def hangs(inquiry: Inquiry) -> None:
    """Until the one who asks gives up and closes the line."""
    inquiry.connection.settimeout(PATIENCE)
    inquiry.connection.recv(1)


def breaks_off(inquiry: Inquiry) -> None:
    inquiry.send_response(200)
    inquiry.send_header("Content-Length", "1000")
    inquiry.end_headers()
    inquiry.wfile.write(b'{"result": 1')


def drips(inquiry: Inquiry) -> None:
    """Each drop comes in time, the answer does not."""
    raw = json.dumps({"result": 1, "data": {"matched": True}}).encode()
    inquiry.send_response(200)
    inquiry.send_header("Content-Length", str(len(raw)))
    inquiry.end_headers()
    with suppress(OSError):
        for place in range(len(raw)):
            inquiry.wfile.write(raw[place : place + 1])
            time.sleep(0.1)


def talks_nonsense(inquiry: Inquiry) -> None:
    inquiry.wfile.write(b"\x00\x01 not http at all\r\n\r\n")


@pytest.fixture
def zibal(settings) -> Iterator[Zibal]:
    server = Zibal()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.MOBILE_OWNERSHIP = settings.CIVIL_REGISTRY = "zibal"
    settings.ZIBAL_TOKEN = "secret-token"
    settings.ZIBAL_URL = f"http://127.0.0.1:{server.server_port}/v1/facility"
    settings.REGISTRY_TIMEOUT_SECONDS = PATIENCE
    yield server
    server.shutdown()
    server.server_close()


def test_shahkar_is_asked_as_the_aggregator_wants_it(zibal):
    assert mobile_ownership().check(MOBILE, CODE).outcome == Outcome.MATCHED
    assert zibal.asked == [
        {
            "path": "/v1/facility/shahkarInquiry",
            "token": "Bearer secret-token",
            "facts": {"mobile": MOBILE, "nationalCode": CODE},
        }
    ]


def test_the_civil_registry_takes_a_jalali_date_and_gives_names(zibal):
    zibal.answer = says(NAMED)
    answer = civil_registry().check(CODE, BORN)
    assert answer.person == Person("امير", "كريمي", alive=True)
    assert fold_key(answer.person.last_name) == fold_key("کریمی")
    assert zibal.asked[0]["path"] == "/v1/facility/nationalIdentityInquiry"
    assert zibal.asked[0]["facts"] == {"nationalCode": CODE, "birthDate": "1370/01/01"}


def test_a_clear_no_is_a_mismatch_and_names_nobody(zibal):
    zibal.answer = says({"result": 1, "data": {"matched": False, "firstName": "امير"}})
    assert mobile_ownership().check(MOBILE, CODE).outcome == Outcome.MISMATCH
    assert civil_registry().check(CODE, BORN).outcome == Outcome.MISMATCH
    assert civil_registry().check(CODE, BORN).person is None


@pytest.mark.parametrize(
    "answer",
    [
        says({"result": 1, "data": {}}),
        says({"result": 1, "data": {"matched": "yes"}}),
        says({"result": 1, "data": None}),
        says({"result": 1}),
        says({"result": 21, "message": "اعتبار کافی نیست"}),
        says([1, 2]),
        says(b"<html>maintenance</html>"),
        says(b"\xff\xfe\x00"),
        says({"result": 1, "data": {"matched": True}}, status=500),
        says({"result": 1, "data": {"matched": False}}, status=401),
        says({"result": 1, "data": {"matched": True}}, status=429),
        says(b"x" * 200_000),
        hangs,
        drips,
        breaks_off,
        talks_nonsense,
    ],
)
def test_everything_else_is_silence_and_rejects_nobody(zibal, settings, answer):
    zibal.answer = answer
    if answer in (hangs, drips):
        settings.REGISTRY_TIMEOUT_SECONDS = 0.5
    assert mobile_ownership().check(MOBILE, CODE).outcome == Outcome.UNAVAILABLE
    assert civil_registry().check(CODE, BORN).outcome == Outcome.UNAVAILABLE


def test_nobody_listens(zibal, settings):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.ZIBAL_URL = f"http://127.0.0.1:{free.getsockname()[1]}"
        assert mobile_ownership().check(MOBILE, CODE).outcome == Outcome.UNAVAILABLE


def test_the_token_is_not_carried_to_where_an_answer_points(zibal):
    zibal.answer = says({}, status=302, Location=f"http://127.0.0.1:{zibal.server_port}/elsewhere")
    assert mobile_ownership().check(MOBILE, CODE).outcome == Outcome.UNAVAILABLE
    assert [asked["path"] for asked in zibal.asked] == ["/v1/facility/shahkarInquiry"]


def test_the_log_names_no_person(zibal, caplog):
    caplog.set_level(logging.DEBUG, logger="accounts")
    zibal.answer = says(NAMED)
    civil_registry().check(CODE, BORN)
    zibal.answer = says({"result": 21})
    mobile_ownership().check(MOBILE, CODE)
    assert "nationalIdentityInquiry answered: matched=True" in caplog.text
    assert "shahkarInquiry is unavailable: result 21" in caplog.text
    for private in (CODE, MOBILE, "امير", "كريمي", "حميد", "secret-token", "1370"):
        assert private not in caplog.text
