"""A typed number is what it says to every reader, or it is refused: nobody's guess is stored."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from persian.digits import ARABIC, PERSIAN
from persian.forms import PersianDecimalField, PersianIntegerField
from persian.numbers import POINTS, THOUSANDS, InvalidNumber, read_number, read_whole_number
from spreadsheets.cells import BadCell, as_number

DIGITS = [str.maketrans("0123456789", digits) for digits in ("0123456789", PERSIAN, ARABIC)]
whole = st.integers(min_value=0, max_value=10**15)
fractions = st.text("0123456789", min_size=1, max_size=6)
keyboards = st.sampled_from(DIGITS)
marks = st.sampled_from(THOUSANDS)
MARKS_AND_MORE = THOUSANDS + "؛;_·/\\-ـ|:*"


def grouped(number: int, mark: str) -> str:
    return f"{number:,}".replace(",", mark)


@given(whole, fractions, marks, st.sampled_from(POINTS), keyboards)
def test_groups_of_three_and_one_point_are_read_whatever_the_keyboard(
    number, fraction, mark, point, keyboard
):
    typed = f"{grouped(number, mark)}{point}{fraction}".translate(keyboard)

    assert read_number(typed) == Decimal(f"{number}.{fraction}")
    assert PersianDecimalField().clean(typed) == Decimal(f"{number}.{fraction}")
    assert as_number(typed) == Decimal(f"{number}.{fraction}")


@given(whole, marks, keyboards)
def test_a_whole_number_is_the_same_with_and_without_its_groups(number, mark, keyboard):
    for typed in (str(number), grouped(number, mark)):
        assert PersianIntegerField().clean(typed.translate(keyboard)) == number


@given(
    st.text("0123456789", min_size=1, max_size=7),
    st.sampled_from(MARKS_AND_MORE),
    st.text("0123456789", min_size=1, max_size=7).filter(lambda digits: len(digits) != 3),
    keyboards,
)
def test_a_mark_that_parts_no_group_of_three_is_refused(before, mark, after, keyboard):
    typed = f"{before}{mark}{after}".translate(keyboard)

    for read in (read_number, read_whole_number):
        with pytest.raises(InvalidNumber):
            read(typed)
    with pytest.raises(BadCell):
        as_number(typed)


@given(st.text("0123456789۰۱۲۳٤٥+−-.٫/eE_ـ " + THOUSANDS, max_size=12))
def test_whatever_is_taken_has_all_its_digits_and_the_points_place(typed):
    try:
        number = read_number(typed)
    except InvalidNumber:
        return
    point = next((typed.index(p) for p in POINTS if p in typed), len(typed))
    assert len(str(int(abs(number)))) <= max(1, sum(c.isdigit() for c in typed[:point]))
    assert sum(c.isdigit() for c in typed[point:]) == max(0, -number.as_tuple().exponent)


@pytest.mark.parametrize(
    "typed", ["1,250٬000", "1,25,000", "0,500", "1٬250 ", "\u200f۱۲\u200e", "+5", ".5", "2."]
)
def test_the_edges(typed):
    known = {"1٬250 ": 1250, "\u200f۱۲\u200e": 12, "+5": 5, ".5": Decimal("0.5"), "2.": 2}
    if typed in known:
        assert read_number(typed) == known[typed]
    else:
        with pytest.raises(InvalidNumber):
            read_number(typed)


def test_a_number_of_five_thousand_digits_is_refused_and_not_an_error():
    with pytest.raises(InvalidNumber):
        read_whole_number("9" * 5000)
