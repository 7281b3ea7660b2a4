"""What anybody reads without signing in: front page, catalog, guides, search."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from wagtail.models import Collection, Page

from accounts.models import User
from services_catalog.models import Service

MOST_QUERIES = 15


def test_what_wagtail_hangs_everything_on_has_a_persian_name(window: None) -> None:
    assert Page.objects.get(depth=1).title == "ریشه"
    assert Collection.objects.get(depth=1).name == "همهٔ فایل‌ها"


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/guides/",
        "/guides/request/",
        "/services/",
        "/services/?category=letters",
        "/services/elec-intro/",
        "/services/print/",
        "/search/",
        "/search/?q=برق",
        "/verify/",
        "/track/",
    ],
)
def test_every_public_page_answers_in_persian_with_few_queries(
    window: None, client: Client, address: str, django_assert_max_num_queries: Callable
) -> None:
    client.get(address)  # Wagtail caches its site on the first visit
    with django_assert_max_num_queries(MOST_QUERIES):
        response = client.get(address)

    assert response.status_code == 200
    page = response.content.decode()
    assert '<html lang="fa" dir="rtl">' in page
    assert "میز خدمت" in page


@pytest.mark.parametrize(
    "query",
    [
        "انشعاب برق",
        "إنشعاب برق",
        "انشعاب  برق",
        "انشعاب‌برق",
        "کنتور",
        "كنتور",
        "معرفي",
        "دريافت انشعاب",
    ],
)
def test_a_service_is_found_however_its_words_are_spelled(
    window: None, client: Client, query: str
) -> None:
    page = client.get("/search/", {"q": query}).content.decode()

    assert "/services/elec-intro/" in page


@pytest.mark.parametrize("query", ["ثبت درخواست", "ثبت‌ درخواست", "كارتابل"])
def test_a_guide_is_found_by_words_of_its_text(window: None, client: Client, query: str) -> None:
    page = client.get("/search/", {"q": query}).content.decode()

    assert 'id="found-guides"' in page


def test_a_search_without_a_find_says_so_and_shows_a_way_on(window: None, client: Client) -> None:
    page = client.get("/search/", {"q": "ژژژژ <script>"}).content.decode()

    assert "نتیجه‌ای یافت نشد" in page
    assert "<script>alert" not in page
    assert "ژژژژ &lt;script&gt;" in page


def test_a_service_page_says_what_is_needed_before_one_starts(window: None, client: Client) -> None:
    page = client.get("/services/elec-intro/").content.decode()

    for words in ("۳ روز کاری", "فرم برآورد قدرت درخواستی", "کارشناس امور مالی", "ثبت درخواست"):
        assert words in page


def test_a_closed_service_is_shown_closed_and_no_longer_listed(
    window: None, service: Service, client: Client
) -> None:
    service.unpublish()

    page = client.get("/services/elec-intro/").content.decode()
    assert "این خدمت در حال حاضر ارائه نمی‌شود" in page
    assert "/desk/request/?service=elec-intro" not in page
    assert "/services/elec-intro/" not in client.get("/services/").content.decode()


def test_an_unknown_service_is_not_found(window: None, client: Client) -> None:
    assert client.get("/services/no-such-service/").status_code == 404


def test_the_desk_is_for_those_who_are_signed_in(
    window: None, client: Client, maryam: User, signed_in: Callable
) -> None:
    assert client.get("/desk/").status_code == 302

    page = signed_in(client, maryam).get("/desk/").content.decode()
    assert "۱۴۰۲/۱۰۰۱" in page
    assert "ثبت درخواست خدمات" in page


def test_somebody_without_a_contract_reads_what_happens_next(
    window: None, client: Client, kavir: User, signed_in: Callable
) -> None:
    page = signed_in(client, kavir).get("/desk/").content.decode()

    assert "ثبت اطلاعات قرارداد" in page
    assert "/desk/contract/" in page


@pytest.mark.parametrize("address", ["/", "/guides/", "/guides/request/"])
def test_whoever_is_stuck_reads_how_to_reach_the_office(
    window: None, client: Client, address: str
) -> None:
    page = client.get(address).content.decode()
    content = page[page.index("<main") : page.index("</main>")]

    for words in ("tel:+983132647300", "۴۴۴", "isfahan.isipo.ir"):
        assert words in content


def test_the_front_page_names_services_of_every_category(window: None, client: Client) -> None:
    page = client.get("/").content.decode()

    assert 'href="/services/elec-intro/"' in page
    assert 'href="/services/?category=letters"' in page


def test_the_sheet_says_once_what_every_service_asks(window: None, client: Client) -> None:
    page = client.get("/services/print/").content.decode()

    assert page.count("تصویر کارت ملی طرف قرارداد") == 1
    assert "مدارک لازم برای همهٔ خدمات" in page
