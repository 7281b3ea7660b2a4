"""The pages say of three hundred requests what they said before there were work items.

What the code of that day showed was read from its pages once, cell by cell, for everybody: the first
page of the staff, the lists of the queue, the boxes of applicants, reports, requests and histories.
The same is read from today's pages of the upgraded office.
"""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from submissions.models import Submission
from tests.project.upgrade import read_pages
from tests.project.upgrade.cells import DESKS, HERE, TOLD, Cells, differences
from tests.project.upgrade.office import Office

pytestmark = [pytest.mark.services, pytest.mark.at("2026-12-06 07:46")]

SEEN: Cells = json.loads(gzip.decompress((HERE / f"{DESKS}.pages.json.gz").read_bytes()))
FEW = ("09130000001", "desk", "second", "legal", "manager", "nobody")
STAFF = [name for name in TOLD["people"] if SEEN["people"][name]["panel"] is not None]
#: Words of the pages since: a referral asks for more than an opinion, and of more than one.
NEW_WORDS = {
    "نظر همکار دیگری درخواست شد": "به همکار دیگری ارجاع شد",
    "همکار نظر خود را اعلام کرد": "به ارجاع پاسخ داده شد",
    "ارجاع برای اظهار نظر": "ارجاع به همکار",
}
#: So many requests the first page shows; the most urgent by what their desks were given, since.
FIRST = 10


@pytest.fixture
def people(size: Any) -> list[str]:
    names: list[str] = size(list(FEW), TOLD["people"])
    return names


@pytest.fixture
def cases(desks: Office, size: Any) -> list[Submission]:
    """Some requests, from drafts to finished ones; all of them at full size."""
    return list(Submission.objects.order_by("pk"))[:: size(23, 1)]


def browser_of(name: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=name))
    return client


def in_new_words(said: Any) -> Any:
    """What a page said, in the words that it says now."""
    if isinstance(said, dict):
        return {name: in_new_words(each) for name, each in said.items()}
    if isinstance(said, list):
        return [in_new_words(each) for each in said]
    if isinstance(said, str):
        for old, new in NEW_WORDS.items():
            said = said.replace(old, new)
    return said


def told_by_pages(name: str, case: Submission) -> list[Any]:
    """What the pages of a request said to somebody; None for a page that was refused."""
    pages = 2 if name in STAFF else 1
    kept = SEEN["people"][name]["cases"].get(case.tracking_code, [None] * pages)
    return [None if at is None else in_new_words(SEEN["texts"][at]) for at in kept]


def read_by(name: str, case: Submission, client: Client) -> list[Any]:
    if name not in STAFF:
        return [read_pages.read_report(client, case)]
    request = read_pages.read_case(client, case, TOLD["steps"])
    return [request, read_pages.read_history(client, case)]


def as_meant(name: str, case: Submission, keys: list[str]) -> list[str]:
    """The keys of somebody who was asked then and had not answered, as they are meant to be now."""
    asked = TOLD["cases"][case.tracking_code]["asked"]
    if not any(whom == name and at == "None" for _seq, whom, _question, _answer, at in asked):
        return keys
    if case.items.open().filter(person__username=name).exists():
        # Whoever was asked may ask in turn.
        return sorted({*keys, "refer"})
    # A question ends with the stop that asked it; before, it waited until somebody answered.
    return [key for key in keys if key != "answer"]


def test_every_page_of_a_request_says_what_it_said(
    cases: list[Submission], people: list[str]
) -> None:
    wrong, read = [], 0
    for name in people:
        client = browser_of(name)
        for case in cases:
            told, now = told_by_pages(name, case), read_by(name, case, client)
            if name in STAFF and told[0]:
                told[0]["keys"] = as_meant(name, case, told[0]["keys"])
            read += sum(page is not None for page in now)
            wrong += differences(told, now, f"{TOLD['situations'][case.tracking_code]}, {name}")
    assert not wrong, "\n".join(wrong)
    assert read >= len(cases)


def test_the_first_page_counts_and_lists_what_it_did(desks: Office, people: list[str]) -> None:
    wrong = []
    for name in people:
        told, now = SEEN["people"][name]["panel"], read_pages.read_panel(browser_of(name))
        if told and now:
            # Nothing of that day is to be followed up; what rests was not counted.
            assert now["counts"].pop("follow-up", 0) == 0
            now["counts"].pop("resting", None)
            keep_the_common_ones(name, told, now)
        wrong += differences(told, now, name)
    assert not wrong, "\n".join(wrong)


def keep_the_common_ones(name: str, told: Cells, now: Cells) -> None:
    """Of more requests than the page shows others may be the first; all of them wait there."""
    if len(told["rows"]) < FIRST:
        return
    assert len(now["rows"]) == FIRST
    lists = SEEN["people"][name]["lists"]
    assert any(now["rows"].keys() <= lists[each].keys() for each in ("mine", "late")), name
    both = told["rows"].keys() & now["rows"].keys()
    for panel in (told, now):
        panel["rows"] = {code: panel["rows"][code] for code in both}


def test_every_box_of_an_applicant_holds_what_it_held(desks: Office) -> None:
    wrong, held = [], 0
    for name in [name for name in TOLD["people"] if name not in STAFF]:
        told, now = SEEN["people"][name]["boxes"], read_pages.read_boxes(browser_of(name))
        held += sum(box["count"] for box in now.values()) if now else 0
        wrong += differences(told, now, name)
    assert not wrong, "\n".join(wrong)
    assert held == len(TOLD["cases"])


def test_every_row_of_a_list_says_what_it_said(desks: Office, size: Any) -> None:
    wrong = []
    for name in size(["desk", "legal"], STAFF):
        client = browser_of(name)
        for each, told in SEEN["people"][name]["lists"].items():
            wrong += differences(told, read_pages.read_queue(client, each), f"{name}, {each}")
    assert not wrong, "\n".join(wrong)
