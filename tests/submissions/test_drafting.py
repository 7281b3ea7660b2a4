"""An applicant writes a request, one group at a time, and hands it in."""

import re

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from accounts.models import Membership, Party
from services_catalog import seed
from services_catalog.models import Park, Service, ServiceVersion
from submissions import refusals
from submissions.applicant import hand_in_views
from submissions.documents.storage import attach_document
from submissions.drafts import editing
from submissions.drafts.edit_conflicts import typed_in
from submissions.drafts.forms import ACCEPTED
from submissions.models import Contract, Correction, Submission
from submissions.refusals import Closed, MovedMeanwhile
from submissions.states import State
from submissions.step_details import Mend, ReturnDetail
from submissions.workflow.steps import take_step
from tests import cast
from tests.submissions.files import pdf

START = "/desk/request/"


@pytest.fixture
def browser(client, signed_in, maryam):
    return signed_in(client, maryam)


def page(case, group="check"):
    return reverse("submissions:draft", args=[case.tracking_code, group])


def words_of(response):
    """The text of a page as one reads it."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def again(case):
    return Submission.objects.get(pk=case.pk)


@pytest.fixture
def begun(maryam, service):
    """A draft with nothing written in it."""
    return editing.start_draft(
        service.current_version,
        by=maryam,
        party=maryam.parties[0],
        contract=Contract.objects.get(party=maryam.parties[0]),
    )


@pytest.fixture
def returned(submitted, staff):
    """Came back: the first question and one document are to be mended."""
    mend = (
        Mend("answer", "requested_power", "با فرم برآورد نمی‌خواند."),
        Mend("document", "contract", "صفحهٔ دوم خوانا نیست."),
    )
    take_step(
        submitted,
        "return_for_correction",
        by=staff["desk"],
        expecting=submitted.last_seq,
        note="لطفاً دو مورد را اصلاح کنید.",
        detail=ReturnDetail(reason="unreadable", mend=mend),
    )
    return again(submitted)


class TestStarting:
    def test_the_only_contract_is_not_asked_for(self, browser, service):
        said = words_of(browser.get(START))

        assert "انتخاب خدمت" in said
        assert "۱۴۰۲/۱۰۰۱" in said
        assert service.title in said

    def test_of_several_contracts_one_is_chosen_first(self, browser, maryam, service):
        second = cast.register("1402/2002", maryam.parties[0], "mahmoudabad")
        assert "انتخاب قرارداد" in words_of(browser.get(START))
        assert "لطفاً قرارداد مربوط را انتخاب کنید." in words_of(browser.get(START + "?next=1"))

        chosen = browser.get(START, {"contract": second.pk, "service": "elec-intro"})
        assert "شروع درخواست" in words_of(chosen)
        assert second.park.name in words_of(chosen)

    def test_a_service_is_found_by_folded_words(self, browser, service):
        assert service.title in words_of(browser.get(START, {"q": "انشعاب برق"}))
        assert "یافت نشد" in words_of(browser.get(START, {"q": "چمدان"}))

    def test_starting_makes_a_draft_that_knows_what_the_contract_knows(self, browser, service):
        contract = Contract.objects.get(number="1402/1001")
        answer = browser.post(START, {"service": "elec-intro", "contract": contract.pk})

        draft = Submission.objects.get()
        assert answer.url == page(draft, "questions")
        assert (draft.state, draft.park, draft.province) == (
            State.DRAFT,
            contract.park,
            contract.park.province,
        )
        assert draft.file_number == "31-14021001"

    def test_a_double_click_makes_one_draft(self, browser, service):
        contract = Contract.objects.get(number="1402/1001")
        for _ in range(2):
            browser.post(START, {"service": "elec-intro", "contract": contract.pk})
        assert Submission.objects.count() == 1

    def test_whoever_begins_without_end_is_asked_to_finish_something(
        self, browser, draft, monkeypatch
    ):
        monkeypatch.setattr(editing, "DRAFT_LIMIT", 1)
        given = {"service": "elec-intro", "contract": draft.contract_id}
        refused = browser.post(START, given)
        assert refused.status_code == 409
        assert "پیش‌نویس‌های ناتمام" in words_of(refused)

        cast.step(draft, "withdraw", draft.filed_by)
        assert browser.post(START, given).status_code == 302

    def test_a_draft_with_words_in_it_is_offered_not_reused(self, browser, draft):
        assert draft.tracking_code[:4] in browser.get(
            START, {"service": "elec-intro"}
        ).content.decode().translate(str.maketrans("۰۱۲۳۴۵۶۷۸۹", "0123456789"))
        browser.post(START, {"service": "elec-intro", "contract": draft.contract_id})
        assert Submission.objects.count() == 2

    def test_a_party_without_a_contract_reads_what_to_do_now(
        self, client, signed_in, kavir, service
    ):
        signed_in(client, kavir)
        for address in (START, START + "?service=elec-intro"):
            said = words_of(client.get(address))
            assert "هنوز قراردادی به نام" in said
            assert "شروع درخواست" not in said
        client.post(START, {"service": "elec-intro"})
        assert not Submission.objects.exists()

    def test_a_newcomer_reads_that_the_identity_waits_too(self, client, signed_in, kavir, service):
        Party.objects.filter(memberships__user=kavir).update(national_id=None, verified_at=None)
        page = signed_in(client, kavir).get(START)
        assert "هویت شما نیز هنوز تأیید نشده است" in words_of(page)
        assert '<a class="btn btn-primary" href="/desk/identity/">' in page.content.decode()

    def test_a_service_for_the_other_kind_of_applicant_says_so_at_once(
        self, client, signed_in, kavir, house
    ):
        cast.build_service("name-change")
        cast.register("1402/3003", kavir.parties[0])
        said = words_of(signed_in(client, kavir).get(START, {"service": "name-change"}))
        assert "این خدمت برای اشخاص حقوقی ارائه نمی‌شود." in said

    def test_a_foreign_contract_is_not_taken(self, browser, stranger, service):
        foreign = cast.register("1402/4004", stranger.parties[0])
        browser.post(START, {"service": "elec-intro", "contract": foreign.pk})
        assert not Submission.objects.exists()
        with pytest.raises(refusals.NotOffered):
            user = Membership.objects.get(party__name="مریم رضایی").user
            editing.start_draft(
                service.current_version, by=user, party=user.parties[0], contract=foreign
            )

    def test_a_closed_service_is_not_begun(self, browser, service):
        Service.objects.filter(pk=service.pk).update(live=False)
        assert "امکان ثبت این درخواست وجود ندارد" in words_of(
            browser.get(START, {"service": "elec-intro"})
        )

    def test_a_service_without_a_contract_asks_for_province_and_park(
        self, client, signed_in, kavir, two_ways
    ):
        signed_in(client, kavir)
        address = START + "?service=two-ways"
        assert "استان" in words_of(client.get(address))
        with_parks = client.get(address + "&province=isfahan")
        park = Park.objects.get(slug="jey")
        assert park.name in words_of(with_parks)
        only_parks = client.get(address + "&province=isfahan", headers={"HX-Target": "parks"})
        assert "<html" not in only_parks.content.decode()

        client.post(START, {"service": "two-ways", "park": park.pk})
        assert Submission.objects.get().park == park

    def test_a_place_that_is_missing_is_said_beside_its_field(
        self, client, signed_in, kavir, two_ways
    ):
        signed_in(client, kavir)
        nothing = client.get(START, {"service": "two-ways", "province": "", "next": "1"})
        assert list(nothing.context["place"].errors) == ["province"]
        half = client.get(START, {"service": "two-ways", "province": "isfahan", "next": "1"})
        assert list(half.context["place"].errors) == ["park"]
        assert words_of(half).count("لطفاً شهرک را انتخاب کنید.") == 2

    def test_staff_without_a_party_are_told(self, client, signed_in, nobody_staff):
        assert "این بخش برای متقاضیان است" in words_of(signed_in(client, nobody_staff).get(START))


class TestWriting:
    def test_the_whole_road_from_questions_to_confirmation(self, browser, begun):
        answers = {"requested_power": "۲۵۰", "phase": "three", "temporary": "no"}
        assert browser.post(page(begun, "questions"), answers).url == page(begun, "description")
        written = {"description": "لطفاً رسیدگی فرمایید.", "file_number": "31-7"}
        assert browser.post(page(begun, "description"), written).url == page(begun, "documents")
        for needed in begun.facts.documents_for("natural"):
            if needed.required != "declared":
                cast.bring(begun, needed.code)
        assert browser.post(page(begun, "documents")).url == page(begun, "check")

        summary = browser.get(page(begun))
        assert "پاسخ تا پایان" in words_of(summary)
        assert "هنوز لازم است" not in words_of(summary)
        sent = browser.post(page(begun), {"expecting": 0, "declared": "on"})
        assert sent.url == reverse("submissions:done", args=[begun.tracking_code])

        case = again(begun)
        assert case.state == State.IN_REVIEW
        assert case.answers == {"requested_power": 250, "phase": "three", "temporary": False}
        confirmation = words_of(browser.get(sent.url))
        assert "درخواست شما ثبت شد" in confirmation
        assert "پاسخ تا پایان" in confirmation

    def test_an_answer_brings_up_its_question(self, browser, begun):
        asked = {"asked": ["requested_power", "phase", "temporary"]}
        answers = {"requested_power": "250", "phase": "three", "temporary": "yes"}
        shown = browser.post(page(begun, "questions"), answers | asked)
        assert "با توجه به پاسخ شما، پاسخ به پرسش دیگری نیز لازم است." in words_of(shown)
        assert "temporary_until" in shown.content.decode()
        assert "خطا:" not in shown.content.decode()

        asked["asked"].append("temporary_until")
        refused = browser.post(page(begun, "questions"), answers | asked)
        assert "<title>خطا:" in refused.content.decode()
        until = {"temporary_until": "۱۴۰۶/۰۲/۱۰"}
        assert browser.post(page(begun, "questions"), answers | asked | until).status_code == 302
        assert again(begun).answers["temporary_until"] == "2027-04-30"

    def test_a_hidden_answer_is_absent(self, browser, begun, maryam):
        editing.save_answers(
            begun, by=maryam, answers={"temporary": True, "temporary_until": "2027-04-30"}
        )
        editing.save_answers(begun, by=maryam, answers={"temporary": False})
        assert again(begun).answers == {"temporary": False}

    def test_a_look_while_writing_says_nothing_of_errors_and_saves_nothing(self, browser, begun):
        typed = {"requested_power": "زیاد", "temporary": "yes"}
        fields = browser.post(page(begun, "questions") + "?look", typed).content.decode()
        assert "temporary_until" in fields
        assert "زیاد" in fields
        assert "field__error" not in fields
        assert again(begun).answers == {}

    def test_it_saves_itself_whatever_is_typed(self, browser, begun):
        address = reverse("submissions:autosave", args=[begun.tracking_code])
        typed = {"group": "questions", "requested_power": "حدود ۲۵۰", "phase": "three"}
        assert re.fullmatch(r"[۰-۹]{2}:[۰-۹]{2}", browser.post(address, typed).json()["saved_at"])

        assert again(begun).answers["phase"] == "three"
        shown = browser.get(page(begun, "questions")).content.decode()
        assert 'value="حدود ۲۵۰"' in shown
        assert "لطفاً یک عدد صحیح وارد کنید" in shown

        browser.post(address, {"group": "questions", "requested_power": "260", "phase": "three"})
        assert again(begun).answers == {"requested_power": 260, "phase": "three"}

    def test_saving_one_group_leaves_the_others(self, begun, maryam):
        editing.save_answers(begun, by=maryam, description="متن", file_number="7")
        editing.save_answers(begun, by=maryam, answers={"phase": "single"})
        editing.save_answers(begun, by=maryam, answers={"requested_power": 5})
        case = again(begun)
        assert (case.description, case.file_number) == ("متن", "7")
        assert case.answers == {"phase": "single", "requested_power": 5}

    def test_the_summary_links_to_all_that_is_missing(self, browser, begun):
        refused = browser.post(page(begun), {"expecting": 0, "declared": "on"})
        source = refused.content.decode()
        assert "<title>خطا:" in source
        for group, anchor in (
            ("questions", "requested_power"),
            ("description", "description"),
            ("documents", "document-contract"),
        ):
            assert f'href="{page(begun, group)}#{anchor}"' in source
            assert f'id="{anchor}"' in browser.get(page(begun, group)).content.decode()
        assert again(begun).state == State.DRAFT

    def test_another_contract_brings_its_place_along(self, browser, begun, maryam):
        second = cast.register("1402/2002", maryam.parties[0], "mahmoudabad", file_number="9")
        assert browser.get(page(begun, "contract")).status_code == 200
        browser.post(page(begun, "contract"), {"contract": second.pk})
        case = again(begun)
        assert (case.contract, case.park, case.file_number) == (second, second.park, "9")

    def test_leaving_saves_and_leads_to_the_cartable(self, browser, begun):
        written = {"description": "نیمه‌کاره", "then": "leave"}
        assert browser.post(page(begun, "description"), written).url == "/cartable/"
        assert again(begun).description == "نیمه‌کاره"

    def test_an_unknown_group_is_not_found(self, browser, begun):
        assert browser.get(page(begun, "surprise")).status_code == 404

    @pytest.mark.parametrize(
        "group", ["contract", "questions", "description", "documents", "check"]
    )
    def test_no_page_asks_the_database_too_much(
        self, browser, draft, group, django_assert_max_num_queries
    ):
        with django_assert_max_num_queries(15):
            assert browser.get(page(draft, group)).status_code == 200

    def test_starting_asks_the_database_little(self, browser, draft, django_assert_max_num_queries):
        for query in ({}, {"service": "elec-intro"}, {"place": "ask"}):
            with django_assert_max_num_queries(15):
                assert browser.get(START, query).status_code == 200


class TestHandingIn:
    def test_a_second_click_finds_the_confirmation(self, browser, draft):
        sent = {"expecting": 0, "declared": "on"}
        first = browser.post(page(draft), sent)
        second = browser.post(page(draft), sent)
        assert first.url == second.url == reverse("submissions:done", args=[draft.tracking_code])
        assert again(draft).history.count() == 1

    def test_two_clicks_in_the_same_moment_find_it_too(self, browser, draft, maryam, monkeypatch):
        def submitted_meanwhile(case, name, *, by, expecting):
            take_step(case, name, by=by, expecting=expecting)
            return take_step(case, name, by=by, expecting=expecting)

        monkeypatch.setattr(hand_in_views, "take_step", submitted_meanwhile)
        sent = browser.post(page(draft), {"expecting": 0, "declared": "on"})
        assert sent.url == reverse("submissions:done", args=[draft.tracking_code])

    def test_without_the_tick_it_stays(self, browser, draft):
        refused = browser.post(page(draft), {"expecting": 0})
        assert "لطفاً صحت اطلاعات را تأیید کنید" in words_of(refused)
        assert again(draft).state == State.DRAFT

    def test_a_stale_page_is_answered_with_what_happened(self, browser, returned):
        Correction.objects.filter(submission=returned).first().items.all().delete()
        answer = browser.post(page(returned), {"expecting": 0, "declared": "on"})
        assert answer.status_code == 409
        assert again(returned).state == State.RETURNED

    def test_a_request_in_review_leads_to_its_report(self, browser, submitted):
        report = reverse("submissions:report", args=[submitted.tracking_code])
        assert browser.get(page(submitted, "questions")).url == report
        assert browser.post(page(submitted, "questions"), {"phase": "single"}).status_code == 409

    def test_a_closed_service_keeps_the_draft_and_says_why(self, browser, draft, service):
        Service.objects.filter(pk=service.pk).update(live=False)
        assert Closed.message in words_of(browser.get(page(draft, "questions")))
        refused = browser.post(page(draft), {"expecting": 0, "declared": "on"})
        assert refused.status_code == 409
        assert Closed.message in words_of(refused)
        assert again(draft).state == State.DRAFT

    def test_a_closed_service_asks_for_nothing_and_promises_nothing(self, browser, begun, service):
        Service.objects.filter(pk=service.pk).update(live=False)
        said = words_of(browser.get(page(begun, "check")))
        assert "برای ارسال، این موارد هنوز لازم است" not in said
        assert "مهلت پاسخ در صورت ارسال" not in said

    def test_a_newer_version_takes_the_draft_along(self, browser, draft, service):
        row = next(s for s in seed.read_seed("catalog")["services"] if s["code"] == "elec-intro")
        question = {"code": "voltage", "label": "ولتاژ", "kind": "number", "required": True}
        fewer = [
            q | {"max": 100} if q["code"] == "requested_power" else q for q in row["questions"]
        ]
        seed.load_service({**row, "questions": [*fewer, question]}, 1, reset=True)
        assert ServiceVersion.objects.filter(service=service).count() == 2

        sent = browser.post(page(draft), {"expecting": 0, "declared": "on"})
        assert sent.url == page(draft)
        said = words_of(browser.get(sent.url))
        assert "شرایط این خدمت پس از ثبت پیش‌نویس شما تغییر کرده است" in said
        assert "«ولتاژ» را وارد کنید." in said
        case = again(draft)
        assert case.version.number == 2
        assert case.answers["phase"] == "three"
        assert typed_in(case) == {"requested_power": "250"}
        assert case.documents.current().count() == draft.documents.count()


class TestMending:
    def test_the_pages_say_what_is_asked_and_lock_the_rest(self, browser, returned):
        for group in ("questions", "description", "documents", "check"):
            said = words_of(browser.get(page(returned, group)))
            assert "این درخواست برای اصلاح عودت داده شده است" in said
            assert "لطفاً دو مورد را اصلاح کنید." in said
            assert "صفحهٔ دوم خوانا نیست." in said
        shown = browser.get(page(returned, "documents")).context
        assert [row["state"] for row in shown["open_rows"]] == ["replace"]
        assert {row["state"] for row in shown["accepted_rows"]} == {"accepted"}
        form = browser.get(page(returned, "questions")).context["form"]
        assert form.fields["phase"].help_text == ACCEPTED
        assert {name: field.disabled for name, field in form.fields.items()} == {
            "requested_power": False,
            "phase": True,
            "temporary": True,
        }

    def test_only_what_was_listed_changes(self, browser, returned, maryam):
        browser.post(page(returned, "questions"), {"requested_power": "300", "phase": "single"})
        browser.post(page(returned, "description"), {"description": "متن دیگر"})
        case = again(returned)
        assert case.answers == {"requested_power": 300, "phase": "three", "temporary": False}
        assert case.description == returned.description
        for change in ({"answers": {"phase": "single"}}, {"description": "متن دیگر"}):
            with pytest.raises(editing.Accepted):
                editing.save_answers(returned, by=maryam, **change)
        with pytest.raises(editing.Accepted):
            editing.set_place(returned, by=maryam, contract=cast.register("8", maryam.parties[0]))

    def test_a_return_that_lists_nothing_opens_everything(self, returned, maryam):
        Correction.objects.get(submission=returned).items.all().delete()
        editing.save_answers(
            returned, by=maryam, answers={"phase": "single"}, description="متن دیگر"
        )
        assert again(returned).answers["phase"] == "single"

    def test_a_question_that_the_mended_answer_brings_up_is_open(self, returned, maryam):
        correction = Correction.objects.get(submission=returned)
        correction.items.create(kind="answer", code="temporary")
        editing.save_answers(returned, by=maryam, answers={"temporary": True})
        case = editing.save_answers(
            returned, by=maryam, answers={"temporary_until": "2027-04-30"}
        ).submission
        editing.save_answers(case, by=maryam, answers={"temporary_until": "2027-05-30"})
        assert again(returned).answers["temporary_until"] == "2027-05-30"

    def test_a_mended_request_goes_in_again(self, browser, returned, maryam):
        refused = browser.post(page(returned), {"expecting": 2, "declared": "on"})
        assert "نسخهٔ اصلاح‌شده جایگزین کنید" in words_of(refused)
        attach_document(returned, returned.facts.document("contract"), pdf(), by=maryam)
        said = browser.get(page(returned, "documents"))
        assert "فایل قبلی" in words_of(said)
        sent = browser.post(page(returned), {"expecting": 2, "declared": "on"})
        assert sent.url == reverse("submissions:done", args=[returned.tracking_code])
        assert again(returned).state == State.IN_REVIEW

    @pytest.mark.parametrize(
        "group", ["contract", "questions", "description", "documents", "check"]
    )
    def test_no_page_of_a_return_asks_the_database_too_much(
        self, browser, returned, group, django_assert_max_num_queries
    ):
        with django_assert_max_num_queries(15):
            assert browser.get(page(returned, group)).status_code == 200


class TestDoors:
    ADDRESSES = ("draft", "done", "autosave")

    def address(self, name, code):
        return reverse(f"submissions:{name}", args=[code, "check"] if name == "draft" else [code])

    @pytest.mark.parametrize("name", ADDRESSES)
    def test_a_stranger_finds_nothing(self, client, signed_in, stranger, draft, name):
        address = self.address(name, draft.tracking_code)
        signed_in(client, stranger)
        ask = client.get if name == "done" else client.post
        assert ask(address, {"group": "questions"}).status_code == 404

    @pytest.mark.parametrize("name", ADDRESSES)
    @pytest.mark.parametrize("real", [True, False])
    def test_nobody_is_sent_to_sign_in_for_any_code(self, client, draft, name, real):
        code = draft.tracking_code if real else "100000000000"
        answer = client.post(self.address(name, code), {"group": "questions"})
        assert answer.status_code == 302
        assert answer.url.startswith("/accounts/login/?next=/desk/request/")

    def test_a_reviewer_reads_but_does_not_write(self, client, signed_in, submitted, staff):
        signed_in(client, staff["desk"])
        assert client.get(page(submitted)).status_code == 403

    def test_nobody_else_writes_by_the_door_itself(self, draft, stranger):
        with pytest.raises(PermissionDenied):
            editing.save_answers(draft, by=stranger, description="متن")

    def test_what_is_in_review_is_not_written(self, submitted, maryam):
        with pytest.raises(MovedMeanwhile):
            editing.save_answers(submitted, by=maryam, description="متن")
