"""Somebody new is verified: what they type, what the registers say, what approval does."""

from __future__ import annotations

import re

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from accounts import parties
from accounts.models import Membership, OneTimePassword, Party, SmsMessage, User
from persian.templatetags.persian import jdate_weekday
from registries import stand_ins
from registries.answers import Answer, Outcome, Person
from services_catalog import seed
from submissions.drafts import editing
from submissions.identity import verification
from submissions.identity.registry_checks import ask_registry, checks_of
from submissions.identity.verification import CannotApprove, identity_state
from submissions.models import RegistryCheck, Submission
from submissions.refusals import Incomplete
from submissions.step_details import Mend
from tests import cast
from tests.cast import again, step

NATURAL = {
    "person": "natural",
    "first_name": "مریم",
    "last_name": "رضایی",
    "national_code": "9990000018",
    "birth_date": "1990-03-21",
    "province": "isfahan",
    "address": "اصفهان، خیابان نیرو، پلاک ۳۲",
}
LEGAL = {
    "person": "legal",
    "company_name": "شرکت کاشی‌سازان کویر نمونه",
    "legal_id": "10269990012",
    "registration_number": 1234,
    "director_first_name": "بابک",
    "director_last_name": "کویری",
    "director_national_code": "9990000026",
    "director_birth_date": "1980-03-21",
    "province": "isfahan",
    "address": "اصفهان، شهرک جی",
}


@pytest.fixture(autouse=True)
def _stages(house):
    """The services of the desk: identity, agency, succession."""
    for row in seed.stage_services():
        seed.load_service(row, 90)


def newcomer(mobile="09130000003", kind="natural"):
    """Somebody who has just registered: a party without an id."""
    user = User.objects.create_user(f"applicant-{mobile}", mobile=mobile, mobile_verified=True)
    party = Party.objects.create(kind=kind, name="تازه‌وارد", mobile=mobile)
    Membership.objects.create(user=user, party=party)
    return user


def fresh(user):
    """The user as the next request meets them."""
    return User.objects.get(pk=user.pk)


def written(user, answers):
    """A verification that lacks nothing."""
    case = verification.begin_verification("identity", by=user, party=user.acting_for)
    case = editing.save_answers(case, by=user, answers=answers).submission
    for needed in case.facts.documents_for(case.party.kind):
        cast.bring(case, needed.code)
    return again(case)


def handed_in(user, answers=NATURAL):
    return step(written(user, answers), "submit", user)


def words_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


class TestAsking:
    def test_what_is_typed_blocks_nobodys_id(self, staff):
        first, second = newcomer(), newcomer("09130000004")
        handed_in(first)
        handed_in(second)
        assert Party.objects.filter(national_id=None).count() == 2

    def test_the_same_key_twice_begins_one_draft(self):
        user = newcomer()
        begun = [
            verification.begin_verification("identity", by=fresh(user), party=user.acting_for)
            for _ in "12"
        ]
        assert begun[0] == begun[1]
        assert begun[0].answers == {"person": "natural"}

    def test_it_is_promised_for_the_next_working_day_at_the_desk_of_the_province(self, staff):
        case = handed_in(newcomer())
        assert case.facts.promise_days == 1
        assert cast.desk_of(case).unit.code == "desk"
        assert cast.desk_of(case).province.slug == "isfahan"

    def test_what_was_typed_at_the_registration_is_not_asked_again(self):
        user = newcomer()
        user.first_name, user.last_name = "مریم", "رضایی"
        user.save()
        case = verification.begin_verification("identity", by=user, party=user.acting_for)
        assert case.answers == {"person": "natural", "first_name": "مریم", "last_name": "رضایی"}

    def test_a_companys_name_and_its_directors_are_known_as_well(self):
        user = newcomer(kind="legal")
        user.first_name, user.last_name = "بابک", "کویری"
        user.save()
        Party.objects.update(name="شرکت کاشی‌سازان کویر نمونه")
        case = verification.begin_verification("identity", by=user, party=fresh(user).acting_for)
        assert case.answers == {
            "person": "legal",
            "company_name": "شرکت کاشی‌سازان کویر نمونه",
            "director_first_name": "بابک",
            "director_last_name": "کویری",
        }

    def test_a_name_that_no_register_knows_is_asked_for_anew(self):
        user = newcomer()
        user.first_name, user.last_name = "Maryam", "رضایی"
        user.save()
        case = verification.begin_verification("identity", by=user, party=user.acting_for)
        assert case.answers == {"person": "natural", "last_name": "رضایی"}

    def test_who_was_verified_once_types_nothing_of_themselves_for_a_second_party(self, staff):
        user = newcomer()
        step(handed_in(user), "approve", staff["desk"])
        user = fresh(user)
        company = parties.provisional_of(user)
        case = verification.begin_verification("identity", by=fresh(user), party=company)
        assert case.answers == {
            "person": "legal",
            "director_first_name": "مریم",
            "director_last_name": "رضایی",
            "director_national_code": "9990000018",
            "director_birth_date": "1990-03-21",
            "province": "isfahan",
        }

    def test_who_was_imported_is_not_asked_for_the_verified_number(self):
        user = newcomer()
        Party.objects.update(national_id="9990000018", verified_at="2026-01-01T00:00Z")
        company = parties.provisional_of(fresh(user))
        case = verification.begin_verification("identity", by=fresh(user), party=company)
        assert case.answers["director_national_code"] == "9990000018"

    def test_another_province_another_desk(self, staff, yazd_desk):
        case = handed_in(newcomer(), NATURAL | {"province": "yazd"})
        assert Submission.objects.visible_to(yazd_desk).get() == case
        assert not Submission.objects.visible_to(staff["desk"]).exists()

    def test_who_chose_the_wrong_kind_of_person_answers_otherwise(self):
        user = newcomer(kind="natural")
        case = written(user, LEGAL)
        assert case.party.kind == "legal"
        asked = {needed.code for needed in case.facts.documents_for(case.party.kind)}
        assert asked == {"gazette_est", "gazette_last", "sign_holders", "director_id"}
        assert "first_name" not in {q.code for q in case.facts.visible_questions(case.answers)}

    def test_nothing_can_be_sent_before_it_is_whole(self):
        user = newcomer()
        case = verification.begin_verification("identity", by=user, party=user.acting_for)
        with pytest.raises(Incomplete) as refused:
            step(case, "submit", user)
        assert {m.group for m in refused.value.missing} == {"questions", "documents"}

    def test_a_verified_party_needs_no_second_one(self, maryam):
        case = editing.start_draft(
            verification.offered_version("identity"), by=maryam, party=maryam.acting_for
        )
        with pytest.raises(Incomplete, match="قبلاً تأیید شده"):
            step(case, "submit", maryam)


class TestThePages:
    def go_through(self, browser, page, texts):
        return browser.post(page, {**texts, "group": "questions"})

    def test_the_wizard_carries_it_from_the_desk_to_the_confirmation(
        self, client, signed_in, staff
    ):
        user = newcomer()
        browser = signed_in(client, user)
        assert "شروع تأیید هویت" in words_of(browser.get("/desk/identity/"))

        page = browser.post("/desk/identity/").url
        assert page.endswith("/questions/")
        said = browser.get(page)
        assert "قرارداد و محل" not in words_of(said)
        assert "شرح درخواست" not in words_of(said)
        assert "پرسش‌های خدمت" not in words_of(said)
        assert "<h1>مشخصات</h1>" in said.content.decode()
        assert 'autocomplete="given-name"' in said.content.decode()
        onward = self.go_through(browser, page, typed(NATURAL))
        assert onward.status_code == 302, words_of(onward)
        assert onward.url.endswith("/documents/")

        case = Submission.objects.get()
        for needed in case.facts.documents_for("natural"):
            cast.bring(case, needed.code)
        check = onward.url.replace("documents", "check")
        assert "کد ملی" in words_of(browser.get(check))
        done = browser.post(check, {"declared": "on", "expecting": case.last_seq})
        assert done.url.endswith("/done/")
        assert "نام کاربری و گذرواژه برای شما پیامک می‌شود" in words_of(browser.get(done.url))
        waiting = words_of(browser.get("/desk/identity/"))
        assert "در حال بررسی" in waiting
        assert f"پاسخ آن تا پایان {jdate_weekday(again(case).due_at)} پیامک می‌شود" in waiting
        # Nothing is left to do there but wait.
        assert browser.get("/desk/").context["stages"][0]["state"] == "going"

    @pytest.mark.parametrize(
        ("code", "typed_text", "said"),
        [
            ("national_code", "۱۱۱۱۱۱۱۱۱۱", "این کد ملی معتبر نیست"),
            ("national_code", "9990000019", "این کد ملی معتبر نیست"),
            ("national_code", "123456789", "ده رقم"),
            ("first_name", "مرiم", "کاراکتر «i» در نام فارسی مجاز نیست"),
            ("last_name", "رضایی۲", "کاراکتر «۲» در نام فارسی مجاز نیست"),
            ("postal_code", "12345", "کد پستی باید ده رقم باشد"),
            ("birth_date", "1490/01/01", "پیش از آن باشد"),
        ],
    )
    def test_bad_input_is_answered_beside_its_field_and_kept(
        self, client, signed_in, code, typed_text, said
    ):
        user = newcomer()
        browser = signed_in(client, user)
        page = browser.post("/desk/identity/").url
        answer = self.go_through(browser, page, typed(NATURAL) | {code: typed_text})

        assert said in words_of(answer)
        assert typed_text in browser.get(page).content.decode()
        # Nothing of the rest is lost.
        assert Submission.objects.get().answers["province"] == "isfahan"

    def test_any_digits_arabic_letters_and_the_half_space_are_repaired(self, client, signed_in):
        user = newcomer()
        browser = signed_in(client, user)
        page = browser.post("/desk/identity/").url
        texts = {
            "national_code": "٩٩٩-٠٠٠٠٠١-٨",
            "first_name": "م‍ريم",
            "last_name": "حسین‌ زاده",
            "birth_date": "۱۳۶۹/۱/۱",
        }
        assert self.go_through(browser, page, typed(NATURAL) | texts).status_code == 302
        answers = Submission.objects.get().answers
        assert answers["national_code"] == "9990000018"
        assert answers["first_name"] == "مریم"
        assert answers["birth_date"] == "1990-03-21"

    def test_the_catalog_does_not_list_the_desks_own_services(self, client):
        assert "تأیید هویت" not in re.findall(
            r"<h\d[^>]*>(.*?)</h\d>", client.get("/services/").content.decode()
        )

    def test_the_common_start_leads_to_its_own_page(self, client, signed_in):
        browser = signed_in(client, newcomer())
        assert browser.get("/desk/request/?service=identity").url == "/desk/identity/"

    def test_a_page_for_verified_parties_says_the_way(self, client, signed_in):
        answer = signed_in(client, newcomer()).get("/desk/agents/")
        assert answer.status_code == 403
        assert "تأیید هویت لازم است" in words_of(answer)
        assert 'href="/desk/identity/"' in answer.content.decode()

    def test_pages_ask_little_of_the_database(
        self, client, signed_in, staff, django_assert_max_num_queries
    ):
        user = newcomer()
        handed_in(user)
        browser = signed_in(client, user)
        with django_assert_max_num_queries(15):
            browser.get("/desk/identity/")
        with django_assert_max_num_queries(15):
            browser.get("/desk/identity/succession/")

    def test_an_anonymous_visitor_signs_in_first(self, client):
        for page in ("/desk/identity/", "/desk/identity/succession/", "/desk/agents/"):
            assert client.get(page).url.startswith("/accounts/login/")


def test_what_was_typed_before_a_rejection_need_not_be_typed_again(staff):
    user = newcomer()
    step(handed_in(user), "reject", staff["desk"], "تصویر کارت ملی از شخص دیگری است")
    assert identity_state(user.acting_for).state == "rejected"
    case = verification.begin_verification("identity", by=fresh(user), party=user.acting_for)
    assert (case.state, case.answers) == ("draft", NATURAL)


def test_staff_without_a_party_of_their_own_are_told_so(client, signed_in, staff):
    browser = signed_in(client, staff["desk"])
    assert "این بخش برای متقاضیان است" in words_of(browser.post("/desk/identity/"))
    assert "این بخش برای متقاضیان است" in words_of(browser.post("/desk/identity/succession/"))
    assert browser.post("/desk/identity/another/").status_code == 403
    assert not Party.objects.exists()


def test_another_party_is_added_beside_the_verified_one(client, signed_in, maryam):
    browser = signed_in(client, maryam)
    assert "افزودن متقاضی دیگر" in words_of(browser.get("/desk/identity/"))
    assert browser.post("/desk/identity/another/").url == "/desk/identity/"
    # The session acts for the new one from here on; the verified one has lost nothing.
    assert "شروع تأیید هویت" in words_of(browser.get("/desk/identity/"))
    browser.post("/desk/identity/another/")
    assert [p.is_verified for p in fresh(maryam).parties] == [True, False]


def test_a_party_that_was_added_by_mistake_is_put_aside(client, signed_in, maryam):
    browser = signed_in(client, maryam)
    another, key = "/desk/identity/another/", {"give_up": "1"}
    assert browser.post(another, key).status_code == 403  # the verified one stays
    browser.post(another)
    assert "حذف این متقاضی" in words_of(browser.get("/desk/identity/"))

    assert browser.post(another, key).url == "/desk/"
    assert [p.is_verified for p in fresh(maryam).parties] == [True]
    assert Party.objects.count() == 1

    browser.post(another)
    browser.post("/desk/identity/")
    assert "حذف این متقاضی" not in words_of(browser.get("/desk/identity/"))
    assert browser.post(another, key).status_code == 409
    assert len(fresh(maryam).parties) == 2


def test_ones_only_party_is_not_put_aside(client, signed_in):
    browser = signed_in(client, newcomer())
    assert "حذف این متقاضی" not in words_of(browser.get("/desk/identity/"))
    assert browser.post("/desk/identity/another/", {"give_up": "1"}).status_code == 403
    assert Party.objects.count() == 1


def typed(answers):
    """Answers as one types them, with what the page had asked."""
    texts = {code: str(value) for code, value in answers.items()}
    texts["birth_date"] = "1369/01/01"
    return texts


class TestApproval:
    def test_the_provisional_party_becomes_the_verified_one(self, staff, run_tasks):
        user = newcomer()
        case = step(handed_in(user), "approve", staff["desk"])
        party = Party.objects.get()
        assert case.state == "completed"
        assert (party.national_id, party.name, party.kind) == (
            "9990000018",
            "مریم رضایی",
            "natural",
        )
        assert party.verified_by == staff["desk"]
        assert party.is_verified
        assert fresh(user).get_full_name() == "مریم رضایی"

    def test_then_the_credentials_go_out(self, staff):
        user = newcomer()
        step(handed_in(user), "approve", staff["desk"])
        assert OneTimePassword.objects.live().filter(user=user).count() == 1
        sent = SmsMessage.objects.filter(recipient=user.mobile).order_by("pk")
        assert [m.event.split(":")[0] for m in sent][-2:] == ["identity", "credentials"]
        assert "مریم رضایی" in sent.get(event__startswith="identity").text

    def test_a_company_is_verified_by_its_legal_id(self, staff):
        step(handed_in(newcomer(kind="legal"), LEGAL), "approve", staff["desk"])
        party = Party.objects.get()
        assert (party.national_id, party.name) == ("10269990012", LEGAL["company_name"])

    def test_who_was_imported_without_a_number_is_joined_and_keeps_everything(self, staff):
        imported = Party.objects.create(
            kind="natural",
            national_id="9990000018",
            name="مریم رضایی",
            verified_at="2026-01-01T00:00Z",
        )
        user = newcomer()
        other = editing.start_draft(
            verification.offered_version("agency"), by=user, party=user.acting_for
        )
        case = step(handed_in(user), "approve", staff["desk"])

        assert fresh(user).parties == [imported]
        assert fresh(user).acts_as_owner_of(imported)
        assert {again(case).party, again(other).party} == {imported}
        assert Party.objects.get() == imported
        assert Party.objects.get().mobile == user.mobile

    def test_an_id_that_somebody_else_holds_is_not_taken_from_them(self, staff, maryam):
        user = newcomer()
        case = handed_in(user)
        with pytest.raises(CannotApprove, match="جانشینی"):
            step(case, "approve", staff["desk"])
        assert again(case).state == "in_review"
        assert fresh(maryam).acting_for.national_id == "9990000018"
        assert fresh(user).acting_for.national_id is None
        assert not OneTimePassword.objects.exists()

    def test_a_reviewer_does_not_join_somebody_to_a_party_of_their_own(self, staff):
        own = Party.objects.create(
            kind="natural", national_id="9990000018", name="مریم", verified_at="2026-01-01T00:00Z"
        )
        Membership.objects.create(user=staff["desk"], party=own)
        with pytest.raises(CannotApprove, match="همکار دیگری"):
            step(handed_in(newcomer()), "approve", staff["desk"])

    def test_of_two_who_typed_one_id_the_second_is_told_the_way(self, staff):
        first, second = handed_in(newcomer()), handed_in(newcomer("09130000004"))
        step(first, "approve", staff["desk"])
        with pytest.raises(CannotApprove):
            step(second, "approve", staff["desk"])

    def test_an_approval_is_not_taken_back_by_reopening(self, staff, manager):
        case = step(handed_in(newcomer()), "approve", staff["desk"])
        with pytest.raises(Exception, match="درخواست جدیدی"):
            step(case, "reopen", manager, "بررسی دوباره", stop="desk")

    def test_a_number_that_belongs_to_another_is_asked_for_the_id_at_the_next_sign_in(
        self, staff, run_tasks
    ):
        user = newcomer()
        case = handed_in(user, NATURAL | {"national_code": stand_ins.SOMEBODY_ELSES})
        run_tasks()
        step(case, "approve", staff["desk"])
        assert fresh(user).must_prove_id

    def test_the_state_is_told_at_every_stage(self, staff):
        user = newcomer()
        party = user.acting_for
        assert identity_state(party).state == "none"
        verification.begin_verification("identity", by=user, party=party)
        assert identity_state(party).state == "draft"
        case = handed_in(user)
        assert identity_state(party).state == "in_review"
        step(case, "approve", staff["desk"])
        assert identity_state(Party.objects.get()).is_verified


class TestTheRegisters:
    def test_both_are_asked_after_it_was_handed_in(self, staff, run_tasks):
        case = handed_in(newcomer())
        assert [c.outcome for c in checks_of(case)] == ["در حال استعلام"] * 2
        run_tasks()
        mobile, civil = checks_of(case)
        assert (mobile.outcome, mobile.tone) == ("مطابق است", "green")
        assert mobile.typed == "09130000003، 9990000018"
        # The register writes «رضايي» with Arabic letters.
        assert civil.found == "مريم رضايي"
        assert (civil.outcome, civil.tone) == ("مطابق است", "green")

    def test_a_draft_asks_nobody(self):
        written(newcomer(), NATURAL)
        assert not RegistryCheck.objects.exists()

    def test_another_name_is_shown_beside_what_was_typed(self, staff, run_tasks):
        case = handed_in(newcomer(), NATURAL | {"last_name": "رضاپور"})
        run_tasks()
        civil = checks_of(case)[1]
        assert (civil.outcome, civil.tone) == ("نام یکسان نیست", "red")
        assert "رضاپور" in civil.typed

    def test_a_mismatch_leaves_the_decision_to_the_reviewer(self, staff, run_tasks):
        case = handed_in(newcomer(), NATURAL | {"national_code": stand_ins.SOMEBODY_ELSES})
        run_tasks()
        assert [c.outcome for c in checks_of(case)] == ["مطابق نیست"] * 2
        assert again(case).state == "in_review"
        assert step(case, "approve", staff["desk"]).state == "completed"

    def test_a_register_that_is_silent_rejects_nobody_and_is_asked_again(
        self, staff, run_tasks, monkeypatch
    ):
        case = handed_in(newcomer(), NATURAL | {"national_code": stand_ins.NO_ANSWER_FOR})
        run_tasks()
        assert [c.outcome for c in checks_of(case)] == ["پاسخ دریافت نشد"] * 2
        assert again(case).state == "in_review"
        waiting = RegistryCheck.objects.unfinished()
        assert waiting.count() == 2
        assert all(check.not_before for check in waiting)

        RegistryCheck.objects.update(not_before=None)
        monkeypatch.setattr(stand_ins, "_local_outcome", lambda code: Outcome.MATCHED)
        for check in waiting:
            ask_registry(check.pk)
        assert [c.outcome for c in checks_of(case)] == ["مطابق است"] * 2
        assert not RegistryCheck.objects.unfinished().exists()

    def test_an_office_without_registers_is_told_to_look_at_the_documents(
        self, staff, run_tasks, settings
    ):
        settings.MOBILE_OWNERSHIP = settings.CIVIL_REGISTRY = "none"
        case = handed_in(newcomer())
        run_tasks()
        rows = checks_of(case)
        assert [(c.outcome, c.tone) for c in rows] == [("استعلام نشد", "amber")] * 2
        assert all("مدارک" in row.remark for row in rows)
        assert not RegistryCheck.objects.unfinished().exists()
        assert step(case, "approve", staff["desk"]).state == "completed"

    def test_nobody_is_asked_any_more_once_it_is_decided(self, staff):
        case = handed_in(newcomer())
        step(case, "approve", staff["desk"])
        check = RegistryCheck.objects.first()
        ask_registry(check.pk)
        check = RegistryCheck.objects.get(pk=check.pk)
        assert (check.outcome, bool(check.settled_at)) == ("", True)

    def test_a_mended_answer_is_asked_about_again(self, staff, run_tasks):
        user = newcomer()
        case = handed_in(user, NATURAL | {"national_code": stand_ins.SOMEBODY_ELSES})
        run_tasks()
        mend = (Mend("answer", "national_code", "با کارت ملی نمی‌خواند."),)
        case = step(
            case, "return_for_correction", staff["desk"], "اصلاح شود", reason="other", mend=mend
        )
        editing.save_answers(case, by=fresh(user), answers={"national_code": "9990000018"})
        # Until it is handed in again, the reviewer reads about what was handed in.
        assert stand_ins.SOMEBODY_ELSES in checks_of(again(case))[0].typed
        case = step(case, "submit", fresh(user))
        run_tasks()
        assert [c.tone for c in checks_of(case)] == ["green", "green"]
        assert RegistryCheck.objects.count() == 4

    def test_only_what_is_shown_is_kept(self, staff, run_tasks, monkeypatch):
        answer = Answer(Outcome.MATCHED, Person("مريم", "رضايي", alive=False))
        monkeypatch.setattr(stand_ins.LocalCivilRegistry, "check", lambda self, code, born: answer)
        case = handed_in(newcomer())
        run_tasks()
        assert RegistryCheck.objects.get(kind="civil").facts == {
            "first_name": "مريم",
            "last_name": "رضايي",
            "alive": False,
        }
        assert checks_of(case)[1].outcome == "متوفی"

    def test_a_companys_director_is_who_is_asked_about(self, staff, run_tasks):
        case = handed_in(newcomer(kind="legal"), LEGAL)
        run_tasks()
        assert checks_of(case)[1].found == "نادر بهرامي"
        assert checks_of(case)[1].tone == "red"

    def test_an_unusual_postal_code_is_a_warning_and_no_more(self, staff, run_tasks):
        case = handed_in(newcomer(), NATURAL | {"postal_code": "1111111111"})
        assert checks_of(case)[-1].title == "کد پستی"
        other = handed_in(newcomer("09130000004"), NATURAL | {"postal_code": "8174673441"})
        assert len(checks_of(other)) == 2

    def test_the_panel_of_the_reviewer_shows_it_all(self, staff, run_tasks):
        case = handed_in(newcomer(), NATURAL | {"last_name": "رضاپور"})
        run_tasks()
        shown = render_to_string("submissions/identity/checks.html", {"checks": checks_of(case)})
        for words in ("شاهکار", "ثبت احوال", "رضاپور", "مريم رضايي", "نام یکسان نیست"):
            assert words in shown


def test_the_reviewers_page_shows_the_checks_and_approves(
    client, signed_in, staff, run_tasks, django_assert_max_num_queries
):
    case = handed_in(newcomer(), NATURAL | {"last_name": "رضاپور"})
    run_tasks()
    browser = signed_in(client, staff["desk"])
    page = reverse("submissions_submission_modeladmin_inspect", args=[case.pk])
    browser.get(page)
    with django_assert_max_num_queries(15):
        said = words_of(browser.get(page))
    assert "نام یکسان نیست" in said
    assert "مريم رضايي" in said

    key = reverse("submissions_submission_modeladmin_step", args=[case.pk, "approve"])
    assert browser.post(key, {"expecting": case.last_seq, "note": ""}).status_code == 302
    assert again(case).state == "completed"


def test_a_reviewer_reads_why_an_approval_is_refused(client, signed_in, staff, maryam):
    case = handed_in(newcomer())
    browser = signed_in(client, staff["desk"])
    key = reverse("submissions_submission_modeladmin_step", args=[case.pk, "approve"])
    answer = browser.post(key, {"expecting": case.last_seq, "note": ""})
    assert answer.status_code == 409
    assert "«جانشینی» لازم است" in words_of(answer)


def test_the_way_on_is_an_address(house):
    assert reverse("submissions:identity") == "/desk/identity/"
    assert reverse("submissions:agents") == "/desk/agents/"
