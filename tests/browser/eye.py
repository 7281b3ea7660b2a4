"""A browser window that notices what a person would stumble over, and takes pictures."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    Response,
    expect,
)

from tests.patience import PATIENCE

VENDOR = Path(__file__).parent / "vendor"
# The rules of WCAG 2.2, levels A and AA.
AXE_OPTIONS = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"],
    },
    "resultTypes": ["violations"],
    # axe would copy the style sheets into inline ones, which the page's own policy refuses.
    "preload": False,
}
# What Wagtail's own frame does is Wagtail's; these are the parts that are ours.
OUR_PART_OF_THE_ADMIN = ".miz"
HEIGHT = {390: 844, 1360: 900}
NOTHING_RUNS = "Failed to load resource"
# Moving parts would be caught half-way in a picture, and their colours half-faded.
STILL = "*,*::before,*::after{transition:none!important;animation:none!important;caret-color:transparent!important}"


def patient(context: BrowserContext) -> BrowserContext:
    """The window of a browser; it and what is expected of its pages wait with patience."""
    expect.set_options(timeout=PATIENCE * 1000)
    context.set_default_timeout(PATIENCE * 1000)
    return context


class Eye:
    """One person's window. What it noticed wrong stands in ``troubles`` until ``look`` tells it."""

    def __init__(
        self, browser: Browser, address: str, width: int, pictures: Gallery, *, scripts: bool = True
    ) -> None:
        self.address, self.width, self.pictures, self.scripts = address, width, pictures, scripts
        self.troubles: list[str] = []
        self._expected: set[int] = set()
        self.context = self._open(browser)
        self.page: Page = self.context.new_page()

    def _open(self, browser: Browser) -> BrowserContext:
        context = patient(
            browser.new_context(
                viewport={"width": self.width, "height": HEIGHT[self.width]},
                locale="fa-IR",
                timezone_id="Asia/Tehran",
                base_url=self.address,
                java_script_enabled=self.scripts,
                is_mobile=self.width < 600,
                has_touch=self.width < 600,
                accept_downloads=True,
                reduced_motion="reduce",
                color_scheme="light",
            )
        )
        context.on("console", self._hear)
        context.on("weberror", lambda error: self.troubles.append(f"page error: {error.error}"))
        context.on("request", self._watch_request)
        context.on("response", self._watch_response)
        return context

    def _hear(self, message: ConsoleMessage) -> None:
        # What a server refused is noticed by its answer, with the status.
        if message.type == "error" and not message.text.startswith(NOTHING_RUNS):
            self.troubles.append(f"console on {message.page and message.page.url}: {message.text}")

    def _watch_request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https") and not request.url.startswith(self.address):
            self.troubles.append(f"asks another host: {request.url}")

    def _watch_response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self._expected:
            self.troubles.append(f"{response.status} for {response.request.method} {response.url}")

    @contextmanager
    def expecting(self, status: int) -> Iterator[None]:
        """For a moment an answer with this status is what is wanted."""
        self._expected.add(status)
        yield
        self._expected.discard(status)

    def goto(self, path: str) -> None:
        self.page.goto(path)

    @property
    def path(self) -> str:
        address = urlsplit(self.page.url)
        return address.path + (f"?{address.query}" if address.query else "")

    def says(self, *texts: str) -> None:
        """Every text stands on the page, or soon does, however its lines are broken."""
        deadline = time.monotonic() + PATIENCE
        while missing := [text for text in texts if _folded(text) not in self.words]:
            if time.monotonic() > deadline:
                raise AssertionError(f"{missing} not on {self.path}:\n{self.words[:3000]}")
            self.page.wait_for_timeout(100)

    @property
    def words(self) -> str:
        return _folded(self.page.locator("body").inner_text())

    @contextmanager
    def leaving(self) -> Iterator[None]:
        """What is pressed within leads to another page, which is there afterwards.

        A click ends before the browser has sent its form: whoever opens another page at once takes it
        back, and whoever looks for a field may find the one of the page that is going.
        """
        with self.page.expect_navigation():
            yield

    def press(self, name: str, *, within: Locator | None = None) -> None:
        """Press the key or follow the link of this name, as it is read aloud."""
        place = within or self.page.locator("main")
        key = place.get_by_role("button", name=name).or_(place.get_by_role("link", name=name))
        key.first.click()

    # --- Looking -------------------------------------------------------------------

    def look(self, name: str, *, admin: bool = False) -> None:
        """Take a picture; fail on what was noticed, on a sideways bar and on barriers."""
        self._settle()
        if admin:
            self._stretch()
        self.pictures.take(self.page, name)
        if admin:
            self.page.set_viewport_size({"width": self.width, "height": HEIGHT[self.width]})
        found = self._sideways()
        if self.scripts:
            found += self._barriers(OUR_PART_OF_THE_ADMIN if admin else None)
        found += self.troubles
        self.troubles.clear()
        assert not found, f"{name} at {self.width} px ({self.path}):\n" + "\n".join(found)

    def _settle(self) -> None:
        self.page.wait_for_load_state("load")
        if self.scripts:
            self.page.evaluate("document.fonts.ready")
            self.page.evaluate(
                "css => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css);"
                " document.adoptedStyleSheets = [sheet]; }",
                STILL,
            )

    def _stretch(self) -> None:
        """Wagtail scrolls inside a box; a picture of the whole needs a screen as high as that."""
        height = self.page.evaluate(
            "Math.max(...[...document.querySelectorAll('body, .wrapper, .content-wrapper, main')]"
            ".map(box => box.scrollHeight))"
        )
        if height > HEIGHT[self.width]:
            self.page.set_viewport_size({"width": self.width, "height": min(height, 6000) + 60})

    def _sideways(self) -> list[str]:
        wide, seen = self.page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        return [f"a sideways scroll bar: {wide} px on a screen of {seen} px"] if wide > seen else []

    def _barriers(self, part: str | None) -> list[str]:
        # Evaluated, not added as a script: the page's own content security policy stays on.
        self.page.evaluate(self._axe)
        place = {"include": [[part]]} if part else {"include": [["html"]]}
        answer: dict[str, Any] = self.page.evaluate(
            "([place, options]) => axe.run(place, options)", [place, AXE_OPTIONS]
        )
        return [
            f"{barrier['id']} ({barrier['impact']}): {node['html'][:300]}\n    "
            + " ".join((node.get("failureSummary") or "").split())
            for barrier in answer["violations"]
            for node in barrier["nodes"]
        ]

    @cached_property
    def _axe(self) -> str:
        return (VENDOR / "axe-core" / "axe.min.js").read_text()

    def close(self) -> None:
        self.context.close()


class Gallery:
    """The numbered pictures of one story; those of its earlier run make way.

    ``prefix`` tells stories apart that share a folder.
    """

    def __init__(self, folder: Path, prefix: str = "") -> None:
        self.folder, self.prefix = folder, prefix
        self.count = 0
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob(f"{prefix}[0-9][0-9]-*.png"):
            old.unlink()

    def take(self, page: Page, name: str) -> None:
        self.count += 1
        path = self.folder / f"{self.prefix}{self.count:02}-{name}.png"
        # Hiding the caret would leave style attributes behind, which the page's policy refuses.
        page.screenshot(path=path, full_page=True, caret="initial")


def _folded(text: str) -> str:
    """Without what breaks lines and turns text round."""
    return re.sub(r"[\s\u2066-\u2069\u200e\u200f]+", " ", text)
