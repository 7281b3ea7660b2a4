"""The register names another holder for a contract that is a party's: the office is asked, and decides."""

from __future__ import annotations

import importlib
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.urls import reverse

from accounts.models import Membership, SmsMessage
from letters.handlers import HolderUnsettled
from services_catalog import seed
from submissions.contracts import claims, holders
from submissions.contracts.holders import Settlement, settle_holder, standing_of
from submissions.drafts.completeness import HOLDER_ASKED
from submissions.models import Contract, HolderDecision
from submissions.refusals import Incomplete
from submissions.states import State
from tests import cast
from tests.cast import SIX_DESKS, again, pass_desks, step
from tests.submissions.test_import import MARYAM, bring, check, row, sheet
from work.models import AuditEntry

pytestmark = pytest.mark.django_db
NADER = {"name": "نادر بهرامی", "id": "9990000026"}
OUTCOMES = HolderDecision.Outcome


@pytest.fixture(autouse=True)
def stage(house):
    rows = (row for row in seed.stage_services() if row["kind"] == "contract")
    return seed.load_service(next(rows), 90)


def contract() -> Contract:
    return Contract.objects.select_related("party", "park").get(number="1402/1001")


def name_nader() -> None:
    """An import brings the new holder."""
    bring(sheet(row(**NADER)))


def text_of(answer) -> str:
    return " ".join(answer.content.decode().split())


def settle(outcome, by, to=None, seen=None):
    settlement = Settlement(outcome, "بنا بر سند انتقال", to)
    return settle_holder(contract(), settlement, by=by, seen=seen or standing_of(contract()))


# --- The import ---------------------------------------------------------------------------


def test_the_preview_lists_the_contracts_whose_holder_changes(maryam, manager, client, signed_in):
    job = check(sheet(row(**NADER), row(number="1402/5", name="دیگری", id="")))
    shown = text_of(signed_in(client, manager).get(reverse("contract_import", args=[job.pk])))

    assert job.asked == 1
    assert "قراردادهایی که طرف آن‌ها تغییر می‌کند" in shown
    assert "نادر بهرامی" in shown
    assert "۹۹۹۰۰۰۰۰۲۶" in shown
    assert contract().asked_since is None


def test_confirming_asks_the_office_and_keeps_who_it_was(maryam):
    name_nader()

    assert contract().asked_since is not None
    assert contract().former_holder == {"kind": "natural", "name": "مریم رضایی", "id": "9990000018"}
    assert contract().party == maryam.acting_for
    assert AuditEntry.objects.filter(action="ask_holder").count() == 1
    assert AuditEntry.objects.get(action="import_contracts").facts["asked"] == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"name": "مريم رضائي"},  # another spelling of the person with this id
        {"plot": "Z-9"},
        {"id": ""},  # the register has lost the id, not the name
        {"name": "مریم رضایی بیدگلی"},
    ],
)
def test_the_same_person_is_no_question(maryam, changes):
    job = check(sheet(row(**changes)))
    assert job.asked == 0
    bring(sheet(row(**changes)))
    assert contract().asked_since is None


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "", "name": "نادر بهرامی"},
        {"id": "9990000026"},
        {"kind": "حقوقی", "id": "10269990012"},
    ],
)
def test_another_name_id_or_kind_is_one(maryam, changes):
    bring(sheet(row(**changes)))
    assert contract().asked_since is not None


def test_a_contract_that_is_nobodys_is_no_question(house):
    bring(sheet(MARYAM))
    bring(sheet(row(**NADER)))
    assert contract().asked_since is None
    with pytest.raises(IntegrityError), transaction.atomic():
        Contract.objects.update(asked_since="2026-01-01T00:00Z")


def test_a_second_import_keeps_the_question_and_a_corrected_one_answers_it(maryam):
    name_nader()
    asked = contract().asked_since
    bring(sheet(row(name="سینا راد", id="9996543218")))
    assert contract().asked_since == asked
    assert contract().former_holder["name"] == "مریم رضایی"

    bring(sheet(MARYAM))
    assert (contract().asked_since, contract().former_holder) == (None, None)


def test_contracts_that_had_changed_hands_before_are_asked_about_by_the_upgrade(maryam, kavir):
    cast.register("1401/1", kavir.acting_for)
    Contract.objects.filter(number="1402/1001").update(holder_id="9990000026")
    migration = importlib.import_module("submissions.migrations.0012_holder_questions")
    state = MigrationLoader(connection).project_state(("submissions", "0012_holder_questions"))
    migration.ask_about_holders(state.apps, SimpleNamespace(connection=connection))

    assert [c.number for c in Contract.objects.filter(asked_since__isnull=False)] == ["1402/1001"]


# --- Meanwhile ----------------------------------------------------------------------------


def test_what_is_not_handed_in_yet_waits_with_words(draft, maryam, client, signed_in):
    name_nader()
    with pytest.raises(Incomplete) as refused:
        step(draft, "submit", maryam)
    assert HOLDER_ASKED in refused.value.message
    page = reverse("submissions:draft", args=[draft.tracking_code, "check"])
    shown = text_of(signed_in(client, maryam).get(page, follow=True))
    assert HOLDER_ASKED in shown
    assert "نادر" not in shown


def test_what_is_in_review_goes_on_with_a_warning_and_ends_in_no_letter(
    submitted, staff, client, signed_in
):
    name_nader()
    shown = signed_in(client, staff["desk"]).get(
        reverse("submissions_submission_modeladmin_inspect", args=[submitted.pk])
    )
    assert "طرف این قرارداد در دفتر شرکت تغییر کرده" in text_of(shown)
    assert "نادر بهرامی" in text_of(shown)

    case = pass_desks(submitted, staff, *SIX_DESKS[:-1])
    with pytest.raises(HolderUnsettled):
        step(case, "approve", staff["secretariat"])
    assert again(case).state == State.IN_REVIEW
    settle(OUTCOMES.KEPT, staff["contracts"])
    assert step(case, "approve", staff["secretariat"]).letters.count() == 1


def test_no_letter_on_a_contract_that_was_released(submitted, staff):
    name_nader()
    case = pass_desks(submitted, staff, *SIX_DESKS[:-1])
    settle(OUTCOMES.RELEASED, staff["contracts"])
    with pytest.raises(HolderUnsettled):
        step(case, "approve", staff["secretariat"])


# --- The decision ---------------------------------------------------------------------------


def test_the_desk_of_contracts_releases_it_on_the_record_and_the_new_holder_claims_it(
    maryam, stranger, staff
):
    name_nader()
    with pytest.raises(claims.AlreadyHeld) as refused:
        claims.claim_contract(contract(), by=stranger, party=stranger.acting_for)
    assert "شما طرف این قرارداد هستید" in refused.value.message

    decision = settle(OUTCOMES.RELEASED, staff["contracts"])
    assert (contract().party, contract().asked_since) == (None, None)
    assert (decision.party_before, decision.party_after) == (maryam.acting_for, None)
    entry = AuditEntry.objects.get(action="settle_holder")
    assert (entry.actor_name, entry.facts["outcome"]) == ("contracts", "released")
    told = SmsMessage.objects.get(event__startswith="holder:")
    assert told.recipient == maryam.mobile
    assert "نادر" not in told.text

    claim = claims.claim_contract(contract(), by=stranger, party=stranger.acting_for)
    assert step(claim, "approve", staff["contracts"]).state == State.COMPLETED
    assert contract().party == stranger.acting_for


def test_it_is_moved_to_another_party_and_both_are_told(maryam, stranger, staff):
    name_nader()
    settle(OUTCOMES.MOVED, staff["contracts"], stranger.acting_for)

    assert contract().party == stranger.acting_for
    told = {m.recipient: m.key for m in SmsMessage.objects.filter(event__startswith="holder:")}
    assert told == {
        maryam.mobile: "submissions/contract_released",
        stranger.mobile: "submissions/contract_registered",
    }


def test_it_stays_and_nobody_is_told(draft, maryam, staff):
    name_nader()
    settle(OUTCOMES.KEPT, staff["contracts"])
    assert (contract().party, contract().asked_since) == (maryam.acting_for, None)
    assert not SmsMessage.objects.filter(event__startswith="holder:").exists()
    assert step(draft, "submit", maryam).state == State.IN_REVIEW
    bring(sheet(row(**NADER, plot="B-13")))
    assert contract().asked_since is None, "what was decided is not asked again"


def test_a_manager_releases_what_nobody_has_asked_about(maryam, manager):
    settle(OUTCOMES.RELEASED, manager)
    assert contract().party is None


def test_two_decisions_at_once_end_in_the_first(maryam, stranger, staff, manager):
    name_nader()
    seen = standing_of(contract())
    settle(OUTCOMES.MOVED, staff["contracts"], stranger.acting_for, seen)
    with pytest.raises(holders.ContractMoved):
        settle(OUTCOMES.RELEASED, manager, seen=seen)
    assert contract().party == stranger.acting_for


def test_others_decide_nothing(maryam, stranger, staff, yazd_desk, manager):
    name_nader()
    Membership.objects.create(user=manager, party=maryam.acting_for)
    for somebody in (staff["desk"], staff["deputy"], yazd_desk, maryam):
        with pytest.raises(PermissionDenied):
            settle(OUTCOMES.RELEASED, somebody)
    with pytest.raises(holders.OwnContract):
        settle(OUTCOMES.RELEASED, manager)
    with pytest.raises(holders.NotToThisParty):
        settle(OUTCOMES.MOVED, staff["contracts"], maryam.acting_for)
    assert contract().party == maryam.acting_for


def test_the_desk_of_another_place_decides_only_on_its_own(maryam, staff):
    seat = staff["contracts"].seats.get()
    cast.Desk.objects.filter(pk=seat.desk_id).update(
        province=cast.Province.objects.get(slug="yazd")
    )
    assert not holders.settled_by(staff["contracts"]).exists()


# --- The pages ------------------------------------------------------------------------------


def test_the_task_stands_on_the_first_page_and_is_settled_in_two_steps(
    maryam, stranger, staff, client, signed_in
):
    page = signed_in(client, staff["contracts"])
    first = reverse("wagtailadmin_home")
    assert "طرف قرارداد در انتظار تصمیم" not in text_of(page.get(first))
    name_nader()
    assert "طرف قرارداد در انتظار تصمیم" in text_of(page.get(first))
    address = reverse("contract_holder", args=[contract().pk])
    assert address in text_of(page.get(reverse("contract_holders")))

    said = {"outcome": "moved", "national_id": "۹۹۹۰۰۰۰۰۲۶", "note": "سند انتقال ۱۲"}
    asked = page.post(address, said)
    assert "این تصمیم ثبت شود؟" in text_of(asked)
    assert "نادر بهرامی" in text_of(asked)
    assert contract().party == maryam.acting_for
    back = page.post(address, {**said, "back": "1"})
    assert "سند انتقال ۱۲" in text_of(back)
    page.post(address, {**said, "seen": asked.context["seen"], "confirmed": "1"})
    assert contract().party == stranger.acting_for
    assert HolderDecision.objects.get().note == "سند انتقال ۱۲"

    late = page.post(address, {**said, "seen": asked.context["seen"], "confirmed": "1"})
    assert late.status_code == 409


def test_who_decides_after_a_colleague_has_released_it_is_told_so(
    maryam, staff, manager, client, signed_in
):
    seen = holders.standing_of(contract())
    holders.settle_holder(
        contract(), holders.Settlement("released", "انتقال"), by=manager, seen=seen
    )

    page = signed_in(client, staff["contracts"])
    address = reverse("contract_holder", args=[contract().pk])
    said = {"outcome": "released", "note": "سند", "seen": seen, "confirmed": "1"}
    late = page.post(address, said)
    assert late.status_code == 409
    assert holders.ContractMoved.title in text_of(late)
    assert page.get(address).status_code == 404


@pytest.mark.parametrize(
    "said",
    [
        {"outcome": "released"},
        {"note": "سند"},
        {"outcome": "moved", "note": "سند"},
        {"outcome": "moved", "note": "سند", "national_id": "9996543218"},
        {"outcome": "kept", "note": "سند"},  # there is no question
    ],
)
def test_what_is_missing_is_said_and_nothing_is_done(maryam, manager, client, signed_in, said):
    address = reverse("contract_holder", args=[contract().pk])
    answer = signed_in(client, manager).post(address, {**said, "confirmed": "1"})
    assert answer.status_code == 422
    assert contract().party == maryam.acting_for


@pytest.mark.parametrize(("who", "there"), [("manager", 1), ("contracts", 1), ("finance", 0)])
def test_whoever_decides_on_parties_has_the_list_in_the_menu_of_every_page(
    maryam, manager, staff, client, signed_in, who, there
):
    """Nothing waits: a contract is found by its number as well."""
    page = signed_in(client, manager if who == "manager" else staff[who])
    queue = page.get(reverse("submissions_submission_modeladmin_index"))
    assert (reverse("contract_holders") in text_of(queue)) == there
    assert (page.get(reverse("contract_holders")).status_code == 200) == there


def test_any_contract_is_found_by_its_number(maryam, manager, client, signed_in):
    shown = signed_in(client, manager).get(reverse("contract_holders"), {"q": "۱۰۰۱/۱۴۰۲"})
    assert "مریم رضایی" in text_of(shown)


def test_who_has_no_contracts_to_decide_on_sees_neither_page_nor_task(
    maryam, staff, client, signed_in
):
    name_nader()
    page = signed_in(client, staff["finance"])
    assert "طرف قرارداد" not in text_of(page.get(reverse("wagtailadmin_home")))
    assert page.get(reverse("contract_holders")).url == reverse("wagtailadmin_home")
