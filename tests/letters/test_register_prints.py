"""The registers of a period on paper and as a spreadsheet: each number once, void and missing ones too."""

from __future__ import annotations

import datetime as dt
from io import BytesIO

import pytest
from openpyxl import load_workbook

from accounts.models import User
from letters.incoming.correcting import void_number
from letters.models import LetterBook, RegisterPrint
from letters.registers.printing import making
from letters.registers.printing.lines import MISSING, lines_of
from tests import cast
from tests.paper import opened, says

pytestmark = pytest.mark.at("2026-11-22 10:00")
PAGE = "/admin/letters/registers/"
ASKED = {
    "direction": "incoming",
    "secretariat": "main",
    "since": "۱۴۰۵/۰۹/۰۱",
    "until": "۱۴۰۵/۰۹/۰۱",
}


@pytest.fixture
def keeper(house, staff, client, signed_in):
    return signed_in(client, staff["secretariat"])


@pytest.fixture
def register(staff):
    """Numbers 1, 2 (void), 4 and 5; nobody knows what became of 3."""
    by = staff["secretariat"]
    cast.register_incoming(by, subject='=HYPERLINK("http://evil")')
    second = cast.register_incoming(by, sender_number="2")
    void_number(second, by=by, reason="دو بار ثبت شد", expecting=0)
    LetterBook.objects.filter(direction="incoming").update(last_number=3)
    cast.register_incoming(by, sender_number="4")
    cast.register_incoming(by, sender_number="5")


def test_the_register_is_printed_with_its_void_and_missing_numbers(keeper, register, run_tasks):
    for form in ("pdf", "xlsx"):
        assert keeper.post(PAGE, ASKED | {"form": form}).status_code == 302
    run_tasks()

    sheet, paper = RegisterPrint.objects.order_by("-pk")
    assert {(row.state, row.lines, row.gaps) for row in (sheet, paper)} == {("ready", 5, 1)}
    shown = keeper.get(PAGE).content.decode()
    assert "۵ ردیف، ۱ شمارهٔ جاافتاده" in shown
    answer = keeper.get(f"{PAGE}{sheet.pk}/")
    cells = list(load_workbook(BytesIO(answer.getvalue())).active.iter_rows())
    assert [row[0].value for row in cells[1:]] == [
        *("1405/2/1", "1405/2/2", "1405/3", "1405/2/4", "1405/2/5"),
    ]
    assert {cell.data_type for row in cells for cell in row if cell.value} == {"s"}
    assert cells[1][1].value == "۱۴۰۵/۰۹/۰۱"
    assert (cells[2][6].value, cells[3][6].value) == ("باطل: دو بار ثبت شد", MISSING)
    printed = keeper.get(f"{PAGE}{paper.pk}/").getvalue()
    assert len(opened(printed).pages) == 1
    assert says(printed, "۱۴۰۵/۲/۴")
    assert says(printed, "باطل: دو بار ثبت شد")


def test_a_gap_before_the_first_number_of_the_period_is_seen(register, clock):
    clock.move_to(dt.datetime(2026, 11, 23, 8, tzinfo=dt.UTC))
    LetterBook.objects.filter(direction="incoming").update(last_number=6)
    cast.register_incoming(User.objects.get(username="secretariat"), sender_number="7")
    today = RegisterPrint(
        direction="incoming",
        secretariat="main",
        since=dt.date(2026, 11, 23),
        until=dt.date(2026, 11, 23),
    )

    assert [(line.number, line.is_gap) for line in lines_of(today)] == [
        ("1405/6", True),
        ("1405/2/7", False),
    ]


def test_letters_that_went_out_are_printed_with_what_became_of_them(
    keeper, submitted, staff, run_tasks
):
    case = cast.pass_desks(submitted, staff, *cast.SIX_DESKS[:-1])
    cast.step(case, "approve", staff["secretariat"])
    run_tasks()
    today = RegisterPrint(
        direction="outgoing",
        secretariat="main",
        since=dt.date(2026, 11, 22),
        until=dt.date(2026, 11, 22),
    )

    (line,) = lines_of(today)
    assert (line.number, line.request, line.state) == ("1405/1/1", case.tracking_code, "")
    (hidden,) = lines_of(today, frozenset({case.party_id}))
    assert (hidden.number, hidden.request) == ("1405/1/1", "")


def test_what_is_asked_wrong_is_said_beside_its_field_and_too_much_is_refused(
    keeper, register, monkeypatch
):
    turned = keeper.post(PAGE, ASKED | {"form": "pdf", "until": "۱۴۰۵/۰۸/۰۱"})
    assert turned.status_code == 422
    assert "تاریخ پایان نمی‌تواند پیش از تاریخ شروع باشد." in turned.content.decode()

    monkeypatch.setattr(making, "MOST", {"pdf": 2, "xlsx": 2})
    long = keeper.post(PAGE, ASKED | {"form": "pdf"})
    assert long.status_code == 422
    assert "در این بازه ۴ نامه ثبت شده است و هر چاپ حداکثر ۲ نامه دارد." in long.content.decode()
    assert not RegisterPrint.objects.exists()


def test_a_print_is_made_once_and_read_by_who_asked_for_it(keeper, manager, signed_in, client):
    row = cast.print_register(manager)
    making.make_print(row.pk)
    assert RegisterPrint.objects.get() == row
    assert client.get(f"{PAGE}{row.pk}/").status_code == 404
    signed_in(client, manager)
    assert client.get(f"{PAGE}{row.pk}/").status_code == 200
