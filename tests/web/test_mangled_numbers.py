"""Numbers and places in lists that nobody who uses the pages would send."""

import base64
import json

import pytest
from django.urls import reverse

from submissions.models import Contract, Submission
from tests.cast import desk_of
from web.pagination import keyset_page
from web.requests import whole_number

pytestmark = pytest.mark.django_db
LONG = "9" * 5000


def token(*mark):
    return base64.urlsafe_b64encode(json.dumps(mark).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "mark",
    [
        ("2026-11-22T10:00:00+03:30", float("inf")),
        ("2026-11-22T10:00:00+03:30", float("nan")),
        ("0001-01-01T00:00:00+14:00", 1),
        ("9999-12-31T23:59:59-14:00", 1),
        (5, 1),
    ],
)
def test_a_made_up_place_in_a_list_is_its_beginning(submitted, mark):
    page = keyset_page(
        Submission.objects.all(), "created_at", newest_first=True, after=token(*mark)
    )
    assert page.rows == [submitted]


def test_a_place_behind_all_numbers_is_the_end_of_the_list(submitted):
    place = token("2020-11-22T10:00:00+03:30", 1e300)
    rows = Submission.objects.all()
    assert keyset_page(rows, "created_at", newest_first=True, after=place).rows == []


@pytest.mark.parametrize("text", ["", "-1", "۱۲", "1.0", "²", " 1", LONG, "1" * 19])
def test_what_is_no_number_of_ours(text):
    assert whole_number(text) is None


def test_what_is_a_number():
    assert whole_number("007") == 7


@pytest.mark.parametrize("typed", [LONG, "x"])
def test_giving_up_what_was_seen_in_no_state(client, signed_in, maryam, submitted, typed):
    page = reverse("submissions:withdraw", args=[submitted.tracking_code])
    assert signed_in(client, maryam).post(page, {"expecting": typed}).status_code == 409


@pytest.mark.parametrize("typed", [LONG, "x"])
def test_deciding_on_what_was_seen_in_no_state(client, signed_in, staff, submitted, typed):
    seat = staff[desk_of(submitted).unit.code]
    page = reverse("submissions_submission_modeladmin_step", args=[submitted.pk, "pass_on"])
    assert signed_in(client, seat).post(page, {"expecting": typed}).status_code == 409


def test_the_area_is_written_in_persian_digits(client, signed_in, staff, submitted):
    Contract.objects.filter(pk=submitted.contract_id).update(area=3060)
    page = reverse("submissions_submission_modeladmin_inspect", args=[submitted.pk])
    shown = signed_in(client, staff[desk_of(submitted).unit.code]).get(page).content.decode()
    assert "۳٬۰۶۰ مترمربع" in shown
