"""Somebody comes for the first time, with a phone on a bad line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.portal import DemoHouse, Portal, served

pytestmark = pytest.mark.browser

# 400 kbit/s, and 0.4 s for a way there and back.
LINE = {
    "offline": False,
    "latency": 400,
    "downloadThroughput": 50_000,
    "uploadThroughput": 50_000,
}
MOST_BYTES, MOST_REQUESTS, MOST_SHIFT = 120_000, 10, 0.02
WATCH_SHIFTS = """
window.shifted = 0;
new PerformanceObserver(seen => seen.getEntries().forEach(entry => { window.shifted += entry.value; }))
    .observe({type: "layout-shift", buffered: true});
"""
FONT_IS_THERE = "document.fonts.ready.then(() => document.fonts.check('16px Vazirmatn'))"


@pytest.fixture(scope="module")
def portal(demo_house: DemoHouse, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """Served with packed files, as ``make run`` serves it; the stories only look."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PACKED_STATIC", "1")
        folder = tmp_path_factory.mktemp("packed")
        demo_house.copy_to(folder / "data")
        packed = DemoHouse(folder / "data", demo_house.port)
        packed.pack_static()
        with served(packed, folder / "served") as portal:
            yield portal


class Line:
    """What a page's visit brings over a bad line."""

    def __init__(self, page: Page) -> None:
        self._client = page.context.new_cdp_session(page)
        self._client.send("Network.enable")
        self._client.send("Network.emulateNetworkConditions", LINE)
        self._client.on("Network.loadingFinished", self._note)
        self.sizes: list[float] = []

    def _note(self, finished: dict[str, Any]) -> None:
        self.sizes.append(finished["encodedDataLength"])


@pytest.mark.parametrize("path", ["/", "/guides/request/", "/services/elec-intro/"])
def test_little_comes_and_nothing_moves(portal: Portal, chromium: Browser, path: str) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 800})
    page = context.new_page()
    line = Line(page)
    page.add_init_script(WATCH_SHIFTS)

    page.goto(portal.address + path, wait_until="networkidle")

    assert page.evaluate(FONT_IS_THERE)
    # The font has come after the words: two frames later all has moved that would.
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.evaluate("window.shifted") <= MOST_SHIFT
    assert sum(line.sizes) <= MOST_BYTES
    assert len(line.sizes) <= MOST_REQUESTS
    context.close()
