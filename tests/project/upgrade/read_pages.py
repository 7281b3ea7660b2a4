"""What pages say of requests, read from their HTML as a person reads it: cell by cell.

Made so that it ran with the code of the day of the dump too. What is read are cells that both have:
which requests are listed and in which order, what is said of each, and which keys there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.test import Client
from django.urls import reverse
from lxml import html

from persian.digits import to_ascii
from submissions.models import Submission
from submissions.states import Box

ADMIN = "submissions_submission_modeladmin_"
Cells = dict[str, Any]


def words(node: Any) -> str:
    """Its text without what breaks lines and turns text round."""
    return re.sub(r"[\s\u2066-\u2069\u200e\u200f]+", " ", node.text_content()).strip()


def having(name: str) -> str:
    """The condition of an element of this class."""
    return f"[contains(concat(' ', normalize-space(@class), ' '), ' {name} ')]"


def ask(client: Client, address: str, **asked: str) -> Any:
    """The page of an address, or None when it answers otherwise than with a page."""
    answer = client.get(address, asked)
    return html.fromstring(answer.content.decode()) if answer.status_code == 200 else None


def code_of(row: Any) -> str:
    """The tracking code that stands in a row."""
    found = re.search(r"\d{12}", re.sub(r"\D", "", to_ascii(words(row.xpath(".//bdi")[0]))))
    assert found, words(row)
    return found[0]


def number_in(node: Any) -> int:
    return int(re.sub(r"\D", "", to_ascii(words(node))))


# --- Lists -------------------------------------------------------------------------------


def read_panel(client: Client) -> Cells | None:
    """The first page of the staff: what waits for the person, and the numbers above it."""
    page = ask(client, reverse("wagtailadmin_home"))
    if page is None:
        return None
    counts = {
        re.sub(r".*list=", "", link.get("href")): number_in(
            link.xpath(f".//span{having('miz-count')}")[0]
        )
        for link in page.xpath("//li/a[contains(@href, 'list=')]")
        if link.xpath(f".//span{having('miz-count')}")
    }
    rows = page.xpath(f"//table{having('miz-table--panel')}/tbody/tr")
    return {"counts": counts, "rows": {code_of(row): read_row(row) for row in rows}}


def read_row(row: Any) -> Cells:
    """Who asks, where, and until when an answer is promised."""
    cells = {cell.get("data-label"): cell for cell in row.xpath("./td[@data-label]")}
    return {
        name: words(cells[name])
        for name in ("متقاضی", "محل", "مهلت پاسخ", "وضعیت")
        if name in cells
    }


def read_queue(client: Client, name: str) -> Cells:
    """Each row of a list of the queue, by its code and in the order of the pages."""
    rows: Cells = {}
    address, asked = reverse(f"{ADMIN}index"), {"list": name}
    while True:
        page = ask(client, address, **asked)
        if page is None or not page.xpath(
            f"//a[@aria-current='page'][contains(@href, 'list={name}')]"
        ):
            return rows
        rows |= {code_of(row): read_row(row) for row in page.xpath("//tr[td[@class='title']//bdi]")}
        following = page.xpath("//a[contains(@href, 'after=')]/@href")
        if not following:
            return rows
        asked = {"list": name, "after": re.findall(r"after=([^&]+)", following[0])[0]}


def read_boxes(client: Client) -> Cells | None:
    """The three boxes of an applicant: their counts, and what is said of each request."""
    boxes: Cells = {}
    for box in Box:
        page = ask(client, reverse("submissions:cartable"), box=box.value)
        if page is None:
            return None
        tab = page.xpath("//ul[@class='boxes']//a[@aria-current='page']")[0]
        rows = {code_of(row): read_own_row(row) for row in read_own_rows(client, page, box)}
        boxes[box.value] = {"count": number_in(tab), "rows": rows}
    return boxes


def read_own_rows(client: Client, page: Any, box: Box) -> Iterable[Any]:
    while True:
        yield from page.xpath(f"//table{having('ledger')}/tbody/tr")
        following = page.xpath("//a[contains(@href, 'after=')]/@href")
        if not following:
            return
        after = re.findall(r"after=([^&]+)", following[0])[0]
        page = ask(client, reverse("submissions:cartable"), box=box.value, after=after)


def read_own_row(row: Any) -> list[str]:
    return [words(cell) for cell in row.xpath("./td|./th")]


# --- One request --------------------------------------------------------------------------


def read_report(client: Client, case: Submission) -> Cells | None:
    """«گزارش درخواست» as its applicant has it before them."""
    page = ask(client, reverse("submissions:report", args=[case.tracking_code]))
    if page is None:
        return None
    return {
        "state": words(page.xpath(f"//p{having('report-state')}/span")[0]),
        "news": [words(title) for title in page.xpath(f"//p{having('notice__title')}")],
        "now": [words(fact) for fact in page.xpath("//section[.//h2[@id='standing-heading']]//dd")],
        "stages": read_stages(page, "stepper"),
        "entries": read_entries(page),
        "keys": sorted(set(page.xpath(f"//a{having('btn')}/@href"))),
    }


def read_stages(page: Any, name: str) -> list[list[str]]:
    """Each stage, and whether the request has passed it, is there or comes to it later."""
    return [
        [words(stage), re.findall(r"(?:__step|stage)--(\w+)", stage.get("class"))[0]]
        for stage in page.xpath(f"//ol{having(name)}/li")
    ]


def read_entries(page: Any) -> list[list[str]]:
    """Each entry of the report: title, person and desk, time, words."""
    entries = page.xpath("//ol[@class='report']/li")
    return [[words(part) for part in entry.xpath("./*") if words(part)] for entry in entries]


def read_case(client: Client, case: Submission, steps: Iterable[str]) -> Cells | None:
    """The request as the staff see it, and the keys on its page."""
    page = ask(client, reverse(f"{ADMIN}inspect", args=[case.pk]))
    if page is None:
        return None
    asked = page.xpath("//section[.//h2[@id='referrals']]")
    return {
        "state": words(page.xpath(f"//div{having('miz-case__state')}/span")[0]),
        "stages": read_stages(page, "miz-stages"),
        "keys": read_keys(page, case, steps),
        "party": [words(fact) for fact in page.xpath("//section[.//h2[@id='party']]//dd")],
        "papers": [words(name) for name in page.xpath("//section[.//h2[@id='documents']]//h3")],
        "asked": sorted(
            words(p) for part in asked for p in part.xpath(f".//p{having('miz-prose')}")
        ),
        "answered": sorted(
            words(p)
            for part in asked
            for p in part.xpath(f".//div{having('miz-answer')}//p{having('miz-prose')}")
        ),
        "entries": read_entries(page),
    }


def read_keys(page: Any, case: Submission, steps: Iterable[str]) -> list[str]:
    """The steps to which a key of the page leads."""
    addresses = {reverse(f"{ADMIN}step", args=[case.pk, name]): name for name in steps}
    found = page.xpath("//a/@href|//form/@action")
    return sorted(
        {addresses[bare] for each in found if (bare := each.partition("?")[0]) in addresses}
    )


def read_history(client: Client, case: Submission) -> list[list[str]] | None:
    """«تاریخچه»: each row of its tables."""
    page = ask(client, reverse(f"{ADMIN}history", args=[case.pk]))
    if page is None:
        return None
    rows = page.xpath(f"//div{having('miz-history')}/table/tbody/tr")
    return [[words(cell) for cell in row.xpath("./td")] for row in rows]
