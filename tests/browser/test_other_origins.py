"""Pages of other sites in the browser of somebody who is signed in: what they may ask the API, and read."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.eye import Eye
from tests.browser.people import Applicant
from tests.browser.portal import Portal
from tests.browser.test_clients import MARYAM, QuietFiles

pytestmark = [pytest.mark.browser, pytest.mark.services]

# What a page is told: the status and the content, or that the browser kept both from it.
ASK = """async ([address, said]) => {
    try {
        const answer = await fetch(address, said);
        return [answer.status, await answer.json()];
    } catch (refused) {
        return [refused.name, null];
    }
}"""
KEPT_FROM_IT = ["TypeError", None]
WITH_COOKIES = {"credentials": "include"}
WISH = '{"service": "elec-intro", "contract": 1}'


@pytest.fixture
def other_sites(tmp_path: Path) -> Iterator[list[str]]:
    """Two sites with an empty page: at the portal's host, so that its cookies go along."""
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "index.html").write_text("<!doctype html><title>.</title>", "utf-8")
    serve = partial(QuietFiles, directory=str(folder))
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), serve) for _ in range(2)]
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    yield [f"http://127.0.0.1:{server.server_port}" for server in servers]
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture
def named(other_sites: list[str], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The same, where the portal is told of the first before it starts."""
    monkeypatch.setenv("CORS_ORIGINS", other_sites[0])
    return other_sites


def sign_in(window: Callable[..., Eye], gallery: Any) -> Eye:
    eye = window(390, gallery("other-origins"))
    Applicant(eye, MARYAM).sign_in()
    return eye


def open_site(eye: Eye, address: str) -> Page:
    page = eye.context.new_page()
    page.goto(address)
    return page


def ask(page: Page, portal: Portal, path: str, **said: Any) -> list[Any]:
    told: list[Any] = page.evaluate(ASK, [f"{portal.address}/api/v3/{path}", said])
    return told


def begin_request(page: Page, portal: Portal, kind: str) -> list[Any]:
    said = {"method": "POST", "headers": {"Content-Type": kind}, "body": WISH}
    return ask(page, portal, "submissions/", **said, **WITH_COOKIES)


def test_a_site_that_is_not_named_reads_nothing_and_does_nothing(
    other_sites: list[str], portal: Portal, window: Callable[..., Eye], gallery: Any
) -> None:
    eye = sign_in(window, gallery)
    status, told = ask(eye.page, portal, "me/")
    assert (status, told["name"]) == (200, "مریم رضایی")

    elsewhere = open_site(eye, other_sites[0])
    # The browser would send her cookie: the site is another origin at the same host.
    sent = [cookie["name"] for cookie in eye.context.cookies(other_sites[0])]
    assert "sessionid" in " ".join(sent)
    assert ask(elsewhere, portal, "me/", **WITH_COOKIES) == KEPT_FROM_IT
    assert ask(elsewhere, portal, "catalog/services/") == KEPT_FROM_IT
    # One that asks first, and one that a browser sends without asking.
    assert begin_request(elsewhere, portal, "application/json") == KEPT_FROM_IT
    assert begin_request(elsewhere, portal, "text/plain") == KEPT_FROM_IT

    _, lists = ask(eye.page, portal, "submissions/")
    assert lists["counts"] == {"awaiting": 0, "circulating": 0, "archive": 0}


def test_a_site_that_is_named_reads_without_the_cookies_and_no_other_does(
    named: list[str], portal: Portal, window: Callable[..., Eye], gallery: Any
) -> None:
    eye = sign_in(window, gallery)
    ours, other = (open_site(eye, address) for address in named)

    status, told = ask(ours, portal, "catalog/services/")
    assert (status, bool(told["items"])) == (200, True)
    # It is read what the API says to somebody who is nobody: her cookie is none of its business.
    assert ask(ours, portal, "me/")[0] == 401
    assert ask(ours, portal, "me/", **WITH_COOKIES) == KEPT_FROM_IT
    assert begin_request(ours, portal, "application/json") == KEPT_FROM_IT
    begun = {"method": "GET", "headers": {"X-Session-Token": "new"}}
    assert ask(ours, portal, "session/", **begun)[0] == 200

    assert ask(other, portal, "catalog/services/") == KEPT_FROM_IT
    assert ask(other, portal, "session/", **begun) == KEPT_FROM_IT
