"""A hundred retries of one write with one key, over two processes: it is done once.

Runs on the database of the settings: SQLite here, PostgreSQL through test_postgres.py.
"""

from __future__ import annotations

import json
import multiprocessing
import threading
import traceback
from collections import Counter
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event
from typing import Any

import pytest
from django.db import connection, connections

from accounts.models import User
from services_catalog.models import Service
from submissions.models import Submission
from tests.api.caller import Caller
from tests.patience import PATIENCE
from web.api.kept_answers import KeptAnswer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]
FORK = multiprocessing.get_context("fork")
PROCESSES, THREADS = 2, 50
# Status, code of a refusal, request, whether it was answered before.
Ending = tuple[int, str, str, str]


def send_once(cookies: Any, said: dict[str, str], ready: threading.Barrier) -> Ending:
    caller = Caller()
    caller.client.cookies = cookies
    try:
        connection.ensure_connection()
        ready.wait(timeout=PATIENCE)
        answer = caller.post("submissions/", said, **{"Idempotency-Key": "once"})
        told = json.loads(answer.content)
        replayed = answer.get("Idempotency-Replayed", "")
        return answer.status_code, told.get("code", ""), told.get("tracking_code", ""), replayed
    finally:
        connection.close()


def send_from_here(line: Connection, start: Event, cookies: Any, said: dict[str, str]) -> None:
    """One process: fifty threads, each of which sends it when all are there."""
    connections.close_all()
    ready, endings = threading.Barrier(THREADS + 1), []

    def send() -> None:
        try:
            endings.append(send_once(cookies, said, ready))
        except Exception:
            endings.append((0, traceback.format_exc(), "", ""))

    threads = [threading.Thread(target=send) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    line.send("here")
    start.wait(PATIENCE)
    ready.wait(timeout=PATIENCE)
    for thread in threads:
        thread.join(timeout=PATIENCE)
    line.send(endings)


def send_from_everywhere(cookies: Any, said: dict[str, str]) -> list[Ending]:
    connections.close_all()
    start, lines = FORK.Event(), []
    for _ in range(PROCESSES):
        ours, theirs = FORK.Pipe()
        FORK.Process(
            target=send_from_here, args=[theirs, start, cookies, said], daemon=True
        ).start()
        lines.append(ours)
    for line in lines:
        assert line.poll(PATIENCE)
        line.recv()
    start.set()
    endings: list[Ending] = []
    for line in lines:
        assert line.poll(PATIENCE), "a process stands still"
        endings += line.recv()
    return endings


def test_a_hundred_retries_of_one_write_are_one_request(maryam: User, two_ways: Service) -> None:
    cookies, said = Caller(maryam).client.cookies, {"service": two_ways.code}

    endings = send_from_everywhere(cookies, said)

    told = Counter((status, code, replayed) for status, code, _, replayed in endings)
    assert told.total() == PROCESSES * THREADS
    assert told.pop((201, "", "")) == 1, told
    again = told.pop((201, "", "true"), 0)
    under_way = told.pop((409, "idempotency_under_way", ""), 0)
    assert not told, told
    assert again + under_way == PROCESSES * THREADS - 1
    case = Submission.objects.get()
    assert {code for _, _, code, _ in endings if code} == {case.tracking_code}
    assert KeptAnswer.objects.count() == 1
    assert send_once(cookies, said, threading.Barrier(1)) == (201, "", case.tracking_code, "true")
