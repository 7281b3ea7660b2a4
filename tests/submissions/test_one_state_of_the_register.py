"""A letter, a copy and a review show the register of one moment: that of the last handing-in."""

from __future__ import annotations

import importlib
from types import SimpleNamespace

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.urls import reverse

from submissions.applicant import hand_in_views
from submissions.drafts import editing
from submissions.drafts.register_place import PlaceChanged
from submissions.models import Contract, Filing
from submissions.states import State
from submissions.step_details import Mend
from submissions.workflow.steps import take_step
from tests import cast
from tests.cast import SIX_DESKS, again, pass_desks, step
from work.models import AuditEntry

pytestmark = pytest.mark.django_db
REVIEW = "submissions_submission_modeladmin_inspect"


def correct(**facts) -> None:
    """The register of contracts is corrected."""
    Contract.objects.filter(number="1402/1001").update(**facts)


def elsewhere() -> int:
    """Another park of the same province."""
    return cast.Park.objects.exclude(slug="jey").filter(province__slug="isfahan").first().pk


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


@pytest.fixture
def browser(client, maryam, signed_in):
    return signed_in(client, maryam)


def check_page(submission) -> str:
    return reverse("submissions:draft", args=[submission.tracking_code, "check"])


def hand_in(browser, submission, **shown):
    page = browser.get(check_page(submission))
    form = page.context["form"].initial
    return browser.post(check_page(submission), {"declared": "on", **form, **shown})


# --- Taken anew, and said -----------------------------------------------------------------


def test_the_check_page_takes_place_and_file_number_anew_and_says_so(browser, draft):
    correct(park=elsewhere(), file_number="31-777")
    shown = browser.get(check_page(draft), follow=True)

    case = again(draft)
    assert (case.park_id, case.file_number) == (elsewhere(), "31-777")
    assert "مشخصات این قرارداد در دفتر شرکت تغییر کرده است" in text_of(shown)
    assert case.park.name in text_of(shown)
    assert "۳۱-\u2060۱۴۰۲۱۰۰۱" in text_of(shown)
    assert "۳۱-\u2060۷۷۷" in text_of(shown)
    assert AuditEntry.objects.get(action="take_place").facts["شمارهٔ پرونده"] == "31-777"
    assert "تغییر کرده است" not in text_of(browser.get(check_page(draft)))


def test_what_changes_while_the_page_is_open_is_not_handed_in_unseen(browser, draft):
    page = browser.get(check_page(draft))
    correct(park=elsewhere())
    sent = browser.post(check_page(draft), {"declared": "on", **page.context["form"].initial})

    assert sent.url == check_page(draft)
    assert again(draft).state == State.DRAFT
    hand_in(browser, draft)
    assert again(draft).filings.get().park_id == elsewhere()


@pytest.mark.parametrize("facts", [{"plot": "C-99"}, {"area": 9}, {"holder_name": "مریم رضائی"}])
def test_so_it_is_with_what_the_letter_says_beside_the_place(browser, draft, facts):
    page = browser.get(check_page(draft))
    correct(**facts)
    sent = browser.post(check_page(draft), {"declared": "on", **page.context["form"].initial})

    assert sent.status_code == 409
    assert hand_in_views.REGISTER_CHANGED in text_of(sent)
    assert again(draft).state == State.DRAFT


def test_every_other_door_is_shut_until_the_applicant_has_seen_it(draft, maryam):
    correct(park=elsewhere())
    with pytest.raises(PlaceChanged) as refused:
        take_step(draft, "submit", by=maryam, expecting=0)

    assert cast.Park.objects.get(pk=elsewhere()).name in refused.value.message


def test_a_file_number_is_said_in_persian_digits_and_in_one_piece(draft, maryam):
    correct(file_number="31-777")
    with pytest.raises(PlaceChanged) as refused:
        take_step(draft, "submit", by=maryam, expecting=0)

    # Isolated from the words around it, and held together at the mark.
    assert "«\u2068۳۱-\u2060۷۷۷\u2069»" in refused.value.message


def test_a_file_number_that_the_applicant_wrote_stays(draft, maryam):
    editing.save_answers(draft, by=maryam, file_number="مکاتبه ۱۲")
    correct(file_number="31-777", park=elsewhere())
    editing.take_place_anew(again(draft), by=maryam)

    assert (again(draft).file_number, again(draft).park_id) == ("مکاتبه ۱۲", elsewhere())


def test_an_old_page_that_saves_itself_does_not_bring_the_old_number_back(browser, draft):
    address = reverse("submissions:draft", args=[draft.tracking_code, "description"])
    seen = browser.get(address)
    correct(file_number="31-777")
    browser.get(check_page(draft))
    said = {"description": draft.description, "file_number": "31-14021001", "page": "old"}
    old = {
        f"seen-{name}": seen.context["form"][name].value()
        for name in ("description", "file_number")
    }
    browser.post(address, said | old)
    assert again(draft).file_number == "31-777"

    refused = browser.post(address, said | old | {"file_number": "31-555"})
    assert "از دفتر قراردادها به‌روز شد" in text_of(refused)
    assert again(draft).file_number == "31-777"


def test_a_returned_request_takes_them_anew_and_begins_at_the_first_desk(
    submitted, maryam, staff, browser, django_assert_max_num_queries
):
    case = pass_desks(submitted, staff, *SIX_DESKS[:2])
    case = step(case, "return_for_correction", staff["finance"], note="مدرک ناخواناست.",
                mend=(Mend("document", "contract"),))  # fmt: skip
    correct(park=elsewhere(), plot="C-99")
    cast.bring(case, "contract")
    assert browser.get(check_page(case)).url == check_page(case)
    with django_assert_max_num_queries(15):
        browser.get(check_page(case))
    case = step(case, "submit", maryam)

    assert (case.stop, case.filings.latest("number").said.contract.plot) == ("desk", "C-99")


def test_a_new_plot_alone_is_signed_again(submitted, maryam, staff):
    case = pass_desks(submitted, staff, *SIX_DESKS[:5])
    case = step(case, "return_for_correction", staff["secretariat"], note="ناخواناست.")
    correct(plot="C-99")
    case = step(case, "submit", maryam)

    assert case.facts.stop(case.stop).signs


# --- Frozen -------------------------------------------------------------------------------


def approve(submitted, staff):
    case = pass_desks(submitted, staff, *SIX_DESKS[:-1])
    return step(case, "approve", staff["secretariat"]).letters.get()


def test_the_letter_reads_the_filing_alone(submitted, staff):
    filed = submitted.filings.get().said
    correct(park=elsewhere(), plot="Z-1", file_number="31-777", holder_name="دیگری")
    submitted.party.__class__.objects.update(name="نام دیگر")
    letter = approve(submitted, staff)

    facts = letter.facts
    assert (facts["park"], facts["plot"]) == (filed.contract.park, "B-12")
    assert facts["park"] == "شهرک صنعتی جی"
    assert facts["file_number"] == "31-14021001"
    assert facts["party"]["name"] == "مریم رضایی"


def test_the_filing_keeps_all_that_a_letter_says(submitted):
    said = submitted.filings.get().said
    assert said.party.model_dump() == {
        "kind": "natural", "name": "مریم رضایی", "national_id": "9990000018",
    }  # fmt: skip
    contract = said.contract
    assert (contract.number, contract.plot, contract.park, contract.province) == (
        "1402/1001", "B-12", "شهرک صنعتی جی", "اصفهان",
    )  # fmt: skip
    assert (contract.holder_name, contract.holder_id) == ("مریم رضایی", "9990000018")


# --- Old beside new -----------------------------------------------------------------------


def test_the_reviewer_reads_what_has_changed_since_old_beside_new(
    submitted, staff, client, signed_in
):
    address = reverse(REVIEW, args=[submitted.pk])
    page = signed_in(client, staff["desk"])
    assert "تغییر مشخصات پس از ثبت درخواست" not in text_of(page.get(address))

    correct(park=elsewhere(), plot="Z-1")
    shown = page.get(address)
    changes = {c.label: (c.old, c.new) for c in shown.context["review"].register_changes}
    assert changes["قطعه"] == ("B-12", "Z-1")
    assert changes["شهرک"][0] == "شهرک صنعتی جی"
    assert "تغییر مشخصات پس از ثبت درخواست" in text_of(shown)
    facts = {fact.label: fact.value for fact in shown.context["review"].about_contract}
    assert (facts["قطعه"], facts["شهرک"]) == ("B-12", "شهرک صنعتی جی")


# --- Filings of before ----------------------------------------------------------------------


def test_a_filing_of_before_takes_one_state_of_the_register(submitted, staff):
    correct(park=elsewhere(), plot="Z-1")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE submissions_filing SET facts = '{}', province_id = NULL")
    migration = importlib.import_module("submissions.migrations.0011_filed_facts")
    state = MigrationLoader(connection).project_state()
    migration.freeze_filings(state.apps, SimpleNamespace(connection=connection))

    filing = Filing.objects.get()
    there = cast.Park.objects.get(pk=elsewhere())
    assert (filing.said.contract.park, filing.said.contract.plot) == (there.name, "Z-1")
    assert (filing.said.park, filing.park.slug) == ("شهرک صنعتی جی", "jey")
    assert filing.province == there.province
    letter = approve(submitted, staff)
    assert (letter.facts["park"], letter.facts["plot"]) == (there.name, "Z-1")
