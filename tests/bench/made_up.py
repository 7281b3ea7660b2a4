"""A register of made-up contracts, the same at every run."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from pathlib import Path

import openpyxl

from persian.identifiers import InvalidIdentifier, normal_national_id
from services_catalog import seed

FIRST = (
    "مریم", "علی", "زهرا", "محمدرضا", "فاطمه", "حسین", "نرگس", "امیرحسین", "سارا", "مهدی", "لیلا",
    "رضا", "شیرین", "کاوه", "بهرام", "نیما", "الهام", "یاسر", "پروانه", "گل‌نسا", "جواد", "ندا",
)  # fmt: skip
LAST = (
    "رضایی", "کریمی", "موسوی‌نژاد", "توکلی", "باقری", "جعفری", "نادری", "شریفی", "احمدی", "کیانی",
    "یوسفی", "میرجلیلی", "پارسا", "دادگر", "آذری", "بهرامی", "صادقی", "رحیمی", "هاشمیان", "قائمی",
)  # fmt: skip
TRADES = ("کاشی", "فولاد", "لبنیات", "نساجی", "پلاستیک", "داروسازی", "قطعه‌سازی", "سنگ‌بری")
NAMES = ("کویر", "زاینده‌رود", "سپاهان", "نقش جهان", "آریا", "پارسیان", "البرز", "مهر", "آسمان")
HEADINGS = (
    "شمارهٔ قرارداد", "استان", "شهرک", "نام طرف قرارداد", "نوع شخص",
    "کد ملی یا شناسهٔ ملی", "قطعه", "مساحت", "تاریخ قرارداد", "شمارهٔ پرونده",
)  # fmt: skip
# The heaviest park holds this part of all: the search must not depend on an even spread.
HEAVIEST = ("isfahan", "mahmoudabad")
HEAVIEST_SHARE = 0.3


def rows(count: int) -> Iterator[list[str]]:
    chance = random.Random(1402)
    places = seed.read_seed("parks")
    provinces = {row["slug"]: row["name"] for row in places["provinces"]}
    parks = {(row["province"], row["slug"]): row["name"] for row in places["parks"]}
    others = [place for place in parks if place != HEAVIEST]
    for number in range(count):
        place = HEAVIEST if chance.random() < HEAVIEST_SHARE else chance.choice(others)
        legal = number % 3 == 0
        name = _company(chance) if legal else f"{chance.choice(FIRST)} {chance.choice(LAST)}"
        if number % 50 == 0:
            name = name.replace("ی", "ي").replace("ک", "ك")
        year = chance.randint(1370, 1404)
        yield [
            f"{year}/{100000 + number}",
            provinces[place[0]],
            parks[place],
            name,
            "حقوقی" if legal else "حقیقی",
            _legal_id(number) if legal else natural_code(number),
            f"{chance.choice('ABCDEFG')}-{chance.randint(1, 400)}",
            str(chance.randint(500, 20000)),
            f"{year}/{chance.randint(1, 12):02}/{chance.randint(1, 29):02}",
            f"31-{number:08}",
        ]


def _company(chance: random.Random) -> str:
    return (
        f"شرکت {chance.choice(TRADES)} {chance.choice(NAMES)} "
        f"{chance.choice(LAST)} {chance.randint(1, 999)}"
    )


def natural_code(number: int) -> str:
    return _completed(f"999{number + 1:06}", "natural")


def _legal_id(number: int) -> str:
    return _completed(f"1400{number + 1:06}", "legal")


def _completed(body: str, kind: str) -> str:
    for digit in "0123456789":
        try:
            return normal_national_id(body + digit, kind)  # type: ignore[arg-type]
        except InvalidIdentifier:
            continue
    return _completed(str(int(body) + 500_000), kind)


def write_csv(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        writer.writerows(rows(count))


def write_xlsx(path: Path, count: int) -> None:
    book = openpyxl.Workbook(write_only=True)
    table = book.create_sheet()
    table.append(HEADINGS)
    for row in rows(count):
        table.append(row)
    book.save(path)
