"""The applicant fetches the letter; nobody else gets at it."""

import pytest

from letters.models import Letter
from tests import cast

DESKS = ("desk", "subs", "finance", "technical", "deputy")


@pytest.fixture
def approved(submitted, staff):
    """Decided; the letter has its number and waits for its paper."""
    case = cast.pass_desks(submitted, staff, *DESKS)
    return cast.step(case, "approve", staff["secretariat"])


@pytest.fixture
def issued(approved, run_tasks):
    run_tasks()
    return cast.again(approved)


@pytest.fixture
def fetch(client, signed_in):
    def get(case, user, more=""):
        return signed_in(client, user).get(f"/cartable/{case.tracking_code}/letter/{more}")

    return get


def test_the_letter_is_shown_and_kept_nowhere(fetch, issued, maryam):
    response = fetch(issued, maryam)
    letter = Letter.objects.get()

    content = b"".join(response.streaming_content)
    assert content.startswith(b"%PDF-")
    assert len(content) == letter.size
    assert response["Content-Type"] == "application/pdf"
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Content-Type-Options"] == "nosniff"
    name = f"letter-{letter.number_text.replace('/', '-')}.pdf"
    assert response["Content-Disposition"] == f'inline; filename="{name}"'


def test_it_can_be_saved(fetch, issued, maryam):
    assert fetch(issued, maryam, "?download")["Content-Disposition"].startswith("attachment;")


def test_the_desks_on_its_way_may_read_it_too(fetch, issued, staff):
    assert fetch(issued, staff["finance"]).status_code == 200


@pytest.mark.parametrize("who", ["stranger", "yazd_desk", "nobody_staff"])
def test_strangers_do_not_find_it(fetch, issued, request, who):
    assert fetch(issued, request.getfixturevalue(who)).status_code == 404


def test_before_it_is_rendered_there_is_none(fetch, approved, maryam):
    assert Letter.objects.get().rendered_at is None
    assert fetch(approved, maryam).status_code == 404


def test_a_request_that_was_never_approved_has_none(fetch, submitted, maryam):
    assert fetch(submitted, maryam).status_code == 404


def test_a_letter_costs_few_questions(
    client, issued, maryam, signed_in, django_assert_max_num_queries
):
    signed_in(client, maryam)
    with django_assert_max_num_queries(15):
        client.get(f"/cartable/{issued.tracking_code}/letter/")
