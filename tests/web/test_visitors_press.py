"""Copies for visitors are printed beside the web process: two at a time, and nobody waits for long."""

from __future__ import annotations

import os
import signal
import time
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import pytest
from django.conf import settings
from django.urls import reverse

from pdf import rendering, visitors_press
from pdf.visitors_press import PressBusy, VisitorsPress
from tests.patience import wait_until
from work import places

PAGE = '<!doctype html><html lang="fa" dir="rtl"><title>t</title><body><p>{}</p></body></html>'
NOW = datetime(2026, 11, 22, tzinfo=UTC)


@pytest.fixture(scope="module")
def press():
    return VisitorsPress()


@pytest.fixture
def places_of_my_own(tmp_path, settings):
    settings.PLACES_DIR = tmp_path / "places"


def test_it_prints_what_the_worker_would_print(press):
    html = PAGE.format("متن")
    assert press.print(html, "", NOW) == rendering.render_pdf(html, css="", created=NOW)


def test_its_program_knows_no_secret_and_comes_after_the_pages(press):
    press.print(PAGE.format("x"), "", NOW)
    process = Path(f"/proc/{press._program.pid}")
    assert b"KEY" not in (process / "environ").read_bytes()
    assert os.getpriority(os.PRIO_PROCESS, press._program.pid) >= 10


@pytest.mark.usefixtures("places_of_my_own")
def test_without_a_place_nobody_waits(press):
    with ExitStack() as taken:
        for _ in range(settings.PLACES_AT_ONCE):
            taken.enter_context(places.take_place(0))
        with pytest.raises(PressBusy):
            press.print(PAGE.format("x"), "", NOW)
    assert press.print(PAGE.format("x"), "", NOW)


def test_a_page_that_takes_too_long_ends_the_press_alone(press):
    press.print(PAGE.format("x"), "", NOW)
    program = press._program
    long = Thread(target=_print_forever, args=(press,))
    long.start()
    wait_until(lambda: press._mine.locked())
    os.kill(program.pid, signal.SIGXCPU)
    long.join()
    assert program.poll() is not None
    assert press.print(PAGE.format("x"), "", NOW), "another one is started"


def _print_forever(press):
    with pytest.raises(PressBusy):
        press.print(PAGE.format("متن بلند " * 20_000), "", NOW)


def test_it_ends_with_its_web_process():
    press = VisitorsPress()
    press.print(PAGE.format("x"), "", NOW)
    press._line.close()
    assert press._program.wait(60) == 0


@pytest.mark.django_db
def test_who_finds_no_place_is_told_to_come_again(
    client, signed_in, maryam, submitted, monkeypatch
):
    def busy(*args):
        raise PressBusy

    monkeypatch.setattr(visitors_press._press, "print", busy)
    answer = signed_in(client, maryam).get(
        reverse("submissions:copy", args=[submitted.tracking_code])
    )
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert "چند لحظهٔ دیگر" in answer.content.decode()


def taken_places():
    """How many are taken at this moment, as whoever wants one finds out."""
    found = 0
    with ExitStack() as taking, suppress(places.NoPlace):
        while True:
            taking.enter_context(places.take_place(0))
            found += 1
    return settings.PLACES_AT_ONCE - found


class TestPlaces:
    pytestmark = pytest.mark.usefixtures("places_of_my_own")

    def test_there_are_two(self):
        with places.take_place(0), places.take_place(0):
            assert taken_places() == 2
            with pytest.raises(places.NoPlace):
                places.take_place(0).__enter__()
        assert taken_places() == 0

    def test_of_one_process_a_single_thread_waits(self):
        seen = []

        def wait():
            try:
                with places.take_place(60):
                    seen.append("place")
            except places.NoPlace:
                seen.append("none")

        with places.take_place(0), places.take_place(0):
            first = Thread(target=wait)
            first.start()
            wait_until(lambda: not places._ONE_WAITS._value)
            began = time.monotonic()
            with pytest.raises(places.NoPlace):
                places.take_place(60).__enter__()
            assert time.monotonic() - began < 30
        first.join()
        assert seen == ["place"]

    def test_a_killed_holder_gives_it_back_and_its_program_keeps_it(self):
        child = os.fork()
        if child == 0:
            with places.take_place(0) as place:
                os.set_inheritable(place, True)
                os.spawnvp(os.P_NOWAIT, "sleep", ["sleep", "60"])
                signal.pause()
        wait_until(lambda: _children_of(child))
        assert taken_places() == 1
        (sleeper,) = _children_of(child)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        assert taken_places() == 1, "its program still runs there"
        os.kill(sleeper, signal.SIGKILL)
        wait_until(lambda: not taken_places())


def _children_of(process: int) -> list[int]:
    tasks = Path(f"/proc/{process}/task/{process}/children")
    return [int(child) for child in tasks.read_text().split()] if tasks.exists() else []
