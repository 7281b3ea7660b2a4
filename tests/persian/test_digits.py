"""Digits of three keyboards are one number to us and Persian digits to people."""

import pytest

from persian.digits import to_ascii, to_persian


@pytest.mark.parametrize("typed", ["1234567890", "۱۲۳۴۵۶۷۸۹۰", "١٢٣٤٥٦٧٨٩٠", "١2۳4٥6۷8٩۰"])
def test_every_keyboard_gives_the_same_ascii_digits(typed):
    assert to_ascii(typed) == "1234567890"


def test_digits_of_other_scripts_stay_so_that_a_pattern_refuses_them():
    assert to_ascii("१२३ ２") == "१२३ ２"


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "۰"), (1405, "۱۴۰۵"), ("پلاک ٤5", "پلاک ۴۵"), (-2.5, "-۲.۵"), ("", "")],
)
def test_people_see_persian_digits(value, shown):
    assert to_persian(value) == shown
