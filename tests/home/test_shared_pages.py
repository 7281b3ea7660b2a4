"""Pages that are kept for everybody: given out without a question, and never older than the office's last word."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page, PageViewRestriction, Site

from guides.models import GuidePage
from home.models import HomePage
from services_catalog.models import Category, Service
from web.models import OfficeSettings, PublicChange
from web.public_pages import changes
from web.public_pages.caching import ASK_AGAIN

GUIDE = "/guides/request/"
# What belongs to the framework, and never changes what a page says.
# The cache holds what Wagtail knows of its sites, and its own signals drop that.
STANDING = {"django_content_type", "cache", PublicChange._meta.db_table}


ADDRESSES = ["/", "/services/", "/services/elec-intro/", "/services/print/", "/guides/", GUIDE]


@pytest.fixture
def portal(window: None, client: Client) -> list[str]:
    """The addresses that everybody reads alike, each known as such by its first reader."""
    for address in ADDRESSES:
        for packing in ("identity", "gzip"):
            client.get(address, headers={"Accept-Encoding": packing})
    return ADDRESSES


def read(client: Client, path: str, **headers: str) -> str:
    answer = client.get(path, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_later_reader_costs_one_question(portal, client):
    for path in portal:
        first = client.get(path)
        with CaptureQueriesContext(connection) as asked:
            second = client.get(path)

        assert second.content == first.content
        assert [query["sql"].split()[0] for query in asked] == ["SELECT"]
        assert PublicChange._meta.db_table in asked[0]["sql"]
        assert second["Cache-Control"] == first["Cache-Control"] == ASK_AGAIN
        assert "Content-Security-Policy" in second
        assert "X-Frame-Options" in second


def test_every_table_that_such_a_page_reads_is_watched(portal, client):
    """A page that began to read another table would otherwise be kept beyond its change."""
    watched = changes.watched_tables()
    for path in portal:
        with CaptureQueriesContext(connection) as asked:
            client.get(path)
        assert len(asked) > 1, "it was made anew"
        tables = {
            table for query in asked for table in re.findall(r'(?:FROM|JOIN) "(\w+)"', query["sql"])
        }
        assert tables - watched - STANDING == set(), path


def test_a_browser_that_has_the_page_is_told_so(portal, client):
    answer = client.get("/services/")

    again = client.get("/services/", headers={"If-None-Match": answer["ETag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == answer["ETag"]


def test_packed_and_unpacked_readers_each_get_their_own(portal, client):
    plain, packed = (
        client.get("/services/"),
        client.get("/services/", headers={"Accept-Encoding": "gzip"}),
    )

    assert "Content-Encoding" not in plain
    assert packed["Content-Encoding"] == "gzip"
    assert {"Cookie", "Accept-Encoding"} <= set(re.split(r",\s*", packed["Vary"]))


def rename_service(service: Service) -> None:
    service.title = "نام تازهٔ خدمت"
    service.save_revision().publish()


def rename_guide_behind_its_back(service: Service) -> None:
    Page.objects.filter(pk=GuidePage.objects.live().first().pk).update(title="نام تازهٔ خدمت")


def rename_category(service: Service) -> None:
    Category.objects.filter(pk=service.category_id).update(title="نام تازهٔ خدمت")


def rename_office(service: Service) -> None:
    OfficeSettings.objects.update(name="نام تازهٔ خدمت")


@pytest.mark.parametrize(
    "change", [rename_service, rename_guide_behind_its_back, rename_category, rename_office]
)
def test_a_change_is_read_at_once_however_it_was_made(
    portal, client, service, change: Callable[[Service], None]
):
    before = [read(client, path) for path in portal]
    assert not any("نام تازهٔ خدمت" in page for page in before)

    change(service)

    assert any("نام تازهٔ خدمت" in read(client, path) for path in portal)


def test_what_is_taken_back_or_closed_is_gone_at_once(portal, client):
    guide = GuidePage.objects.live().order_by("path").first()
    address = guide.url
    read(client, address)

    restriction = PageViewRestriction.objects.create(page=guide, restriction_type="login")
    assert client.get(address).status_code == 302
    restriction.delete()
    read(client, address)
    guide.unpublish()
    assert client.get(address).status_code == 404


def test_who_is_signed_in_reads_a_page_of_their_own(portal, client, maryam, signed_in):
    shared = read(client, "/services/")
    hers = Client()
    signed_in(hers, maryam)

    own = hers.get("/services/")

    assert own.content.decode() != shared
    assert "ETag" not in own
    # And nothing of it stays behind for the next stranger, in the same browser too.
    hers.logout()
    assert "مریم" not in read(hers, "/services/")


def test_an_editor_sees_the_bar_and_nobody_else_does(portal, client, editor, signed_in):
    theirs = Client()
    signed_in(theirs, editor)

    assert "wagtail-userbar" in read(theirs, "/")
    assert "wagtail-userbar" not in read(client, "/")


@pytest.mark.parametrize(
    "address", ["/services/?q=برق", "/services/?category=letters", "/search/", "/track/"]
)
def test_what_was_asked_for_is_made_for_whoever_asks(portal, client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address)
    assert len(asked) != 1
    assert "ETag" not in answer


def test_each_host_has_its_own_pages(portal, client, settings):
    settings.ALLOWED_HOSTS = ["one.example.ir", "two.example.ir"]
    other = HomePage(title="دیگر", slug="other", headline="سایت دیگر", intro="معرفی")
    Page.get_first_root_node().add_child(instance=other)
    Site.objects.create(hostname="two.example.ir", root_page=other, port=80)

    assert "سایت دیگر" not in read(client, "/", Host="one.example.ir")
    assert "سایت دیگر" in read(client, "/", Host="two.example.ir")


def test_rows_that_only_count_are_removed_and_no_state_comes_back(db):
    seen = {changes.read_state()}
    for _ in range(changes.MOST + 1):
        PublicChange.objects.create()
        seen.add(changes.read_state())

    assert changes.drop_old_changes() > changes.MOST

    state = changes.read_state()
    assert state not in seen
    assert state.changes == 1
    assert changes.drop_old_changes() == 0


def test_restricting_by_group_counts_too(portal, client):
    guide = GuidePage.objects.live().order_by("path").first()
    restriction = PageViewRestriction.objects.create(page=guide, restriction_type="groups")
    restriction.groups.set(Group.objects.all()[:1])
    assert client.get(guide.url).status_code == 302
