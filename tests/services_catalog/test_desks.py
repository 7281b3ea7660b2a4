"""Which desk has a case: the narrowest of its unit; and who decides there today."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from services_catalog.models import Desk, Organisation, Park, Province, Seat, Unit
from tests.cast import hire, seat


@pytest.fixture
def park_unit(house):
    return Unit.objects.get(code="park")


@pytest.fixture
def jey(house):
    return Park.objects.get(slug="jey")


def test_the_desk_of_the_park_comes_before_the_one_of_the_province(park_unit, jey):
    in_the_park = Desk.objects.create(unit=park_unit, province=jey.province, park=jey)
    other = Park.objects.get(slug="mahmoudabad")
    assert Desk.objects.serving("park", jey) == in_the_park
    assert Desk.objects.serving("park", other).park is None
    assert Desk.objects.serving("park", jey.province).park is None


def test_the_desk_of_the_province_comes_before_the_national_one(park_unit, jey):
    national = Desk.objects.create(unit=park_unit)
    yazd = Province.objects.get(slug="yazd")
    assert Desk.objects.serving("park", jey).province == jey.province
    assert Desk.objects.serving("park", yazd) == national
    assert Desk.objects.serving("park", None) == national


def test_where_nobody_serves_there_is_no_desk(house):
    yazd = Park.objects.get(province__slug="yazd")
    assert Desk.objects.serving("finance", yazd) is None
    assert Desk.objects.serving("finance", None) is None


def test_a_closed_desk_leaves_its_cases_to_the_wider_one(park_unit, jey):
    Desk.objects.create(unit=park_unit, province=jey.province, park=jey, open=False)
    assert Desk.objects.serving("park", jey).park is None


@pytest.mark.parametrize("place", ["national", "province", "park"])
def test_a_unit_has_one_desk_in_a_place(park_unit, jey, place):
    where = {
        "national": {},
        "province": {"province": Province.objects.get(slug="yazd")},
        "park": {"province": jey.province, "park": jey},
    }[place]
    Desk.objects.create(unit=park_unit, **where)
    with pytest.raises(IntegrityError), transaction.atomic():
        Desk.objects.create(unit=park_unit, **where)


@pytest.mark.parametrize(
    ("away_from", "away_until", "there"),
    [
        (None, None, True),
        (0, None, False),
        (-3, 0, False),
        (-3, -1, True),
        (1, 5, True),
    ],
    ids=["no leave", "open end", "last day", "back again", "from tomorrow"],
)
def test_somebody_on_leave_decides_nothing_and_the_stand_in_does(
    staff, away_from, away_until, there
):
    def day(distance):
        return None if distance is None else localdate() + timedelta(days=distance)

    stand_in = hire("stand-in", "reviewer")
    staff["legal"].seats.update(
        away_from=day(away_from), away_until=day(away_until), stand_in=stand_in
    )
    desk = Desk.objects.get(unit__code="legal")
    assert (desk in Desk.objects.of(staff["legal"])) is there
    assert (desk in Desk.objects.of(stand_in)) is not there


@pytest.mark.parametrize(
    ("leave", "words"),
    [
        ({"away_from": 5, "away_until": 3}, "پیش از تاریخ شروع"),
        ({"away_from": 0, "stand_in": "oneself"}, "همکار دیگری"),
    ],
)
def test_a_leave_that_contradicts_itself_is_not_accepted(staff, leave, words):
    own = Seat.objects.get(user=staff["desk"])
    for name, value in leave.items():
        is_day = isinstance(value, int)
        setattr(own, name, localdate() + timedelta(days=value) if is_day else staff["desk"])
    with pytest.raises(ValidationError, match=words):
        own.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        own.save()


def test_a_person_may_sit_at_many_desks(staff):
    for unit in ("desk", "subs", "legal"):
        seat(staff["ceo"], unit)
    assert {d.unit.code for d in Desk.objects.of(staff["ceo"])} == {"ceo", "desk", "subs", "legal"}


def test_a_leave_of_another_persons_seat_is_not_mine(staff):
    seat(staff["ceo"], "legal")
    staff["legal"].seats.update(away_from=date(2020, 1, 1))
    assert Desk.objects.get(unit__code="legal") in Desk.objects.of(staff["ceo"])


def test_a_letter_goes_to_the_body_of_the_province_or_else_of_the_country(house):
    yazd = Province.objects.get(slug="yazd")
    assert Organisation.objects.receiving("elec", yazd) is None
    national = Organisation.objects.create(kind="elec", name="شرکت توانیر")
    assert Organisation.objects.receiving("elec", yazd) == national
    isfahan = Province.objects.get(slug="isfahan")
    assert Organisation.objects.receiving("elec", isfahan).province == isfahan
    Organisation.objects.filter(province=isfahan).update(retired=True)
    assert Organisation.objects.receiving("elec", isfahan) == national
