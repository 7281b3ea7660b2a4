"""Spreadsheets as offices really make them: each is read whole, or refused in words."""

from __future__ import annotations

import datetime as dt
import gzip
import io
import zipfile

import openpyxl
import pytest
from django.core.files.base import ContentFile
from django.db import OperationalError
from django.urls import reverse

from submissions.contracts.importer import jobs
from submissions.models import Contract, ContractImport
from tests.sheets import book, book_parts, pack, rows, sheet_xml, styles_xml

from .test_import import HEADINGS, KAVIR, MARYAM, bring, check, row, said, sheet

pytestmark = pytest.mark.django_db
State = ContractImport.State
BOTH = {"1402/1001", "1401/2002"}
PLAIN = rows(HEADINGS, MARYAM, KAVIR)


def numbers() -> set[str]:
    return set(Contract.objects.values_list("number", flat=True))


def refused(content: bytes) -> str:
    """Why the file was not accepted."""
    job = check(content)
    assert job.state == State.REFUSED, said(job)
    return job.problem


def one_told(content: bytes, good: int = 1) -> tuple[int, str, str]:
    """The only problem of a file whose other lines are good."""
    job = check(content)
    assert (job.good, job.bad) == (good, 1), (job.problem, said(job))
    return said(job)[0]


# --- Workbooks that are read whole ---------------------------------------------------


@pytest.mark.parametrize("size", ["A1", "A1:B2", "C1:D1", "A1:XFD1048576", "nonsense"])
def test_the_rows_are_read_whatever_the_sheet_says_of_its_size(house, size):
    job = bring(book(sheet_xml(PLAIN, before=f'<dimension ref="{size}"/>')))

    assert numbers() == BOTH
    assert job.lines_total == 3


@pytest.mark.parametrize("far", ["K3", "ZZ3", "XFD3"])
def test_a_cell_beyond_the_headings_is_nothing_to_us(house, far):
    note = [*KAVIR, f'<c r="{far}" t="str"><v>یادداشت</v></c>']
    bring(book(sheet_xml(rows(HEADINGS, MARYAM, note))))

    assert numbers() == BOTH


def test_a_strict_workbook_is_one_like_others(house):
    main = "http://purl.oclc.org/ooxml/spreadsheetml/main"
    bring(book(sheet_xml(PLAIN, main=main), strict=True))

    assert numbers() == BOTH


def test_prefixes_strokes_and_case_of_names_make_no_difference(house):
    parts = book_parts(sheet_xml(PLAIN))
    prefixed = str(parts["xl/worksheets/sheet1.xml"])
    for name in ("worksheet", "sheetData", "row", "c", "is", "t"):
        for begin in ("<", "</"):
            for end in (">", " "):
                prefixed = prefixed.replace(f"{begin}{name}{end}", f"{begin}x:{name}{end}")
    parts["xl/worksheets/sheet1.xml"] = prefixed.replace("xmlns=", "xmlns:x=")
    job = bring(pack({name.replace("/", "\\").upper(): part for name, part in parts.items()}))

    assert numbers() == BOTH
    assert job.lines_total == 3


def test_cells_need_not_say_where_they_stand(house):
    plain = PLAIN
    for letter in "ABCDEFGHIJ":
        for line in (1, 2, 3):
            plain = plain.replace(f' r="{letter}{line}"', "")
    for line in (1, 2, 3):
        plain = plain.replace(f' r="{line}"', "")
    bring(book(sheet_xml(plain.replace("<c></c>", ""))))

    assert "1402/1001" in numbers()


def test_styles_that_nobody_can_read_are_no_reason_to_refuse(house):
    styles = styles_xml().replace("<numFmts>", '<fills><fill><odd a="1"/></fill></fills><numFmts>')
    bring(book(sheet_xml(PLAIN), styles=styles))

    assert numbers() == BOTH


def test_texts_of_many_styles_are_one_text(house):
    rich = (
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si>'
        '<r><t>مریم</t></r><r><rPr><b/></rPr><t xml:space="preserve"> رضایی</t></r>'
        '<rPh sb="0" eb="1"><t>x</t></rPh></si><si><t>جی_x000D_</t></si></sst>'
    )
    cells = row(name='<c r="D2" t="s"><v>0</v></c>', park='<c r="C2" t="s"><v>1</v></c>')
    bring(book(sheet_xml(rows(HEADINGS, cells)), strings=rich))

    contract = Contract.objects.get()
    assert (contract.holder_name, contract.park.slug) == ("مریم رضایی", "jey")


@pytest.mark.parametrize("empty", [0, 1])
def test_titles_and_empty_rows_may_stand_above_the_headings(house, empty):
    above: list[list[object]] = [["فهرست قراردادهای شهرک‌های صنعتی"], ["تاریخ تهیه", "1404/01/20"]]
    lines = [*above, *([[""]] * empty), HEADINGS, MARYAM, row(KAVIR, id="1")]
    merged = '<mergeCells count="1"><mergeCell ref="A1:J1"/></mergeCells>'
    in_workbook = check(book(sheet_xml(rows(*lines), after=merged)))
    in_text = check(sheet(*lines[1:], headings=lines[0]))

    for job in (in_workbook, in_text):
        assert (job.good, job.bad) == (1, 1)
        assert said(job)[0][0] == 5 + empty


def test_headings_may_stand_in_two_rows(house):
    over: list[object] = [*HEADINGS[:3], "مشخصات طرف قرارداد", "", "", *HEADINGS[6:]]
    below: list[object] = ["", "", "", *HEADINGS[3:6], "", "", "", ""]
    places = ["D1:F1", *(f"{letter}1:{letter}2" for letter in "ABCGHIJ")]
    merged = "".join(f'<mergeCell ref="{place}"/>' for place in places)
    data = sheet_xml(rows(over, below, MARYAM, KAVIR), after=f"<mergeCells>{merged}</mergeCells>")
    bring(book(data))

    assert numbers() == BOTH
    assert Contract.objects.get(number="1402/1001").holder_id == "9990000018"


def test_styled_rows_and_columns_without_content_are_no_lines(house):
    styled = "".join(f'<row r="{n}"><c r="A{n}" s="1"/><c r="Z{n}" s="1"/></row>' for n in (4, 9))
    job = bring(book(sheet_xml(PLAIN + styled + '<row r="1048576" ht="20"/>')))

    assert (job.added, job.bad) == (2, 0)


def test_the_table_is_found_among_other_and_hidden_sheets(house):
    guide = sheet_xml(rows(["راهنما"], ["هر قرارداد در یک سطر"]))
    old = sheet_xml(rows(HEADINGS, row(number="9/9")))
    empty = sheet_xml(rows(HEADINGS))
    bring(book(guide, old, sheet_xml(PLAIN), empty, hidden=(1,)))

    assert numbers() == BOTH


def test_a_sheet_is_hidden_only_where_the_workbook_says_so(house):
    parts = book_parts(sheet_xml(PLAIN), sheet_xml(PLAIN), hidden=(0, 1))
    listed = str(parts["xl/workbook.xml"])
    listed = listed.replace('"hidden"', '"show"', 1).replace('"hidden"', '"veryHidden"', 1)
    bring(pack(parts | {"xl/workbook.xml": listed}))

    assert numbers() == BOTH


def test_a_locked_but_open_sheet_is_read(house):
    lock = '<sheetProtection sheet="1" password="CC1A"/>'
    bring(book(sheet_xml(PLAIN, after=lock), settings='<workbookProtection lockStructure="1"/>'))

    assert numbers() == BOTH


def test_rows_that_a_filter_hides_are_read_too(house):
    hidden = PLAIN.replace('<row r="3">', '<row r="3" hidden="1">')
    bring(book(sheet_xml(hidden, after='<autoFilter ref="A1:J3"/>')))

    assert numbers() == BOTH


# --- Values of cells -------------------------------------------------------------------


def test_numbers_are_read_in_whatever_form_they_were_written(house):
    cells = row(
        number='<c r="A2"><v>1.4021001E7</v></c>',
        id='<c r="F2" s="1"><v>12345679</v></c>',
        plot='<c r="G2" s="2"><v>7</v></c>',
        area='<c r="H2"><v>2399.9999999999995</v></c>',
    )
    bring(book(sheet_xml(rows(HEADINGS, cells)), styles=styles_xml("0000000000", "000")))

    contract = Contract.objects.get()
    assert (contract.number, contract.holder_id) == ("14021001", "0012345679")
    assert (contract.plot, contract.area) == ("007", 2400)


@pytest.mark.parametrize(
    ("date", "epoch"),
    [
        ('<c r="I2" s="1"><v>45116</v></c>', ""),
        ('<c r="I2" s="1"><v>45116.75</v></c>', ""),
        ('<c r="I2" s="1"><v>43654</v></c>', '<workbookPr date1904="1"/>'),
        ('<c r="I2" t="d"><v>2023-07-09T00:00:00</v></c>', ""),
        ('<c r="I2" t="d"><v>1402-04-18</v></c>', ""),
        ('<c r="I2" t="str"><v>۱۴۰۲/۴/۱۸</v></c>', ""),
    ],
)
def test_dates_of_a_workbook_are_days_however_they_are_kept(house, date, epoch):
    styles = styles_xml("[$-3000429]yyyy/mm/dd;@")
    bring(book(sheet_xml(rows(HEADINGS, row(date=date))), settings=epoch, styles=styles))

    assert Contract.objects.get().signed_on == dt.date(2023, 7, 9)


@pytest.mark.parametrize(
    "text",
    [
        "2023-07-09 00:00:00.000", "2023-07-09T14:30:00", "2023-7-9", "2023/07/09 9:05",
        "1402/04/18 00:00:00", "۱۴۰۲/۰۴/۱۸ ۱۲:۳۰", "1402-4-18 - 08:15",
        "2023-07-08T20:30:00Z", "2023-07-09 23:00:00 +03:30",
    ],
)  # fmt: skip
def test_a_clock_behind_a_date_is_left_out(house, text):
    bring(sheet(row(date=text)))

    assert Contract.objects.get().signed_on == dt.date(2023, 7, 9)


@pytest.mark.parametrize("text", ["2023-02-30 00:00:00", "2023-07-09 99:00Z", "7/9/2023", "1402"])
def test_what_is_no_day_is_told(house, text):
    assert one_told(sheet(KAVIR, row(date=text)))[:2] == (3, "تاریخ قرارداد")


def test_a_jalali_year_that_was_taken_for_another_calendar_is_told(house):
    cells = row(date='<c r="I3" s="1"><v>-181769</v></c>')
    told = one_told(book(sheet_xml(rows(HEADINGS, KAVIR, cells)), styles=styles_xml("yyyy/mm/dd")))

    assert told[1] == "تاریخ قرارداد"
    assert "میلادی" in told[2]


def test_guards_that_keep_a_text_from_becoming_a_number_are_taken_off(house):
    guarded = row(number='="1402/1001"', id="'9990000018", plot='="B-""12"""', file='="0012"')
    bring(sheet(guarded))
    in_text = Contract.objects.values("number", "holder_id", "plot", "file_number").get()
    Contract.objects.all().delete()
    cells = row(
        number='<c r="A2" t="str"><f>"1402/1001"</f><v>1402/1001</v></c>',
        plot='<c r="G2"><f>"B-""12"""</f><v></v></c>',
        file='="0012"',
    )
    bring(book(sheet_xml(rows(HEADINGS, cells))))
    in_workbook = Contract.objects.values("number", "holder_id", "plot", "file_number").get()

    assert in_text == in_workbook
    assert in_text["plot"] == 'B-"12"'
    assert in_text["file_number"] == "0012"


def test_apostrophes_round_a_text_belong_to_it(house):
    bring(sheet(row(plot="'12'")))

    assert Contract.objects.get().plot == "'12'"


def test_a_formula_says_what_it_came_to_when_the_file_was_saved(house):
    cells = row(number='<c r="A2" t="str"><f>K2&amp;"/"&amp;L2</f><v>1402/1001</v></c>')
    bring(book(sheet_xml(rows(HEADINGS, cells))))

    assert numbers() == {"1402/1001"}


@pytest.mark.parametrize(
    ("value", "settings"),
    [("", ""), ("<v></v>", ""), ("<v>0</v>", '<calcPr calcId="1" fullCalcOnLoad="1"/>')],
)
def test_a_formula_that_nobody_has_calculated_is_told(house, value, settings):
    cells = row(area=f'<c r="H3"><f>K3*2</f>{value}</c>')
    told = one_told(book(sheet_xml(rows(HEADINGS, KAVIR, cells)), settings=settings))

    assert told[:2] == (3, "مساحت")
    assert "فرمول" in told[2]


@pytest.mark.parametrize(
    "written", ["1.40E+07", "9.99E+09", "########", "<c r='A3'><v>12345678901234567</v></c>"]
)
def test_a_number_that_excel_has_shortened_is_told(house, written):
    lines = (KAVIR, row(number=written.replace("'", '"')))
    told = one_told(book(sheet_xml(rows(HEADINGS, *lines))))

    assert told[:2] == (3, "شمارهٔ قرارداد")
    assert "قالب خانه را «متن» کنید" in told[2]


@pytest.mark.parametrize(("column", "title"), [("number", "شمارهٔ قرارداد"), ("plot", "قطعه")])
def test_a_number_to_which_a_program_has_put_a_fraction_is_told(house, column, title):
    told = one_told(sheet(KAVIR, row(**{column: "14021001.0"})))

    assert told[:2] == (3, title)
    assert "پایان یافته" in told[2]


def test_merged_cells_are_told_and_nothing_is_guessed(house):
    lines = (HEADINGS, row(number="5/1"), row(number="5/2", plot="", area=""))
    merged = '<mergeCells><mergeCell ref="G2:G3"/><mergeCell ref="H2:H3"/></mergeCells>'
    job = check(book(sheet_xml(rows(*lines), after=merged)))

    assert (job.good, job.bad) == (1, 1)
    assert [(line, column) for line, column, _ in said(job)] == [(3, "قطعه"), (3, "مساحت")]
    assert "ادغام" in said(job)[0][2]


def test_a_heading_over_two_columns_loses_nothing_silently(house):
    headings: list[object] = [*HEADINGS[:4], "", *HEADINGS[4:]]
    whole: list[object] = [*KAVIR[:4], "", *KAVIR[4:]]
    parted: list[object] = [*MARYAM[:3], "مریم", "رضایی", *MARYAM[4:]]
    merged = '<mergeCells><mergeCell ref="D1:E1"/></mergeCells>'
    told = one_told(book(sheet_xml(rows(headings, whole, parted), after=merged)))

    assert told[0] == 3
    assert "«نام طرف قرارداد»" in told[2]


# --- Texts -----------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("said_so", [False, True])
def test_a_text_of_any_encoding_and_separator_is_read(house, encoding, mark, said_so):
    lines = [f"sep={mark}"] if said_so else []
    lines += [mark.join(cells) for cells in (HEADINGS, MARYAM, row(KAVIR, id="1"))]
    job = check("\r\n".join(lines).encode(encoding))

    assert (job.good, job.bad) == (1, 1)
    assert said(job)[0][0] == 3 + said_so


def test_the_separator_is_not_one_that_stands_in_the_cells(house):
    lines = [["فهرست، سال 1402, استان‌ها, شهرک‌ها, قطعه‌ها"], HEADINGS]
    lines += [row(number=f"5/{n}", area="2,400", name="شرکت الف, ب, پ") for n in range(3)]
    bring("\n".join(";".join(map(str, cells)) for cells in lines).encode())

    assert set(Contract.objects.values_list("area", "holder_name")) == {(2400, "شرکت الف, ب, پ")}


def test_an_old_mac_ends_its_lines_otherwise(house):
    bring(sheet(MARYAM, KAVIR).replace(b"\r\n", b"\r"))

    assert numbers() == BOTH


def test_empty_columns_and_rows_at_the_end_are_no_errors(house):
    job = bring(
        sheet([*MARYAM, "", "", ""], [*KAVIR, " "], [""] * 13, headings=[*HEADINGS, "", ""])
    )

    assert (job.added, job.bad) == (2, 0)


def test_a_separator_within_a_cell_is_told_and_shifts_nothing(house):
    torn = ",".join(row(name="شرکت الف, ب")).encode() + b"\r\n"
    told = one_told(sheet(KAVIR) + torn)

    assert told[0] == 3
    assert "جداکننده" in told[2]


def test_rows_that_a_quotation_swallows_are_told(house):
    lines = [",".join(cells) for cells in (HEADINGS, row(file='"31'), KAVIR, row(file='31"'))]
    told = one_told("\n".join([*lines, ",".join(row(number="5/5"))]).encode())

    assert told[0] == 2
    assert "بسته نشده" in told[2]


# --- Files that are refused, with what to do ---------------------------------------------


def compound(*streams: str) -> bytes:
    names = b"".join(name.encode("utf-16-le").ljust(128, b"\0") for name in streams)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(1 << 20, b"\0") + names


def locked_entries() -> bytes:
    """A workbook whose entries say that they are encrypted."""
    content = bytearray(book(sheet_xml(PLAIN)))
    at = content.find(b"PK\x01\x02")
    content[at + 8] |= 1
    return bytes(content)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (compound("Workbook"), "XLS"),
        (compound("EncryptionInfo", "EncryptedPackage"), "گذرواژه"),
        (locked_entries(), "گذرواژه"),
        (pack({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<a/>"}), "ODS"),
        (pack({"xl/workbook.bin": b"\0"}), "XLSB"),
        (pack({"[Content_Types].xml": "<a/>", "word/document.xml": "<a/>"}), "سالم اکسل نیست"),
        (pack({"contracts.csv": sheet(MARYAM)}), "بایگانی فشرده"),
        (gzip.compress(sheet(MARYAM)), "بایگانی فشرده"),
        (b"\xef\xbb\xbf\r\n<html><table><tr><td>1</td></tr></table></html>", "HTML"),
        ("<!DOCTYPE html><table></table>".encode("utf-16"), "HTML"),
        (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>', "XML"),
        (b"MIME-Version: 1.0\r\nX-Document-Type: Workbook", "MHTML"),
        (b"ID;PWXL;N;E\r\nC;Y1;X1;K1\r\n", "SYLK"),
        (b"%PDF-1.7\n1 0 obj", "PDF"),
        (sheet(MARYAM).decode().encode("utf-16") + b"\x00", "کاراکترهای"),
        (sheet(MARYAM) + b"x" * (1 << 20), "بیش از اندازه بلند"),
    ],
)  # fmt: skip
def test_another_kind_of_file_is_refused_by_its_name(house, content, words):
    assert words in refused(content)


def test_two_sheets_with_the_table_are_named_and_neither_is_dropped(house):
    content = book(sheet_xml(PLAIN), sheet_xml(PLAIN), names=("اصفهان", "یزد"))

    assert "«اصفهان»، «یزد»" in refused(content)


def test_a_workbook_that_shows_no_sheet_is_refused(house):
    assert "پنهان" in refused(book(sheet_xml(PLAIN), hidden=(0,)))


@pytest.mark.parametrize(
    "data",
    [
        rows(HEADINGS) + rows(MARYAM, first=7) + rows(KAVIR, first=3),
        rows(HEADINGS, MARYAM) + rows(KAVIR, first=1_048_577),
        rows(HEADINGS, row(number='<c r="A2" t="s"><v>5</v></c>')),
        rows(HEADINGS, row(number='<c r="A2" t="s"><v>-1</v></c>')),
        rows(HEADINGS, row(number='<c r="2"><v>5</v></c>')),
        rows(HEADINGS, row(number='<c r="A2"><v>5,5</v></c>')),
        PLAIN.replace("</row>", "", 1),
    ],
)
def test_a_sheet_that_contradicts_itself_is_refused_and_never_read_in_part(house, data):
    assert "سالم اکسل نیست" in refused(book(sheet_xml(data)))


@pytest.mark.parametrize("damage", ["cut", "bent", "lost"])
def test_a_damaged_workbook_is_refused(house, damage):
    parts = book_parts(
        sheet_xml(PLAIN + rows(*[row(number=f"7/{n}") for n in range(400)], first=4))
    )
    whole = pack(parts)
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        entry = archive.getinfo("xl/worksheets/sheet1.xml")
    middle = entry.header_offset + 60 + entry.compress_size // 2
    damaged = {
        "cut": whole[: len(whole) // 2],
        "bent": whole[:middle] + b"\xff\xff\xff\xff" + whole[middle + 4 :],
        "lost": pack({name: part for name, part in parts.items() if "xl/workbook" not in name}),
    }[damage]

    assert "سالم اکسل نیست" in refused(damaged)


# --- Whatever goes wrong ends with words ---------------------------------------------------


def test_an_error_that_nobody_foresaw_ends_the_import_at_once(house, monkeypatch):
    def stumble(*args):
        raise IndexError("tuple index out of range")

    monkeypatch.setattr(jobs, "read_contract", stumble)
    job = jobs.store_job(ContentFile(sheet(MARYAM), name="a.csv"), by=None)
    with pytest.raises(IndexError):
        jobs.advance_import(job.pk)

    job.refresh_from_db()
    assert job.state == State.REFUSED
    assert "خطای سامانه" in job.problem
    assert "IndexError" in job.last_error


def test_an_error_that_passes_is_tried_again_and_the_page_says_so(
    house, monkeypatch, client, manager, signed_in
):
    def stumble(*args):
        raise OperationalError("the connection is lost")

    monkeypatch.setattr(jobs, "_keep_batch", stumble)
    job = jobs.store_job(ContentFile(sheet(MARYAM), name="a.csv"), by=None)
    with pytest.raises(OperationalError):
        jobs.advance_import(job.pk)

    job.refresh_from_db()
    assert job.state == State.READING
    assert job.not_before is not None
    page = signed_in(client, manager).get(reverse("contract_import_progress", args=[job.pk]))
    assert "خطای موقت" in page.content.decode()


def test_half_a_character_does_not_end_the_import(house):
    bring(book(sheet_xml(rows(HEADINGS, row(name="مریم _xD83D_")))))

    assert Contract.objects.get().holder_name == "مریم _xD83D_"


def test_a_file_that_kills_each_worker_ends_with_words(house):
    job = jobs.store_job(ContentFile(sheet(MARYAM), name="a.csv"), by=None)
    ContractImport.objects.update(tries=jobs.GIVE_UP_AFTER)
    jobs.advance_import(job.pk)

    job.refresh_from_db()
    assert job.state == State.REFUSED
    assert "پشتیبانی" in job.problem


def test_what_openpyxl_writes_is_read_as_openpyxl_reads_it(house):
    made = openpyxl.Workbook()
    made.active.append(HEADINGS)
    made.active.append(row(date=dt.date(2023, 7, 9), area=2400.5))
    made.active["H3"] = "=SUM(H2:H2)"
    packed = io.BytesIO()
    made.save(packed)
    job = check(packed.getvalue())

    assert (job.good, job.bad) == (1, 1)
    assert {line for line, _, _ in said(job)} == {3}
