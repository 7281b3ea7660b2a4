"""A verified applicant looks for a contract in the register."""

from __future__ import annotations

import pytest

from accounts.models import Party
from services_catalog.models import Park
from submissions.contracts import lookup
from submissions.identity.verification import NotVerified
from submissions.models import Contract

pytestmark = pytest.mark.django_db

NAME = "شرکت کاشی‌سازان زاینده‌رود آسیا (سهامی خاص)"
# As people type it: keyboards, spacing, half-spaces, marks, parts, order.
SPELLINGS = [
    "شرکت کاشی‌سازان زاینده‌رود آسیا (سهامی خاص)",
    "شرکت کاشی سازان زاینده رود آسیا سهامی خاص",
    "شركت كاشي‌سازان زاينده‌رود آسيا",
    "شركت كاشي سازان زاينده رود اسيا",
    "کاشیسازان",
    "کاشی سازان",
    "کاشی‌سازان",
    "كاشي\u200cسازان",
    "کاشی\u200b‌سازان",
    "کاشی‌ سازان",
    "  کاشی   سازان  ",
    "کـاشـی‌سـازان",
    "کاشِی‌سازانِ",
    "کاشی-سازان",
    "کاشی_سازان",
    "کاشی/سازان",
    "زاینده رود",
    "زاینده‌رود",
    "زايندهرود",
    "زایندە رود",
    "زاينده‌ رود آسيا",
    "رود آسیا",
    "آسیا",
    "اسیا",
    "أسیا",
    "آسیا زاینده",
    "رود کاشی",
    "سهامی خاص",
    "سهامي‌خاص",
    "\u200fکاشی‌سازان\u200f",
    "ﻛﺎﺷﯽ ﺳﺎزان",
    "کاشی سازان زای",
]
NEAR = [
    "کاشی‌سازان کویر",
    "کاشی‌کاران",
    "کاچ سازان",
    "زاینده‌رور",
    "آسیاب",
    "آستا",
    "سازانده",
    "مسئولیت محدود",
    "شرکت کاشی‌سازان زاینده‌رود آسیای",
    "کاشی%سازنان",
]


@pytest.fixture
def park(house) -> Park:
    return Park.objects.get(slug="jey")


def stand(number: str, name: str, park: Park, **facts: object) -> Contract:
    """A contract of the register that nobody has claimed."""
    kind = facts.pop("holder_kind", Party.Kind.LEGAL)
    return Contract.objects.create(
        number=number, holder_name=name, holder_kind=kind, park=park, **facts
    )


@pytest.fixture
def contract(park) -> Contract:
    return stand("1399/2045", NAME, park, plot="D-4")


@pytest.fixture
def others(park) -> None:
    stand("1399/2046", "شرکت فولاد کویر", park)
    stand("1399/2047", "نرگس باقری", park, holder_kind="natural")


def found(park: Park, text: str, user) -> list[str]:
    return [item.contract.number for item in lookup.find_contracts(park, text, by=user)]


# --- Spellings ------------------------------------------------------------------------


@pytest.mark.parametrize("text", SPELLINGS)
def test_a_name_is_found_however_it_is_spelled(contract, others, park, kavir, text):
    assert found(park, text, kavir) == ["1399/2045"]


@pytest.mark.parametrize("text", NEAR)
def test_a_name_that_is_only_near_is_not_found(contract, others, park, kavir, text):
    assert found(park, text, kavir) == []


@pytest.mark.parametrize(
    "text", ["1399/2045", "۱۳۹۹/۲۰۴۵", "١٣٩٩-٢٠٤٥", "2045/1399", "13992045", "1399 / 2045"]
)
def test_a_number_is_found_in_any_digits_and_read_from_either_side(
    contract, others, park, kavir, text
):
    assert found(park, text, kavir) == ["1399/2045"]


@pytest.mark.parametrize("text", ["", "  ", "آس", "آ س", "%%%", "___", "-/-", "‌‌‌"])
def test_less_than_three_letters_in_a_row_finds_nothing_and_says_why(contract, park, kavir, text):
    with pytest.raises(lookup.TooShort):
        lookup.find_contracts(park, text, by=kavir)


def test_a_name_that_begins_so_comes_before_one_that_holds_it(park, kavir):
    stand("1", "کارخانهٔ مهر البرز", park)
    stand("2", "البرز مهر", park)

    assert found(park, "البرز", kavir) == ["2", "1"]


def test_only_the_chosen_park_is_looked_through(contract, kavir):
    elsewhere = Park.objects.exclude(pk=contract.park_id).first()

    assert found(elsewhere, "کاشی‌سازان", kavir) == []


def test_twenty_rows_at_most(park, kavir):
    for number in range(25):
        stand(f"5/{number}", "شرکت کاشی نمونه", park)

    assert len(lookup.find_contracts(park, "کاشی", by=kavir)) == 20


# --- What is shown, and to whom ---------------------------------------------------------


def test_names_are_masked_until_one_is_chosen(contract, park, kavir):
    (item,) = lookup.find_contracts(park, "کاشی", by=kavir)

    assert item.masked_name.startswith("ش*** ک*** ز*** آ***")
    assert "زاینده" not in item.masked_name
    assert lookup.reveal_contract(item.token, by=kavir) == contract


def test_an_unverified_party_finds_nothing(contract, park, kavir):
    Party.objects.filter(pk=kavir.parties[0].pk).update(verified_at=None, national_id=None)
    fresh = type(kavir).objects.get(pk=kavir.pk)

    with pytest.raises(NotVerified):
        lookup.find_contracts(park, "کاشی", by=fresh)


def test_what_is_held_or_claimed_is_shown_without_a_way_to_choose_it(maryam, park, kavir):
    (item,) = lookup.find_contracts(park, "1402/1001", by=kavir)
    assert (item.standing, item.token) == ("taken", "")
    (item,) = lookup.find_contracts(park, "1402/1001", by=maryam)
    assert (item.standing, item.token) == ("mine", "")


def test_a_choice_is_good_only_for_the_one_who_found_it(contract, park, kavir, stranger):
    (item,) = lookup.find_contracts(park, "کاشی", by=kavir)

    for token in (item.token + "x", "", "1:2:3"):
        with pytest.raises(lookup.ChoiceExpired):
            lookup.choose_contract(token, by=kavir)
    with pytest.raises(lookup.ChoiceExpired):
        lookup.choose_contract(item.token, by=stranger)


@pytest.mark.at("2026-11-22 10:00")
def test_a_choice_dies(contract, park, kavir, clock):
    (item,) = lookup.find_contracts(park, "کاشی", by=kavir)
    clock.shift(31 * 60)

    with pytest.raises(lookup.ChoiceExpired):
        lookup.choose_contract(item.token, by=kavir)


def test_searches_are_counted_for_each_person(contract, park, kavir, stranger):
    for _ in range(lookup.SEARCHES.amount):
        lookup.find_contracts(park, "کاشی", by=kavir)

    with pytest.raises(lookup.TooOften) as refusal:
        lookup.find_contracts(park, "کاشی", by=kavir)
    assert "لطفاً" in refusal.value.message
    assert lookup.find_contracts(park, "کاشی", by=stranger)


def test_choices_are_counted_too_since_each_shows_a_name(contract, park, kavir):
    (item,) = lookup.find_contracts(park, "کاشی", by=kavir)
    for _ in range(lookup.CHOICES.amount):
        lookup.reveal_contract(item.token, by=kavir)

    with pytest.raises(lookup.TooOften):
        lookup.reveal_contract(item.token, by=kavir)


@pytest.mark.parametrize(
    ("name", "shown"),
    [("مریم رضایی", "م*** ر***"), ("  علی  ", "ع***"), ("«آریا» (خاص)", "آ*** خ***")],
)
def test_the_mask_shows_first_letters_only(name, shown):
    assert lookup.mask_name(name) == shown
