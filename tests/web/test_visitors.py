"""Limits and lists know a visitor by one address, and nobody can choose it."""

import pytest
from allauth.account.adapter import get_adapter
from django.test import Client

from accounts.models import SignIn, User
from web.security.visitors import address_of

FORGED = "203.0.113.66, 203.0.113.67"


@pytest.mark.parametrize(
    ("trusted", "forwarded", "seen"),
    [
        (0, "", "192.0.2.1"),
        (0, FORGED, "192.0.2.1"),
        (1, "198.51.100.5", "198.51.100.5"),
        (1, f"{FORGED}, 198.51.100.5", "198.51.100.5"),
        (1, f"{FORGED}, [2001:db8::5]:4711", "2001:db8::5"),
        (1, f"{FORGED}, nonsense", "192.0.2.1"),
        (1, "", "192.0.2.1"),
        (2, "198.51.100.5, 192.0.2.9", "198.51.100.5"),
        (2, f"{FORGED}, 198.51.100.5, 192.0.2.9", "198.51.100.5"),
        # Past the outer proxy: who came to us counts, and nothing breaks.
        (2, "203.0.113.66", "192.0.2.1"),
        (2, "", "192.0.2.1"),
    ],
)
def test_what_a_visitor_writes_before_the_proxies_is_not_believed(
    rf, settings, trusted, forwarded, seen
):
    settings.TRUSTED_PROXIES = trusted
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    request = rf.get("/", headers=headers, REMOTE_ADDR="192.0.2.1")

    assert address_of(request) == seen
    assert get_adapter().get_client_ip(request) == seen


@pytest.mark.django_db
def test_limits_and_the_list_of_sign_ins_go_by_it(settings):
    settings.TRUSTED_PROXIES = 1
    User.objects.create_superuser("admin", password="demo-Passw0rd!")
    for turn in range(11):
        forged = {"X-Forwarded-For": f"203.0.113.{turn}, 198.51.100.5"}
        page = Client(headers=forged).post("/admin/login/", {"username": "admin", "password": "x"})
    assert "بیش از حد" in page.content.decode()

    elsewhere = Client(headers={"X-Forwarded-For": "203.0.113.1, 198.51.100.6"})
    elsewhere.post("/admin/login/", {"username": "admin", "password": "demo-Passw0rd!"})
    assert SignIn.objects.get().address == "198.51.100.6"
