"""«فراموشی گذرواژه»: whoever asks learns nothing, and the owner of a known number gets an SMS."""

from statistics import median
from time import perf_counter

import pytest
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Membership, Party, RecoveryRequest, SmsMessage, User
from signin import recovery
from web.rate_limits import Limit
from work.sweeps import sweep

from .test_passwords import come_in, sent_to

RECOVERY = "/accounts/recovery/"
SENT = "/accounts/recovery/sent/"
MARYAM = "09130000001"
UNKNOWN = "09120000009"
transactional = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("typed", ["", "0913", "03132647300", "نه صد", "۰۹۱۳۰۰۰۰۰۰۱۲"])
def test_a_malformed_number_is_answered_at_once_beside_the_field(browser, typed):
    page = browser.post(RECOVERY, {"mobile": typed})

    assert page.status_code == 200
    (words,) = page.context["form"].errors["mobile"]
    if typed:
        assert words == "شماره موبایل را صحیح وارد کنید!"
    assert not RecoveryRequest.objects.exists()


def test_the_next_page_says_the_words_of_the_guide_and_the_way_on(browser):
    page = browser.post(RECOVERY, {"mobile": UNKNOWN}, follow=True)

    assert page.redirect_chain == [(SENT, 302)]
    below = page.content.decode().partition("پیامک دریافت نکردید؟")[2]
    assert "شماره موبایل را صحیح وارد کنید!" in below
    assert 'href="/accounts/dolat/"' in below
    assert "ورود از طریق دولت من" in below


@transactional
def test_a_known_number_gets_name_and_password_and_an_unknown_one_nothing(maryam, run_tasks):
    for mobile in (MARYAM, UNKNOWN):
        Client().post(RECOVERY, {"mobile": mobile})
    assert not SmsMessage.objects.exists()

    run_tasks()

    assert SmsMessage.objects.get().recipient == MARYAM
    assert come_in(Client(), *sent_to(MARYAM)).url == "/accounts/password/new/"


@transactional
def test_a_task_that_runs_twice_or_gets_lost_sends_once(maryam, run_tasks):
    Client().post(RECOVERY, {"mobile": MARYAM})
    wish = RecoveryRequest.objects.get()
    recovery.send_recovery(wish.pk)
    recovery.send_recovery(wish.pk)
    run_tasks()

    assert SmsMessage.objects.count() == 1
    assert sweep()["recovery"] == 0


@transactional
def test_staff_and_numbers_that_never_arrived_get_nothing(maryam, run_tasks):
    staff = User.objects.create_user("reza", password="x", mobile="09130000007")
    staff.groups.add(Group.objects.get(name="reviewer"))
    User.objects.create_user("applicant-1", mobile="09130000008")
    User.objects.filter(pk=maryam.pk).update(is_active=False)
    for mobile in ("09130000007", "09130000008", MARYAM):
        Client().post(RECOVERY, {"mobile": mobile})

    run_tasks()

    assert not SmsMessage.objects.exists()


@transactional
@pytest.mark.at("2026-11-22 10:00")
@pytest.mark.parametrize("mobile", [MARYAM, "09120000009"])
def test_a_number_gets_one_a_minute_and_five_an_hour_whether_it_is_known_or_not(
    maryam, run_tasks, clock, mobile
):
    for time in range(7):
        for press in range(3):
            asked = Client().post(RECOVERY, {"mobile": mobile})
            # Within the minute it is passed over in silence, beyond the hour's turns it is said.
            assert asked.status_code == (302 if time < 4 or (time, press) == (4, 0) else 200)
        clock.shift(61)

    assert RecoveryRequest.objects.count() == 5
    assert "دوباره تلاش کنید" in asked.content.decode()


@pytest.mark.django_db
@pytest.mark.at("2026-11-22 10:00")
def test_one_address_does_not_have_messages_sent_to_everybody(monkeypatch, clock):
    monkeypatch.setattr(recovery, "MANY_FROM_ONE_ADDRESS", Limit("many", 3, 3600))
    for number in range(5):
        asked = Client().post(RECOVERY, {"mobile": f"0912000000{number}"})
        assert asked.status_code == (302 if number < 3 else 200)
        clock.shift(61)

    assert RecoveryRequest.objects.count() == 3
    Client(REMOTE_ADDR="192.0.2.9").post(RECOVERY, {"mobile": "09120000009"})
    assert RecoveryRequest.objects.count() == 4


def _rows_of(mobiles):
    for number, mobile in enumerate(mobiles):
        user = User.objects.create(username=f"known-{number}", mobile=mobile)
        party = Party.objects.create(kind="natural", name="مریم رضایی")
        Membership.objects.create(user=user, party=party)


def test_two_hundred_known_and_unknown_numbers_cannot_be_told_apart(db):
    cache.clear()
    known = [f"0913100{n:04}" for n in range(200)]
    unknown = [f"0912100{n:04}" for n in range(200)]
    _rows_of(known)
    for warm_up in ("09121990001", "09121990002"):
        Client().post(RECOVERY, {"mobile": warm_up})
    seen, times = {True: set(), False: set()}, {True: [], False: []}

    for number, pair in enumerate(zip(known, unknown, strict=True)):
        # Which of the two comes first changes, so that neither profits from the other.
        for mobile in pair if number % 2 else reversed(pair):
            browser = Client(REMOTE_ADDR=f"192.0.2.{number}")
            with CaptureQueriesContext(connection) as queries:
                start = perf_counter()
                asked = browser.post(RECOVERY, {"mobile": mobile})
                took = perf_counter() - start
            page = browser.get(asked.url)
            is_known = mobile in known
            times[is_known].append(took)
            seen[is_known].add(
                (asked.status_code, asked.url, len(queries), page.status_code, page.content)
            )

    assert seen[True] == seen[False]
    assert len(seen[True]) == 1
    one, other = median(times[True]), median(times[False])
    print(f"medians: known {one * 1000:.2f} ms, unknown {other * 1000:.2f} ms")
    assert abs(one - other) <= max(0.15 * min(one, other), 0.005)
    assert RecoveryRequest.objects.filter(mobile__in=[*known, *unknown]).count() == 400
