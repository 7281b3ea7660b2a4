"""Lists that mean far more than they weigh: refused with words at the first reading, in little memory."""

from __future__ import annotations

import io
import os
import resource
import struct
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile

from accounts import importing
from spreadsheets import apart, workbooks
from spreadsheets.apart import open_table_apart
from spreadsheets.files import open_sheets
from spreadsheets.values import UnreadableSheet
from submissions.contracts.importer import jobs
from submissions.contracts.importer.rows import COLUMNS
from submissions.models import ContractImport

MEGABYTE = 1 << 20
MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml"
RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
BOOK = f'<workbook xmlns:r="{RELATED}"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>'
RELATIONS = (
    "<Relationships>"
    f'<Relationship Id="r1" Type="{RELATED}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="r2" Type="{RELATED}/sharedStrings" Target="sharedStrings.xml"/>'
    f'<Relationship Id="r3" Type="{RELATED}/styles" Target="styles.xml"/>'
    "</Relationships>"
)
TEXTS, STYLES, SHEET = "xl/sharedStrings.xml", "xl/styles.xml", "xl/worksheets/sheet1.xml"
ROW = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="0"><v>1</v></c></row>'
ORDINARY = {
    TEXTS: ("<sst><si><t>", "a", "</t></si></sst>"),
    STYLES: ("<styleSheet><cellXfs>", "<xf/>", "</cellXfs></styleSheet>"),
    SHEET: (f"<worksheet><sheetData>{ROW}", "", "</sheetData></worksheet>"),
}


def workbook(
    part: str = "", head: str = "", piece: str = "", end: str = "", size: int = 0
) -> bytes:
    """A workbook of one row, in which ``part`` repeats a piece until it is ``size`` bytes long."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
        packed.writestr("xl/workbook.xml", BOOK)
        packed.writestr("xl/_rels/workbook.xml.rels", RELATIONS)
        for name, (before, middle, behind) in ORDINARY.items():
            if name != part:
                packed.writestr(name, before + middle + behind)
        if part:
            block = piece.encode() * (MEGABYTE // len(piece))
            with packed.open(part, "w", force_zip64=True) as stream:
                stream.write(head.encode())
                for _ in range(size // len(block)):
                    stream.write(block)
                stream.write(end.encode())
    return content.getvalue()


# What swells: the part, its beginning, what is repeated, its end.
SWELLING = {
    "one endless text": (TEXTS, "<sst><si><t>", "a", "</t></si></sst>"),
    "texts without number": (TEXTS, "<sst>", "<si><t>abcdefgh</t></si>", "</sst>"),
    "merged cells": (SHEET, f"<worksheet><sheetData>{ROW}</sheetData><mergeCells>",
                     '<mergeCell ref="A1:B2"/>', "</mergeCells></worksheet>"),
    "styles": (STYLES, "<styleSheet><cellXfs>", '<xf numFmtId="1"/>', "</cellXfs></styleSheet>"),
    "a million columns": (SHEET, '<worksheet><sheetData><row r="1">', '<c t="n"><v>1</v></c>',
                          "</row></sheetData></worksheet>"),
    "an endless tag": (SHEET, '<worksheet><sheetData><row a="', "a", '"/></sheetData></worksheet>'),
    "things beside the rows": (SHEET, "<worksheet><sheetData>", "<x/>", "</sheetData></worksheet>"),
}  # fmt: skip
LONG = {"things beside the rows", "texts without number", "a million columns"}


@pytest.fixture
def little_memory(monkeypatch, size: Callable[[int, int], int]) -> int:
    """Megabytes that reading may take; under --prove as many as in the portal."""
    monkeypatch.setattr(apart, "MEMORY", size(64, 384) * MEGABYTE)
    return size(64, 384)


@pytest.mark.parametrize("what", SWELLING)
def test_what_swells_is_refused_and_takes_no_more_memory_than_it_may(what, little_memory, size):
    if what in LONG and not size(0, 1):
        pytest.skip("takes its time; see --prove")
    content = workbook(*SWELLING[what], size=little_memory * 3 // 2 * MEGABYTE)
    words, grown = _refuse_in_a_process(content)
    print(f"\n{what}: {len(content)} bytes, {grown} MB, «{words[:40]}»")
    assert "لطفاً" in words
    # What the process had mapped and not used before comes on top.
    assert grown <= little_memory + 100


def _refuse_in_a_process(content: bytes) -> tuple[str, int]:
    """What is said of a file, and by how many megabytes its reader grew beyond its parent."""
    told, said = os.pipe()
    child = os.fork()
    if child == 0:
        before = _own_memory()
        try:
            with _opened(content):
                words = "nothing"
        except UnreadableSheet as reason:
            words = str(reason)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        os.write(said, f"{max(peak - before, 0) // 1024} {words}".encode())
        os._exit(0)
    os.waitpid(child, 0)
    grown, _, words = os.read(told, 65536).decode().partition(" ")
    os.close(told)
    os.close(said)
    return words, int(grown)


def _opened(content: bytes):
    return open_table_apart(io.BytesIO(content), COLUMNS)


def _own_memory() -> int:
    with open("/proc/self/statm") as said:
        return int(said.read().split()[1]) * resource.getpagesize() // 1024


@pytest.mark.parametrize(
    "content",
    [b"a" * (20 * MEGABYTE), b"," * (20 * MEGABYTE), b'"' + b"a,\n" * (5 * MEGABYTE)],
    ids=["one endless line", "a million columns", "a cell that never ends"],
)
def test_a_text_that_never_ends_is_refused(content, little_memory):
    with pytest.raises(UnreadableSheet), _opened(content) as table:
        list(table.rows)


def test_a_part_gives_no_more_than_it_declares():
    """What is said to be a hundred bytes is read for a hundred bytes, and then found broken."""
    whole = workbook(*SWELLING["one endless text"], size=8 * MEGABYTE)
    with zipfile.ZipFile(io.BytesIO(whole)) as packed:
        declared = packed.getinfo(TEXTS).file_size
    lying = whole.replace(struct.pack("<L", declared), struct.pack("<L", 100))
    assert lying != whole
    (sheet,) = open_sheets(io.BytesIO(lying))
    with pytest.raises(UnreadableSheet):
        list(sheet.read_rows())


def test_texts_that_say_themselves_how_large_they_are_are_not_even_unpacked(monkeypatch):
    monkeypatch.setattr(workbooks, "MAX_KEPT", MEGABYTE)
    with pytest.raises(UnreadableSheet, match="به چند فایل"):
        _ = workbooks.Workbook(
            io.BytesIO(workbook(*SWELLING["one endless text"], size=2 * MEGABYTE))
        ).texts


def test_a_reader_that_works_without_end_is_ended(monkeypatch):
    monkeypatch.setattr(apart, "CPU_SECONDS", 1)
    monkeypatch.setattr(apart, "open_table", _work_without_end)
    with pytest.raises(UnreadableSheet, match="حافظه یا زمان"), _opened(b"x"):
        pass


def test_a_reader_that_falls_silent_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(apart, "SILENCE", 0.2)
    monkeypatch.setattr(apart, "open_table", lambda *_: os.read(os.pipe()[0], 1))
    with pytest.raises(UnreadableSheet, match="حافظه یا زمان"), _opened(b"x"):
        pass


def _work_without_end(*_: object) -> None:
    while True:
        pass


def test_no_reader_is_left_when_the_rows_are_not_read_to_the_end():
    lines = "شمارهٔ قرارداد,استان,شهرک,نام طرف قرارداد\n" + "1,2,3,4\n" * 100_000
    before = _children()
    with _opened(lines.encode()) as table:
        next(table.rows)
        assert len(_children() - before) == 1
    assert not _children() - before


def _children() -> set[str]:
    mine = Path(f"/proc/self/task/{os.getpid()}/children")
    return set(mine.read_text().split())


class TestTheDoors:
    @pytest.fixture
    def swelling(self, little_memory) -> Iterator[bytes]:
        return workbook(*SWELLING["one endless text"], size=little_memory * 3 // 2 * MEGABYTE)

    @pytest.mark.django_db
    def test_the_worker_refuses_it_at_the_first_try(self, house, manager, run_tasks, swelling):
        job = jobs.begin_import(ContentFile(swelling, "contracts.xlsx"), by=manager)
        assert run_tasks() == 1
        job = ContractImport.objects.get(pk=job.pk)
        assert (job.state, job.problem) == (ContractImport.State.REFUSED, apart.TOO_MUCH)
        assert job.tries == 1

    @pytest.mark.django_db
    def test_the_import_of_accounts_refuses_it(self, swelling):
        with pytest.raises(UnreadableSheet, match="حافظه یا زمان"):
            importing.bring_in(swelling)

    def test_a_job_is_held_for_longer_than_its_task_may_run(self):
        assert jobs.LEASE.total_seconds() > settings.TASK_TIMEOUT_SECONDS
        assert settings.TASK_TIMEOUT_SECONDS > jobs.SLICE_SECONDS + apart.SILENCE
