"""A new managing director, a new number: who owns a party changes, and nothing is lost."""

from __future__ import annotations

import re

import pytest

from accounts.models import Membership, Party, SmsMessage, User
from letters.models import Letter
from services_catalog import seed
from submissions.drafts import editing
from submissions.identity import verification
from submissions.identity.verification import CannotApprove
from submissions.models import Contract, Submission
from submissions.refusals import Incomplete
from tests import cast
from tests.cast import SIX_DESKS, again, pass_desks, step
from work.models import AuditEntry

ANSWERS = {
    "person": "legal",
    "company_name": "شرکت کاشی‌سازان کویر نمونه",
    "legal_id": "10269990012",
    "director_first_name": "سینا",
    "director_last_name": "راد",
    "director_national_code": "9996543218",
    "director_birth_date": "1985-01-01",
    "reason": "مدیرعامل تغییر کرده است.",
    "province": "isfahan",
}


@pytest.fixture(autouse=True)
def _stages(house):
    for row in seed.stage_services():
        seed.load_service(row, 90)


def fresh(user):
    return User.objects.get(pk=user.pk)


def words_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def director():
    """The new director, who has just signed in with a number of their own."""
    user = User.objects.create_user(
        "applicant-09130000005", mobile="09130000005", mobile_verified=True, first_name="سینا"
    )
    party = Party.objects.create(kind="natural", name="سینا راد", mobile=user.mobile)
    Membership.objects.create(user=user, party=party)
    return user


def asked(user, **changes):
    case = verification.begin_verification("succession", by=user, party=user.acting_for)
    case = editing.save_answers(case, by=user, answers=ANSWERS | changes).submission
    for needed in case.facts.documents_for(case.party.kind):
        cast.bring(case, needed.code)
    return step(case, "submit", fresh(user))


@pytest.fixture
def company(kavir, service):
    """What the company has: a contract, a draft, an agent."""
    party = kavir.parties[0]
    cast.register("1402/2001", party)
    cast.complete_draft(kavir, service)
    agent = User.objects.create_user("agent", mobile="09130000007")
    Membership.objects.create(user=agent, party=party, role="agent")
    return party


def test_the_ownership_changes_and_all_else_stays(company, kavir, director, staff):
    before = {
        "submissions": list(Submission.objects.of(company).values_list("pk", flat=True)),
        "contracts": list(Contract.objects.filter(party=company).values_list("pk", flat=True)),
        "facts": (company.national_id, company.name, company.kind, company.verified_at),
    }
    case = step(asked(director), "approve", staff["desk"])
    now = Party.objects.get(pk=company.pk)

    assert fresh(director).parties == [now]
    assert fresh(director).acts_as_owner_of(now)
    assert fresh(kavir).parties == []
    assert (now.national_id, now.name, now.kind, now.verified_at) == before["facts"]
    assert now.mobile == "09130000005"
    kept = set(Submission.objects.of(now).values_list("pk", flat=True))
    assert kept == {*before["submissions"], case.pk}
    assert (
        list(Contract.objects.filter(party=now).values_list("pk", flat=True)) == before["contracts"]
    )
    assert Membership.objects.get(user__username="agent").party == now
    # Nobody's number has changed.
    assert (fresh(kavir).mobile, fresh(director).mobile) == ("09130000002", "09130000005")


def test_the_letters_are_read_by_the_new_director_and_no_longer_by_the_old_one(
    client, signed_in, company, kavir, director, staff
):
    draft = Submission.objects.of(company).get()
    case = step(draft, "submit", kavir)
    case = pass_desks(case, staff, *SIX_DESKS[:-1])
    case = step(case, "approve", staff["secretariat"])
    assert Letter.objects.get(submission=case)
    step(asked(director), "approve", staff["desk"])

    page = f"/cartable/{case.tracking_code}/"
    assert signed_in(client, kavir).get(page).status_code == 404
    assert signed_in(client, director).get(page).status_code == 200
    assert again(case).history.get(name="submit").by == kavir


def test_both_are_told_and_it_is_written_down(company, kavir, director, staff):
    step(asked(director), "approve", staff["desk"])
    told = dict(
        SmsMessage.objects.filter(event__startswith="succe").values_list("recipient", "text")
    )
    assert set(told) == {"09130000002", "09130000005"}
    assert "دسترسی شما به آن پایان یافت" in told["09130000002"]
    entry = AuditEntry.objects.get(action="succeed")
    assert entry.facts == {"from": [kavir.pk], "to": director.pk}


def test_nothing_changes_before_it_is_approved(company, kavir, director, staff):
    case = asked(director)
    assert fresh(kavir).acts_as_owner_of(company)
    assert company not in fresh(director).parties
    step(case, "reject", staff["desk"], "مدارک کافی نیست")
    assert fresh(kavir).acts_as_owner_of(company)
    assert not Submission.objects.visible_to(fresh(director)).of(company).exists()


def test_who_files_it_learns_nothing_of_whether_the_id_is_known(director, staff):
    case = asked(director, legal_id="14009991230")
    assert case.state == "in_review"
    with pytest.raises(CannotApprove, match="در سامانه نیست"):
        step(case, "approve", staff["desk"])


def test_the_owner_needs_none(client, signed_in, kavir, company):
    browser = signed_in(client, kavir)
    page = browser.post("/desk/identity/succession/").url
    case = Submission.objects.get(kind="succession")
    assert case.tracking_code in page
    editing.save_answers(case, by=fresh(kavir), answers=ANSWERS)
    for needed in case.facts.documents_for("legal"):
        cast.bring(case, needed.code)
    with pytest.raises(Incomplete, match="صاحب حساب این متقاضی"):
        step(case, "submit", fresh(kavir))


def test_a_reviewer_of_the_company_does_not_decide_who_owns_it(company, director, staff):
    Membership.objects.create(
        user=staff["desk"], party=company, role="agent", valid_until="2020-01-01"
    )
    with pytest.raises(CannotApprove, match="همکار دیگری"):
        step(asked(director), "approve", staff["desk"])


def test_who_has_a_party_already_begins_from_a_new_one_and_ends_with_two(
    client, signed_in, maryam, company, kavir, staff
):
    browser = signed_in(client, maryam)
    assert "جانشینی" in words_of(browser.get("/desk/identity/succession/"))
    browser.post("/desk/identity/succession/")
    browser.post("/desk/identity/succession/")
    case = Submission.objects.get(kind="succession")
    assert case.party != maryam.parties[0]

    case = editing.save_answers(case, by=fresh(maryam), answers=ANSWERS).submission
    for needed in case.facts.documents_for(case.party.kind):
        cast.bring(case, needed.code)
    step(step(case, "submit", fresh(maryam)), "approve", staff["desk"])
    assert [p.national_id for p in fresh(maryam).parties] == ["9990000018", "10269990012"]


def test_an_agent_of_the_company_may_become_its_owner(company, staff):
    agent = User.objects.get(username="agent")
    party = Party.objects.create(kind="legal", name="جدید", mobile=agent.mobile)
    Membership.objects.create(user=agent, party=party)
    user = fresh(agent)
    case = verification.begin_verification("succession", by=user, party=party)
    case = editing.save_answers(case, by=user, answers=ANSWERS).submission
    for needed in case.facts.documents_for("legal"):
        cast.bring(case, needed.code)
    step(step(case, "submit", fresh(agent)), "approve", staff["desk"])
    held = Membership.objects.get(user=agent)
    assert (held.party, held.role, held.valid_until) == (company, "owner", None)


def test_a_number_is_never_changed_by_signing_in_or_by_the_wizard(company, kavir, director, staff):
    asked(director, former_mobile="09130000002")
    assert fresh(kavir).mobile == "09130000002"
    assert Party.objects.get(pk=company.pk).mobile == "09130000002"


def test_the_desk_is_not_a_way_round_for_strangers(client, signed_in, company, director, stranger):
    case = asked(director)
    browser = signed_in(client, stranger)
    assert browser.get(f"/cartable/{case.tracking_code}/").status_code == 404
    assert browser.get(f"/desk/request/{case.tracking_code}/check/").status_code == 404


class TestWhoAlsoWantsToBeVerified:
    """One provisional party can carry both requests; neither may swallow the other."""

    PERSON = {
        "person": "natural",
        "first_name": "سینا",
        "last_name": "راد",
        "national_code": "9996543218",
        "birth_date": "1985-01-01",
        "province": "isfahan",
        "address": "اصفهان، خیابان نیرو، پلاک ۳۲",
    }

    def verification(self, user, submit=True):
        case = verification.begin_verification(
            "identity", by=fresh(user), party=fresh(user).acting_for
        )
        case = editing.save_answers(case, by=fresh(user), answers=self.PERSON).submission
        for needed in case.facts.documents_for(case.party.kind):
            cast.bring(case, needed.code)
        return step(case, "submit", fresh(user)) if submit else again(case)

    def test_the_second_waits_until_the_first_is_decided(self, company, director, staff):
        first = self.verification(director)
        with pytest.raises(Incomplete, match="در دست بررسی"):
            asked(director)
        assert again(first).party.kind == "natural", "what is being reviewed keeps its kind"

    def test_a_verified_person_begins_the_succession_anew(self, company, director, staff):
        begun = verification.begin_verification(
            "succession", by=director, party=director.acting_for
        )
        step(self.verification(director), "approve", staff["desk"])
        with pytest.raises(Incomplete, match="دوباره شروع کنید"):
            step(begun, "submit", fresh(director))

    def test_the_approval_never_swallows_a_verified_party(self, company, director, staff):
        case = asked(director)
        person = case.party
        # Verified in another way meanwhile, such as by an import.
        Party.objects.filter(pk=person.pk).update(
            kind="natural", national_id="9996543218", verified_at=company.verified_at
        )
        with pytest.raises(CannotApprove):
            step(case, "approve", staff["desk"])
        assert fresh(director).parties == [person]
        assert again(case).party == person

    def test_a_draft_about_oneself_does_not_go_to_the_company(self, company, director, staff):
        own = self.verification(director, submit=False)
        step(asked(director), "approve", staff["desk"])
        assert again(own).party not in (company, None)
        assert {p.pk for p in fresh(director).parties} == {company.pk, own.party_id}

    def test_an_approval_never_gives_a_verified_party_another_id(self, company, director, staff):
        case = self.verification(director)
        Submission.objects.filter(pk=case.pk).update(party=company)
        with pytest.raises(CannotApprove):
            step(case, "approve", staff["desk"])
        assert Party.objects.get(pk=company.pk).national_id == "10269990012"


def test_a_succession_under_way_is_shown_and_not_begun_twice(client, signed_in, director, staff):
    browser = signed_in(client, director)
    assert "شروع درخواست جانشینی" in words_of(browser.get("/desk/identity/succession/"))
    browser.post("/desk/identity/succession/")
    assert "ادامهٔ پیش‌نویس" in words_of(browser.get("/desk/identity/succession/"))
    asked(director)

    shown = words_of(browser.get("/desk/identity/succession/"))
    assert "درخواست شما در حال بررسی است" in shown
    assert "پیامک می‌شود" in shown
    assert "شروع درخواست جانشینی" not in shown
    # Nor is a verification of the same party begun beside it by mistake.
    assert "درخواست جانشینی شما در جریان است" in words_of(browser.get("/desk/identity/"))
    browser.post("/desk/identity/succession/")
    assert Submission.objects.filter(kind="succession").count() == 1


def test_who_owned_it_before_is_told_so_and_may_begin_again(
    client, signed_in, company, kavir, director, staff
):
    step(asked(director), "approve", staff["desk"])
    browser = signed_in(client, fresh(kavir))

    assert 'href="/desk/identity/"' in browser.get("/desk/").content.decode()
    told = words_of(browser.get("/desk/identity/"))
    assert "دسترسی شما به متقاضی قبلی پایان یافته است" in told
    assert browser.post("/desk/identity/another/").url == "/desk/identity/"
    assert "شروع تأیید هویت" in words_of(browser.get("/desk/identity/"))
    assert [party.is_verified for party in fresh(kavir).parties] == [False]
