"""Stage one: a party registers its contract, once, and travels with it from then on."""

from __future__ import annotations

import datetime as dt
import hashlib

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.timezone import localdate, localtime

from accounts.models import Membership, Party, SmsMessage, User
from services_catalog import seed
from services_catalog.models import Park, Service
from submissions.contracts import claims, lookup
from submissions.documents import storage
from submissions.drafts import editing
from submissions.identity.verification import NotVerified
from submissions.models import ClaimRules, Contract, KeptDocument, Submission
from submissions.policies import SubmissionPolicy
from submissions.refusals import Incomplete
from submissions.states import State
from submissions.step_details import Mend
from submissions.workflow.steps import take_step
from tests import cast
from tests.submissions import files
from web.refusals import NotNow

pytestmark = pytest.mark.django_db
URL = "/desk/contract/"


@pytest.fixture
def stage(house) -> Service:
    row = next(row for row in seed.stage_services() if row["kind"] == "contract")
    return seed.load_service(row, 90)


@pytest.fixture
def contract(kavir, stage) -> Contract:
    """The company's own contract, as the register has it; nobody has claimed it."""
    return Contract.objects.create(
        number="1401/2002",
        park=Park.objects.get(slug="jey"),
        plot="C-07",
        file_number="31-14012002",
        holder_kind="legal",
        holder_name="شرکت کاشی‌سازان کویر نمونه",
        holder_id="10269990012",
    )


@pytest.fixture
def claimed(contract, kavir, staff) -> Submission:
    return claims.claim_contract(contract, by=kavir, party=kavir.acting_for)


def held_by(contract: Contract) -> Party | None:
    return Contract.objects.get(pk=contract.pk).party


# --- The claim -------------------------------------------------------------------------


def test_a_claim_waits_at_the_desk_of_contracts_until_the_end_of_the_same_day(claimed, contract):
    assert (claimed.kind, claimed.state) == ("contract", State.IN_REVIEW)
    case = cast.again(claimed)
    assert cast.desk_of(case).unit.code == "contracts"
    assert (case.park, case.province) == (contract.park, contract.park.province)
    assert localtime(case.due_at).time() == dt.time(14, 30)
    assert held_by(contract) is None


@pytest.mark.at("2026-11-22 09:00")
def test_on_a_working_morning_it_is_promised_for_that_day(contract, kavir, staff):
    case = claims.claim_contract(contract, by=kavir, party=kavir.acting_for)

    assert localtime(cast.again(case).due_at) == dt.datetime.fromisoformat("2026-11-22T14:30+03:30")


def test_the_approval_gives_the_party_its_contract(claimed, contract, staff, kavir):
    case = cast.step(claimed, "approve", staff["contracts"])

    assert case.state == State.COMPLETED
    assert held_by(contract) == kavir.acting_for


def test_the_party_is_told_that_its_contract_is_registered(claimed, staff, kavir):
    cast.step(claimed, "approve", staff["contracts"])

    told = SmsMessage.objects.get(event__startswith="contract:")
    assert told.recipient == kavir.mobile
    assert "1401/2002" in told.text or "۱۴۰۱/۲۰۰۲" in told.text


def test_a_rejected_claim_leaves_the_contract_free_for_the_next(claimed, contract, staff, stranger):
    cast.step(claimed, "reject", staff["contracts"], note="نام با دفتر نمی‌خواند.")

    assert held_by(contract) is None
    assert (
        claims.claim_contract(contract, by=stranger, party=stranger.acting_for).state
        == State.IN_REVIEW
    )


def test_a_second_press_finds_the_first_claim(claimed, contract, kavir):
    assert claims.claim_contract(contract, by=kavir, party=kavir.acting_for) == claimed
    assert Submission.objects.count() == 1


def test_a_contract_that_another_claims_or_holds_is_refused(claimed, contract, staff, stranger):
    with pytest.raises(claims.AlreadyClaimed):
        claims.claim_contract(contract, by=stranger, party=stranger.acting_for)
    cast.step(claimed, "approve", staff["contracts"])
    with pytest.raises(claims.AlreadyHeld) as refusal:
        claims.claim_contract(contract, by=stranger, party=stranger.acting_for)
    assert "کویر" not in refusal.value.message


def test_the_database_itself_allows_one_open_claim(claimed, contract, stranger):
    with pytest.raises(IntegrityError), transaction.atomic():
        Submission.objects.create(
            version=claimed.version,
            kind="contract",
            title="",
            party=stranger.acting_for,
            filed_by=stranger,
            contract=contract,
        )


def test_nobody_claims_for_a_party_that_is_not_theirs(contract, kavir, stranger):
    with pytest.raises(PermissionDenied):
        claims.claim_contract(contract, by=stranger, party=kavir.acting_for)


def test_an_unverified_party_claims_nothing(contract, kavir):
    Party.objects.update(verified_at=None, national_id=None)
    user = User.objects.get(pk=kavir.pk)

    with pytest.raises(NotVerified):
        claims.claim_contract(contract, by=user, party=user.acting_for)


def test_an_agent_claims_on_behalf_of_the_party(contract, kavir, staff):
    agent = User.objects.create_user("agent", mobile="09130000077", mobile_verified=True)
    party = kavir.acting_for
    Membership.objects.create(user=agent, party=party, role=Membership.Role.AGENT)
    case = claims.claim_contract(contract, by=agent, party=party)

    assert case.history.get().on_behalf_of == party


def test_a_returned_claim_is_mended_by_papers_not_by_another_contract(
    claimed, contract, staff, kavir, client, signed_in
):
    mend = (Mend("document", "contract"),)
    case = cast.step(
        claimed, "return_for_correction", staff["contracts"], note="تصویر قرارداد را ارسال کنید.",
        reason="unreadable", mend=mend,
    )  # fmt: skip
    page = signed_in(client, kavir)
    assert (
        page.get(reverse("submissions:draft", args=[case.tracking_code, "contract"])).status_code
        == 404
    )
    shown = page.get(reverse("submissions:draft", args=[case.tracking_code, "documents"]))
    assert "تصویر صفحات دفترچهٔ قرارداد" in shown.content.decode()

    cast.bring(case, "contract")
    case = cast.step(case, "submit", kavir)
    assert case.state == State.IN_REVIEW
    assert case.contract_id == contract.pk


# --- Another's contract -----------------------------------------------------------------


def test_a_stranger_is_warned_and_never_learns_the_holders_name(
    contract, stranger, staff, client, signed_in
):
    page = signed_in(client, stranger)
    token = lookup._sign_token(contract, stranger)
    chosen = text_of(page.get(URL, {"choice": token}))
    assert "مشخصات طرف این قرارداد با مشخصات شما یکی نیست" in chosen
    assert "ش*** ک*** ک*** ن***" in chosen
    assert "کویر" not in chosen

    sent = page.post(URL, {"choice": token}, follow=True)
    assert "کویر" not in text_of(sent)
    assert "کویر" not in Submission.objects.get(kind="contract").description


def test_the_expert_reads_the_holder_beside_the_applicant(
    contract, stranger, staff, client, signed_in
):
    case = claims.claim_contract(contract, by=stranger, party=stranger.acting_for)
    review = reverse("submissions_submission_modeladmin_inspect", args=[case.pk])
    shown = signed_in(client, staff["contracts"]).get(review)

    holder = shown.context["review"].holder
    assert (holder.name, holder.identifier) == (contract.holder_name, contract.holder_id)
    assert not holder.is_applicant
    assert "طرف این قرارداد در دفتر شرکت، متقاضی نیست" in text_of(shown)
    assert "جز متقاضی" in text_of(shown)


def test_of_the_holders_own_claim_the_expert_reads_that_both_are_one(
    claimed, staff, client, signed_in
):
    review = reverse("submissions_submission_modeladmin_inspect", args=[claimed.pk])
    shown = signed_in(client, staff["contracts"]).get(review)
    assert "همان متقاضی" in text_of(shown)
    assert "طرف قرارداد را بررسی کنید" not in text_of(shown)


def test_papers_that_nobody_asked_for_are_not_told_as_refused_by_the_applicant(
    claimed, staff, kavir, client, signed_in
):
    review = reverse("submissions_submission_modeladmin_inspect", args=[claimed.pk])
    shown = text_of(signed_in(client, staff["contracts"]).get(review))
    assert "به اظهار متقاضی" not in shown
    assert "خواسته نشده است" in shown
    report = reverse("submissions:report", args=[claimed.tracking_code])
    mine = text_of(signed_in(client, kavir).get(report))
    assert "به اظهار متقاضی" not in mine
    assert "مدرکی لازم نیست، مگر به درخواست کارشناس." in mine


def test_a_paper_that_was_asked_for_is_wanted_and_what_the_applicant_declines_reads_so(
    claimed, staff, kavir, client, signed_in
):
    mend = (Mend("document", "contract"), Mend("document", "poa"))
    case = cast.step(
        claimed, "return_for_correction", staff["contracts"], note="ارسال کنید.", mend=mend
    )
    with pytest.raises(Incomplete):
        cast.step(case, "submit", kavir)
    cast.bring(case, "contract")
    editing.decline_document(case, "poa", by=kavir)
    case = cast.step(case, "submit", kavir)

    review = reverse("submissions_submission_modeladmin_inspect", args=[case.pk])
    shown = text_of(signed_in(client, staff["contracts"]).get(review))
    assert shown.count("به اظهار متقاضی، شامل او نمی‌شود") == 1


def test_a_return_shows_only_the_papers_that_it_lists(claimed, staff, kavir, client, signed_in):
    mend = (Mend("document", "contract"),)
    case = cast.step(
        claimed, "return_for_correction", staff["contracts"], note="ارسال کنید.", mend=mend
    )
    page = reverse("submissions:draft", args=[case.tracking_code, "documents"])
    shown = signed_in(client, kavir).get(page)
    assert [row["code"] for row in shown.context["rows"]] == ["contract"]


def test_a_holder_who_changed_while_the_claim_was_read_is_asked_about(claimed, contract, staff):
    Contract.objects.filter(pk=contract.pk).update(holder_id="9990000026", holder_kind="natural")
    cast.step(claimed, "approve", staff["contracts"])
    assert Contract.objects.get(pk=contract.pk).asked_since is not None


# --- By rule ------------------------------------------------------------------------------


@pytest.fixture
def rule() -> None:
    ClaimRules.objects.update_or_create(pk=1, defaults={"approve_same_holder": True})


def test_the_rule_approves_the_holders_own_claim_at_once_and_says_so(contract, kavir, staff, rule):
    case = claims.claim_contract(contract, by=kavir, party=kavir.acting_for)

    last = case.history.last()
    assert case.state == State.COMPLETED
    assert held_by(contract) == kavir.acting_for
    assert (last.name, last.by) == ("approve", None)
    assert "به‌صورت خودکار" in last.note


def test_without_the_switch_a_person_looks(claimed):
    assert claimed.state == State.IN_REVIEW


@pytest.mark.parametrize(
    "changes", [{"holder_id": "10269990999"}, {"holder_id": ""}, {"holder_kind": "natural"}]
)
def test_another_id_is_never_approved_by_rule(contract, kavir, staff, rule, changes):
    Contract.objects.filter(pk=contract.pk).update(**changes)
    case = claims.claim_contract(contract, by=kavir, party=kavir.acting_for)

    assert case.state == State.IN_REVIEW
    with pytest.raises(PermissionDenied):
        take_step(case, "approve", by=None, expecting=case.last_seq)


def test_a_claim_that_two_desks_look_at_goes_to_the_first_of_them(contract, kavir, staff, rule):
    row = next(row for row in seed.stage_services() if row["kind"] == "contract")
    route = [*row["route"], {"code": "legal", "unit": "legal"}]
    seed.load_service({**row, "route": route}, 90, reset=True)

    case = claims.claim_contract(contract, by=kavir, party=kavir.acting_for)
    assert (case.state, case.stop) == (State.IN_REVIEW, "contracts")


def test_the_system_approves_nothing_else(submitted, rule):
    policy = SubmissionPolicy()

    assert not policy.allows(None, "approve", submitted)
    assert not policy.allows(None, "pass_on", submitted)
    assert not policy.allows(None, "reject", submitted)


# --- Taken up again ---------------------------------------------------------------------


def test_a_reopened_approval_gives_the_contract_back_until_it_is_decided(
    claimed, contract, staff, manager
):
    case = cast.step(claimed, "approve", staff["contracts"])
    case = cast.step(case, "reopen", manager, note="اشتباه بود.", stop="contracts")
    assert held_by(contract) is None

    cast.step(case, "reject", staff["contracts"], note="قرارداد از آن دیگری است.")
    assert held_by(contract) is None


def test_a_rejected_claim_is_not_reopened_over_another_ones_head(
    claimed, contract, staff, manager, stranger
):
    case = cast.step(claimed, "reject", staff["contracts"], note="نام نمی‌خواند.")
    other = claims.claim_contract(contract, by=stranger, party=stranger.acting_for)
    with pytest.raises(NotNow):
        cast.step(case, "reopen", manager, note="دوباره.", stop="contracts")
    cast.step(other, "approve", staff["contracts"])
    with pytest.raises(NotNow):
        cast.step(case, "reopen", manager, note="دوباره.", stop="contracts")


# --- The pages ----------------------------------------------------------------------------


@pytest.fixture
def page(client, kavir, signed_in):
    return signed_in(client, kavir)


def text_of(response) -> str:
    """The page with its white space as a browser shows it."""
    return " ".join(response.content.decode().split())


def look(page, contract: Contract, text: str, **more: str):
    place = {"province": "isfahan", "park": contract.park_id}
    return page.get(URL, {**place, "q": text, **more})


def test_from_the_search_to_the_claim(page, contract, staff, kavir):
    listed = look(page, contract, "كاشي سازان")
    assert "ش*** ک*** ک*** ن***" in text_of(listed)
    assert (
        "کاشی‌سازان کویر نمونه"
        not in text_of(listed).split("<main")[1].split("kicker")[1].split("</p>", 1)[1]
    )
    token = listed.context["found"][0].token

    chosen = page.get(URL, {"choice": token})
    assert contract.holder_name in text_of(chosen)
    sent = page.post(URL, {"choice": token}, follow=True)
    case = Submission.objects.get()
    assert sent.redirect_chain[-1][0] == reverse("submissions:done", args=[case.tracking_code])
    assert "درخواست ثبت قرارداد شما ارسال شد" in text_of(sent)
    assert "پاسخ تا پایان" in text_of(sent)
    assert "پس از تأیید، قرارداد به نام شما ثبت می‌شود" in text_of(sent)
    assert "در حال بررسی" in text_of(page.get(URL))


def test_what_is_missing_is_said_beside_its_field_and_in_the_summary(page, contract):
    answer = page.get(URL, {"search": "1", "province": "isfahan"})

    assert text_of(answer).count("لطفاً شهرک را انتخاب کنید.") == 2
    assert text_of(answer).count("لطفاً شمارهٔ قرارداد یا بخشی از نام طرف قرارداد را وارد کنید.") == 2
    assert list(answer.context["form"].errors) == ["park", "q"]
    assert "خطا: ثبت اطلاعات قرارداد" in text_of(answer)


def test_the_park_is_asked_for_once_there_is_a_province(page, contract):
    answer = page.get(URL, {"search": "1", "q": "کاشی"})

    assert "لطفاً استان را انتخاب کنید." in text_of(answer)
    assert "شهرک را انتخاب" not in text_of(answer)
    assert "کاشی" in text_of(answer)


def test_without_a_script_the_parks_come_by_a_key_that_searches_nothing(page, contract):
    assert "نمایش شهرک‌های این استان" in text_of(page.get(URL))
    shown = page.get(URL, {"province": "isfahan", "q": "", "parks": "show"})

    assert "شهرک صنعتی جی" in text_of(shown)
    assert not shown.context["form"].errors


def test_the_province_of_the_party_is_not_asked_twice(page, contract, kavir, stage):
    assert page.get(URL).context["form"]["province"].value() == ""
    cast.begin(kavir, stage)
    assert page.get(URL).context["form"]["province"].value() == "isfahan"


def test_a_part_of_a_name_that_is_too_short_is_said_beside_it(page, contract):
    answer = look(page, contract, "آس")

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["q"]
    assert "یافت نشد" in text_of(look(page, contract, "ناکجاآباد"))


def test_parks_follow_the_province(page, contract):
    parks = page.get(URL, {"province": "isfahan"}, headers={"HX-Target": "parks"})

    assert "شهرک صنعتی جی" in text_of(parks)
    assert "<html" not in text_of(parks)


def test_a_park_of_another_province_is_not_looked_through(page, contract):
    answer = page.get(URL, {"province": "yazd", "park": contract.park_id, "q": "کاشی"})

    assert "found" not in answer.context or not answer.context.get("found")
    assert "لطفاً شهرک را از شهرک‌های همین استان انتخاب کنید." in text_of(answer)


@pytest.mark.parametrize("park", ["x", "۱", "-1", "9" * 30, ""])
def test_a_mangled_address_is_a_page_like_any_other(page, contract, park):
    assert page.get(URL, {"province": "isfahan", "park": park, "q": "کاشی"}).status_code == 200


def test_a_made_up_choice_shows_nothing(page, contract):
    for answer in (page.get(URL, {"choice": "x"}), page.post(URL, {"choice": "x"})):
        assert answer.status_code == 409
        assert contract.number not in text_of(answer)


def test_claims_are_counted_as_looks_are_since_they_name_the_holder_too(page, kavir, stage):
    """Nobody takes the register's names, or its contracts, one claim after the other."""
    park, holder = Park.objects.get(slug="jey"), {"holder_kind": "legal", "holder_name": "کویر"}
    numbers = range(lookup.CLAIMS.amount + 1)
    Contract.objects.bulk_create(Contract(number=f"77/{n}", park=park, **holder) for n in numbers)
    answers = []
    for contract in Contract.objects.filter(holder_name="کویر"):
        choice = {"choice": lookup._sign_token(contract, kavir)}
        answers.append(page.post(URL, choice).status_code)

    assert answers == [302] * lookup.CLAIMS.amount + [429]
    assert Submission.objects.filter(kind=claims.KIND).count() == lookup.CLAIMS.amount


def test_too_many_searches_are_answered_in_words(page, contract):
    for _ in range(lookup.SEARCHES.amount):
        look(page, contract, "کاشی")

    assert look(page, contract, "کاشی").status_code == 429


def test_a_newcomer_is_shown_the_way_to_the_identity_first(client, contract, kavir, signed_in):
    Party.objects.update(verified_at=None, national_id=None)
    page = signed_in(client, User.objects.get(pk=kavir.pk))

    shown = look(page, contract, "کاشی")
    assert "تأیید هویت لازم است" in text_of(shown)
    assert contract.number not in text_of(shown)


def test_without_signing_in_there_is_only_the_way_in(client, contract):
    assert client.get(URL).status_code == 302


def test_the_search_takes_few_queries_with_those_of_the_counter_of_tries(
    page, contract, django_assert_max_num_queries
):
    with django_assert_max_num_queries(15):
        look(page, contract, "کاشی")


def test_the_wizard_sends_whoever_asks_for_stage_one_to_its_page(page, contract):
    answer = page.get(reverse("submissions:start"), {"service": "contract-claim"})

    assert answer["Location"] == URL


def test_the_desk_shows_where_one_stands(page, contract, staff, kavir):
    before = text_of(page.get("/desk/"))
    assert "مراحل کار شما" in before
    assert URL in before
    case = claims.claim_contract(contract, by=kavir, party=kavir.acting_for)
    during = text_of(page.get("/desk/"))
    assert reverse("submissions:report", args=[case.tracking_code]) in during
    cast.step(case, "approve", staff["contracts"])
    stages = page.get("/desk/").context["stages"]
    assert [stage["state"] for stage in stages] == ["done", "done", "open"]


def test_a_service_that_needs_a_contract_says_so_with_the_way_there(client, service):
    shown = text_of(client.get("/services/elec-intro/"))

    assert f'href="{URL}"' in shown


# --- The passport ---------------------------------------------------------------------------


def test_later_requests_take_place_and_file_number_from_the_contract(
    claimed, contract, staff, kavir, service
):
    cast.step(claimed, "approve", staff["contracts"])
    fresh = Contract.objects.get(pk=contract.pk)
    case = editing.start_draft(
        service.current_version, by=kavir, party=kavir.acting_for, contract=fresh
    )

    assert (case.park, case.province) == (contract.park, contract.park.province)
    assert case.file_number == "31-14012002"


@pytest.fixture
def locker(submitted, staff, settings) -> Contract:
    """Maryam's contract after a request on it was approved at six desks."""
    for document in submitted.documents.all():
        content = files.pdf().read()
        with document.file.storage.open(document.file.name, "wb") as stored:
            stored.write(content)
        document.size, document.sha256 = len(content), hashlib.sha256(content).hexdigest()
        document.save()
    case = cast.pass_desks(submitted, staff, *cast.SIX_DESKS[:-1])
    return cast.step(case, "approve", staff["secretariat"]).contract


def test_accepted_papers_go_into_the_locker_of_the_contract(locker):
    kept = {each.type: each.valid_until for each in locker.locker.all()}

    assert set(kept) == {"contract", "id_card", "building_permit"}
    assert kept["id_card"] is None
    assert kept["building_permit"] == localdate() + dt.timedelta(days=365)


@pytest.fixture
def next_draft(locker, maryam, service) -> Submission:
    return editing.start_draft(
        service.current_version, by=maryam, party=maryam.acting_for, contract=locker
    )


def documents_page(case: Submission) -> str:
    return reverse("submissions:draft", args=[case.tracking_code, "documents"])


def test_one_tick_brings_an_accepted_paper_into_the_next_request(
    next_draft, maryam, client, signed_in
):
    page, address = signed_in(client, maryam), documents_page(next_draft)
    shown = text_of(page.get(address))
    assert shown.count("استفاده از این مدرک") == 3
    assert "معتبر تا" in shown

    page.post(f"{address}?reuse=id_card")
    copy = next_draft.documents.get()
    before = KeptDocument.objects.get(type="id_card").document
    assert (copy.requirement, copy.sha256, copy.size) == ("id_card", before.sha256, before.size)
    assert copy.file.name != before.file.name
    assert text_of(page.get(address)).count("استفاده از این مدرک") == 2


def test_taking_the_copy_back_leaves_the_kept_one_alone(
    next_draft, maryam, django_capture_on_commit_callbacks
):
    needed = next_draft.facts.document("id_card")
    copy = storage.reuse_document(next_draft, needed, by=maryam)
    with django_capture_on_commit_callbacks(execute=True):
        storage.remove_document(copy, by=maryam)

    kept = KeptDocument.objects.get(type="id_card").document
    assert kept.file.storage.exists(kept.file.name)


def test_one_key_brings_all_accepted_papers(next_draft, maryam, client, signed_in):
    page, address = signed_in(client, maryam), documents_page(next_draft)
    assert "استفاده از هر ۳ مدرک" in text_of(page.get(address))

    sent = page.post(f"{address}?reuse_all", follow=True)
    assert "۳ از ۵ مدرک آماده است." in text_of(sent)
    assert "استفاده از هر" not in text_of(sent)
    page.post(f"{address}?reuse_all")
    brought = next_draft.documents.values_list("requirement", flat=True)
    assert sorted(brought) == ["building_permit", "contract", "id_card"]


def test_a_paper_past_its_date_is_neither_offered_nor_taken(next_draft, maryam, client, signed_in):
    KeptDocument.objects.update(valid_until=localdate() - dt.timedelta(days=1))
    page, address = signed_in(client, maryam), documents_page(next_draft)

    assert "استفاده از این مدرک" not in text_of(page.get(address))
    assert page.post(f"{address}?reuse=id_card").status_code == 409
    assert not next_draft.documents.exists()


def test_the_locker_of_a_contract_opens_for_its_holder_only(next_draft, stranger):
    Contract.objects.filter(pk=next_draft.contract_id).update(party=stranger.acting_for)

    assert not KeptDocument.objects.for_submission(next_draft).exists()


def test_the_next_holder_of_a_contract_finds_no_paper_of_the_former_one(
    locker, stranger, service, client, signed_in
):
    Contract.objects.filter(pk=locker.pk).update(party=stranger.acting_for)
    contract = Contract.objects.get(pk=locker.pk)
    case = editing.start_draft(
        service.current_version, by=stranger, party=stranger.acting_for, contract=contract
    )
    page, address = signed_in(client, stranger), documents_page(case)

    assert "همان مدرک پذیرفته‌شده" not in text_of(page.get(address))
    assert page.post(f"{address}?reuse=id_card").status_code == 409
    assert not case.documents.exists()


def test_using_a_paper_again_does_not_make_it_valid_for_longer(next_draft, locker, staff, maryam):
    until = localdate() + dt.timedelta(days=30)
    KeptDocument.objects.update(valid_until=until)
    for code in ("contract", "id_card", "building_permit"):
        storage.reuse_document(next_draft, next_draft.facts.document(code), by=maryam)
    for code in ("request", "power_form"):
        cast.bring(next_draft, code)
    editing.save_answers(
        next_draft, by=maryam, answers=dict(cast.ANSWERS), description="لطفاً بررسی شود."
    )
    case = cast.pass_desks(cast.step(next_draft, "submit", maryam), staff, *cast.SIX_DESKS[:-1])
    cast.step(case, "approve", staff["secretariat"])

    assert set(KeptDocument.objects.values_list("valid_until", flat=True)) == {until}
