"""Numbers of people, bodies and cases: accepted in any spelling, refused when wrong."""

import itertools
import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from persian.digits import to_persian
from persian.identifiers import (
    CROCKFORD,
    DAMM,
    InvalidIdentifier,
    group_code,
    new_tracking_code,
    new_verify_code,
    normal_legal_id,
    normal_mobile,
    normal_national_code,
    normal_national_id,
    normal_tracking_code,
    normal_verify_code,
)

NATIONAL_CODES = ["9990000018", "9990000026", "9991234561", "9996543218", "9995557770"]
LEGAL_IDS = ["10269990012", "10269990027", "14009991230", "10269995551"]


@pytest.mark.parametrize(
    "typed",
    [
        "09131234567",
        "9131234567",
        "+989131234567",
        "00989131234567",
        "989131234567",
        "+98 (0)913 123 4567",
        "۰۹۱۳۱۲۳۴۵۶۷",
        "٠٩١٣١٢٣٤٥٦٧",
        "+۹۸ ۹۱۳ ۱۲۳ ۴۵۶۷",
        " 0913-123-4567 ",
        "0913.123.4567",
        "۰۹۱۳‌۱۲۳‌۴۵۶۷",
        "\u202a0913 123 4567\u202c",
        "0913\u2013123\u20134567",
    ],
)
def test_a_mobile_is_stored_in_one_form(typed):
    assert normal_mobile(typed) == "09131234567"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "0913123456",
        "091312345678",
        "03131234567",
        "+1 9131234567",
        "۰۹۱۳۱۲۳۴۵۶الف",
        "०९१३१२३४५६७",
    ],
)
def test_a_malformed_mobile_is_answered_in_the_words_of_the_guide(typed):
    with pytest.raises(InvalidIdentifier) as refusal:
        normal_mobile(typed)
    assert str(refusal.value) == "شماره موبایل را صحیح وارد کنید!"


@pytest.mark.parametrize("code", NATIONAL_CODES)
def test_a_national_code_is_taken_in_every_digit_set(code):
    for typed in (code, to_persian(code), f" {code[:3]}-{code[3:9]}-{code[9]} "):
        assert normal_national_code(typed) == code


@pytest.mark.parametrize(
    "typed",
    [
        "1111111111",
        "0000000000",
        "123456789",
        "9990000019",
        "9990000000",
        "",
        "99900000180",
        "abcdefghij",
    ],
)
def test_an_impossible_national_code_is_refused(typed):
    with pytest.raises(InvalidIdentifier, match="کد ملی"):
        normal_national_code(typed)


def test_a_code_without_its_leading_zeros_is_not_padded_in_silence_but_offered():
    with pytest.raises(InvalidIdentifier, match="۰۰۱۲۳۴۵۶۷۹"):
        normal_national_code("12345679")


@pytest.mark.parametrize("code", LEGAL_IDS)
def test_a_legal_id_is_taken_in_every_digit_set(code):
    assert normal_legal_id(code) == normal_legal_id(to_persian(code)) == code


@pytest.mark.parametrize(
    "typed", ["09053990011", "10269990013", "10200000012", "1026999001", "102699900120", ""]
)
def test_an_impossible_legal_id_is_refused(typed):
    with pytest.raises(InvalidIdentifier, match="شناسهٔ ملی"):
        normal_legal_id(typed)


def test_every_other_check_digit_of_a_legal_id_is_refused():
    for code, last in itertools.product(LEGAL_IDS, "0123456789"):
        if code[-1] != last:
            with pytest.raises(InvalidIdentifier):
                normal_legal_id(code[:-1] + last)


def test_the_kind_of_person_chooses_the_rule():
    assert normal_national_id(LEGAL_IDS[0], "legal") == LEGAL_IDS[0]
    assert normal_national_id(NATIONAL_CODES[0], "natural") == NATIONAL_CODES[0]
    with pytest.raises(InvalidIdentifier):
        normal_national_id(LEGAL_IDS[0], "natural")
    with pytest.raises(InvalidIdentifier):
        normal_national_id(NATIONAL_CODES[0], "legal")


def test_a_new_tracking_code_is_twelve_digits_and_reads_back():
    codes = {new_tracking_code() for _ in range(500)}
    assert len(codes) == 500
    for code in codes:
        assert re.fullmatch("[0-9]{12}", code)
        assert code[0] != "0"
        assert normal_tracking_code(f" {to_persian(group_code(code))} ") == code
        assert normal_tracking_code(group_code(code).replace(" ", "-")) == code


def test_the_table_of_the_check_digit_catches_what_it_promises():
    digits = range(10)
    assert all(set(row) == set(digits) for row in DAMM)
    assert all(DAMM[digit][digit] == 0 for digit in digits)
    for state, one, other in itertools.product(digits, digits, digits):
        if one != other:
            assert DAMM[DAMM[state][one]][other] != DAMM[DAMM[state][other]][one]


def test_every_wrong_digit_and_every_exchange_of_neighbours_is_caught():
    code = new_tracking_code()
    wrong = {code[:i] + d + code[i + 1 :] for i in range(12) for d in "0123456789"}
    wrong |= {code[:i] + code[i + 1] + code[i] + code[i + 2 :] for i in range(11)}
    for typed in wrong - {code}:
        with pytest.raises(InvalidIdentifier, match="کد رهگیری"):
            normal_tracking_code(typed)


@pytest.mark.parametrize("typed", ["", "12345", "1234567890123", "000000000000", "12345678901x"])
def test_what_cannot_be_a_tracking_code_is_refused(typed):
    with pytest.raises(InvalidIdentifier, match="کد رهگیری"):
        normal_tracking_code(typed)


def test_a_new_verify_code_is_sixteen_unmistakable_characters():
    codes = [new_verify_code() for _ in range(200)]
    assert all(len(code) == 16 and set(code) <= set(CROCKFORD) for code in codes)
    assert len(set(codes)) == 200
    assert not set("ILOU") & set(CROCKFORD)


@pytest.mark.parametrize(
    "typed",
    ["7K3M01VT9XQ2AB1Z", "7k3m-01vt-9xq2-ab1z", "7K3M OIVT 9XQ2 ABLZ", "۷k۳m ۰۱vt ۹xq۲ ab۱z"],
)
def test_a_verify_code_is_read_as_it_was_meant(typed):
    assert normal_verify_code(typed) == "7K3M01VT9XQ2AB1Z"


@pytest.mark.parametrize("typed", ["", "7K3M01VT9XQ2AB1", "7K3M01VT9XQ2AB1ZZ", "UUUUUUUUUUUUUUUU"])
def test_what_cannot_be_a_verify_code_is_refused(typed):
    with pytest.raises(InvalidIdentifier, match="کد راستی‌آزمایی"):
        normal_verify_code(typed)


def test_codes_are_grouped_to_be_read_aloud():
    assert group_code("123456789012") == "1234 5678 9012"
    assert group_code("12345", 2) == "12 34 5"


@given(st.text(max_size=20))
def test_no_text_whatever_breaks_a_reader(text):
    for read in (
        normal_mobile,
        normal_national_code,
        normal_legal_id,
        normal_tracking_code,
        normal_verify_code,
    ):
        with suppress(InvalidIdentifier):
            assert read(read(text)) == read(text)
