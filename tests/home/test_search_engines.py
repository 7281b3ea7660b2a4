"""What may be found of the portal elsewhere, and how light its pages are on the line."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import User
from guides import seed as guides_loading
from home import seed as home_loading
from services_catalog.models import Service

NOINDEX = '<meta name="robots" content="noindex">'


@pytest.fixture
def window(service: Service) -> None:
    index = guides_loading.load_index(home_loading.load_front_page())
    guides = json.loads((guides_loading.DATA / "guides.json").read_text("utf-8"))["guides"]
    guides_loading.load_guide(index, guides[0])


@pytest.mark.parametrize(
    "path", ["/", "/guides/", "/guides/sign-in/", "/services/", "/services/elec-intro/"]
)
def test_a_page_for_everybody_has_one_address(window: None, client: Client, path: str) -> None:
    page = client.get(path, {"utm_source": "sms"}).content.decode()

    assert f'<link rel="canonical" href="{settings.SITE_URL}{path}">' in page
    assert NOINDEX not in page


@pytest.mark.parametrize("path", ["/search/?q=برق", "/track/", "/accounts/login/", "/no/such/"])
def test_other_pages_are_not_listed_anywhere(window: None, client: Client, path: str) -> None:
    assert NOINDEX in client.get(path).content.decode()


def test_a_page_of_ones_own_is_not_listed_anywhere(
    window: None, client: Client, maryam: User, signed_in: Callable
) -> None:
    assert NOINDEX in signed_in(client, maryam).get("/desk/").content.decode()


def test_the_map_of_the_site_names_pages_that_are_there(window: None, client: Client) -> None:
    said = client.get("/robots.txt").content.decode()
    assert f"Sitemap: {settings.SITE_URL}/sitemap.xml" in said.splitlines()

    tree = ElementTree.fromstring(client.get("/sitemap.xml").content)
    places = [place.text or "" for place in tree.iter() if place.tag.endswith("loc")]
    assert settings.SITE_URL + "/services/elec-intro/" in places
    for place in places:
        assert client.get(place.removeprefix(settings.SITE_URL)).status_code == 200


def test_a_closed_service_leaves_the_map(window: None, service: Service, client: Client) -> None:
    service.unpublish()

    assert b"elec-intro" not in client.get("/sitemap.xml").content
    assert NOINDEX in client.get("/services/elec-intro/").content.decode()


def test_a_page_is_packed_for_those_who_can_unpack_it(window: None, client: Client) -> None:
    plain = client.get("/services/")
    packed = client.get("/services/", headers={"accept-encoding": "gzip"})

    assert "Content-Encoding" not in plain
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert len(packed.content) * 2 < len(plain.content)
