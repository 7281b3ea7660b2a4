"""An office with a hundred requests under way is upgraded: everything goes on where it was."""

from __future__ import annotations

import base64
import pydoc
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.test import Client
from django.utils.timezone import now
from django_q.models import Failure, OrmQ, Schedule
from wagtail.models import Revision

from accounts.models import RecoveryRequest, SmsMessage, User
from home.models import HomePage
from letters.models import Letter
from services_catalog.models import ServiceVersion
from submissions.models import (
    Contract,
    ContractImport,
    Document,
    KeptDocument,
    PartialUpload,
    RegistryCheck,
    State,
    Step,
    Submission,
)
from tests.project.upgrade.office import PEOPLE, Browser, Office

pytestmark = [pytest.mark.services, pytest.mark.at("2026-11-22 10:00")]

QUEUE = "/admin/submissions/submission/"
TUS = {"Tus-Resumable": "1.0.0"}
PARTS = "application/offset+octet-stream"


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """The office as it was dumped."""
    return Office.unpacked(tmp_path_factory.mktemp("before"))


@pytest.fixture(scope="module")
def upgraded(before: Office, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """The same after the migrations of this checkout."""
    office = Office(tmp_path_factory.mktemp("upgraded"))
    shutil.copytree(before.folder, office.folder, dirs_exist_ok=True)
    done = office.manage("migrate", "--verbosity", "0")
    assert done.returncode == 0, done.stderr[-3000:]
    return office


@pytest.fixture
def office(
    upgraded: Office, tmp_path: Path, django_db_blocker: Any, settings: Any
) -> Iterator[Office]:
    """A copy of the upgraded office, in which this process works."""
    settings.STAFF_SECOND_FACTOR = True
    own = Office(tmp_path / "office")
    shutil.copytree(upgraded.folder, own.folder)
    with django_db_blocker.unblock(), own.entered():
        yield own


def case_of(browser: Browser) -> Submission:
    return Submission.objects.get(tracking_code=browser.held["case"])


def words_of(answer: Any) -> str:
    return str(answer.content.decode())


def name_of(browser: Browser) -> str:
    return User.objects.get(pk=browser.user).username


# --- What the database says ------------------------------------------------------------


def test_all_that_was_under_way_still_is(office: Office) -> None:
    counts = {state: Submission.objects.filter(state=state).count() for state in State.values}
    assert counts == PEOPLE["cases"]
    assert sum(counts[s] for s in ("draft", "in_review", "returned", "approved")) == 100


def test_no_migration_is_missing(office: Office) -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_name_of_a_model_still_means_one(office: Office) -> None:
    gone = [row for row in ContentType.objects.all() if row.model_class() is None]
    assert gone == []
    assert not Permission.objects.filter(content_type__in=gone).exists()
    for revision in Revision.objects.all():
        assert revision.as_object() is not None


def test_the_roles_may_what_they_might(before: Office, office: Office) -> None:
    granted = before.ask(
        "SELECT g.name, c.app_label, p.codename FROM auth_group_permissions gp"
        " JOIN auth_group g ON g.id = gp.group_id JOIN auth_permission p ON p.id = gp.permission_id"
        " JOIN django_content_type c ON c.id = p.content_type_id"
    )
    rows = Group.objects.values_list(
        "name", "permissions__content_type__app_label", "permissions__codename"
    )
    assert granted
    assert set(granted) <= set(rows)


def test_the_facts_of_every_version_and_letter_are_read(office: Office) -> None:
    codes = {version.facts.code for version in ServiceVersion.objects.all()}
    assert {"elec-intro", "post-code", "two-ways", "identity"} <= codes
    assert all(case.route for case in Submission.objects.exclude(state=State.DRAFT))
    assert [letter.facts_printed.number for letter in Letter.objects.issued()]  # type: ignore[union-attr]


def test_every_file_is_where_its_row_says(office: Office) -> None:
    assert Document.objects.count() > 300
    for document in Document.objects.all():
        assert document.file.size == document.size
    assert all(kept.document.file.size for kept in KeptDocument.objects.all())


def test_the_audit_trail_is_whole_before_and_after_the_next_seals(office: Office) -> None:
    call_command("check_audit")
    call_command("sweep")
    call_command("check_audit")


# --- Those who were signed in ------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("applicant", "/desk/"),
        ("applicant", "/cartable/"),
        ("applicant", "/accounts/security/"),
        ("agent", "/cartable/"),
        ("company", "/desk/identity/"),
        ("staff desk", "/admin/"),
        ("staff desk", QUEUE),
        ("staff deputy", QUEUE),
        ("staff manager", "/admin/contracts/import/"),
        ("staff manager", "/admin/letters/letter/"),
    ],
)
def test_sessions_stay_open(office: Office, name: str, address: str) -> None:
    browser = Browser(name)
    answer = browser.get(address)
    assert answer.status_code == 200
    assert answer.context["request"].user.username == browser.held["user"]


def test_who_acted_for_another_still_does(office: Office) -> None:
    browser = Browser("agent")
    party = browser.get("/cartable/").context["request"].user.acting_for
    assert party.name == browser.held["acting_for"]
    assert browser.get(f"/cartable/{browser.held['case']}/").status_code == 200


def test_the_queue_of_a_desk_lists_what_waits_there(office: Office) -> None:
    listed = Browser("staff desk").get(QUEUE).context["object_list"]
    assert len(listed) > 5
    assert {case.desk.unit.code for case in listed} == {"desk"}


# --- Those who were coming in --------------------------------------------------------------


def test_a_code_that_was_sent_before_lets_in(office: Office) -> None:
    browser = Browser("awaiting a code")
    browser.send("/accounts/login/code/confirm/", code=browser.held["code"])
    assert name_of(browser) == browser.held["user"]


def test_a_newcomer_says_for_whom_they_act(office: Office) -> None:
    browser = Browser("new user")
    said = {"kind": "natural", "first_name": "نرگس", "last_name": "مرادی", "consent": "on"}
    browser.send("/accounts/new/", **said)
    assert name_of(browser) == browser.held["user"]
    assert browser.get("/desk/").status_code == 200


def test_the_second_factor_is_still_awaited(office: Office) -> None:
    browser = Browser("staff at the second factor")
    step = int(now().timestamp()) // 30
    code = totp.format_hotp_value(totp.hotp_value(browser.held["secret"], step))
    browser.send("/accounts/staff/authenticate/", code=code)
    assert name_of(browser) == "subs"
    assert browser.get(QUEUE).status_code == 200


def test_a_password_from_a_message_still_works_once(office: Office) -> None:
    browser = Browser("one-time password")
    given = {"username": browser.held["user"], "password": browser.held["password"]}
    assert browser.send("/accounts/login/password/", **given).url == "/accounts/password/new/"
    browser.send("/accounts/password/new/", password="Behtar-az-9")
    browser.send("/accounts/login/password/", **given | {"password": "Behtar-az-9"})
    assert name_of(browser) == browser.held["user"]
    again = Browser("one-time password")
    assert again.send("/accounts/login/password/", **given).status_code == 200


def test_who_was_choosing_a_password_chooses_it(office: Office) -> None:
    browser = Browser("choosing a password")
    chosen = browser.send("/accounts/password/new/", password="Behtar-az-9")
    assert chosen.url == "/accounts/login/password/"
    assert User.objects.get(username=browser.held["user"]).check_password("Behtar-az-9")


# --- What was being written ------------------------------------------------------------------


def sign_in(browser: Browser) -> None:
    browser.send(
        "/accounts/login/password/",
        username=browser.held["user"],
        password=browser.held["password"],
    )
    assert name_of(browser) == browser.held["user"]


def test_a_page_that_was_open_is_sent_and_saved(office: Office) -> None:
    browser = Browser("applicant")
    words = "توضیح تازه‌ای که پس از ارتقا فرستاده شد."
    answer = browser.send(browser.held["page"], browser.held["sent"], description=words)
    assert answer.status_code == 302
    assert case_of(browser).description == words


def test_kept_words_are_there_for_their_writer(office: Office) -> None:
    browser = Browser("words kept")
    sign_in(browser)
    page = browser.get(browser.held["page"])
    assert page.context["form"]["description"].value() == browser.held["words"]


def test_kept_words_are_gone_when_somebody_else_signs_in(office: Office) -> None:
    browser = Browser("words kept")
    writer = User.objects.get(username=browser.held["user"])
    other = User.objects.exclude(pk=writer.pk).get(username="09130000022")
    browser.force_login(other)
    assert not browser.session.get("kept_words")


def test_a_page_whose_session_has_ended_keeps_its_words(office: Office) -> None:
    browser = Browser("session ended")
    words = "این متن پیش از ارتقا نوشته و پس از آن فرستاده شده است."
    away = browser.send(browser.held["page"], browser.held["sent"], description=words)
    assert away.url.startswith("/accounts/login/")
    sign_in(browser)
    page = browser.get(browser.held["page"])
    assert page.context["form"]["description"].value() == words


def test_a_half_sent_file_is_finished(office: Office) -> None:
    browser = Browser("half a file")
    part, half = browser.held["part"], browser.held["half"]
    content = base64.b64decode(browser.held["content"])
    assert browser.head(part, headers=TUS)["Upload-Offset"] == str(half)
    said = TUS | {
        "Upload-Offset": str(half),
        "X-CSRFToken": browser.cookies["csrftoken"].value,
    }
    answer = browser.patch(part, content[half:], content_type=PARTS, headers=said)
    assert answer.status_code == 204
    kept = case_of(browser).documents.current().get(requirement="contract")
    assert kept.file.read() == content


def test_a_contract_that_was_found_is_chosen(office: Office) -> None:
    browser = Browser("company")
    contract = Contract.objects.get(number=browser.held["contract"])
    chosen = browser.get("/desk/contract/", {"choice": browser.held["choice"]})
    assert contract.holder_name in words_of(chosen)
    browser.send("/desk/contract/", {"choice": browser.held["choice"]})
    assert Submission.objects.filter(contract=contract, kind="contract").count() == 1


def test_what_was_returned_goes_in_again(office: Office) -> None:
    browser = Browser("mending")
    address = f"/desk/request/{browser.held['case']}"
    browser.send(f"{address}/description/", description="شرح اصلاح‌شدهٔ درخواست")
    sent = {"expecting": browser.held["expecting"], "declared": "on"}
    assert browser.send(f"{address}/check/", **sent).status_code == 302
    case = case_of(browser)
    assert case.state == State.IN_REVIEW
    assert case.desk is not None
    assert case.filings.count() == 2
    assert not case.corrections.filter(closed_by=None).exists()


# --- What the worker has to do -----------------------------------------------------------------


@pytest.fixture
def usual_schedules(db: None) -> set[tuple[str, str]]:
    """The jobs that a new installation has."""
    return set(Schedule.objects.values_list("name", "func"))


def test_every_job_is_done_by_the_clock_once(
    upgraded: Office, usual_schedules: set[tuple[str, str]]
) -> None:
    rows = upgraded.ask("SELECT name, func FROM django_q_schedule")
    assert len(rows) == len(usual_schedules)
    assert set(rows) == usual_schedules
    assert all(callable(pydoc.locate(func)) for _name, func in rows)


def decide(browser: Browser, address: str, sent: dict[str, Any] | None = None) -> None:
    """Take a step by its key on the page, which sends ``expecting``."""
    answer = browser.send(address, sent, note="")
    assert answer.status_code == 302, words_of(answer)


def passed_on_and_approved() -> Submission:
    """A case at the first desk, whose page was open before the upgrade, goes to its end."""
    desk, deputy = Browser("staff desk"), Browser("staff deputy")
    decide(desk, desk.held["step"], desk.held["sent"])
    case = case_of(desk)
    assert case.stop == "deputy"
    address = desk.held["step"].replace("pass_on", "approve")
    page = deputy.get(desk.held["page"])
    assert page.status_code == 200
    decide(deputy, address, {"expecting": case.last_seq})
    assert case_of(desk).state == State.APPROVED
    return case_of(desk)


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
    assert ContractImport.objects.exclude(pk=confirmed.pk).get().state == "checked"
