"""The page that checks letters without a server, opened from a folder with the network off."""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils.timezone import now
from playwright.sync_api import Page, sync_playwright

from letters import offline
from letters.rendering import attached_facts, qr_text
from letters.seal.making import new_proof_key
from letters.short_form import add_short_form
from tests.browser.conftest import FLAGS
from tests.letters.test_rendering import facts

pytestmark = pytest.mark.browser


@pytest.fixture
def proof_key(settings, tmp_path):
    path = tmp_path / "proof.pem"
    path.write_bytes(new_proof_key())
    settings.PROOF_KEY_FILE = str(path)
    return path


@pytest.fixture
def folder(db, proof_key, tmp_path, monkeypatch):
    """The page as it is published; one letter of the list is revoked, one superseded."""
    ended = {"revoked": "R" * 16, "superseded": "S" * 16}
    packed = [offline.pack_codes([code]) for code in ended.values()]
    monkeypatch.setattr(offline, "_pack", lambda *states: packed[len(states) == 1])
    offline.write_page(tmp_path / "page")
    return tmp_path / "page"


@pytest.fixture
def page(folder) -> Iterator[Page]:
    """Closed before the database is: its event loop is in the way of the ORM."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        context = browser.new_context(offline=True)
        yield context.new_page()
        browser.close()


def written(**changed) -> str:
    """What stands in the QR code of a letter."""
    return qr_text(add_short_form(facts(**changed)))


def other(code: str) -> dict[str, str]:
    return {"verify_code": code, "verify_url": f"https://khedmat.example.ir/verify/{code}/"}


def ask(page: Page, folder: Path, typed: str, file: bytes | None = None) -> tuple[str, str]:
    """The outcome and the remarks of one check, in a page that was opened anew."""
    page.goto((folder / "index.html").as_uri())
    page.fill("#code", typed)
    if file is not None:
        given = {"name": "facts.json", "mimeType": "application/json", "buffer": file}
        page.set_input_files("#facts", files=[given])
    page.click("button")
    answer = page.locator("#answer[data-outcome]")
    answer.wait_for()
    return answer.get_attribute("data-outcome") or "", answer.get_attribute("data-remarks") or ""


def change(folder: Path, name: str, **values: str) -> None:
    """The list with other values, as whoever has the folder may write them."""
    made = json.loads((folder / "list.js").read_text()[len("var LIST = ") : -2])
    (folder / name).write_text(f"var LIST = {json.dumps({**made, **values})};\n")


def test_letters_are_judged_and_each_kind_of_tampering_is_named(folder, page, proof_key):
    good = written()
    address, line = good.split("#")
    mark, number, day, digest, signature = line.split(".")
    theirs = base64.urlsafe_b64encode(b"s" * 64).decode().rstrip("=")
    asked = {
        "as it is": (good, "valid"),
        "in Persian digits and broken lines": (good.replace("1405/1", "۱۴۰۵/\n۱"), "valid"),
        "revoked": (written(**other("R" * 16)), "revoked"),
        "superseded": (written(**other("S" * 16)), "superseded"),
        "another number": (good.replace(number, "1405/1/24"), "forged"),
        "another date": (good.replace(day, "14050902"), "forged"),
        "another letter's code": (good.replace("7K3M", "7K3N"), "forged"),
        "another digest": (good.replace(digest, digest[::-1]), "forged"),
        "another signature": (good.replace(signature, theirs), "forged"),
        "the signature of another letter": (
            good.replace(signature, written(number="1405/1/9").split(".")[-1]),
            "forged",
        ),
        "the signature cut off": (good[:-9], "broken"),
        "a part missing": (f"{address}#{mark}.{number}.{day}.{signature}", "broken"),
        "of a later kind": (good.replace("#miz1", "#miz9"), "newer"),
        "a code alone": ("7k3m-9qwd-2hxap4zt", "unsigned"),
        "a revoked code alone": ("RRRR RRRR RRRR RRRR", "revoked"),
        "nonsense": ("سلام", "unreadable"),
    }
    judged = {name: ask(page, folder, typed)[0] for name, (typed, _) in asked.items()}

    assert judged == {name: outcome for name, (_, outcome) in asked.items()}


def test_the_key_of_somebody_else_signs_nothing_here(folder, page, settings, tmp_path):
    theirs = tmp_path / "theirs.pem"
    theirs.write_bytes(new_proof_key())
    settings.PROOF_KEY_FILE = str(theirs)

    assert ask(page, folder, written()) == ("forged", "")


def test_the_text_of_the_letter_is_checked_by_its_attached_facts(folder, page):
    content = attached_facts(facts()).encode()

    assert ask(page, folder, written(), content) == ("valid", "good_facts")
    assert facts().subject in page.locator("#said").inner_text()
    forged = content.replace(facts().subject.encode(), "معافیت کامل".encode())
    assert ask(page, folder, written(), forged)[0] == "bad_facts"


def test_a_list_that_is_old_or_forged_is_said_to_be(folder, page, monkeypatch):
    change(folder, "list.js", revoked="")
    assert ask(page, folder, written()) == ("valid", "bad_list")
    (folder / "list.js").write_text("var LIST = null;\n")
    assert ask(page, folder, written()) == ("valid", "no_list")
    later = {"issued_at": now() + timedelta(days=3)}
    monkeypatch.setattr(offline, "GOOD_FOR", timedelta(seconds=-1))
    offline._write_variable(folder / "list.js", "LIST", offline.make_list())
    assert ask(page, folder, written(**later)) == ("valid", "old_list later_letter")
    assert "تاریخ فهرست" in page.locator("#list-state").inner_text()


def test_the_page_of_the_repository_says_that_it_is_not_published(page):
    assert ask(page, offline.PAGE, "7K3M9QWD2HXAP4ZT") == ("no_key", "")


def test_ten_thousand_letters_are_a_list_below_a_hundred_kilobytes(folder, monkeypatch):
    codes = (f"{number:016d}" for number in range(10_000))
    packed = offline.pack_codes(codes)
    monkeypatch.setattr(offline, "_pack", lambda *states: packed if len(states) == 2 else "")

    offline._write_variable(folder / "list.js", "LIST", offline.make_list())
    assert (folder / "list.js").stat().st_size <= 100_000
