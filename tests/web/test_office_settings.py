"""Whose portal it is: the office's name, phone and address are written in the admin, not in code."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from home.seed import load_front_page, load_office
from web.error_views import server_error
from web.models import OfficeSettings

SignIn = Callable[[Client, User], Client]
OURS = {
    "name": "شرکت شهرک‌های صنعتی استان یزد",
    "parent": "",
    "phone": "۰۳۵-۳۷۲۷۰۰۰۰",
    "extension": "۵",
    "address": "یزد، بلوار دانشجو",
    "site": "yazd.example.ir",
}
OF_THE_FILE = "شرکت شهرک‌های صنعتی استان اصفهان"


@pytest.fixture
def bare(db: None) -> OfficeSettings:
    """An office that has given nothing but its name, with a front page."""
    load_front_page()
    return OfficeSettings.objects.create(name=OURS["name"])


def edit_address() -> str:
    return reverse("wagtailsettings:edit", args=["web", "officesettings", OfficeSettings.load().pk])


def test_a_manager_writes_them_and_every_page_says_so(
    client: Client, manager: User, signed_in: SignIn
) -> None:
    load_front_page()
    load_office()
    managing = signed_in(Client(), manager)
    assert edit_address()[: edit_address().rindex("/", 0, -1)] in (
        reverse("wagtailsettings:edit", args=["web", "officesettings"])
        + managing.get("/admin/").content.decode()
    )

    assert managing.post(edit_address(), OURS).status_code == 302

    page = client.get("/").content.decode()
    for words in (OURS["name"], OURS["address"], "tel:+983537270000", OURS["site"]):
        assert words in page
    assert OF_THE_FILE not in page


@pytest.mark.parametrize(
    ("field", "value"), [("name", ""), ("site", "https://yazd.example.ir/"), ("site", "یزد")]
)
def test_what_would_read_badly_is_not_taken(
    client: Client, manager: User, signed_in: SignIn, field: str, value: str
) -> None:
    load_office()

    answer = signed_in(client, manager).post(edit_address(), OURS | {field: value})

    assert answer.status_code == 200
    assert OfficeSettings.load().name == OF_THE_FILE


def test_an_editor_does_not_write_them(client: Client, editor: User, signed_in: SignIn) -> None:
    load_office()

    answer = signed_in(client, editor).post(edit_address(), OURS)

    assert answer.url == "/admin/"
    assert OfficeSettings.load().name == OF_THE_FILE
    assert "مشخصات شرکت" not in client.get("/admin/").content.decode()


@pytest.mark.parametrize(
    ("phone", "href"),
    [
        ("۰۳۱-۳۲۶۴۷۳۰۰ تا ۲", "tel:+983132647300"),
        ("(031) 3264 7300", ""),
        ("+98 31 32647300", "tel:+983132647300"),
        ("۳۲۶۴۷۳۰۰-۰۳۱", ""),
        ("۱۵۶۷", ""),
        ("", ""),
    ],
)
def test_a_phone_is_a_link_when_it_can_be_dialled_from_anywhere(phone: str, href: str) -> None:
    assert OfficeSettings(phone=phone).phone_href == href


def test_what_an_office_has_not_given_leaves_no_empty_label(bare: Any, client: Client) -> None:
    for address in ("/", "/guides/", "/track/", "/verify/", "/verify/0000000000000000/"):
        page = client.get(address).content.decode()
        assert OURS["name"] in page
        for words in ("tel:", "تلفن", "داخلی", "سایت", "اطلاعات تماس", "#map-pin", "<bdi></bdi>"):
            assert words not in page, (address, words)


def test_a_portal_that_nobody_has_filled_reads_well(client: Client, db: None) -> None:
    page = " ".join(client.get("/track/").content.decode().split())

    assert "brand__office" not in page
    assert "| میز خدمت </title>" in page
    assert "<h2></h2>" not in page


def test_a_page_asks_for_it_once(bare: Any, client: Client) -> None:
    with CaptureQueriesContext(connection) as queries:
        client.get("/verify/")
    asked = [query["sql"] for query in queries if "web_officesettings" in query["sql"]]
    assert len(asked) == 1


def test_a_page_of_a_broken_portal_names_the_office_without_asking(
    bare: Any, client: Client, django_assert_num_queries: Any
) -> None:
    client.get("/verify/")

    with django_assert_num_queries(0):
        answer = server_error(RequestFactory().get("/"))

    assert OURS["name"] in answer.content.decode()


class TestAnInstallationThatRanBeforeThem:
    @pytest.fixture
    def keep(self, db: None) -> Callable[[], None]:
        migration = import_module("web.migrations.0002_office_of_before")

        def run() -> None:
            migration.keep_office_of_before(apps, SimpleNamespace(connection=connection))

        return run

    def test_goes_on_showing_what_it_did(self, keep: Callable[[], None]) -> None:
        keep()
        office = OfficeSettings.objects.get()
        assert (office.name, office.phone_href) == (OF_THE_FILE, "tel:+983132647300")

    def test_goes_on_showing_what_stood_in_its_own_settings(
        self, keep: Callable[[], None], settings: Any
    ) -> None:
        settings.OFFICE = {"name": OURS["name"], "phone": OURS["phone"], "phone_href": "tel:1"}
        keep()
        office = OfficeSettings.objects.get()
        assert (office.name, office.phone, office.extension) == (OURS["name"], OURS["phone"], "۴۴۴")

    def test_a_new_one_is_left_to_init(self, keep: Callable[[], None]) -> None:
        Group.objects.filter(name="manager").update(name="nobody")
        keep()
        assert not OfficeSettings.objects.exists()
