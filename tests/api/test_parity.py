"""No act on the pages is without its endpoint, but for those that are named with their reason."""

from __future__ import annotations

import pytest
from django.urls import get_resolver

from tests.api import parity
from tests.api.caller import Caller
from tests.test_role_matrix import addresses

# Another name of the page to sign in.
ONE_PAGE = {"account_request_login_code"}


@pytest.fixture
def operations(db: None) -> set[str]:
    return parity.operations_of(Caller().get("openapi.json").json())


def test_every_act_on_a_page_has_its_endpoint_or_a_reason() -> None:
    left = [act for act in parity.acts_on_pages() if not act.operations and not act.reason]
    assert left == []


def test_every_page_has_a_row_in_a_matrix_of_roles() -> None:
    """Whatever its address: a screen that no prefix names would else be missed by all of them."""
    without = set(parity.pages_of_ours()) - set(parity.methods_of_pages())
    assert without - ONE_PAGE - parity.OF_DRAFTS == set()


def test_nothing_is_elsewhere_that_is_gone() -> None:
    routes = [route for route, _ in addresses(get_resolver())]
    assert [each for each in parity.ELSEWHERE if not any(r.startswith(each) for r in routes)] == []


def test_no_endpoint_is_named_that_there_is_not(operations: set[str]) -> None:
    named = {operation for each in parity.ENDPOINTS.values() for operation in each}
    assert named - operations == set()


def test_nothing_is_named_for_a_page_that_is_gone() -> None:
    acts = parity.acts_on_pages()
    pages = {act.page for act in acts}
    assert set(parity.ENDPOINTS) - {(act.page, act.method) for act in acts} == set()
    assert {name.partition(" ")[0] for name in parity.EXCEPTIONS} - pages == set()


def test_nothing_with_an_endpoint_is_excused() -> None:
    excused = {f"{page} {method}" for page, method in parity.ENDPOINTS} | {
        page for page, _method in parity.ENDPOINTS
    }
    assert excused & set(parity.EXCEPTIONS) == set()


def test_every_operation_of_the_staff_stands_for_an_act(operations: set[str]) -> None:
    named = {operation for each in parity.ENDPOINTS.values() for operation in each}
    of_staff = {operation for operation in operations if " staff/" in operation}
    # The first list of the API, and what the page of a list says above its rows.
    assert of_staff - named == {"GET staff/queue/", "GET staff/resting/"}


def test_the_table_is_fresh() -> None:
    written = parity.write_table(parity.acts_on_pages())
    assert parity.TABLE.read_text("utf-8") == written, "python -m tests.api.parity"
