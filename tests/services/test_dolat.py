"""«ورود از طریق دولت من» against a real provider in a process of its own, in a real browser."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings as django_settings
from django.utils.timezone import now
from playwright.sync_api import Page, sync_playwright

from accounts.models import Membership, Party, SignIn, SmsMessage, User
from tests.browser.eye import patient
from tests.browser.portal import free_port
from tests.patience import PATIENCE

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.services,
    pytest.mark.browser,
]

PHONE = {"width": 390, "height": 800}
PEOPLE = {
    "new": {"nationalCode": "9991234561", "phone_number": "09130000021", "given_name": "سارا"},
    "maryam": {"nationalCode": "9990000018", "phone_number": "09130000099"},
    # The same number as Maryam's account here, but another person's id.
    "bought": {"nationalCode": "9990000026", "phone_number": "09130000001"},
    "came": {"nationalCode": "9996543218", "phone_number": "+989130000005"},
    "manager": {"nationalCode": "9995557770", "legalId": "10269990012"},
}


class Provider:
    """The second process; ``spoil`` makes its next id tokens wrong in one way."""

    def __init__(self, folder: Path, callback: str) -> None:
        self.folder, self.port = folder, free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        for name in ("key", "foreign"):
            (folder / f"{name}.pem").write_bytes(_new_key())
        (folder / "people.json").write_text(json.dumps(PEOPLE))
        self.spoil("")
        environment = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
        self.log = (folder / "log").open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.services.oidc_provider", str(self.port), callback],
            cwd=django_settings.BASE_DIR,
            env={**environment, "PROVIDER_FOLDER": str(folder)},
            stdout=self.log,
            stderr=subprocess.STDOUT,
        )

    def spoil(self, how: str) -> None:
        (self.folder / "spoiled").write_text(how)

    def wait_until_ready(self) -> dict[str, str]:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            assert self._process.poll() is None, (self.folder / "log").read_text()[-3000:]
            try:
                url = f"{self.address}/.well-known/openid-configuration"
                with urllib.request.urlopen(url, timeout=2) as answer:
                    return dict(json.load(answer))
            except OSError:
                time.sleep(0.1)
        raise AssertionError((self.folder / "log").read_text()[-3000:])

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(PATIENCE)
        self.log.close()


def _new_key() -> bytes:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


@pytest.fixture
def provider(live_server, settings, tmp_path) -> Iterator[Provider]:
    provider = Provider(tmp_path, f"{live_server.url}/accounts/dolat/callback/")
    try:
        said = provider.wait_until_ready()
        settings.SITE_URL = live_server.url
        settings.DOLAT = {
            "client_id": "portal",
            "secret": "portal-secret",
            "issuer": said["issuer"],
            "authorize_url": said["authorization_endpoint"],
            "token_url": said["token_endpoint"],
            "jwks_url": said["jwks_uri"],
            "userinfo_url": said["userinfo_endpoint"],
            "scope": ["openid", "profile"],
            "claims": {
                "national_id": "nationalCode",
                "legal_id": "legalId",
                "mobile": "phone_number",
                "first_name": "given_name",
                "last_name": "family_name",
            },
        }
        yield provider
    finally:
        provider.stop()


@pytest.fixture
def window(live_server, monkeypatch) -> Iterator[Callable[[], Page]]:
    """Windows of people who share nothing with each other."""
    # The browser's driver keeps an event loop in this thread; the ORM is used beside it here.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        yield lambda: patient(chromium.new_context(viewport=PHONE)).new_page()
        chromium.close()


def go(page: Page, home: str, who: str, *, then: str = "") -> None:
    """From the sign-in page to the provider, in there, and back."""
    page.goto(f"{home}/accounts/login/{then}")
    page.get_by_role("link", name="ورود از طریق دولت من").click()
    page.wait_for_url(re.compile("/accounts/login/\\?next="))
    page.locator("[name=login]").fill(who)
    page.locator("[name=password]").fill("provider-pass")
    page.locator("[name=password]").press("Enter")
    page.locator("button[value=grant]").click()
    page.wait_for_url(re.compile(re.escape(home)))


def verified(user: User | None, national_id: str, name: str, kind: str = "natural") -> Party:
    party = Party.objects.create(kind=kind, national_id=national_id, name=name, verified_at=now())
    if user is not None:
        Membership.objects.create(user=user, party=party)
    return party


@pytest.fixture
def maryam(transactional_db) -> User:
    user = User.objects.create_user("maryam", mobile="09130000001", mobile_verified=True)
    verified(user, "9990000018", "مریم رضایی")
    return user


def test_people_come_in_and_find_their_own_account(provider, window, live_server, maryam):
    home = live_server.url

    # Somebody new: the provider's names are there, «ثبت‌نام کاربر جدید» follows.
    page = window()
    sent_away: list[str] = []
    page.on("request", lambda r: sent_away.append(r.url) if "/authorize?" in r.url else None)
    go(page, home, "new", then="?next=/cartable/")
    asked = parse_qs(urlsplit(sent_away[0]).query)
    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"]
    assert len(asked["nonce"][0]) >= 20
    assert len(asked["state"][0]) >= 16
    assert page.url == f"{home}/accounts/new/"
    assert page.locator("[name=first_name]").input_value() == "سارا"
    page.get_by_label("شخص حقیقی").check()
    page.locator("[name=last_name]").fill("نوری")
    page.locator("[name=consent]").check()
    page.get_by_role("button", name="خدمت گیرندگان").click()
    page.wait_for_url(f"{home}/cartable/")
    new = User.objects.get(mobile="09130000021")
    assert new.mobile_verified
    assert new.parties[0].national_id is None
    assert SignIn.objects.get().way == SignIn.Way.DOLAT
    assert set(SocialAccount.objects.get().extra_data) == {
        "sub",
        "nationalCode",
        "phone_number",
        "given_name",
    }

    # By national id first, although her number at the provider is another one.
    page = window()
    go(page, home, "maryam")
    assert page.url == f"{home}/desk/"
    assert SocialAccount.objects.get(user=maryam).provider == "dolat"
    maryam = User.objects.get(pk=maryam.pk)
    assert maryam.mobile == "09130000001"

    # Never by a mobile that another id holds.
    page = window()
    go(page, home, "bought")
    assert page.url == f"{home}/accounts/new/"
    other = SocialAccount.objects.get(extra_data__nationalCode="9990000026").user
    assert other != maryam
    assert other.mobile is None

    # An account of a mobile code whose owner is not verified yet, by the number.
    came = User.objects.create_user("came", mobile="09130000005", mobile_verified=True)
    Membership.objects.create(
        user=came, party=Party.objects.create(kind="natural", name="علی کریمی")
    )
    page = window()
    go(page, home, "came")
    assert page.url == f"{home}/desk/"
    assert SocialAccount.objects.get(user=came)

    # A manager by the company's id.
    kavir = User.objects.create_user("kavir", mobile="09130000002", mobile_verified=True)
    verified(kavir, "10269990012", "شرکت کویر", "legal")
    page = window()
    go(page, home, "manager")
    assert SocialAccount.objects.get(user=kavir)

    # And the second time nothing is made anew.
    count = User.objects.count()
    page = window()
    go(page, home, "maryam")
    assert page.url == f"{home}/desk/"
    assert (User.objects.count(), SocialAccount.objects.count()) == (count, 5)
    assert not SmsMessage.objects.exists()


def refused(page: Page) -> bool:
    said = page.locator("h1").inner_text()
    return said == "ورود از طریق دولت من انجام نشد"


def test_an_answer_that_cannot_be_believed_is_refused(provider, window, live_server, maryam):
    home = live_server.url
    for spoiled in ("nonce", "no nonce", "expired", "signature", "issuer", "audience"):
        provider.spoil(spoiled)
        page = window()
        go(page, home, "maryam")
        assert refused(page), spoiled
        page.goto(f"{home}/cartable/")
        assert "/accounts/login/" in page.url, spoiled
    provider.spoil("")

    # A wrong state: the whole of a real answer in a browser that did not ask.
    page, answers = window(), []
    page.on("request", lambda r: answers.append(r.url) if "/dolat/callback/" in r.url else None)
    go(page, home, "maryam")
    assert page.url == f"{home}/desk/"
    stranger = window()
    stranger.goto(answers[0])
    assert refused(stranger)
    stranger.goto(re.sub("state=[^&]+", "state=made-up", answers[0]))
    assert refused(stranger)

    # Replayed in the browser that it was for: the state is used up.
    page.context.clear_cookies(name="provider-session")
    page.goto(f"{home}/accounts/logout/")
    page.locator("main").get_by_role("button", name="خروج").click()
    page.wait_for_url(f"{home}/")
    page.goto(answers[0])
    assert refused(page)

    # The used code with a fresh state: the provider does not give tokens for it twice.
    fresh: list[str] = []
    page.on("request", lambda r: fresh.append(r.url) if "/authorize?" in r.url else None)
    page.goto(f"{home}/accounts/dolat/")
    state = parse_qs(urlsplit(fresh[-1]).query)["state"][0]
    page.goto(re.sub("state=[^&]+", f"state={state}", answers[0]))
    assert refused(page)
    assert SocialAccount.objects.count() == SignIn.objects.count() == 1


def test_a_token_without_a_signature_is_refused(provider, window, live_server, maryam, monkeypatch):
    """«alg: none», as somebody between us and the provider would write it."""
    from signin.openid import id_token

    real = id_token.check_token

    def unsigned(token: str, **facts: str) -> dict:
        head = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').rstrip(b"=").decode()
        return real(f"{head}.{token.split('.')[1]}.", **facts)

    monkeypatch.setattr(id_token, "check_token", unsigned)
    page = window()
    go(page, live_server.url, "maryam")

    assert refused(page)
    assert not SocialAccount.objects.exists()
