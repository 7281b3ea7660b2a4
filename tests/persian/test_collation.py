"""What people read in order stands in the order of the Persian alphabet."""

from __future__ import annotations

import random

import pytest

from persian.collation import PERSIAN, compare, sort_key
from services_catalog.models import (
    Category,
    DocumentType,
    Organisation,
    Park,
    Province,
    ReturnReason,
    Service,
    Unit,
)

# As PostgreSQL 15 sorts them by ICU's «fa».
IN_ORDER = [
    "(الف)",
    "12",
    "۱۲",
    "آب",
    "آذربایجان",
    "اب",
    "ابر",
    "اردبیل",
    "ایلام",
    "ئ",
    "بوشهر",
    "پارس",
    "زنجان",
    "ژاله",
    "شهرک ۱",
    "شهرک الف",
    "شهرکها",
    "شهرک\u200cها",
    "قم",
    "کرمان",
    "گیلان",
    "وان",
    "هٔ",
    "هرمز",
    "یزد",
    "ABC",
]


def test_letters_of_persian_alone_stand_where_the_alphabet_has_them() -> None:
    mixed = random.Random(4).sample(IN_ORDER, len(IN_ORDER))
    assert sorted(mixed, key=sort_key) == IN_ORDER


def test_two_texts_are_equal_only_when_they_are_the_same() -> None:
    assert compare("شهرک‌ها", "شهرکها") > 0
    assert compare("پارس", "پارس") == 0
    assert compare("پارس", "تهران") < 0


@pytest.mark.django_db
def test_the_database_keeps_that_order_however_the_rows_came() -> None:
    mixed = random.Random(4).sample(IN_ORDER, len(IN_ORDER))
    Province.objects.bulk_create(
        Province(slug=f"p{number}", name=name) for number, name in enumerate(mixed)
    )
    assert list(Province.objects.values_list("name", flat=True)) == IN_ORDER
    province = Province.objects.get(name="پارس")
    Province.objects.filter(pk=province.pk).update(name="یک")
    assert Province.objects.filter(slug__startswith="p").reverse()[1].pk == province.pk


@pytest.mark.parametrize(
    ("model", "column"),
    [
        (Category, "title"), (DocumentType, "title"), (Organisation, "name"), (Park, "name"),
        (Park, "county"), (Province, "name"), (ReturnReason, "title"), (Service, "title"),
        (Unit, "title"),
    ],
)  # fmt: skip
def test_every_name_that_is_read_in_order_has_this_collation(model: type, column: str) -> None:
    assert model._meta.get_field(column).db_collation == PERSIAN  # type: ignore[attr-defined]


@pytest.mark.parametrize("model", [DocumentType, Organisation, Park, Province, ReturnReason, Unit])
def test_tables_without_an_order_of_their_own_are_listed_by_name(model: type) -> None:
    assert model._meta.ordering[0] in ("name", "title")  # type: ignore[attr-defined]
