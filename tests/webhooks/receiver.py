"""A receiver of events over a real line, that behaves as a story has it."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any

from standardwebhooks import Webhook

Behaviour = Callable[["Receiver", dict[str, Any]], int]


def says(status: int) -> Behaviour:
    return lambda receiver, event: status


def hangs(receiver: Receiver, event: dict[str, Any]) -> int:
    """Until long after whoever called has hung up; what it says then nobody hears."""
    receiver.is_over.wait(60)
    return 503


def stumbles_once(receiver: Receiver, event: dict[str, Any]) -> int:
    """500 at the first try of each event, 200 afterwards."""
    return 200 if receiver.tried[event["number"]] > 1 else 500


class Receiver(ThreadingHTTPServer):
    """Checks each signature, and keeps what it has acknowledged in the order in which it did."""

    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        self.secret = ""
        self.behaves: Behaviour = says(200)
        self.acknowledged: list[dict[str, Any]] = []
        self.tried: Counter[int] = Counter()
        self.unsigned = 0
        self.is_over, self.lock = Event(), Lock()
        super().__init__(("127.0.0.1", port), Call)
        Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/events"

    def numbers(self) -> list[int]:
        return [event["number"] for event in self.acknowledged]

    def by_request(self) -> dict[str, list[int]]:
        """The numbers of the steps that it has acknowledged, of each request in their order."""
        found = defaultdict(list)
        for event in self.acknowledged:
            found[event["data"]["tracking_code"]].append(event["data"]["seq"])
        return dict(found)

    def end(self) -> None:
        self.is_over.set()
        self.shutdown()
        self.server_close()

    def handle_error(self, *args: object) -> None:
        """Silent: who hangs is hung up on."""


class Call(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        receiver, body = self.server, self.rfile.read(int(self.headers["Content-Length"]))
        event = json.loads(body)
        try:
            Webhook(receiver.secret).verify(body, dict(self.headers))
        except Exception:
            receiver.unsigned += 1
            raise
        receiver.tried[event["number"]] += 1
        status = receiver.behaves(receiver, event)
        if receiver.is_over.is_set():
            return
        self.send_response(status)
        self.send_header("Content-Length", "2")
        self.end_headers()
        if status == 200:
            receiver.acknowledged.append(event)
        self.wfile.write(b"ok")

    def log_message(self, *args: object) -> None:
        """Silent."""
