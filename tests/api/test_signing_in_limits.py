"""One lock for the page and for the API: what was used up at one is used up at the other."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import RecoveryRequest, SmsMessage, User
from tests import cast
from tests.api.signing_in import App, Browser, another, last_code
from tests.api.test_problems import problem
from tests.proofs import solve
from web.doors import proof_of_work

MARYAM = "09130000001"
SIGN_IN, BY_PASSWORD = "/accounts/login/", "/accounts/login/password/"
pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-22 10:00")]


@pytest.fixture(autouse=True)
def _little_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proof_of_work, "ROUNDS", 2)
    monkeypatch.setattr(proof_of_work, "FIRST_LEVEL", 4)


def words_of(page: Any, field: str | None) -> str:
    """What the page says at the field."""
    errors = page.context["form"].errors
    return str(errors[field or "__all__"][0])


class TestCodes:
    def test_asked_for_on_the_page_none_by_the_api(self, maryam: User) -> None:
        Client().post(SIGN_IN, {"mobile": MARYAM})
        page = Client().post(SIGN_IN, {"mobile": MARYAM})

        answer = App().act("POST", "session/code/", {"mobile": MARYAM})

        told = problem(answer, 429, "too_many")
        assert told["detail"] == words_of(page, "mobile")
        assert answer["Retry-After"] == "60"
        assert SmsMessage.objects.count() == 1

    def test_asked_for_by_the_api_none_on_the_page(self, maryam: User) -> None:
        App().act("POST", "session/code/", {"mobile": MARYAM})
        page = Client().post(SIGN_IN, {"mobile": MARYAM})

        assert "کد ارسال نمی‌شود" in words_of(page, "mobile")
        assert SmsMessage.objects.count() == 1

    def test_a_proof_of_work_is_taken_once_at_either(self, maryam: User) -> None:
        app = App()
        app.act("POST", "session/code/", {"mobile": MARYAM})
        refused = app.act("POST", "session/code/", {"mobile": MARYAM}).json()
        said = {"mobile": MARYAM, "proof": solve(refused["challenge"])}

        assert app.act("POST", "session/code/", said).status_code == 200
        assert SmsMessage.objects.count() == 2
        problem(App().act("POST", "session/code/", said), 429, "too_many")
        Client().post(SIGN_IN, {"mobile": MARYAM, "altcha": said["proof"]})
        assert SmsMessage.objects.count() == 2

    def test_both_codes_of_an_app_are_good(self, maryam: User, clock: Any) -> None:
        app = App()
        app.act("POST", "session/code/", {"mobile": MARYAM})
        first = last_code(MARYAM)
        clock.shift(61)
        app.act("POST", "session/code/", {"mobile": MARYAM})
        assert SmsMessage.objects.count() == 2

        came = app.act("POST", "session/code/confirm/", {"code": first})
        assert came.json()["person"]

    def test_five_tries_and_two_minutes(self, maryam: User, clock: Any) -> None:
        app = App()
        app.act("POST", "session/code/", {"mobile": MARYAM})
        right = last_code(MARYAM)
        codes = [
            app.act("POST", "session/code/confirm/", {"code": another(right)}).json()["code"]
            for _ in range(5)
        ]
        assert codes == [*["wrong_code"] * 4, "spent_code"]
        problem(app.act("POST", "session/code/confirm/", {"code": right}), 422, "spent_code")
        clock.shift(121)
        problem(app.act("POST", "session/code/confirm/", {"code": right}), 422, "expired_code")

    def test_tries_on_the_page_count_for_the_api(self, maryam: User) -> None:
        browser = Browser()
        browser.state()
        browser.act("POST", "session/code/", {"mobile": MARYAM})
        browser.client.handler.enforce_csrf_checks = False
        wrong = {"code": another(last_code(MARYAM))}
        page = [browser.client.post("/accounts/login/code/confirm/", wrong) for _ in range(3)][-1]

        told = browser.act("POST", "session/code/confirm/", wrong)
        detail = problem(told, 422, "wrong_code")["detail"]
        assert detail == words_of(page, "code").replace("۲", "۱")

    def test_whoever_has_come_in_has_turns_of_their_own(self, maryam: User, clock: Any) -> None:
        """By a mark, the one cookie of an app; strangers use up what everybody has."""
        app = App()
        app.come_in(MARYAM)
        app.act("DELETE", "session/")
        for number in range(10):
            clock.shift(61)
            Client(REMOTE_ADDR=f"198.51.{50 + number}.7").post(SIGN_IN, {"mobile": MARYAM})

        stranger = App(REMOTE_ADDR="198.51.90.7")
        problem(stranger.act("POST", "session/code/", {"mobile": MARYAM}), 429, "too_many")
        assert app.come_in(MARYAM)["person"]


class TestPasswords:
    @pytest.mark.parametrize(
        ("path", "page"), [("session/password/", BY_PASSWORD), ("session/staff/", "/admin/login/")]
    )
    def test_tries_at_either_count_for_both(self, maryam: User, path: str, page: str) -> None:
        said = {"username": MARYAM, "password": "x"}
        for _ in range(5):
            Client().post(page, said)
            problem(
                App().act("POST", path, said),
                422,
                "wrong_password" if page == BY_PASSWORD else "invalid",
            )

        told = problem(App().act("POST", path, said), 429, "too_many")
        shut = Client().post(page, said)
        assert told["detail"] == words_of(shut, None)
        assert "challenge" in told
        # Work instead of waiting buys one more try.
        answer = App().act("POST", path, {**said, "proof": solve(told["challenge"])})
        assert answer.status_code == 422

    def test_a_lock_shuts_the_right_password_out_too(self, staff: dict[str, User]) -> None:
        for _ in range(10):
            Client().post("/admin/login/", {"username": "desk", "password": "x"})

        said = {"username": "desk", "password": cast.PASSWORD}
        problem(App().act("POST", "session/staff/", said), 429, "too_many")


def test_recovery(maryam: User, clock: Any) -> None:
    for number in range(3):
        for _ in range(2):
            # Within the minute a second wish is passed over in silence.
            answer = App().act("POST", "session/recovery/", {"mobile": MARYAM})
            assert answer.status_code == 200, number
        clock.shift(61)
    for _ in range(2):
        Client().post("/accounts/recovery/", {"mobile": MARYAM})
        clock.shift(61)

    assert RecoveryRequest.objects.count() == 5
    problem(App().act("POST", "session/recovery/", {"mobile": MARYAM}), 429, "too_many")


def test_ids(maryam: User) -> None:
    User.objects.filter(pk=maryam.pk).update(must_prove_id=True)
    browser = Browser()
    browser.state()
    browser.come_in(MARYAM)
    browser.client.handler.enforce_csrf_checks = False
    for _ in range(5):
        browser.client.post("/accounts/id/", {"national_id": "9990000026"})

    answer = browser.act("POST", "session/national-id/", {"national_id": "9990000018"})
    page = browser.client.post("/accounts/id/", {"national_id": "9990000018"})
    assert problem(answer, 429, "too_many")["detail"] == words_of(page, "national_id")
