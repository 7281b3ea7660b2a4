"""What is wanted between a right code or password and being signed in, given by the API."""

from __future__ import annotations

import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp

from accounts.models import Party, SignIn, User
from tests import cast
from tests.api.signing_in import App, Browser, last_code
from tests.api.test_problems import problem

pytestmark = pytest.mark.django_db
MARYAM, NEW = "09130000001", "09130000003"
# What no authenticator has made.
FOREIGN_KEYS: list[dict[str, Any]] = [
    {"id": "x", "response": {}},
    {"rawId": 1, "response": []},
    {
        "id": "eA",
        "rawId": "eA",
        "type": "public-key",
        "response": {"clientDataJSON": "eA", "authenticatorData": "eA", "signature": "eA"},
    },
]
NEWCOMER = {"kind": "natural", "first_name": "سارا", "last_name": "کریمی", "consent": True}


def shown_by(secret: str) -> str:
    """What an app for codes shows now."""
    return totp.format_hotp_value(totp.hotp_value(secret, int(time.time()) // 30))


class TestANewcomer:
    def test_comes_in_and_says_who_they_are(self, house: None) -> None:
        app = App()
        app.act("POST", "session/code/", {"mobile": NEW, "kind": "legal"})
        state = app.act("POST", "session/code/confirm/", {"code": last_code(NEW)}).json()
        assert (state["stage"], state["newcomer"]["kind"]) == ("new_user", "legal")
        problem(app.act("GET", "submissions/"), 401, "not_signed_in")

        told = app.act("POST", "session/new-user/", {**NEWCOMER, "kind": "legal"})
        assert problem(told, 422, "invalid")["errors"][0]["pointer"] == "/company"
        told = app.act("POST", "session/new-user/", {**NEWCOMER, "consent": False})
        assert problem(told, 422, "invalid")["errors"][0]["pointer"] == "/consent"
        came = app.act("POST", "session/new-user/", NEWCOMER).json()

        party = Party.objects.get()
        assert party.name == "سارا کریمی"
        assert came["person"]["acting_for"] == party.pk
        assert app.act("GET", "submissions/").json()["items"] == []

    def test_begins_on_the_page_and_goes_on_by_the_api(self, house: None) -> None:
        browser = Browser()
        browser.client.handler.enforce_csrf_checks = False
        browser.client.post("/accounts/login/", {"mobile": NEW})
        browser.client.post("/accounts/login/code/confirm/", {"code": last_code(NEW)})

        assert browser.state()["stage"] == "new_user"
        browser.act("POST", "session/new-user/", NEWCOMER)
        assert browser.client.get("/desk/").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "code/confirm/",
        "new-user/",
        "national-id/",
        "new-password/",
        "second-factor/",
        "second-factor/seed/",
        "second-factor/set-up/",
        "second-factor/passkey/challenge/",
        "second-factor/passkey/",
    ],
)
@pytest.mark.parametrize("is_in", [False, True])
def test_a_stage_that_is_not_pending(maryam: User, path: str, is_in: bool) -> None:
    said = {
        "new-user/": NEWCOMER,
        "national-id/": {"national_id": "9990000018"},
        "new-password/": {"password": "Behtar-az-9"},
        "second-factor/seed/": {},
        "second-factor/passkey/challenge/": {},
        "second-factor/passkey/": {"credential": {}},
    }.get(path, {"code": "123456"})
    app = App()
    if is_in:
        app.come_in(MARYAM)

    problem(app.act("POST", f"session/{path}", said), 409, "no_such_stage")


def test_the_id_is_asked_where_the_number_may_be_anothers(maryam: User) -> None:
    User.objects.filter(pk=maryam.pk).update(must_prove_id=True)
    app = App()
    assert app.come_in(MARYAM)["stage"] == "national_id"

    answer = app.act("POST", "session/national-id/", {"national_id": "12"})
    assert problem(answer, 422, "invalid")["errors"][0]["pointer"] == "/national_id"
    answer = app.act("POST", "session/national-id/", {"national_id": "9990000026"})
    problem(answer, 422, "wrong_id")
    problem(app.act("GET", "me/"), 401, "not_signed_in")
    came = app.act("POST", "session/national-id/", {"national_id": "۹۹۹۰۰۰۰۰۱۸"}).json()

    assert came["person"]
    maryam.refresh_from_db()
    assert not maryam.must_prove_id


class TestTheStaff:
    @pytest.fixture
    def desk(self, staff: dict[str, User], settings: Any) -> User:
        settings.STAFF_IDLE_MINUTES = 30
        return staff["desk"]

    @pytest.fixture
    def demanded(self, settings: Any) -> None:
        settings.STAFF_SECOND_FACTOR = True

    def knock(self, app: App, path: str = "session/staff/", password: str = cast.PASSWORD) -> Any:
        return app.act("POST", path, {"username": "desk", "password": password})

    @pytest.mark.parametrize("kind", [App, Browser])
    def test_where_no_second_factor_is_demanded(self, desk: User, kind: type[App]) -> None:
        client = kind()
        client.state()
        came = self.knock(client).json()

        assert came["person"]["staff"]
        assert 0 < came["seconds_left"] <= 1800
        assert client.act("GET", "staff/queue/").status_code == 200

    def test_not_by_the_door_of_applicants(self, desk: User) -> None:
        app = App()
        refused = problem(self.knock(app, "session/password/"), 403, "staff_door")
        assert "همکاران" in refused["detail"]
        assert app.state()["person"] is None

    def test_nor_an_applicant_by_theirs(self, maryam: User) -> None:
        maryam.set_password(cast.PASSWORD)
        maryam.save()
        said = {"username": maryam.username, "password": cast.PASSWORD}
        (fault,) = problem(App().act("POST", "session/staff/", said), 422, "invalid")["errors"]
        assert fault["code"] == "invalid_login"

    def test_the_first_time_it_is_set_up(self, desk: User, demanded: None) -> None:
        app = App()
        assert self.knock(app).json()["stage"] == "set_up_second_factor"
        seed = app.act("POST", "session/second-factor/seed/").json()
        assert seed["address"].startswith("otpauth://totp/")
        answer = app.act("POST", "session/second-factor/set-up/", {"code": "000000"})
        assert problem(answer, 422, "invalid")["errors"][0]["code"] == "incorrect_code"
        problem(app.act("GET", "staff/queue/"), 401, "not_signed_in")

        said = {"code": shown_by(seed["secret"])}
        came = app.act("POST", "session/second-factor/set-up/", said).json()

        assert len(came["recovery_codes"]) == 10
        assert came["person"]["staff"]
        assert app.act("GET", "staff/queue/").status_code == 200
        assert SignIn.objects.get().second_factor

    def test_later_it_is_asked(self, desk: User, demanded: None) -> None:
        secret = totp.generate_totp_secret()
        totp.TOTP.activate(desk, secret)
        app = App()
        assert self.knock(app).json()["stage"] == "second_factor"
        answer = app.act("POST", "session/second-factor/", {"code": "12"})
        problem(answer, 422, "invalid")
        problem(app.act("GET", "staff/queue/"), 401, "not_signed_in")
        code = shown_by(secret).translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))

        assert app.act("POST", "session/second-factor/", {"code": code}).json()["person"]
        assert app.act("GET", "staff/queue/").status_code == 200

    def test_too_many_wrong_ones(self, desk: User, demanded: None) -> None:
        totp.TOTP.activate(desk, totp.generate_totp_secret())
        app = App()
        self.knock(app)
        for _ in range(5):
            app.act("POST", "session/second-factor/", {"code": "000000"})

        answer = app.act("POST", "session/second-factor/", {"code": "000000"})
        problem(answer, 429, "too_many")
        assert answer["Retry-After"] == "300"

    def test_by_a_passkey(self, desk: User, demanded: None) -> None:
        """The signature itself is django-allauth's; a foreign one opens nothing."""
        totp.TOTP.activate(desk, totp.generate_totp_secret())
        app = App()
        self.knock(app)
        asked = app.act("POST", "session/second-factor/passkey/challenge/").json()
        assert asked["options"]["publicKey"]["challenge"]
        for nothing in FOREIGN_KEYS:
            answer = app.act("POST", "session/second-factor/passkey/", {"credential": nothing})
            assert problem(answer, 422, "invalid")["errors"][0]["code"] == "incorrect_code"
        assert not Authenticator.objects.filter(type="webauthn").exists()

    def test_a_session_from_before_the_demand(self, desk: User, settings: Any) -> None:
        app = App()
        self.knock(app)
        settings.STAFF_SECOND_FACTOR = True
        problem(app.act("GET", "staff/queue/"), 401, "second_factor_needed")

    @pytest.mark.at("2026-11-22 10:00")
    def test_a_session_that_nobody_uses_ends(self, desk: User, clock: Any) -> None:
        app = App()
        self.knock(app)
        left = []
        for method, path in 2 * (("GET", "session/"), ("POST", "session/presence/")):
            clock.shift(10 * 60)
            left.append(app.act(method, path).json()["seconds_left"] // 60)

        # What an app reads by itself keeps nothing alive.
        assert left == [20, 30, 20, 30]
        clock.shift(20 * 60)
        assert app.act("GET", "staff/queue/").status_code == 200
        clock.shift(11 * 60)
        problem(app.act("GET", "staff/queue/"), 401, "not_signed_in")
