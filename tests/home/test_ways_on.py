"""Dead ends that people come to, and the way on that each of them shows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils.timezone import now

from accounts.models import Party, User
from guides import seed as guides_loading
from home import seed as home_loading
from services_catalog.models import Service
from submissions.models import Contract


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

    assert "خدمات مشابه" in page
    assert "/services/elec-intro/" in page


def test_the_owner_of_a_verified_party_finds_the_way_to_its_agents(
    window: None, client: Client, maryam: User, signed_in: Callable
) -> None:
    assert 'href="/desk/agents/"' in signed_in(client, maryam).get("/desk/").content.decode()


UNDER_THE_DESK = {
    "/desk/contract/": "ثبت اطلاعات قرارداد",
    "/desk/request/": "ثبت درخواست خدمات",
    "/cartable/": "کارتابل",
}


def menu_of(page: str) -> str:
    return page.partition('id="site-nav"')[2].partition("</nav>")[0]


def test_the_menu_of_phones_names_what_the_guide_names(
    window: None, client: Client, maryam: User, staff: dict[str, User], signed_in: Callable
) -> None:
    menu = menu_of(signed_in(client, maryam).get("/desk/").content.decode())
    for door, words in UNDER_THE_DESK.items():
        assert f'href="{door}"' in menu
        assert words in menu

    of_staff = menu_of(signed_in(Client(), staff["desk"]).get("/services/").content.decode())
    assert "ثبت درخواست خدمات" not in of_staff


def test_the_search_that_an_unknown_address_points_to_stands_there(
    window: None, client: Client
) -> None:
    main = client.get("/no/such/page/").content.decode().partition("<main")[2]

    assert 'action="/search/"' in main.partition("</main>")[0]


def test_a_newcomers_next_step_is_a_key(
    window: None, client: Client, maryam: User, signed_in: Callable
) -> None:
    Party.objects.filter(pk=maryam.acting_for.pk).update(verified_at=None, national_id=None)
    Contract.objects.filter(party=maryam.acting_for).update(party=None)
    browser = signed_in(client, User.objects.get(pk=maryam.pk))

    first = browser.get("/desk/").content.decode()
    assert "مرحلهٔ بعد: تأیید هویت" in first
    assert '<a class="btn btn-primary btn-lg" href="/desk/identity/">تأیید هویت</a>' in first

    Party.objects.filter(pk=maryam.acting_for.pk).update(verified_at=now())
    second = browser.get("/desk/").content.decode()
    assert 'class="btn btn-primary btn-lg" href="/desk/contract/"' in second


def test_who_has_a_contract_is_not_led_by_the_hand(
    window: None, client: Client, maryam: User, signed_in: Callable
) -> None:
    assert "مرحلهٔ بعد" not in signed_in(client, maryam).get("/desk/").content.decode()
