"""ECE files: ours are as the DTD has them, those of others are read whatever they hold."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from letters.ece.reading import NotEce, read_ece, read_moment
from letters.ece.shapes import EceFile, EceLetter, EceParty, EceReceipt, EceRelated
from letters.ece.writing import write_letter, write_receipt
from persian.jalali import TEHRAN

HERE = Path(__file__).parent / "ece"
SAMPLE = (HERE / "sample.xml").read_bytes()
DTD = etree.DTD(str(HERE / "letter.dtd"))
AT = datetime(2026, 11, 22, 10, 15, tzinfo=TEHRAN)
LETTER = EceLetter(
    sender=EceParty("شرکت شهرک‌های صنعتی", "دبیرخانه", "مدیرعامل", "علی <نمونه> & پسران", "IP-1"),
    receiver=EceParty("شرکت توزیع نیروی برق", code="E-1"),
    number="1405/1/34",
    at=AT,
    subject="معرفی واحد صنعتی",
    origins=(EceFile("pdf", b"%PDF-1.7" + bytes(range(256)) * 40, "اصل نامه"),),
    attachments=(EceFile("png", b"\x89PNG", "کروکی"),),
    copies=(EceParty("شرکت گاز"),),
    related=(EceRelated("1405/2/9", AT, "Reply"), EceRelated("1405/2/8")),
    priority="2",
    keywords=("انشعاب برق",),
)


@pytest.mark.parametrize(
    "letter",
    [
        LETTER,
        replace(LETTER, attachments=(), copies=(), related=(), keywords=()),
        replace(LETTER, subject="a\x00b\x0bc\ud800d"),
    ],
)
def test_what_is_written_is_as_the_dtd_has_it(letter: EceLetter) -> None:
    content = write_letter(letter)
    assert content.startswith(b"<?xml")
    root = etree.fromstring(content)
    assert DTD.validate(root), DTD.error_log
    content.decode("utf-8")
    assert root.find("LetterDateTime").attrib == {"ShowAs": "jalali"}
    assert root.findtext("LetterDateTime") == "2026-11-22T10:15:00"
    lines = root.findtext("Origins/Origin").strip().splitlines()
    assert {len(line) for line in lines[:-1]} == {76}


def test_what_is_written_is_read_as_it_was() -> None:
    assert read_ece(write_letter(LETTER)) == LETTER
    receipt = EceReceipt(LETTER.receiver, LETTER.sender, "1405/1/34", AT, "88", AT, True, "ثبت شد")
    assert read_ece(write_receipt(receipt)) == receipt
    refused = replace(receipt, received_number="", received_at=None, is_registered=False)
    assert read_ece(write_receipt(refused)) == refused


def test_a_letter_goes_out_as_one_pdf() -> None:
    for origins in ((), LETTER.origins * 2, (EceFile("png", b"x"),)):
        with pytest.raises(ValueError):
            write_letter(replace(LETTER, origins=origins))


def test_the_calendar_that_is_shown_is_a_setting(settings: Any) -> None:
    settings.ECE_SHOW_AS = "gregorian"
    assert b'ShowAs="gregorian">2026-11-22T' in write_letter(LETTER)


def test_names_are_read_in_any_case_and_order_and_the_unknown_is_kept() -> None:
    found = read_ece(
        "<letter xmlns='urn:x'><SUBJECT>موضوع</SUBJECT><Extra Kind='a'>چیزی</Extra>"
        "<letterNO>12</letterNO><receiver ORGANIZATION='گ'/><Sender organization='ف'/>"
        "<letterdatetime>1405-09-01T10:15</letterdatetime></letter>".encode()
    )
    assert isinstance(found, EceLetter)
    assert (found.number, found.subject, found.at) == ("12", "موضوع", AT)
    assert (found.sender.organisation, found.receiver.organisation) == ("ف", "گ")
    (unknown,) = found.unknown
    assert unknown == {"element": "{urn:x}Extra", "text": "چیزی", "attributes": {"Kind": "a"}}


def test_files_of_other_kinds_are_named_and_left_out() -> None:
    content = SAMPLE.replace(b'Extension="pdf"', b'Extension=".EXE"', 1)
    found = read_ece(content)
    assert isinstance(found, EceLetter)
    assert found.origins == ()
    assert found.left_out == ("اصل نامه «اصل نامه»: نوع فایل مجاز نیست.",)
    assert found.attachments[0].content.startswith(b"%PDF")
    broken = SAMPLE.replace(b"JVBERi0xLjQK", b"!", 1)
    assert "خوانده نشد" in read_ece(broken).left_out[0]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-22T10:15:00", AT),
        ("1405-09-01T10:15:00", AT),
        ("۱۴۰۵/۹/۱ ۱۰:۱۵", AT),
        ("1405/09/01", AT.replace(hour=0, minute=0)),
        ("1405-13-01T10:15", None),
        ("2026-02-30", None),
        ("0000-00-00", None),
        ("", None),
        ("yesterday", None),
    ],
)
def test_dates_are_read_in_either_calendar(text: str, moment: datetime | None) -> None:
    assert read_moment(text) == moment


def test_what_is_no_letter_is_said_in_words() -> None:
    for content in (b"", b"<a/>", b"<Letter/>", b"<Receipt/>", b"\x00", base64.b64encode(SAMPLE)):
        with pytest.raises(NotEce):
            read_ece(content)


def test_mutated_and_hostile_files_neither_crash_nor_tell_nor_swell(
    size: Callable[[int, int], int], tmp_path: Path
) -> None:
    """``-s`` shows what they came to. The process has a limit of memory, and 20 MB files in it."""
    count = size(300, 10_000)
    command = [sys.executable, "-m", "tests.letters.ece.mutations", str(count), "11"]
    path = os.pathsep.join([str(Path.cwd()), str(Path.cwd() / "site")])
    done = subprocess.run(
        [*command, str(tmp_path / "secret.txt")],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout.splitlines()[-1])
    print(told)
    came = told["came"]
    assert sum(came.values()) > count
    # Some still say what they said before, and some are refused for each reason.
    assert came["EceLetter"] > count // 20
    assert len(came) >= 4
