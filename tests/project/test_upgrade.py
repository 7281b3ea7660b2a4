"""An office with a hundred requests under way is upgraded: everything goes on where it was."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
from pathlib import Path

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.utils.timezone import now
from wagtail.models import Revision

from accounts.models import User
from letters.models import Letter
from services_catalog.models import ServiceVersion
from submissions.models import (
    Contract,
    ContractImport,
    Document,
    KeptDocument,
    State,
    Submission,
)
from tests.cast import desk_of
from tests.project.upgrade.office import PEOPLE, Browser, Office
from web.models import OfficeSettings

pytestmark = [pytest.mark.services, pytest.mark.at("2026-11-22 10:00")]

ROOT = Path(__file__).resolve().parents[2]
QUEUE = "/admin/submissions/submission/"
TUS = {"Tus-Resumable": "1.0.0"}
PARTS = "application/offset+octet-stream"


def name_of(browser: Browser) -> str:
    return User.objects.get(pk=browser.user).username


# --- What the database says ------------------------------------------------------------


def test_all_that_was_under_way_still_is(office: Office) -> None:
    counts = {state: Submission.objects.filter(state=state).count() for state in State.values}
    assert counts == PEOPLE["cases"]
    assert sum(counts[s] for s in ("draft", "in_review", "returned", "approved")) == 100


def test_no_migration_is_missing() -> None:
    """In a process of its own: some stories have tables that are theirs alone."""
    told = subprocess.run(
        [sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"],
        cwd=ROOT,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings.test"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr


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


def test_the_office_is_called_what_it_was(office: Office) -> None:
    ours = OfficeSettings.objects.get()
    issued = [letter.facts_printed for letter in Letter.objects.issued()]
    assert ours.name in Browser("applicant").get("/desk/").content.decode()
    assert {(facts.issuer.name, facts.issuer.phone) for facts in issued if facts} == {
        (ours.name, ours.phone)
    }


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
    assert {desk_of(case).unit.code for case in listed} == {"desk"}


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
    words = "توضیح جدیدی که پس از ارتقا ارسال شد."
    answer = browser.send(browser.held["page"], browser.held["sent"], description=words)
    assert answer.status_code == 302
    assert browser.case.description == words


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
    words = "این متن پیش از ارتقا نوشته و پس از آن ارسال شده است."
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
    kept = browser.case.documents.current().get(requirement="contract")
    assert kept.file.read() == content


def test_a_number_that_stands_twice_keeps_both_contracts_and_one_of_them_is_found(
    office: Office,
) -> None:
    rows = Contract.objects.filter(number__in=["5/1", "5-1", "6/1"])
    assert dict(rows.values_list("number", "repeats_key")) == {
        "5/1": False,
        "5-1": True,
        "6/1": False,
    }


def test_a_list_with_a_number_twice_is_read_again_instead_of_merged(office: Office) -> None:
    job = ContractImport.objects.get(original_name="two-spellings.csv")
    assert (job.state, job.lines_read, job.good) == (ContractImport.State.READING, 0, 0)
    assert not job.rows.exists()


def test_a_contract_that_was_found_is_chosen(office: Office) -> None:
    browser = Browser("company")
    contract = Contract.objects.get(number=browser.held["contract"])
    chosen = browser.get("/desk/contract/", {"choice": browser.held["choice"]})
    assert contract.holder_name in chosen.content.decode()
    browser.send("/desk/contract/", {"choice": browser.held["choice"]})
    assert Submission.objects.filter(contract=contract, kind="contract").count() == 1


def test_what_was_returned_goes_in_again(office: Office) -> None:
    browser = Browser("mending")
    address = f"/desk/request/{browser.held['case']}"
    browser.send(f"{address}/description/", description="شرح اصلاح‌شدهٔ درخواست")
    sent = {"expecting": browser.held["expecting"], "declared": "on"}
    assert browser.send(f"{address}/check/", **sent).status_code == 302
    case = browser.case
    assert case.state == State.IN_REVIEW
    assert desk_of(case) is not None
    assert case.filings.count() == 2
    assert not case.corrections.filter(closed_by=None).exists()
