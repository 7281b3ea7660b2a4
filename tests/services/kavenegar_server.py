"""A gateway that speaks Kavenegar's format over real HTTP, and fails as it is told to.

It keeps what reached a phone, so a test can see whether anything was sent twice.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any
from urllib.parse import parse_qsl

KEY = "6B65792D6F662D74686520746573747321"
# Longer than the test's gateway waits.
TOO_LONG = 10
SILENT = ("no answer", "a drop at a time")


class Kavenegar:
    """The account: what it was sent, and how it behaves at the next calls."""

    def __init__(self) -> None:
        self.phones: list[dict[str, str]] = []
        """What reached a phone, in order."""
        self.calls: list[tuple[str, dict[str, str]]] = []
        self.moods: deque[str] = deque()
        """How the next calls go; afterwards all goes well."""
        self.states: dict[str, int] = {}
        """The state of messages by id, where it is not 10 (delivered)."""
        self.first_state = 1
        self.one_object = False
        """Whether ``entries`` is an object where there is only one."""
        self.closing = Event()
        self.url = ""
        self._lock = Lock()

    @property
    def will_be_silent(self) -> bool:
        """Whether the next call gets no whole answer in any time."""
        return bool(self.moods) and self.moods[0].removeprefix("taken, then ") in SILENT

    def methods(self) -> list[str]:
        """The methods that were called, in order."""
        return [method for method, _ in self.calls]

    def take(self, fields: dict[str, str]) -> dict[str, Any]:
        """Send one message; its entry in the answer."""
        with self._lock:
            self.phones.append(fields)
            number = 8_792_342 + len(self.phones)
        return {
            "messageid": number,
            "message": fields.get("message", fields.get("token")),
            "status": self.first_state,
            "statustext": "در صف ارسال",
            "sender": fields.get("sender", "10004346"),
            "receptor": fields["receptor"],
            "date": 1356619709,
            "cost": 120,
        }

    def entries_for(self, method: str, fields: dict[str, str]) -> list[dict[str, Any]]:
        if method in ("sms/send", "verify/lookup"):
            return [self.take(fields)]
        if method == "sms/status":
            return [
                {"messageid": int(name), "status": self.states.get(name, 10), "statustext": ""}
                for name in fields["messageid"].split(",")
            ]
        return [self._by_local_id(fields["localid"])]

    def _by_local_id(self, local_id: str) -> dict[str, Any]:
        for number, sent in enumerate(self.phones, start=8_792_343):
            if sent.get("localid") == local_id:
                status = self.states.get(str(number), 5)
                return {"messageid": number, "localid": int(local_id), "status": status}
        return {"messageid": 0, "localid": int(local_id), "status": 100, "statustext": "نامعتبر"}


class Answers(BaseHTTPRequestHandler):
    """One call. A mood is ``taken, then …`` when the message goes out before things go wrong."""

    account: Kavenegar
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        fields = dict(parse_qsl(self.rfile.read(length).decode(), keep_blank_values=True))
        _, version, key, *method = self.path.removesuffix(".json").split("/")
        name = "/".join(method)
        self.account.calls.append((name, fields))
        mood = self.account.moods.popleft() if self.account.moods else "well"
        if version != "v1" or key != KEY:
            return self._say(403)
        entries: list[dict[str, Any]] = []
        if mood.startswith("taken, then "):
            entries = self.account.entries_for(name, fields)
            mood = mood.removeprefix("taken, then ")
        self._behave(mood, entries, name, fields)

    def _behave(
        self, mood: str, entries: list[dict[str, Any]], name: str, fields: dict[str, str]
    ) -> None:
        match mood:
            case "well":
                return self._say(200, entries or self.account.entries_for(name, fields))
            case "no answer":
                self.account.closing.wait(TOO_LONG)
            case "a drop at a time":
                self._drip(entries)
            case "cut off":
                self._start(200, 500)
                self.wfile.write(b'{"return":{"status":200')
            case "half a JSON":
                return self._write(200, b'{"return":{"status":200},"entr')
            case "a page of HTML":
                return self._write(200, b"<html><body>It works!</body></html>")
            case "a list":
                return self._write(200, b"[1, 2]")
            case "no entries":
                return self._say(200, [])
            case "500 without words" | "502 without words":
                return self._write(int(mood[:3]), b"<h1>Bad Gateway</h1>")
            case "200 in HTTP, 418 inside":
                return self._say(418, http=200)
            case _:
                return self._say(int(mood))
        self.close_connection = True

    def _say(
        self, status: int, entries: list[dict[str, Any]] | None = None, http: int | None = None
    ) -> None:
        given: Any = entries
        if entries and len(entries) == 1 and self.account.one_object:
            given = entries[0]
        answer = {"return": {"status": status, "message": "…"}, "entries": given}
        self._write(http or status, json.dumps(answer, ensure_ascii=False).encode())

    def _write(self, status: int, body: bytes) -> None:
        self._start(status, len(body))
        self.wfile.write(body)

    def _start(self, status: int, length: int) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(length))
        self.end_headers()

    def _drip(self, entries: list[dict[str, Any]]) -> None:
        """Every byte comes within the time for one read, all of them never do."""
        self._start(200, 10_000)
        while not self.account.closing.wait(0.05):
            try:
                self.wfile.write(b" ")
            except OSError:
                return

    def handle(self) -> None:
        try:
            super().handle()
        except ConnectionError:
            self.close_connection = True

    def log_message(self, *args: object) -> None:
        """Nothing on the screen."""


@contextmanager
def kavenegar() -> Iterator[Kavenegar]:
    """A server with an account, at ``account.url``, that lives as long as the test."""
    account = Kavenegar()
    handler = type("Handler", (Answers,), {"account": account})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    account.url = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield account
    finally:
        account.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()
