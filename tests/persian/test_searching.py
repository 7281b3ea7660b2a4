"""What comes first in a search, and what was probably meant."""

from __future__ import annotations

import pytest

from persian.searching import Thesaurus, rank, read_query
from persian.suggesting import suggest

# The answer in its order, and what is no answer.
RANKED = [
    ("اب", ["انشعاب آب", "آبرسانی"], ["انشعاب برق"]),
    ("شهر", ["شهر جدید", "شهرک صنعتی", "گلشهر"], ["شهادت"]),
    ("برق صنعتی", ["برق صنعتی", "صنعتی: برق"], ["برق خانگی"]),
    ("نامه", ["درخواست‌نامه", "نامهنگاری", "اجارهنامه"], ["نام"]),
    ("می", ["می‌شود"], ["شود"]),
    ("میز", ["میز خدمت"], ["می‌زند"]),
]


@pytest.mark.parametrize(("typed", "found", "lost"), RANKED)
def test_beginnings_of_words_come_before_what_stands_inside(
    typed: str, found: list[str], lost: list[str]
) -> None:
    query = read_query(typed)

    assert rank([*lost, *found], query, lambda text: [text]) == found
    assert set(rank([*found[::-1], *lost], query, lambda text: [text])) == set(found)


def test_a_title_comes_before_the_text_and_the_word_before_its_synonym() -> None:
    texts = [("ورود", "گذرواژه"), ("پسورد", ""), ("گذرواژه", "")]
    query = read_query("گذرواژه", Thesaurus([["گذرواژه", "پسورد"]]))

    assert rank(texts, query, lambda fields: fields) == [texts[2], texts[1], texts[0]]


def test_all_words_come_before_some() -> None:
    texts = ["انشعاب گاز", "برق انشعاب", "زمین"]
    query = read_query("انشعاب برق")

    assert rank(texts, query, lambda text: [text]) == ["برق انشعاب"]
    assert rank(texts, query, lambda text: [text], some=True) == ["برق انشعاب", "انشعاب گاز"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("انشهاب برغ", "انشعاب برق"),
        ("فاظلاب", "فاضلاب"),
        ("گواحی", "گواهی"),
        ("انشعب", "انشعاب"),
        ("بقر", "برق"),
        ("انشعاب", ""),
        ("ژژژژژژ", ""),
        ("", ""),
    ],
)
def test_a_mistyped_word_is_answered_with_the_nearest_of_the_texts(typed: str, meant: str) -> None:
    assert suggest(typed, ["انشعاب برق و فاضلاب", "صدور گواهی"]) == meant


def test_only_words_of_the_texts_are_ever_suggested() -> None:
    assert suggest("محرمانح", ["انشعاب برق"]) == ""
