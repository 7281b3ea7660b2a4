"""Apps and browsers come in by the API, see who they are, and go."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from accounts.models import SignIn, SmsMessage, User
from signin.passwords import issue_credentials
from signin.session_store import digest_of
from submissions.models import Submission
from tests.api.caller import ROOT
from tests.api.signing_in import App, Browser, another, last_code
from tests.api.test_problems import problem

pytestmark = pytest.mark.django_db
MARYAM, UNKNOWN = "09130000001", "09120000009"
CLIENTS = pytest.mark.parametrize("kind", [App, Browser])


def client_of(kind: type[App]) -> App:
    """With its CSRF token, if it is a browser."""
    client = kind()
    assert client.state()["person"] is None
    return client


@CLIENTS
def test_by_a_code_to_ones_own_cartable(kind: type[App], submitted: Submission) -> None:
    client = client_of(kind)
    asked = client.act("POST", "session/code/", {"mobile": "۰۹۱۳ ۰۰۰ ۰۰۰۱"}).json()
    assert asked["stage"] == "code"
    assert asked["code"]["mobile"] == MARYAM
    assert client.state()["code"]["tries_left"] == 5

    wrong = client.act("POST", "session/code/confirm/", {"code": another(last_code(MARYAM))})
    assert "۴ بار دیگر" in problem(wrong, 422, "wrong_code")["detail"]
    came = client.act("POST", "session/code/confirm/", {"code": last_code(MARYAM)}).json()

    assert came["stage"] is None
    assert came["person"]["name"]
    cartable = client.act("GET", "submissions/?box=circulating").json()
    assert [row["tracking_code"] for row in cartable["items"]] == [submitted.tracking_code]
    assert SignIn.objects.get().way == SignIn.Way.CODE


def test_an_app_acts_without_a_csrf_token_and_a_browser_with_one(
    draft: Submission, maryam: User
) -> None:
    app, browser = App(), client_of(Browser)
    app.come_in(MARYAM)
    path = f"submissions/{draft.tracking_code}/steps/"
    said = {"name": "submit", "expecting": draft.last_seq}

    # A page of another site would send the cookie, but neither of the headers.
    browser.client.force_login(maryam)
    bare = browser.client.post(f"{ROOT}{path}", said, content_type="application/json")
    problem(bare, 403, "forbidden")
    assert app.act("POST", path, said).status_code == 200


def test_a_browser_needs_its_csrf_token_to_come_in(maryam: User) -> None:
    answer = Browser().act("POST", "session/code/", {"mobile": MARYAM})

    problem(answer, 403, "forbidden")
    assert not SmsMessage.objects.exists()


class TestTheToken:
    def test_signing_in_gives_another_and_ends_the_first(self, maryam: User) -> None:
        app = App()
        app.act("POST", "session/code/", {"mobile": MARYAM})
        before = app.token
        app.act("POST", "session/code/confirm/", {"code": last_code(MARYAM)})

        assert len({"new", before, app.token}) == 3
        first = App()
        first.token = before
        assert first.state()["person"] is None
        problem(first.act("GET", "me/"), 401, "not_signed_in")

    def test_only_its_digest_is_kept(self, maryam: User) -> None:
        app = App()
        app.come_in(MARYAM)

        assert [kept.session_key for kept in Session.objects.all()] == [digest_of(app.token)]
        app.token = digest_of(app.token)
        problem(app.act("GET", "me/"), 401, "not_signed_in")

    def test_it_decides_whoever_the_cookie_names(self, maryam: User, stranger: User) -> None:
        app = App()
        app.come_in(MARYAM)
        app.client.force_login(stranger)

        assert app.act("GET", "me/").json()["mobile"] == MARYAM
        for nobody in ("new", "", "x" * 32):
            problem(
                app.client.get(f"{ROOT}me/", headers={"X-Session-Token": nobody}),
                401,
                "not_signed_in",
            )

    def test_it_opens_no_page(self, maryam: User) -> None:
        app = App()
        app.come_in(MARYAM)

        page = Client().get("/cartable/", headers={"X-Session-Token": app.token})
        assert page.status_code == 302

    def test_nobody_is_told_a_session_that_holds_nothing(self, db: None) -> None:
        assert App().act("GET", "session/").json()["session_token"] is None
        assert not Session.objects.exists()


@CLIENTS
def test_whoever_is_in_does_not_come_in_again(kind: type[App], maryam: User) -> None:
    client = client_of(kind)
    client.come_in(MARYAM)
    for path, said in (
        ("session/code/", {"mobile": MARYAM}),
        ("session/password/", {"username": "x", "password": "y"}),
        ("session/staff/", {"username": "x", "password": "y"}),
        ("session/dolat/", {}),
    ):
        problem(client.act("POST", path, said), 409, "already_signed_in")


@CLIENTS
def test_signing_out(kind: type[App], maryam: User) -> None:
    client = client_of(kind)
    client.come_in(MARYAM)

    assert client.act("DELETE", "session/").json()["person"] is None
    problem(client.act("GET", "me/"), 401, "not_signed_in")
    assert client.state()["person"] is None


def test_turning_back_from_a_stage(maryam: User) -> None:
    app = App()
    app.act("POST", "session/code/", {"mobile": MARYAM})
    app.act("DELETE", "session/")

    assert app.state()["stage"] is None
    answer = app.act("POST", "session/code/confirm/", {"code": last_code(MARYAM)})
    problem(answer, 409, "no_such_stage")


def test_what_is_sent_is_read_as_the_forms_read_it(db: None) -> None:
    answer = App().act("POST", "session/code/", {"mobile": "12"})
    (fault,) = problem(answer, 422, "invalid")["errors"]
    assert fault["pointer"] == "/mobile"
    answer = App().act("POST", "session/code/", {"mobile": MARYAM, "door": 1})
    assert problem(answer, 422, "invalid")["errors"][0]["pointer"] == "/door"


class TestWhatAStrangerLearns:
    """Known and unknown numbers and names are answered alike."""

    pytestmark = pytest.mark.at("2026-11-22 10:00")

    def answers(self, mobile: str) -> list[Any]:
        app = App()
        told = [
            app.act("POST", "session/code/", {"mobile": mobile}),
            app.act("POST", "session/code/confirm/", {"code": "000000"}),
            app.act("GET", "session/"),
            app.act("POST", "session/code/", {"mobile": mobile}),
            app.act("POST", "session/recovery/", {"mobile": mobile}),
            app.act("POST", "session/password/", {"username": mobile, "password": "x"}),
            app.act("POST", "session/staff/", {"username": mobile, "password": "x"}),
        ]
        return [(each.status_code, self.without_what_differs(each.json())) for each in told]

    def without_what_differs(self, told: dict[str, Any]) -> dict[str, Any]:
        code = {**(told.get("code") or {}), "mobile": ""} if "person" in told else told.get("code")
        return {**told, "session_token": "", "challenge": "", "code": code}

    def test_by_any_way_in(self, maryam: User) -> None:
        known, unknown = self.answers(MARYAM), self.answers(UNKNOWN)

        assert known == unknown
        assert [status for status, _ in known] == [200, 422, 200, 429, 200, 422, 422]


class TestByPassword:
    def test_the_one_that_was_sent_opens_the_next_one_alone(self, maryam: User) -> None:
        issue_credentials(maryam)
        sent = SmsMessage.objects.latest("pk").text
        password = next(word for word in sent.split() if len(word) == 10 and not word.isdigit())
        app = App()
        said = {"username": MARYAM, "password": password}
        state = app.act("POST", "session/password/", said).json()
        assert (state["stage"], state["username"]) == ("new_password", MARYAM)
        problem(app.act("GET", "me/"), 401, "not_signed_in")

        weak = app.act("POST", "session/new-password/", {"password": "behtar"})
        assert problem(weak, 422, "invalid")["errors"][0]["pointer"] == "/password"
        done = app.act("POST", "session/new-password/", {"password": "Behtar-az-9"}).json()

        assert (done["person"], done["stage"]) == (None, None)
        assert "گذرواژه تغییر یافت" in done["notices"][0]
        said["password"] = "Behtar-az-9"
        assert app.act("POST", "session/password/", said).json()["person"]

    def test_a_wrong_one(self, maryam: User) -> None:
        answer = App().act("POST", "session/password/", {"username": MARYAM, "password": "x"})
        problem(answer, 422, "wrong_password")

    def test_a_closed_account(self, maryam: User) -> None:
        User.objects.filter(pk=maryam.pk).update(is_active=False)
        app = App()
        app.act("POST", "session/code/", {"mobile": MARYAM})
        answer = app.act("POST", "session/code/confirm/", {"code": last_code(MARYAM)})

        assert answer.status_code in (403, 422)
        assert app.state()["person"] is None


class TestOnesSessions:
    def test_the_list_and_the_end_of_one_and_of_all_others(self, maryam: User) -> None:
        app, phone, tablet = App(), App(), App()
        for each in (phone, tablet, app):
            self.come_in(each)
        listed = app.act("GET", "sessions/").json()
        assert [row["current"] for row in listed["sessions"]] == [True, False, False]
        assert [row["way"] for row in listed["sign_ins"]] == ["code"] * 3

        theirs = phone.act("GET", "sessions/").json()["sessions"]
        (own,) = [row["id"] for row in theirs if row["current"]]
        assert app.act("DELETE", f"sessions/{own}/").status_code == 204
        problem(phone.act("GET", "me/"), 401, "not_signed_in")
        assert tablet.act("GET", "me/").status_code == 200
        assert app.act("DELETE", "sessions/").status_code == 204
        problem(tablet.act("GET", "me/"), 401, "not_signed_in")
        assert app.act("GET", "me/").status_code == 200

    def come_in(self, app: App) -> None:
        app.client.defaults["REMOTE_ADDR"] = f"198.51.{Session.objects.count()}.7"
        app.come_in(MARYAM)

    def test_not_those_of_others(self, maryam: User, stranger: User) -> None:
        app, theirs = App(), App()
        app.come_in(MARYAM)
        theirs.come_in("09130000009")
        (row,) = theirs.act("GET", "sessions/").json()["sessions"]

        for number in (row["id"], 0, 10**30):
            assert app.act("DELETE", f"sessions/{number}/").status_code in (404, 422)
        assert theirs.act("GET", "me/").status_code == 200


@CLIENTS
def test_the_acting_party_is_kept(kind: type[App], maryam: User, kavir: User) -> None:
    company = kavir.parties[0]
    company.memberships.create(user=maryam, role="agent")
    client = client_of(kind)
    client.come_in(MARYAM)

    chosen = client.act("PUT", "session/acting-party/", {"party": company.pk}).json()
    assert chosen["person"]["acting_for"] == company.pk
    assert client.act("GET", "me/").json()["acting_for"]["id"] == company.pk
    answer = client.act("PUT", "session/acting-party/", {"party": company.pk + 1000})
    problem(answer, 403, "not_a_member")
