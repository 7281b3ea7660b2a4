"""A name is stored as its writer meant it and found however it is typed."""

import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from persian.text import ZWNJ, clean_text, fold_key, fold_words

# Letters, marks, digits and invisible characters that meet in Persian forms.
MESSY = st.text(
    "ابیکگهوپ يىكةۀئؤأآإءًَِّٔـ"
    + "آۀئ۱۲٣4aBé_-.،«»()ﷲﺷﺮﻛﺖﻻ"
    + "\u200c\u200d\u200e\u200b\u00ad\ufeff\u2067 \n\t\r\x00\u00a0"
)

FOUND = [
    ("زاینده‌رود", "زاینده رود"),
    ("زاینده‌رود", "زايندهرود"),
    ("کاشی اصفهان", "كاشي اصفهان"),
    ("کاشی اصفهان", "کاشی‌اصفهان"),
    ("فولاد مبارکه", "فولاد مباركه"),
    ("فولاد مبارکه", "فـولاد مبـارکه"),
    ("فولاد مبارکه", "فولادمبارکه"),
    ("شرکت‌های دانش‌بنیان", "شرکت های دانش بنیان"),
    ("شرکت‌های دانش‌بنیان", "شركتهای دانشبنیان"),
    ("شرکت پویا", "ﺷﺮﻛﺖ پویا"),
    ("محمد", "مُحَمَّد"),
    ("علی", "علي"),
    ("مصطفی", "مصطفى"),
    ("آرین سازه", "ارین سازه"),
    ("رأفت", "رافت"),
    ("إبراهیم", "ابراهیم"),
    ("خانهٔ سبز", "خانه سبز"),
    ("خانۀ سبز", "خانه سبز"),
    ("حمزة", "حمزه"),
    ("بهاء", "بها"),
    ("مؤسسه نوین", "موسسه نوین"),
    ("آئینه", "آیینه"),
    ("مسئول", "مسؤول"),
    ("می‌سازیم", "می سازیم"),
    ("تولیدی (سهامی خاص)", "تولیدی سهامی خاص"),
    ("پارس‌ ۱۲", "پارس 12"),
    ("واحد ۷۸۹", "واحد ٧٨٩"),
    ("ABC تجهیز", "abc تجهیز"),
    ("پیگیری", "پيگيري"),
    ("لاله", "ﻻله"),
    ("ثبت‌نام", "ثبت\u00a0نام"),
    ("نقش‌جهان", "نقش\u200fجهان"),
    ("گلـــستان", "گلستان"),
]

NOT_FOUND = [
    ("فولاد مبارکه", "پولاد مبارکه"),
    ("کاشی اصفهان", "کاشی اصفحان"),
    ("صبا", "سبا"),
    ("نوین", "نوید"),
    ("زاینده‌رود", "زاینده‌زود"),
    ("گلستان", "کلستان"),
    ("پارس", "بارس"),
    ("چینی", "جینی"),
    ("واحد ۱۲", "واحد ۲۱"),
    ("ژاله", "زاله"),
    ("قدیر", "غدیر"),
]


@pytest.mark.parametrize(("stored", "typed"), FOUND)
def test_another_spelling_of_a_name_finds_it(stored, typed):
    assert fold_key(typed) == fold_key(stored)


@pytest.mark.parametrize(("typed", "stored"), FOUND)
def test_and_finds_it_the_other_way_round_inside_a_longer_name(typed, stored):
    assert fold_key(typed) in fold_key(f"شرکت تولیدی {stored} سپاهان")


@pytest.mark.parametrize(("stored", "typed"), NOT_FOUND)
def test_a_near_name_that_is_another_name_is_not_found(stored, typed):
    assert fold_key(typed) not in fold_key(stored)
    assert fold_key(stored) not in fold_key(typed)


@pytest.mark.parametrize(
    ("written", "searched"),
    [
        ("  میزِ خدمت،\tو «مکاتبات»!\n", "میز خدمت و مکاتبات"),
        ("الف_ب/۱۲-٣", "الف ب 12 3"),
        ("", ""),
        ("—«»!", ""),
    ],
)
def test_search_words_are_separated_by_one_space(written, searched):
    assert fold_words(written) == searched


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("علي رضائي", "علی رضائی"),
        ("مصطفى كاشاني", "مصطفی کاشانی"),
        ("زاینده‌رود", "زاینده‌رود"),
        ("می‌‌‌رود", "می‌رود"),
        ("‌خانه ‌ ما‌", "خانه ما"),
        ("گــل", "گل"),
        ("خانۀ ما", "خانهٔ ما"),
        ("\u202bسلام\u202c\u200f", "سلام"),
        ("  دو   فاصله \u00a0 ", "دو فاصله"),
        ("سطر یک \r\n سطر دو", "سطر یک\nسطر دو"),
        ("بند یک\n\n\n\nبند دو", "بند یک\n\nبند دو"),
        ("۱۲۳ 456 ٧٨٩", "۱۲۳ 456 ٧٨٩"),
        ("تهی\x00 و زنگ\x07", "تهی و زنگ"),
        ("آب", "آب"),
    ],
)
def test_a_text_is_stored_as_it_was_meant(typed, stored):
    assert clean_text(typed) == stored


@given(MESSY)
@example("ي\u0654")
@example("ۀَ")
def test_cleaning_twice_changes_nothing_more(text):
    once = clean_text(text)
    assert clean_text(once) == once
    assert unicodedata.is_normalized("NFC", once)


@given(MESSY)
def test_the_stored_text_is_found_by_the_words_as_typed(text):
    assert fold_words(clean_text(text)) == fold_words(text)


@given(MESSY)
def test_folding_twice_changes_nothing_more(text):
    assert fold_words(fold_words(text)) == fold_words(text)
    assert fold_key(fold_key(text)) == fold_key(text) == fold_key(fold_words(text))


@given(MESSY, st.text("\u200c\u200d\u200e\u0640 ", min_size=1, max_size=3), st.integers(0, 50))
def test_nothing_unseen_inside_a_name_changes_its_key(text, unseen, place):
    name = clean_text(text)
    place = min(place, len(name))
    # Between a letter and its mark nothing can be typed.
    if place < len(name) and unicodedata.combining(name[place]):
        place = 0
    assert fold_key(name[:place] + unseen + name[place:]) == fold_key(name)


LONG = 100_000
MADE_UP = {
    "half-spaces": "الف" + ZWNJ * LONG + "ب",
    "half-spaces after spaces": "الف" + f" {ZWNJ}" * LONG + "ب",
    "marks in no order": "الف" + "\u0301\u0316" * LONG,
    "vowels in no order": "الف" + "\u064e\u0651" * LONG,
}


@pytest.mark.parametrize("story", MADE_UP)
@pytest.mark.parametrize("fold", [clean_text, fold_words])
def test_what_nobody_writes_is_read_in_no_time(fold, story):
    """Minutes, were it read from each of its places anew."""
    begun = time.process_time()
    fold(MADE_UP[story])
    assert time.process_time() - begun < 10


def test_a_pile_of_marks_keeps_what_a_letter_can_carry():
    assert clean_text("الف" + "\u0301" * 500 + "ب") == "الف" + "\u0301" * 30 + "ب"
    assert clean_text("مُحَمَّد") == unicodedata.normalize("NFC", "مُحَمَّد")
