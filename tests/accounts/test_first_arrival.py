"""Somebody comes for the first time and says for whom they act."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.utils.timezone import now
from django_q.models import OrmQ

from accounts.models import Membership, Party, SmsMessage, User
from accounts.parties import Newcomer, make_own_party
from messaging import delivery
from signin.sessions import clear_sign_in_traces
from work import enqueue
from work.models import AuditEntry

from .conftest import CODE, NEW_USER, SIGN_IN

NEW = "09130000003"
ALI = {"kind": "natural", "first_name": "علي", "last_name": "کریمی", "consent": "on"}


@pytest.fixture
def newcomer(browser, last_code):
    """A browser with the right code in, on its way to the cartable."""
    browser.post(SIGN_IN, {"mobile": NEW, "next": "/cartable/"})
    came = browser.post(CODE, {"code": last_code(NEW), "next": "/cartable/"})
    assert came.url == NEW_USER
    return browser


def test_a_newcomer_gets_a_provisional_party_and_goes_on(newcomer):
    assert "خدمت گیرندگان" in newcomer.get(NEW_USER).content.decode()

    done = newcomer.post(NEW_USER, ALI)

    assert done.url == "/cartable/"
    user = User.objects.get()
    assert user.mobile_verified
    assert newcomer.session["_auth_user_id"] == str(user.pk)
    (party,) = user.parties
    assert (party.name, party.kind, party.mobile) == ("علی کریمی", "natural", NEW)
    assert (party.national_id, party.is_verified) == (None, False)
    assert user.acts_as_owner_of(party)
    assert AuditEntry.objects.get().facts == {"kind": "natural", "terms_accepted": True}


def test_a_company_keeps_its_own_name_and_that_of_its_person(newcomer):
    newcomer.post(NEW_USER, {**ALI, "kind": "legal", "company": "شرکت  فولاد نمونه"})

    assert Party.objects.get().name == "شرکت فولاد نمونه"
    assert User.objects.get().get_full_name() == "علی کریمی"


@pytest.mark.parametrize(
    ("left_out", "beside"),
    [
        ("kind", "kind"),
        ("first_name", "first_name"),
        ("last_name", "last_name"),
        ("consent", "consent"),
    ],
)
def test_what_is_missing_is_asked_for_and_nothing_typed_is_lost(newcomer, left_out, beside):
    typed = {key: value for key, value in ALI.items() if key != left_out}

    page = newcomer.post(NEW_USER, typed)

    assert list(page.context["form"].errors) == [beside]
    assert all(f'value="{v}"' in page.content.decode() for k, v in typed.items() if "name" in k)
    assert not Party.objects.exists()


def test_a_company_needs_a_name(newcomer):
    page = newcomer.post(NEW_USER, {**ALI, "kind": "legal"})

    assert page.context["form"].errors == {"company": ["لطفاً نام شرکت یا مؤسسه را وارد کنید."]}


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("first_name", "مرiم", "کاراکتر «i» در نام فارسی مجاز نیست"),
        ("last_name", "کریمی۲", "کاراکتر «۲» در نام فارسی مجاز نیست"),
        ("company", "شرکت فولاد نموneh", "حروف فارسی و غیرفارسی"),
    ],
)
def test_a_name_that_no_register_would_find_is_answered_beside_it(newcomer, field, typed, told):
    page = newcomer.post(NEW_USER, {**ALI, "kind": "legal", "company": "شرکت فولاد", field: typed})

    (words,) = page.context["form"].errors[field]
    assert told in words
    assert f'value="{typed}"' in page.content.decode()
    assert not Party.objects.exists()


def test_nobody_is_signed_in_before_the_page_is_done(newcomer):
    assert newcomer.get("/accounts/login/").url == NEW_USER
    assert "_auth_user_id" not in newcomer.session


def test_a_newcomer_may_turn_back_to_another_number(newcomer):
    newcomer.post("/accounts/logout/", {"next": SIGN_IN})

    assert newcomer.get(NEW_USER).url == SIGN_IN
    assert newcomer.get(SIGN_IN).status_code == 200


def test_the_page_is_closed_to_whoever_gave_no_code(browser):
    assert browser.get(NEW_USER).url == SIGN_IN
    assert browser.post(NEW_USER, ALI).url == SIGN_IN
    assert not Party.objects.exists()


def test_a_double_press_makes_one_party(newcomer):
    user = User.objects.get()
    said = Newcomer(Party.Kind.NATURAL, "علی", "کریمی")

    assert make_own_party(user, said) == make_own_party(user, said)
    assert Party.objects.count() == Membership.objects.count() == 1


def test_the_second_arrival_asks_nothing(newcomer, last_code, client):
    newcomer.post(NEW_USER, ALI)
    SmsMessage.objects.all().delete()
    newcomer.post("/accounts/logout/")
    cache.clear()  # another minute

    client.post(SIGN_IN, {"mobile": NEW})

    assert client.post(CODE, {"code": last_code(NEW)}).url == "/desk/"


def test_numbers_that_never_gave_their_code_are_forgotten_after_a_day(browser, maryam):
    browser.post(SIGN_IN, {"mobile": NEW})
    staff = User.objects.create_user("reza", password="demo-Passw0rd!", mobile="09130000005")
    today = User.objects.create_user("applicant-2", mobile="09130000006")
    yesterday = now() - timedelta(hours=25)
    came = User.objects.create_user("applicant-3", mobile="09130000007", last_login=yesterday)
    User.objects.exclude(pk=today.pk).update(date_joined=yesterday)
    SmsMessage.objects.update(good_until=yesterday)
    Session.objects.update(expire_date=yesterday)

    clear_sign_in_traces()

    assert set(User.objects.all()) == {maryam, staff, today, came}
    assert not SmsMessage.objects.exists()
    assert not Session.objects.exists()


def test_a_day_with_more_traces_than_one_task_takes_is_forgotten_too(
    maryam, monkeypatch, run_tasks
):
    monkeypatch.setattr(delivery, "AT_ONCE", 2)
    yesterday = now() - timedelta(hours=25)
    for number in range(5):
        User.objects.create_user(
            f"applicant-{number}", mobile=f"0912000000{number}", date_joined=yesterday
        )
        SmsMessage.objects.create(
            event=f"code:{number}", recipient="09120000000", text="…", good_until=yesterday
        )
        UserSession.objects.create(
            user=maryam, ip="192.0.2.1", session_key=f"gone-{number}", created_at=yesterday
        )
        maryam.one_time_passwords.create(digest=str(number), expires_at=yesterday)

    enqueue(clear_sign_in_traces)
    run_tasks()

    assert list(User.objects.all()) == [maryam]
    assert not SmsMessage.objects.exists()
    assert not UserSession.objects.exists()
    assert not maryam.one_time_passwords.exists()


def test_a_session_that_lasts_keeps_its_place_in_the_list(browser, maryam, last_code):
    browser.post(SIGN_IN, {"mobile": maryam.mobile})
    browser.post(CODE, {"code": last_code(maryam.mobile)})
    UserSession.objects.update(created_at=now() - timedelta(days=3))

    clear_sign_in_traces()

    assert UserSession.objects.count() == 1


def test_the_forgetting_is_asked_for_once_a_day(client, db):
    for mobile in (NEW, "09130000006", "09130000007"):
        client.post(SIGN_IN, {"mobile": mobile})

    asked = [row.task["func"] for row in OrmQ.objects.all()]
    assert asked.count("signin.sessions.clear_sign_in_traces") == 1
    assert asked.count("messaging.delivery.deliver_code") == 3
