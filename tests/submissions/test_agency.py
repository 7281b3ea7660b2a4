"""An owner lets somebody act for the party; two people write one draft."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils.timezone import localdate

from accounts.models import Membership, Party, SmsMessage, User
from services_catalog import seed
from submissions.drafts import editing
from submissions.drafts.edit_conflicts import typed_in
from submissions.identity import agency, verification
from submissions.identity.verification import CannotApprove
from submissions.models import Submission
from submissions.refusals import Incomplete
from submissions.reports.report import Report
from tests import cast
from tests.cast import again, open_to, step

AGENT = "09130000007"
ANSWERS = {
    "agent_mobile": AGENT,
    "agent_first_name": "حمید",
    "agent_last_name": "صالحی",
    "agent_national_code": "9996543218",
    "letter_number": "۱۲/الف",
    "province": "isfahan",
}


@pytest.fixture(autouse=True)
def _stages(house):
    for row in seed.stage_services():
        seed.load_service(row, 90)


def fresh(user):
    """The user as the next request meets them."""
    return User.objects.get(pk=user.pk)


def asked(owner, days=30, **changes):
    """A request for an agent that lacks nothing but being handed in."""
    case = verification.begin_verification("agency", by=owner, party=owner.acting_for)
    until = (localdate() + timedelta(days=days)).isoformat()
    case = editing.save_answers(
        case, by=owner, answers=ANSWERS | {"valid_until": until} | changes
    ).submission
    for needed in case.facts.documents_for(case.party.kind):
        cast.bring(case, needed.code)
    return again(case)


def appointed(owner, staff, **changes):
    """The agent, after the desk has approved."""
    case = step(asked(owner, **changes), "submit", fresh(owner))
    step(case, "approve", staff["desk"])
    return User.objects.get(mobile=AGENT)


def words_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def acting(client, signed_in, user, party):
    """A browser of the user that acts for the party."""
    browser = signed_in(client, user)
    browser.post("/accounts/acting/", {"party": party.pk})
    return browser


class TestAppointing:
    def test_an_approval_lets_the_agent_act_until_the_day_that_was_asked_for(self, maryam, staff):
        party = maryam.acting_for
        agent = appointed(maryam, staff)
        held = Membership.objects.get(user=agent)
        assert (held.party, held.role, held.letter_of_attorney) == (party, "agent", "۱۲/الف")
        assert held.valid_until == localdate() + timedelta(days=30)
        assert agent.get_full_name() == "حمید صالحی"
        assert not agent.has_usable_password()
        assert fresh(maryam).acts_as_owner_of(party)

    def test_both_are_told(self, maryam, staff):
        appointed(maryam, staff)
        told = set(
            SmsMessage.objects.filter(event__startswith="agen").values_list("recipient", "event")
        )
        assert {recipient for recipient, _ in told} == {AGENT, "09130000001"}
        assert "مریم رضایی" in SmsMessage.objects.get(event__startswith="agent:").text

    def test_who_is_known_already_keeps_their_name_and_their_own_party(self, maryam, kavir, staff):
        case = step(asked(maryam, agent_mobile="09130000002"), "submit", fresh(maryam))
        step(case, "approve", staff["desk"])
        both = fresh(kavir)
        assert [p.role for p in both.parties] == ["owner", "agent"]
        assert both.first_name == "شرکت"

    def test_a_second_letter_renews_the_first(self, maryam, staff):
        appointed(maryam, staff)
        agent = appointed(maryam, staff, days=90)
        assert Membership.objects.get(user=agent).valid_until == localdate() + timedelta(days=90)

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"agent_mobile": "09130000001"}, "متعلق به صاحب حساب است"),
            ({"valid_until": "2020-01-01"}, "گذشته است"),
        ],
    )
    def test_what_cannot_be_granted_is_not_sent(self, maryam, changes, said):
        with pytest.raises(Incomplete, match=said):
            step(asked(maryam, **changes), "submit", fresh(maryam))

    def test_a_time_that_ran_out_on_the_desk_is_not_granted(self, maryam, staff):
        case = step(asked(maryam, days=0), "submit", fresh(maryam))
        filed = again(case)
        filed.answers = filed.answers | {"valid_until": "2020-01-01"}
        filed.save()
        with pytest.raises(CannotApprove, match="گذشته"):
            step(case, "approve", staff["desk"])
        assert again(case).state == "in_review"

    def test_who_is_no_longer_the_owner_appoints_nobody(self, maryam, kavir, staff):
        """A succession was approved while the request of the former director was on a desk."""
        case = step(asked(maryam), "submit", fresh(maryam))
        party = case.party
        Membership.objects.filter(party=party).update(valid_until=localdate() - timedelta(days=1))
        Membership.objects.create(user=kavir, party=party)
        with pytest.raises(CannotApprove, match="صاحب حساب"):
            step(case, "approve", staff["desk"])
        assert not Membership.objects.filter(party=party, role="agent").exists()

    def test_nobody_decides_that_they_are_the_agent(self, maryam, staff):
        User.objects.filter(pk=staff["desk"].pk).update(mobile=AGENT)
        case = step(asked(maryam), "submit", fresh(maryam))
        with pytest.raises(CannotApprove, match="همکار دیگری"):
            step(case, "approve", fresh(staff["desk"]))

    def test_who_is_not_verified_asks_for_nobody(self, staff):
        user = User.objects.create_user("applicant-x", mobile="09130000003")
        party = Party.objects.create(kind="natural", name="تازه‌وارد")
        Membership.objects.create(user=user, party=party)
        with pytest.raises(Incomplete, match="پس از تأیید هویت"):
            step(asked(user), "submit", fresh(user))


class TestActing:
    def test_the_agent_switches_to_the_party_and_hands_in_on_its_behalf(
        self, client, signed_in, maryam, staff, draft
    ):
        agent = appointed(maryam, staff)
        own = Party.objects.create(kind="natural", name="حمید صالحی")
        Membership.objects.create(user=agent, party=own)
        browser = acting(client, signed_in, agent, draft.party)
        assert draft.tracking_code in browser.get("/cartable/").content.decode().replace(" ", "")

        cast.bring(draft, "poa")
        case = step(draft, "submit", fresh(agent))
        last = case.history.get(name="submit")
        assert last.on_behalf_of == draft.party
        assert "به نمایندگی از مریم رضایی" in Report(case).entries[0].who

    def test_the_owner_acts_in_their_own_name(self, maryam, draft):
        assert step(draft, "submit", maryam).history.get().on_behalf_of is None

    def test_an_agent_does_not_give_up_what_the_owner_asked(self, maryam, staff, draft):
        agent = appointed(maryam, staff)
        with pytest.raises(PermissionDenied):
            step(draft, "withdraw", fresh(agent))

    def test_an_agent_appoints_nobody(self, client, signed_in, maryam, staff):
        agent = appointed(maryam, staff)
        case = asked(maryam, agent_mobile="09130000008")
        browser = acting(client, signed_in, agent, case.party)

        assert browser.get("/desk/agents/").status_code == 403
        assert browser.post("/desk/agents/add/").status_code == 403
        assert browser.get(f"/desk/request/{case.tracking_code}/questions/").status_code == 403
        with pytest.raises(PermissionDenied):
            step(case, "submit", fresh(agent))
        with pytest.raises(PermissionDenied):
            editing.save_answers(case, by=fresh(agent), answers={"agent_mobile": AGENT})
        # Reading what the party asked is an agent's right.
        assert browser.get(f"/cartable/{case.tracking_code}/").status_code == 200

    def test_each_of_two_parties_has_its_own_cartable(
        self, client, signed_in, maryam, kavir, draft
    ):
        Membership.objects.create(user=kavir, party=draft.party, role="agent")
        own = fresh(kavir).parties[0]
        browser = acting(client, signed_in, kavir, own)
        assert draft.tracking_code not in browser.get("/cartable/").content.decode()
        browser.post("/accounts/acting/", {"party": draft.party.pk})
        assert draft.tracking_code in browser.get("/cartable/").content.decode()

    def test_nobody_switches_to_a_party_of_others(self, client, signed_in, kavir, maryam):
        browser = signed_in(client, kavir)
        answer = browser.post("/accounts/acting/", {"party": maryam.acting_for.pk})
        assert answer.status_code == 404


class TestEnding:
    def test_the_owner_ends_it_at_once(self, client, signed_in, maryam, staff, draft):
        agent = appointed(maryam, staff)
        held = Membership.objects.get(user=agent)
        browser = signed_in(client, maryam)
        assert "حمید صالحی" in words_of(browser.get("/desk/agents/"))
        assert "قطع می‌شود" in words_of(browser.get(f"/desk/agents/{held.pk}/end/"))

        assert browser.post(f"/desk/agents/{held.pk}/end/").url == "/desk/agents/"
        assert "پایان یافته" in words_of(browser.get("/desk/agents/"))
        assert fresh(agent).parties == []
        assert SmsMessage.objects.filter(event__startswith="agency-ended", recipient=AGENT).exists()

    def test_whose_time_is_over_sees_nothing(self, client, signed_in, maryam, staff, submitted):
        agent = appointed(maryam, staff)
        browser = acting(client, signed_in, agent, submitted.party)
        page = f"/cartable/{submitted.tracking_code}/"
        assert browser.get(page).status_code == 200

        Membership.objects.filter(user=agent).update(valid_until=localdate() - timedelta(days=1))
        assert browser.get(page).status_code == 404
        assert browser.get(f"{page}copy/").status_code == 404
        assert submitted.tracking_code not in browser.get("/cartable/").content.decode()
        with pytest.raises(PermissionDenied):
            step(submitted, "withdraw", fresh(agent))
        assert not Submission.objects.visible_to(fresh(agent)).exists()

    def test_the_last_day_still_counts(self, maryam, staff):
        agent = appointed(maryam, staff, days=0)
        assert fresh(agent).parties == maryam.parties

    def test_only_the_owner_ends_it(self, client, signed_in, maryam, staff, stranger):
        agent = appointed(maryam, staff)
        held = Membership.objects.get(user=agent)
        with pytest.raises(PermissionDenied):
            agency.end_agency(held, by=fresh(agent))
        page = f"/desk/agents/{held.pk}/end/"
        assert signed_in(client, stranger).post(page).status_code == 404
        assert signed_in(client, agent).post(page).status_code == 403
        assert fresh(agent).parties

    def test_ownership_is_not_ended_here(self, client, signed_in, maryam):
        held = Membership.objects.get(user=maryam)
        assert signed_in(client, maryam).post(f"/desk/agents/{held.pk}/end/").status_code == 404

    def test_an_agent_of_yesterday_does_not_decide_for_the_party(self, submitted, staff):
        Membership.objects.create(
            user=staff["desk"], party=submitted.party, role="agent", valid_until="2020-01-01"
        )
        with pytest.raises(PermissionDenied):
            step(submitted, "pass_on", fresh(staff["desk"]))

    def test_the_page_asks_little_of_the_database(
        self, client, signed_in, maryam, staff, django_assert_max_num_queries
    ):
        appointed(maryam, staff)
        browser = signed_in(client, maryam)
        with django_assert_max_num_queries(15):
            browser.get("/desk/agents/")


class TestTheRoleMatrix:
    """Who reaches which page of the party's requests, and which step."""

    PAGES = ("report", "copy", "form", "upload", "withdraw")
    MAY = {
        # name: statuses of the pages of what was handed in, and of a draft
        "owner": ((200, 200, 302, 302, 200), (200, 404, 200, 302, 200)),
        "agent": ((200, 200, 302, 302, 403), (200, 404, 200, 302, 403)),
        "expired": ((404,) * 5, (404,) * 5),
        "former owner": ((404,) * 5, (404,) * 5),
        "stranger": ((404,) * 5, (404,) * 5),
        "anonymous": ((302,) * 5, (302,) * 5),
    }

    @pytest.fixture
    def people(self, maryam, kavir, stranger, staff):
        party = maryam.acting_for
        Membership.objects.create(user=kavir, party=party, role="agent")
        for name, role in (("expired", "agent"), ("former", "owner")):
            user = User.objects.create_user(name, mobile=f"0913000002{len(name)}")
            Membership.objects.create(
                user=user, party=party, role=role, valid_until=localdate() - timedelta(days=1)
            )
        return {
            "owner": maryam,
            "agent": kavir,
            "expired": User.objects.get(username="expired"),
            "former owner": User.objects.get(username="former"),
            "stranger": stranger,
            "anonymous": None,
        }

    def statuses(self, browser, case):
        code = case.tracking_code
        return (
            browser.get(f"/cartable/{code}/").status_code,
            browser.get(f"/cartable/{code}/copy/").status_code,
            browser.get(f"/desk/request/{code}/questions/").status_code,
            browser.post(f"/cartable/{code}/documents/?requirement=request").status_code,
            browser.get(f"/cartable/{code}/withdraw/").status_code,
        )

    @pytest.mark.parametrize("who", MAY)
    def test_pages(self, client, signed_in, people, draft, staff, service, who):
        user = people[who]
        browser = acting(client, signed_in, user, draft.party) if user else client
        of_draft = self.statuses(browser, draft)
        submitted = step(draft, "submit", people["owner"])
        assert (self.statuses(browser, submitted), of_draft) == self.MAY[who]

    @pytest.mark.parametrize(
        ("who", "may"),
        [
            ("owner", {"submit", "withdraw"}),
            ("agent", {"submit"}),
            ("expired", set()),
            ("former owner", set()),
            ("stranger", set()),
        ],
    )
    def test_steps(self, people, draft, who, may):
        user = fresh(people[who])
        assert open_to(user, draft) == may
        for name in {"submit", "withdraw"} - may:
            with pytest.raises(PermissionDenied):
                step(draft, name, user)

    def test_who_sits_at_the_desk_and_is_an_agent_decides_nothing(self, people, draft, staff):
        case = step(draft, "submit", people["owner"])
        Membership.objects.create(user=staff["desk"], party=draft.party, role="agent")
        for name in ("pass_on", "return_for_correction"):
            with pytest.raises(PermissionDenied):
                step(case, name, fresh(staff["desk"]), "توضیح")


class Desk:
    """Somebody with a page of the form open: knows what it had shown."""

    def __init__(self, client, case):
        self.client, self.case = client, case

    def page(self, group):
        return f"/desk/request/{self.case.tracking_code}/{group}/"

    def open(self, group):
        html = self.client.get(self.page(group)).content.decode()
        hidden = re.findall(r'name="(seen-[^"]+|asked)"\s+value="([^"]*)"', html)
        self.sent = {"group": group}
        for name, value in hidden:
            self.sent.setdefault(name, []).append(value)
        texts = {name.removeprefix("seen-"): v for name, v in hidden if name != "asked"}
        self.sent |= texts
        return self

    def send(self, group, **changes):
        return self.client.post(self.page(group), self.sent | changes)

    def autosave(self, **changes):
        return self.client.post(
            f"/desk/request/{self.case.tracking_code}/save/", self.sent | changes
        )


@pytest.fixture
def colleagues(client, signed_in, maryam, kavir, draft):
    """The owner and an agent, each in a browser of their own, with the questions open."""
    Membership.objects.create(user=kavir, party=draft.party, role="agent")
    owner = Desk(signed_in(client, maryam), draft).open("questions")
    agent = Desk(signed_in(type(client)(), kavir), draft).open("questions")
    return owner, agent


class TestTwoOnOneDraft:
    def test_what_each_changes_is_kept(self, colleagues, draft):
        owner, agent = colleagues
        owner.send("questions", requested_power="300")
        assert agent.send("questions", phase="single").status_code == 302
        answers = again(draft).answers
        assert (answers["requested_power"], answers["phase"]) == (300, "single")

    def test_of_one_field_the_colleagues_text_is_kept_and_both_are_told(self, colleagues, draft):
        owner, agent = colleagues
        owner.send("questions", requested_power="300")
        said = agent.send("questions", requested_power="400", phase="single")

        words = words_of(said)
        assert "همکار شما در این فاصله «قدرت درخواستی» را تغییر داده" in words
        assert "«300»" in words
        assert "«400»" in words
        answers = again(draft).answers
        assert answers["requested_power"] == 300
        assert answers["phase"] == "single"

    def test_having_seen_it_one_may_still_write_otherwise(self, colleagues, draft):
        owner, agent = colleagues
        owner.send("questions", requested_power="300")
        agent.send("questions", requested_power="400")
        agent.open("questions").send("questions", requested_power="400")
        assert again(draft).answers["requested_power"] == 400

    def test_saving_by_itself_says_so_too(self, colleagues, draft):
        owner, agent = colleagues
        assert owner.autosave(requested_power="300").status_code == 200
        answer = agent.autosave(requested_power="400")
        assert answer.status_code == 409
        assert "همکار شما" in answer.json()["message"]
        assert again(draft).answers["requested_power"] == 300

    def test_nobody_is_in_ones_own_way(self, colleagues, draft):
        owner, _ = colleagues
        for power in ("300", "301", "302"):
            assert owner.autosave(requested_power=power).status_code == 200
        assert again(draft).answers["requested_power"] == 302

    def test_both_wrote_the_same(self, colleagues, draft):
        owner, agent = colleagues
        owner.send("questions", requested_power="300")
        assert agent.send("questions", requested_power="۳۰۰").status_code == 302

    def test_a_text_that_cannot_be_read_is_not_written_over_either(self, colleagues, draft):
        owner, agent = colleagues
        owner.send("questions", requested_power="سیصد")
        said = words_of(agent.send("questions", requested_power="400"))
        assert "«سیصد»" in said
        assert typed_in(again(draft)) == {"requested_power": "سیصد"}

    def test_the_description_is_guarded_the_same_way(self, colleagues, draft):
        owner, agent = colleagues
        owner.open("description"), agent.open("description")
        owner.send("description", description="سطر یکم\r\nسطر دوم")
        said = words_of(agent.send("description", description="نوشتهٔ نماینده", file_number="9"))
        assert "نوشتهٔ نماینده" in said
        kept = again(draft)
        assert (kept.description, kept.file_number) == ("سطر یکم\nسطر دوم", "9")
        # Nothing is said to whom touched nothing else than a colleague's own words, seen.
        assert agent.open("description").send("description").status_code == 302
