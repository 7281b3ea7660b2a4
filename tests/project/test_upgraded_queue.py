"""What an office had queued before its upgrade is done after it, by a real worker."""

from __future__ import annotations

import pydoc
import re
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django_q.models import Failure, OrmQ, Schedule

from accounts.models import RecoveryRequest, SmsMessage
from home.models import HomePage
from letters.models import Letter
from submissions.models import (
    Contract,
    ContractImport,
    PartialUpload,
    RegistryCheck,
    State,
    Step,
    Submission,
)
from tests.project.upgrade.office import PEOPLE, Browser, Office

pytestmark = [pytest.mark.services, pytest.mark.at("2026-11-22 10:00")]


@pytest.fixture
def usual_schedules(db: None) -> set[tuple[str, str, str]]:
    """The jobs that a new installation has, and whose workers look after them."""
    return set(Schedule.objects.values_list("name", "func", "cluster"))


def test_every_job_is_done_by_the_clock_once(
    upgraded: Office, usual_schedules: set[tuple[str, str, str]]
) -> None:
    rows = upgraded.ask("SELECT name, func, cluster FROM django_q_schedule")
    assert len(rows) == len(usual_schedules)
    assert set(rows) == usual_schedules
    assert all(callable(pydoc.locate(func)) for _name, func, _cluster in rows)
    assert {cluster for _name, _func, cluster in rows} <= set(settings.WORK_CLASSES)


def decide(browser: Browser, address: str, sent: dict[str, Any] | None = None) -> None:
    """Take a step by its key on the page, which sends ``expecting``."""
    answer = browser.send(address, sent, note="")
    assert answer.status_code == 302, answer.content.decode()


def passed_on_and_approved() -> Submission:
    """A case at the first desk, whose page was open before the upgrade, goes to its end."""
    desk, deputy = Browser("staff desk"), Browser("staff deputy")
    decide(desk, desk.held["step"], desk.held["sent"])
    case = desk.case
    assert case.stop == "deputy"
    address = desk.held["step"].replace("pass_on", "approve")
    page = deputy.get(desk.held["page"])
    assert page.status_code == 200
    shown = deputy.get(address).content.decode()
    seen = re.search(r'name="letter_digest" value="([0-9a-f]{64})"', shown)
    assert seen, "the signer is shown the letter"
    decide(deputy, address, {"expecting": case.last_seq, "letter_digest": seen[1]})
    assert desk.case.state == State.APPROVED
    return desk.case


def test_all_that_was_queued_is_done_and_what_comes_after_it(office: Office) -> None:
    assert OrmQ.objects.count() == sum(PEOPLE["queue"].values())
    decided = passed_on_and_approved()
    job = ContractImport.objects.get(state="checked")
    Browser("staff manager").send(f"/admin/contracts/import/{job.pk}/")

    office.work_off(minutes_later=10)

    assert not OrmQ.objects.exists()
    assert [(f.func, f.result) for f in Failure.objects.all()] == []
    letters_are_issued(decided)
    messages_are_sent()
    registers_are_asked()
    imports_go_on(job)
    assert PartialUpload.objects.get().done_at is None, "the one that has run out is gone"
    assert RecoveryRequest.objects.exclude(done_at=None).exists()
    assert HomePage.objects.get().intro == PEOPLE["front page"]
    call_command("check_audit")


def letters_are_issued(decided: Submission) -> None:
    assert not Submission.objects.filter(state=State.APPROVED).exists()
    assert not Letter.objects.unfinished().exists()
    issued = Letter.objects.issued()
    assert issued.count() == 8
    assert len(set(issued.values_list("book", "number"))) == 8
    for letter in issued:
        assert letter.file.size == letter.size
    verified = Client().get(f"/verify/{decided.letters.get().verify_code}/")
    assert verified.status_code == 200
    assert Client().get(f"/verify/{PEOPLE['letter']}/").status_code == 200


def messages_are_sent() -> None:
    assert not Step.objects.filter(told_at=None).exists()
    assert not SmsMessage.objects.filter(state="queued").exists()
    told = Submission.objects.get(tracking_code=PEOPLE["told of"])
    text = SmsMessage.objects.get(
        text__contains=told.tracking_code, key="submissions/returned"
    ).text
    assert text.endswith("منتظر اصلاح شماست. میز خدمت"), "the office's own words"


def registers_are_asked() -> None:
    asked = RegistryCheck.objects.filter(submission__tracking_code=PEOPLE["asked about"])
    assert asked.count() == 2
    assert not asked.filter(settled_at=None).exists()


def imports_go_on(confirmed: ContractImport) -> None:
    assert ContractImport.objects.get(pk=confirmed.pk).state == "done"
    assert Contract.objects.filter(number__in=["1403/1", "1403/2"]).count() == 2
    others = ContractImport.objects.exclude(pk=confirmed.pk)
    # The list that held a number twice too: it has been read again.
    assert dict(others.values_list("original_name", "state")) == {
        "more.csv": "checked",
        "two-spellings.csv": "checked",
    }
