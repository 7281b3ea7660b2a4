"""«ورود از طریق دولت من»: our own steps without a provider, and whose account it is."""

import time
from datetime import timedelta

import jwt
import pytest
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from cryptography.hazmat.primitives.asymmetric import rsa
from django.core.exceptions import ImproperlyConfigured
from django.utils.timezone import localdate, now

from accounts.models import Membership, Party, User
from signin import dolat
from signin.dolat import Identity
from signin.openid import id_token

from .conftest import CODE, NEW_USER, SIGN_IN

DOLAT = "/accounts/dolat/"
NEW = "09130000003"
PERSON, OTHER, COMPANY = "9990000018", "9990000026", "10269990012"


def test_the_sign_in_page_offers_the_three_ways_in_the_words_of_the_guide(browser):
    page = browser.get(SIGN_IN + "?next=/cartable/").content.decode()

    assert f'href="{DOLAT}?next=/cartable/"' in page
    for words in ("ورود از طریق دولت من", "کد پیامکی", "نام کاربری و گذرواژه", "فراموشی گذرواژه"):
        assert words in page


def test_without_a_provider_the_steps_are_those_of_the_guide(browser, last_code):
    assert list(browser.get(DOLAT).context["form"].fields) == ["kind", "mobile"]

    assert browser.post(DOLAT, {"kind": "legal", "mobile": NEW}).url == CODE
    assert browser.post(CODE, {"code": last_code(NEW)}).url == NEW_USER

    page = browser.get(NEW_USER)
    assert page.context["form"].initial["kind"] == "legal"
    assert 'value="legal"' in page.content.decode()


@pytest.mark.parametrize(
    "typed", [{"mobile": NEW}, {"kind": "legal"}, {"kind": "x", "mobile": NEW}]
)
def test_both_are_needed(browser, typed):
    assert browser.post(DOLAT, typed).context["form"].errors


def test_without_a_provider_there_is_nothing_to_come_back_to(browser):
    assert browser.get("/accounts/dolat/callback/?code=x&state=y").status_code == 404


def test_a_client_id_without_the_rest_stops_the_start(monkeypatch):
    from config.settings import environment

    monkeypatch.setenv("DOLAT_CLIENT_ID", "portal")
    with pytest.raises(ImproperlyConfigured, match="DOLAT_SECRET"):
        environment._dolat_settings()


# --- Whose account it is -----------------------------------------------------


@pytest.fixture
def owner(maryam):
    """Maryam, verified under her own id."""
    Party.objects.update(national_id=PERSON, verified_at=now())
    return maryam


def test_by_the_id_whatever_the_number(owner):
    assert dolat.account_of(Identity("s", PERSON, mobile="09121111111")) == owner


def test_the_companys_id_comes_before_the_persons(owner):
    kavir = User.objects.create_user("kavir", mobile="09130000002")
    company = Party.objects.create(
        kind="legal", name="کویر", national_id=COMPANY, verified_at=now()
    )
    Membership.objects.create(user=kavir, party=company)

    assert dolat.account_of(Identity("s", PERSON, COMPANY)) == kavir


def test_who_was_succeeded_owns_the_company_no_more(owner, db):
    """The law asks the present director; the former one keeps an account, not the company's."""
    former = User.objects.create_user("kavir", mobile="09130000002")
    company = Party.objects.create(
        kind="legal", name="کویر", national_id=COMPANY, verified_at=now()
    )
    Membership.objects.create(
        user=former, party=company, valid_until=localdate() - timedelta(days=1)
    )

    assert dolat.account_of(Identity("s", PERSON, COMPANY)) == owner

    successor = User.objects.create_user("nader", mobile="09130000009")
    Membership.objects.create(user=successor, party=company)
    assert dolat.account_of(Identity("s", PERSON, COMPANY)) == successor


@pytest.mark.parametrize("two", [("aB1", "Ab1"), ("x" * 200 + "1", "x" * 200 + "2")])
def test_two_people_of_the_provider_are_never_one_account(db, two):
    first, second = (dolat.account_of(Identity(subject)) for subject in two)

    assert first != second
    assert dolat.account_of(Identity(two[0])) == first


def test_never_by_a_number_that_another_id_holds(owner):
    user = dolat.account_of(Identity("s", OTHER, mobile=owner.mobile))

    assert user != owner
    assert user.mobile is None
    assert dolat.lost_their_number(user, Identity("s", OTHER, mobile=owner.mobile))


def test_nor_when_the_provider_tells_no_id(owner):
    assert dolat.account_of(Identity("s", mobile=owner.mobile)) != owner


def test_by_the_number_while_nobody_is_verified(maryam):
    assert dolat.account_of(Identity("s", PERSON, mobile=maryam.mobile)) == maryam


def test_a_verified_party_that_nobody_owns_becomes_ones_own(db):
    party = Party.objects.create(kind="natural", name="مریم", national_id=PERSON, verified_at=now())

    assert dolat.account_of(Identity("s", PERSON, mobile=NEW)).parties == [party]


def test_what_somebody_typed_for_an_id_gives_nobody_an_account(maryam):
    """A provisional party has no id; an agent of a verified one does not own it."""
    company = Party.objects.create(
        kind="legal", name="کویر", national_id=COMPANY, verified_at=now()
    )
    Membership.objects.create(user=maryam, party=company, role="agent")

    assert dolat.account_of(Identity("s", legal_id=COMPANY)) != maryam


def test_claims_are_read_by_the_names_of_the_settings(settings):
    names = ("national_id", "legal_id", "mobile", "first_name", "last_name")
    settings.DOLAT = {"claims": {name: name.upper() for name in names}}

    said = Identity.of(
        {
            "sub": 7,
            "NATIONAL_ID": "۹۹۹۰۰۰۰۰۱۸",
            "LEGAL_ID": "123",
            "MOBILE": "+98 913 000 0001",
            "FIRST_NAME": "علي",
        }
    )

    assert said == Identity("7", PERSON, "", "09130000001", "علی", "")


# --- The id token ------------------------------------------------------------

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
GOOD = {"iss": "https://p", "aud": "portal", "sub": "7", "nonce": "n"}


def token(key=KEY, algorithm="RS256", **claims):
    said = {**GOOD, "iat": time.time(), "exp": time.time() + 60, **claims}
    return jwt.encode({k: v for k, v in said.items() if v is not None}, key, algorithm=algorithm)


def checked(text, monkeypatch):
    public = jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True)
    keys = jwt.PyJWKSet.from_dict({"keys": [{**public, "alg": "RS256", "use": "sig"}]})
    monkeypatch.setattr(id_token, "_published_keys", lambda url: keys)
    return id_token.check_token(text, keys_url="", issuer="https://p", audience="portal", nonce="n")


def test_a_good_token_is_believed(db, monkeypatch):
    assert checked(token(), monkeypatch)["sub"] == "7"
    assert checked(token(aud=["portal", "x"], azp="portal"), monkeypatch)["sub"] == "7"


@pytest.mark.parametrize(
    "wrong",
    [
        {"exp": 1},
        {"exp": None},
        {"nonce": "m"},
        {"nonce": None},
        {"iss": "https://q"},
        {"aud": "x"},
        {"aud": ["portal", "x"]},
        {"azp": "x"},
        {"sub": None},
        {"key": rsa.generate_private_key(public_exponent=65537, key_size=2048)},
        {"key": "a shared secret of thirty-two bytes", "algorithm": "HS256"},
        {"key": None, "algorithm": "none"},
    ],
    # Told apart in the same words in every process: a key's own text is its address.
    ids=lambda wrong: " ".join(
        f"{name}={'foreign' if isinstance(value, rsa.RSAPrivateKey) else value}"
        for name, value in wrong.items()
    ),
)
def test_any_other_is_refused(db, monkeypatch, wrong):
    with pytest.raises(OAuth2Error):
        checked(token(**wrong), monkeypatch)


def test_a_token_is_believed_once(db, monkeypatch):
    once = token(jti="a")
    checked(once, monkeypatch)
    with pytest.raises(OAuth2Error):
        checked(once, monkeypatch)
