"""Letters in the admin: read by the staff, edited by nobody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from letters.models import Letter
from submissions.models import Submission
from tests import cast

pytestmark = pytest.mark.django_db
LETTERS = "/admin/letters/letter/"
SignIn = Callable[[Client, User], Client]
MAX_QUERIES = 15


@pytest.fixture
def numbered(submitted: Submission, staff: dict[str, User]) -> Letter:
    """A letter that has its number and waits for its paper."""
    case = cast.pass_desks(submitted, staff, *cast.SIX_DESKS[:-1])
    cast.step(case, "approve", staff[cast.SIX_DESKS[-1]])
    return Letter.objects.get()


def page_of(letter: Letter) -> str:
    return reverse("letters_letter_modeladmin_inspect", args=[letter.pk])


def test_a_letter_that_waits_for_its_paper_is_visible_with_its_number(
    client: Client, numbered: Letter, staff: dict[str, User], signed_in: SignIn
) -> None:
    signed_in(client, staff["desk"])

    text = client.get(LETTERS).content.decode()

    assert "در دست صدور" in text
    assert (
        client.get(reverse("letters_letter_modeladmin_file", args=[numbered.pk])).status_code == 404
    )


def test_what_went_wrong_is_told_to_managers_and_not_to_every_desk(
    client: Client, numbered: Letter, staff: dict[str, User], manager: User, signed_in: SignIn
) -> None:
    Letter.objects.filter(pk=numbered.pk).update(tries=2, last_error="OSError('no font')")

    signed_in(client, staff["desk"])
    desk = client.get(page_of(numbered)).content.decode()
    signed_in(client, manager)
    said = client.get(page_of(numbered)).content.decode()

    assert "no font" not in desk
    assert "۲ بار تلاش شده است" in desk
    assert "no font" in said


@pytest.mark.parametrize("text", ["number", "code", "name"])
def test_a_letter_is_found_by_its_number_its_request_and_its_party(
    client: Client, numbered: Letter, staff: dict[str, User], signed_in: SignIn, text: str
) -> None:
    signed_in(client, staff["desk"])
    typed = {
        "number": numbered.number_text,
        "code": numbered.submission.tracking_code,
        "name": "مریم رضایی",
    }[text]

    assert list(client.get(LETTERS, {"q": typed}).context["object_list"]) == [numbered]


@pytest.mark.parametrize("address", ["list", "page"])
def test_the_letters_take_few_queries(
    client: Client,
    numbered: Letter,
    staff: dict[str, User],
    signed_in: SignIn,
    address: str,
    django_assert_max_num_queries: Any,
) -> None:
    signed_in(client, staff["desk"]).get("/admin/")

    with django_assert_max_num_queries(MAX_QUERIES):
        client.get(LETTERS if address == "list" else page_of(numbered))
