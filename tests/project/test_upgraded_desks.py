"""Three hundred requests that lay on desks, some of them asked of colleagues, become work items.

Whatever an office saw of them on the day of the dump it sees after the upgrade: everybody at every
request, list and page, cell by cell.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from submissions.models import Submission
from submissions.workflow.consistency import find_contradictions
from tests.project.upgrade import cells
from tests.project.upgrade.cells import TOLD, Cells, differences
from tests.project.upgrade.office import Office

pytestmark = [pytest.mark.services, pytest.mark.at("2026-12-06 07:46")]

#: Titles of the report since: a referral asks for more than an opinion, and of more than one.
NEW_WORDS = {
    "نظر همکار دیگری درخواست شد": "به همکار دیگری ارجاع شد",
    "همکار نظر خود را اعلام کرد": "به ارجاع پاسخ داده شد",
}
#: Refusals that say more exactly what they said before.
EXACTER = {"last_stop": "not_now", "stops_left": "not_now"}
#: What is meant to be otherwise: step, what was said of it, and what is said now.
MEANT = {
    # Whoever was asked may ask in turn.
    ("refer", "not_yours", ""),
    # A question ends with the stop that asked it; before, it waited until somebody answered.
    ("answer", "not_now", "not_yours"),
}
# Lists whose rows are work items: in the order of what each desk is given, not of the whole promise.
BY_OWN_DUE = ("mine", "open", "late", "no-desk")
FEW = ("09130000001", "desk", "second", "env", "legal", "manager", "desk-yazd")


@pytest.fixture
def some(desks: Office, size: Any) -> list[Submission]:
    """One request of each situation; all of them at full size."""
    firsts = {name: code for code, name in reversed(TOLD["situations"].items())}
    codes = size(list(firsts.values()), list(TOLD["cases"]))
    return list(Submission.objects.filter(tracking_code__in=codes).order_by("pk"))


def person(name: str) -> User:
    """Read anew: each keeps their desks."""
    return User.objects.get(username=name)


def cell_of(case: Submission) -> Cells:
    cell: Cells = TOLD["cases"][case.tracking_code]
    return cell


def test_nothing_is_lost_and_no_table_contradicts_another(desks: Office) -> None:
    assert list(find_contradictions(Submission.objects.all())) == []
    cases = list(Submission.objects.order_by("pk"))
    assert [case.tracking_code for case in cases] == list(TOLD["cases"])
    for case in cases:
        assert case.state == cell_of(case)["state"]


@pytest.fixture
def people(size: Any) -> list[str]:
    names: list[str] = size(list(FEW), TOLD["people"])
    return names


def test_everybody_may_read_and_do_what_they_might(
    some: list[Submission], people: list[str]
) -> None:
    wrong = []
    for case in some:
        situation, told = TOLD["situations"][case.tracking_code], cell_of(case)["people"]
        now = cells.people_of(case, [person(name) for name in people], TOLD["steps"])
        for name in people:
            allow_what_is_meant(case, name, told[name], now[name])
            wrong += differences(told[name], now[name], f"{situation}, {name}")
    assert not wrong, "\n".join(wrong)


def allow_what_is_meant(case: Submission, name: str, told: Cells, now: Cells) -> None:
    """Take over into ``told`` what is otherwise since, for those who were asked and nobody else."""
    asked = [whom for _seq, whom, _question, _answer, at in cell_of(case)["asked"] if at == "None"]
    for step, said in now.items():
        now[step] = said if step == "reads" else EXACTER.get(said, said)
        if name in asked and (step, told[step], now[step]) in MEANT:
            told[step] = now[step]


def test_every_report_says_what_it_said(some: list[Submission]) -> None:
    wrong = []
    for case in some:
        told = cell_of(case)["report"]
        for entry in told["entries"]:
            entry["title"] = NEW_WORDS.get(entry["title"], entry["title"])
        now = cells.report_of(case)
        if case.state != "in_review":
            # No page tells it then; the column kept what the last desk had been given.
            told["promise"] = now["promise"]
        wrong += differences(told, now, TOLD["situations"][case.tracking_code])
    assert not wrong, "\n".join(wrong)


def test_what_colleagues_asked_each_other_is_kept(desks: Office) -> None:
    wrong = []
    for case in Submission.objects.all():
        told = cell_of(case)["asked"]
        items = case.items.exclude(purpose="decide").select_related("opened_by", "person")
        now = [
            [
                item.opened_by.seq,
                item.person.username if item.person else "",
                item.opened_by.note,
                item.closed_by.note if item.outcome == "answered" and item.closed_by else "",
                str(item.closed_by.at if item.outcome == "answered" and item.closed_by else None),
            ]
            for item in items.order_by("opened_by__seq")
        ]
        wrong += differences(told, now, TOLD["situations"][case.tracking_code])
    assert not wrong, "\n".join(wrong)


def test_what_lies_on_a_desk_lies_there(desks: Office) -> None:
    wrong = []
    for case in Submission.objects.filter(state="in_review"):
        told = cell_of(case)
        (item,) = case.open_decisions
        now = [item.stop, str(item.desk or ""), str(item.due_at)]
        then = [told["stop"], told["desk"], told["stop due"]]
        wrong += differences(then, now, TOLD["situations"][case.tracking_code])
    assert not wrong, "\n".join(wrong)


def test_every_list_has_what_it_had(desks: Office, people: list[str]) -> None:
    wrong = []
    for name in people:
        told, now = TOLD["lists"][name], cells.lists_of(person(name))
        for each in BY_OWN_DUE:
            assert is_by_own_due(now[each]) or now[each] == told[each], (name, each)
            told[each], now[each] = sorted(told[each]), sorted(now[each])
        wrong += differences(told, now, name)
    assert not wrong, "\n".join(wrong)


def is_by_own_due(codes: list[str]) -> bool:
    dues = [TOLD["cases"][code]["stop due"] for code in codes]
    return dues == sorted(dues)


def test_every_page_answers_as_it_did(desks: Office, people: list[str], size: Any) -> None:
    wrong = []
    codes = list(TOLD["pages"])
    for code in size(codes[:2], codes):
        case = Submission.objects.get(tracking_code=code)
        for name in people:
            client = Client()
            client.force_login(person(name))
            told, now = TOLD["pages"][code][name], cells.pages_of(client, case, TOLD["steps"])
            allow_to_ask_on(case, name, told, now)
            wrong += differences(told, now, f"{TOLD['situations'][code]}, {name}")
    assert not wrong, "\n".join(wrong)


def allow_to_ask_on(case: Submission, name: str, told: list[int], now: list[int]) -> None:
    """The page of a referral opens for whoever was asked."""
    page = -len(TOLD["steps"]) + TOLD["steps"].index("refer")
    if (told[page], now[page]) == (403, 200) and case.items.open().filter(
        person__username=name
    ).exists():
        told[page] = 200
