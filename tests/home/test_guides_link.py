"""Links to the guides follow the list of guides: renamed, unpublished, published again."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from guides import seed as guides_loading
from guides.models import GuideIndexPage
from home import seed as home_loading
from services_catalog.models import Service

pytestmark = pytest.mark.django_db
PAGES = ["/", "/search/", "/track/", "/services/", "/no/such/page/", "/sitemap.xml"]


@pytest.fixture
def index(service: Service) -> GuideIndexPage:
    index = guides_loading.load_index(home_loading.load_front_page())
    guides = json.loads((guides_loading.DATA / "guides.json").read_text("utf-8"))["guides"]
    guides_loading.load_guide(index, guides[0])
    return GuideIndexPage.objects.get()


@pytest.mark.parametrize("address", PAGES)
def test_a_renamed_list_is_linked_by_its_new_name(
    index: GuideIndexPage, client: Client, address: str
) -> None:
    index.slug = "help"
    index.save_revision().publish()

    page = client.get(address).content.decode()
    assert "/help/" in page
    assert "/guides/" not in page
    assert client.get("/help/").status_code == 200


@pytest.mark.parametrize("address", PAGES[:-1])
def test_a_list_that_is_not_published_is_linked_nowhere(
    index: GuideIndexPage, client: Client, address: str
) -> None:
    index.unpublish()

    page = client.get(address).content.decode()
    assert 'href="/guides/"' not in page
    assert "فهرست راهنماها" not in page


def test_a_guide_outlives_its_list_without_a_dead_way_back(
    index: GuideIndexPage, client: Client
) -> None:
    guide = index.get_children().get()
    index.unpublish()

    page = client.get(guide.get_url())
    assert page.status_code == 200
    assert 'href="/guides/"' not in page.content.decode()


def test_a_page_asks_once_where_the_guides_are(index: GuideIndexPage, client: Client) -> None:
    client.get("/")
    with CaptureQueriesContext(
        connection,
    ) as asked:
        client.get("/", {"made": "anew"})
    assert sum('"guides_guideindexpage"' in query["sql"] for query in asked) == 1
