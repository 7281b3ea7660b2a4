"""A real browser before the real portal: ``manage.py serve`` with its worker and the demo data."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, sync_playwright

from tests.browser.eye import Eye, Gallery
from tests.browser.portal import DemoHouse, Portal, free_port, served
from tests.once import make_once, shared_folder

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--font-render-hinting=none",
]


@pytest.fixture(scope="session")
def demo_house(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> DemoHouse:
    """The demo data, loaded once for all browser stories; the processes of the suite share it."""
    folder = shared_folder(tmp_path_factory, pytestconfig) / "demo"
    port = free_port()
    make_once(folder, lambda part: DemoHouse(part, port).build())
    return DemoHouse(folder, port)


@pytest.fixture
def portal(demo_house: DemoHouse, tmp_path: Path) -> Iterator[Portal]:
    """The portal, served anew for every story, so that no story sees another's traces."""
    with served(demo_house, tmp_path / "served") as portal:
        yield portal


@pytest.fixture(scope="module")
def portal_of_the_file(
    demo_house: DemoHouse, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Portal]:
    """One portal for all stories of a file: for those that leave alone what others look at."""
    with served(demo_house, tmp_path_factory.mktemp("portal") / "served") as portal:
        yield portal


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium. Closed after each module: its event loop is in the way of the ORM."""
    executable = shutil.which("chromium")
    if executable is None:
        pytest.fail(
            "Chromium is not installed, and the browser stories need it. "
            "On Debian: sudo apt-get install chromium (or run .ci/setup test).",
            pytrace=False,
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def window(chromium: Browser, portal: Portal) -> Iterator[Callable[..., Eye]]:
    """``window(width, gallery, scripts=True)``: a person's own browser window."""
    eyes: list[Eye] = []

    def open_window(width: int, gallery: Gallery, *, scripts: bool = True) -> Eye:
        eyes.append(Eye(chromium, portal.address, width, gallery, scripts=scripts))
        return eyes[-1]

    yield open_window
    for eye in eyes:
        eye.close()


@pytest.fixture
def gallery() -> Callable[..., Gallery]:
    """``gallery(name, prefix="")``: where the pictures of a story go, below var/screenshots/."""
    return lambda name, prefix="": Gallery(settings.BASE_DIR / "var" / "screenshots" / name, prefix)
