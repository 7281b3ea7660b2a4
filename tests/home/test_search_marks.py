"""A search takes whatever is typed, in every list of the admin and on the public page."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from modelsearch.query import And, Not, Or, Phrase, PlainText
from wagtail.models import Page
from wagtail.search.backends import get_search_backend

from accounts.models import User
from db.search import typed_words
from home import seed as home_loading
from persian.searching import MOST_WORDS, read_query
from persian.text import fold_words

pytestmark = pytest.mark.django_db

TYPED = ['"', 'میز "خدمت', '"" "', "' OR *", "%s %", "واژه " * 400, "NEAR(", "^-:{}()"]
LISTS = [
    "/admin/pages/?q=",
    "/admin/pages/search/?q=",
    "/admin/choose-page/search/?q=",
    "/admin/images/?q=",
    "/admin/images/chooser/results/?q=",
    "/admin/documents/?q=",
    "/admin/documents/chooser/results/?q=",
    "/admin/api/main/pages/?search=",
    "/search/?q=",
]


@pytest.fixture
def searching(client: Client, editor: User, signed_in: Callable[..., Client]) -> Client:
    home_loading.load_front_page()
    codenames = ["add_image", "change_image", "choose_image", "add_document", "choose_document"]
    editor.user_permissions.add(*Permission.objects.filter(codename__in=codenames))
    return signed_in(client, editor)


@pytest.mark.parametrize("address", LISTS)
def test_no_mark_is_an_error(searching: Client, address: str) -> None:
    for typed in TYPED:
        response = searching.get(address + quote(typed), follow=True)
        assert response.status_code == 200, (address, typed)


@pytest.mark.parametrize("typed", ["خدمت", '"خدمت', 'خدمت" میز"'])
def test_words_are_found_whatever_stands_beside_them(searching: Client, typed: str) -> None:
    found = list(get_search_backend().autocomplete(typed, Page.objects.all(), operator="or"))

    assert [page.title for page in found] == ["میز خدمت"]


def test_what_is_left_of_a_query_is_searched_for() -> None:
    query = And([PlainText('a"b'), Or([Phrase('"'), Phrase('c "d"')]), Not(PlainText("e"))])

    assert fold_words(typed_words(query)) == "a b c d"
    assert not read_query(typed_words(PlainText('" \x00')))
    assert len(read_query(" ".join(map(str, range(1000)))).units) == MOST_WORDS
