"""The people of the old system are taken in and recover their sign-in on day one."""

import io

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.importing import bring_in
from accounts.models import Membership, Party, User
from tests.sheets import STRICT_MAIN, book, rows, sheet_xml

from .test_passwords import come_in, sent_to

TWO = "national_id,mobile,kind,name\n9990000018,09130000011,natural,مریم رضایی\n10269990012,09130000012,legal,شرکت کویر\n"


@pytest.fixture
def file(tmp_path):
    def write(text, encoding="utf-8"):
        path = tmp_path / "people.csv"
        path.write_bytes(text.encode(encoding))
        return str(path)

    return write


@pytest.mark.django_db(transaction=True)
def test_people_come_in_verified_and_recovery_works_on_day_one(file, run_tasks, capsys):
    call_command("import_accounts", file(TWO))
    assert "2 added" in capsys.readouterr().out
    person = Party.objects.get(national_id="9990000018")
    assert person.is_verified
    assert not User.objects.get(mobile="09130000011").has_usable_password()

    Client().post("/accounts/recovery/", {"mobile": "09130000011"})
    run_tasks()

    browser = Client()
    assert come_in(browser, *sent_to("09130000011")).url == "/accounts/password/new/"
    browser.post("/accounts/password/new/", {"password": "Behtar-az-9"})
    assert come_in(browser, "09130000011", "Behtar-az-9").url == "/desk/"
    assert User.objects.get(mobile="09130000011").parties == [person]


def test_reading_the_file_again_changes_nothing(db):
    bring_in(TWO.encode())

    again = bring_in(TWO.encode())

    assert (again.added, again.known, again.errors) == (0, 2, [])
    assert Party.objects.count() == User.objects.count() == Membership.objects.count() == 2


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1256"])
def test_a_file_may_come_from_any_spreadsheet(db, encoding):
    text = "national_id;mobile;kind;name\r\n٩٩٩٠٠٠٠٠١٨;۰۹۱۳۰۰۰۰۰۱۱;حقیقی;مريم رضايي\r\n"
    if encoding == "cp1256":
        text = "national_id;mobile;kind;name\r\n9990000018;9130000011;natural;مريم رضايي\r\n"

    assert bring_in(text.encode(encoding)).added == 1
    assert Party.objects.get().name == "مریم رضایی"


@pytest.mark.parametrize(
    "headings",
    [
        "National ID , Mobile,KIND,Name",
        "کد ملی,شماره موبایل,نوع شخص,نام و نام خانوادگی",
        "شناسه ملي,تلفن‌همراه,نوع,نام متقاضی",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1256"])
def test_the_columns_may_be_called_as_people_call_them(db, headings, encoding):
    text = f"{headings}\n9990000018,+989130000011,شخص حقیقی,مریم رضایی\n"
    if encoding == "cp1256":
        text = text.replace("ی", "ي").replace("ک", "ك")

    assert bring_in(text.encode(encoding)).added == 1
    assert Party.objects.get().name == "مریم رضایی"
    assert User.objects.get().mobile == "09130000011"


def test_our_own_names_of_the_columns_outweigh_others(db):
    text = "کد ملی,national_id,mobile,kind,name,نام\n1,9990000018,09130000011,natural,مریم,x\n"

    assert bring_in(text.encode()).added == 1
    assert Party.objects.get().name == "مریم"


def test_a_workbook_may_have_lost_the_zeros_of_its_numbers(db):
    book = openpyxl.Workbook()
    book.active.append(["کد ملی", "موبایل", "نوع", "نام", "نام خانوادگی"])
    book.active.append([99900009, 9130000011, "حقیقی", "مریم", "رضایی"])
    book.active.append([10269990012.0, "09130000012", "حقوقی", "شرکت کویر", None])
    packed = io.BytesIO()
    book.save(packed)

    assert bring_in(packed.getvalue()).added == 2
    assert list(Party.objects.order_by("pk").values_list("national_id", "name")) == [
        ("0099900009", "مریم رضایی"),
        ("10269990012", "شرکت کویر"),
    ]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("1111111111,09130000013,natural,الف", "کد ملی"),
        ("9990000026,0913,natural,الف", "شماره موبایل"),
        ("9990000026,09130000013,other,الف", "حقیقی"),
        ('9990000026,09130000013,natural,"=HYPERLINK(1)"', "علامت"),
        ("9990000026,09130000011,natural,الف", "شخص دیگری"),
        ("9990000018,09130000013,natural,الف", "شمارهٔ موبایل دیگری"),
    ],
)
def test_a_line_that_cannot_be_taken_is_named_and_nothing_is_changed(file, db, capsys, line, told):
    with pytest.raises(CommandError, match="1 lines are refused"):
        call_command("import_accounts", file(TWO + line + "\n"))

    told_in = capsys.readouterr().err
    assert "people.csv:4:" in told_in
    assert told in told_in
    assert not Party.objects.exists()


def test_a_manager_has_one_number_for_the_person_and_the_company(db):
    bring_in(TWO.encode())

    done = bring_in(b"national_id,mobile,kind\n9990000026,09130000012,natural\n")

    assert done.added == 1
    manager = User.objects.get(mobile="09130000012")
    assert [party.kind for party in manager.parties] == ["legal", "natural"]


def test_a_number_that_waits_for_verification_is_left_alone(db, maryam):
    done = bring_in(b"national_id,mobile,kind\n9990000018,09130000001,natural\n")

    assert "در انتظار تأیید هویت" in done.errors[0][1]


def test_a_dry_run_changes_nothing(file, db, capsys):
    call_command("import_accounts", file(TWO), "--dry-run")

    assert "2 would be added" in capsys.readouterr().out
    assert not Party.objects.exists()


def test_a_file_without_its_columns_is_refused(file, db):
    with pytest.raises(CommandError, match="کد ملی یا شناسهٔ ملی"):
        call_command("import_accounts", file("a,b\n1,2\n"))


@pytest.mark.django_db
def test_nobody_is_lost_behind_a_quotation_that_is_closed_elsewhere():
    heading, first, second = TWO.splitlines()
    text = f"{heading}\n{first.replace('مریم', '«')}\n".replace("«", '"مریم') + f'{second}"\n'

    outcome = bring_in(text.encode())

    [(line, words)] = outcome.errors
    assert line == 2
    assert "بسته نشده" in words
    assert not Party.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"", "خالی است"),
        (b"\n\n", "هیچ سطری نیست"),
        (b"\x89PNG\r\n\x1a\n\0\0", "این فایل متن نیست"),
        (b"PK\x03\x04 no workbook", "اکسل نیست"),
        (TWO.encode() + b'9990000026,09130000013,natural,"' + b"x" * 200_000, "سطر ۴"),
        ("کد ملی,شناسهٔ ملی,موبایل,نوع\n".encode(), "دو بار"),
    ],
    ids=[
        "nothing",
        "blank lines",
        "a picture",
        "half a workbook",
        "a quotation that is never closed",
        "a column twice",
    ],
)
def test_a_file_that_is_no_such_table_is_told_in_words(tmp_path, raw, told):
    path = tmp_path / "people.csv"
    path.write_bytes(raw)

    with pytest.raises(CommandError, match=told):
        call_command("import_accounts", str(path))
    assert not Party.objects.exists()


def people(*lines: list[object]) -> list[list[object]]:
    return [["کد  ملی", "شماره‌موبايل", " نوع شخص ", "نام و نام خانوادگی"], *lines]


MARYAM = ["9990000018", "09130000011", "حقیقی", "مریم رضایی"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "cp1256"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_what_the_import_of_contracts_reads_is_read_here_too(db, encoding, mark):
    guarded = [f'="{MARYAM[0]}"', f"'{MARYAM[1]}", *MARYAM[2:]]
    lines = [[f"sep={mark}"], ["فهرست متقاضیان"], [], *people(guarded)]
    text = "\r\n".join(mark.join(cells) for cells in lines)
    if encoding == "cp1256":
        # Windows-1256 has neither ی nor ک: its keyboards write the Arabic ones.
        text = text.replace("ی", "ي").replace("ک", "ك")

    assert bring_in(text.encode(encoding)).added == 1
    assert Party.objects.get().name == "مریم رضایی"


@pytest.mark.parametrize("kind", ["حقیقی", "حقيقي", "حقيقى", "شخص‌حقیقی", " حـقیقی ", "Natural"])
def test_the_kind_of_person_is_compared_in_whatever_letters(db, kind):
    text = f"national_id,mobile,kind\n9990000018,09130000011,{kind}\n"

    assert bring_in(text.encode()).added == 1


def test_a_workbook_of_another_program_is_read_like_ours(db):
    data = sheet_xml(
        rows(["فهرست"], *people(MARYAM)), main=STRICT_MAIN, before='<dimension ref="A1"/>'
    )

    assert bring_in(book(data, strict=True)).added == 1


def test_a_separator_within_a_name_is_told(db):
    text = TWO + "9990000026,09130000013,natural,رضایی, مریم\n"

    [(line, words)] = bring_in(text.encode()).errors
    assert line == 4
    assert "جداکننده" in words
