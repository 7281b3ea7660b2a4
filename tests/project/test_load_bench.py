"""The load bench tells what it was answered: a wrong answer is named, and is nothing to be proud of."""

from __future__ import annotations

import pytest

from tests.bench.load import judge
from tests.bench.visitors import TURNED_AWAY, Answer, Visit, Visitor, read_answer
from web.outages.answers import OVERLOAD

PAGE = Visit("/search/?q=برق", "uncached public page")


def answered(head: str, body: str = "") -> Answer:
    return read_answer(PAGE, f"HTTP/1.1 {head}\r\n\r\n{body}".encode(), 10.0)


def figures(*answers: Answer) -> dict[str, float]:
    return {measure.name: measure.value for measure in judge("x", list(answers), 100)}


def test_the_words_of_a_query_are_sent_as_a_browser_sends_them() -> None:
    line = Visitor((PAGE,)).ask(PAGE).split(b"\r\n")[0]

    assert line == b"GET /search/?q=%D8%A8%D8%B1%D9%82 HTTP/1.1"


def test_a_document_is_sent_whole() -> None:
    visit = Visit("/cartable/1/documents/?requirement=request", "upload", file=b"%PDF-1.4\n")
    head, _, body = Visitor((visit,), "s").ask(visit).partition(b"\r\n\r\n")

    assert b"POST /cartable/1/documents/?requirement=request HTTP/1.1" in head
    assert f"Content-Length: {len(body)}".encode() in head
    assert body.count(b"of-the-file") == 2
    assert b"\r\n\r\n%PDF-1.4\n\r\n--" in body


@pytest.mark.parametrize("status", ["200 OK", "302 Found\r\nLocation: /desk/", "304 Not Modified"])
def test_what_was_asked_for_is_served(status: str) -> None:
    assert answered(status).is_served
    assert figures(answered(status))["x.wrong"] == 0


@pytest.mark.parametrize(
    "head",
    [
        "400 Bad Request",
        "404 Not Found",
        "500 Oops",
        "503 Service Unavailable",
        "302 Found\r\nLocation: /accounts/login/?next=/desk/",
    ],
)
def test_every_other_answer_is_wrong_and_named(
    head: str, capsys: pytest.CaptureFixture[str]
) -> None:
    measures = judge("x", [answered(head), answered("200 OK")], 100)

    assert any(measure.is_exceeded for measure in measures if measure.name == "x.wrong")
    assert f"WRONG: 1 × {head[:3]} for {PAGE.path}" in capsys.readouterr().out


def test_no_answer_at_all_is_wrong() -> None:
    nothing = read_answer(PAGE, b"", 60_000.0)

    assert figures(nothing)["x.wrong"] == 1
    assert figures(nothing)["x.p95_ms"] == float("inf")


def test_turned_away_early_is_counted_by_itself_and_hastens_no_figure() -> None:
    away = answered("503 Service Unavailable", f"<h1>{OVERLOAD.title}</h1>")
    slow = Answer("save", "/", 200, 900.0)

    told = figures(away, slow)

    assert OVERLOAD.title == TURNED_AWAY
    assert (told["x.wrong"], told["x.turned_away"], told["x.p95_ms"]) == (0, 50, 900)
