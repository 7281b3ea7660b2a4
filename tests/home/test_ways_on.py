"""Dead ends that people come to, and the way on that each of them shows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from guides import seed as guides_loading
from home import seed as home_loading
from services_catalog.models import Service


@pytest.fixture
def window(service: Service) -> None:
    guides_loading.load_index(home_loading.load_front_page())


def test_an_address_that_only_takes_a_form_is_no_empty_page(
    window: None, client: Client, maryam: User, signed_in: Callable
) -> None:
    page = signed_in(client, maryam).get("/desk/identity/another/")

    assert page.status_code == 405
    assert page["Allow"] == "POST"
    assert "رفتن به میز خدمت" in page.content.decode()


def test_an_address_that_was_never_there_shows_the_doors(window: None, client: Client) -> None:
    page = client.get("/no/such/page/")

    assert page.status_code == 404
    for door in ("/services/", "/guides/", "/track/", "/verify/"):
        assert f'href="{door}"' in page.content.decode()


def test_words_of_ones_own_find_the_nearest_service(window: None, client: Client) -> None:
    page = client.get("/search/", {"q": "کنتور برای کارگاه می‌خواهم"}).content.decode()

    assert "شاید این خدمت را می‌خواهید" in page
    assert "/services/elec-intro/" in page


def test_the_owner_of_a_verified_party_finds_the_way_to_its_agents(
    window: None, client: Client, maryam: User, signed_in: Callable
) -> None:
    assert 'href="/desk/agents/"' in signed_in(client, maryam).get("/desk/").content.decode()
