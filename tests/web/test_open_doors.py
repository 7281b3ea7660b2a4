"""Every address of the portal, and what stands open to anybody at it."""

import re

import pytest
from django.test import Client
from django.urls import URLResolver, get_resolver
from django.utils.regex_helper import normalize

PASSWORD_FORM = re.compile(r'<input[^>]*type="password"')
# Each of these counts tries; see accounts/by_password.py and accounts/staff.py.
WITH_LIMITS = {"/accounts/login/", "/accounts/login/password/", "/admin/login/"}


def every_address(resolver=None, before=""):
    """One address of every route, with 1 wherever it takes something."""
    for entry in (resolver or get_resolver()).url_patterns:
        form, names = normalize(entry.pattern.regex.pattern)[0]
        here = before + form.replace("/%%", "/%") % dict.fromkeys(names, "1")
        if isinstance(entry, URLResolver):
            yield from every_address(entry, here)
        else:
            yield f"/{here}"


@pytest.mark.django_db
def test_no_password_can_be_tried_but_where_tries_are_counted(house):
    stranger, found, asked = Client(raise_request_exception=False), set(), 0
    for address in every_address():
        page = stranger.get(address)
        asked += 1
        if not page.streaming and PASSWORD_FORM.search(page.content.decode(errors="replace")):
            found.add(address)

    assert asked > 150
    assert found <= WITH_LIMITS
    assert "/admin/login/" in found


@pytest.mark.django_db
def test_wagtails_own_sign_in_page_leads_to_ours():
    for answer in (
        Client().get("/_util/login/"),
        Client().post("/_util/login/", {"username": "a"}),
    ):
        assert (answer.status_code, answer.url) == (302, "/accounts/login/")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "/desk/request/?service=%00",
        "/desk/request/?province=%00",
        "/cartable/%00/",
        "/desk/request/%00/check/",
        "/?q=a%00b",
    ],
)
def test_a_nul_in_an_address_is_not_read(client, signed_in, maryam, address):
    answer = signed_in(client, maryam).get(address)

    assert answer.status_code == 400
    assert "درخواست شما قابل پردازش نیست" in answer.content.decode()


@pytest.mark.django_db
def test_a_nul_in_a_cookie_is_not_read_and_a_written_percent_sign_is(client):
    # As a header comes in: a newer Python's own cookies refuse to hold such a value.
    forged = {"Cookie": r'sessionid="0123456789\000"'}
    assert client.get("/", headers=forged).status_code == 400
    assert Client().get("/services/?q=%2500").status_code == 200


@pytest.mark.parametrize(
    ("came_from", "leads_to"),
    [("http://testserver/track/", "http://testserver/track/"), ("https://else.where/", "/")],
)
def test_a_form_from_before_a_new_sign_in_says_so_and_leads_back(db, came_from, leads_to):
    answer = Client(enforce_csrf_checks=True).post("/track/", headers={"Referer": came_from})

    assert answer.status_code == 403
    assert "اعتبار این صفحه به پایان رسیده است و چیزی ثبت نشد" in answer.content.decode()
    assert f'class="btn btn-primary" href="{leads_to}"' in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/accounts/login/", "/admin/login/", "/no-such-page/"])
def test_no_page_takes_anything_from_another_host(client, address):
    page = client.get(address)
    policy = page["Content-Security-Policy"]

    assert "camera=()" in page["Permissions-Policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == rules["script-src"] == rules["form-action"] == "'self'"
    assert rules["object-src"] == rules["base-uri"] == "'none'"
    # Only Wagtail's own pages bring styles within the page.
    assert ("'unsafe-inline'" in rules.get("style-src", "")) is address.startswith("/admin/")
    assert "http" not in policy
