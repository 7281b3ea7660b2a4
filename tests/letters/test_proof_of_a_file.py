"""Whoever has a letter's file learns whether it is ours to the bit, and what was done to it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings as portal
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pypdf import PdfReader, PdfWriter

from letters import comparison
from letters.comparison import (
    CONTENTS,
    MOST_BYTES,
    FileTooLarge,
    Verdict,
    require_bounded,
)
from letters.models import Letter
from letters.proof_views import FILES_A_MINUTE
from letters.seal import looking
from letters.seal.keys import load_roots
from letters.seal.making import Authority
from letters.seal.sealing import seal_pdf
from tests import cast
from tests.letters.sealing import our_authority, use_seal
from tests.paper import copied_text

DESKS = ("desk", "subs", "finance", "technical", "deputy")


@pytest.fixture
def letter(submitted, staff, run_tasks, settings, tmp_path):
    use_seal(settings, tmp_path / "seal")
    case = cast.pass_desks(submitted, staff, *DESKS)
    cast.step(case, "approve", staff["secretariat"])
    run_tasks()
    return Letter.objects.get()


@pytest.fixture
def compare(client, letter) -> Callable[[bytes], dict]:
    """What the endpoint says of a file beside the letter."""

    def ask(content: bytes) -> dict:
        file = SimpleUploadedFile("letter.pdf", content)
        FILES_A_MINUTE.give_back("127.0.0.1")
        answer = client.post(f"/api/v3/verify/{letter.verify_code}/file/", {"file": file})
        assert answer.status_code == 200, answer.content
        return answer.json()["file"]

    return ask


def unsealed(paper: bytes) -> bytes:
    return paper[: paper.index(b"%%EOF") + 6]


def changed_at(paper: bytes, at: int) -> bytes:
    return paper[:at] + bytes([paper[at] ^ 1]) + paper[at + 1 :]


def with_a_note(paper: bytes) -> bytes:
    """Something written over the first page, as any program for PDFs does it."""
    writer = IncrementalPdfFileWriter(BytesIO(paper))
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=b"0 0 200 200 re f"))
    writer.update_container(page)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def rewritten(paper: bytes) -> bytes:
    out = BytesIO()
    PdfWriter(clone_from=PdfReader(BytesIO(paper))).write(out)
    return out.getvalue()


def sealed_by_another(paper: bytes, settings, folder: Path) -> bytes:
    """The letter without its seal, sealed by whoever calls himself like us."""
    theirs = Authority("Root of the Stories")
    before = settings.SEAL_FILE, settings.SEAL_ROOTS, settings.SEAL_CRLS
    use_seal(settings, folder, (theirs, theirs.issue("Seal of the Office")))
    try:
        return seal_pdf(unsealed(paper))
    finally:
        settings.SEAL_FILE, settings.SEAL_ROOTS, settings.SEAL_CRLS = before


def with_another_signature(paper: bytes) -> bytes:
    """The signature's own bytes changed, all else as it was."""
    found = CONTENTS.search(paper)
    assert found
    return changed_at(paper, found.start(1) + 900)


def test_the_file_that_was_issued_is_ours(letter, compare):
    said = compare(letter.file.open().read())

    assert (said["kind"], said["verdict"], said["sha256"]) == ("ours", "ours", letter.sha256)
    (seal,) = said["seals"]
    assert seal == {
        "signer": "Seal of the Office",
        "ours": True,
        "intact": True,
        "nothing_after": True,
        "damaged": False,
    }


def test_each_kind_of_tampering_is_named(letter, compare, settings, tmp_path, monkeypatch):
    # In this process: the other stories start the program.
    roots = load_roots()

    def look(copy, *_):
        return json.dumps(looking.look_into(copy.read(), roots))

    monkeypatch.setattr(comparison, "line_to_lookout", lambda _: SimpleNamespace(ask=look))
    paper = letter.file.open().read()
    sealed_from = paper.index(b"/ByteRange")
    rewrapped = sealed_by_another(paper, settings, tmp_path / "theirs")
    tampered = {
        "bytes behind the end": (paper + b"\n% more", Verdict.APPENDED),
        "a page drawn over": (with_a_note(paper), Verdict.APPENDED),
        "bytes before the beginning": (b"GIF89a" + paper, Verdict.PREFIXED),
        "a changed byte of the text": (changed_at(paper, 9000), Verdict.CHANGED),
        "a changed byte of the seal's own data": (
            changed_at(paper, sealed_from - 30),
            Verdict.SEAL_DAMAGED,
        ),
        "another digit in the length of what is sealed": (
            paper.replace(b"/ByteRange [0", b"/ByteRange [1", 1),
            Verdict.CHANGED,
        ),
        "a changed signature": (with_another_signature(paper), Verdict.SEAL_DAMAGED),
        "the seal taken off": (unsealed(paper), Verdict.SEAL_REMOVED),
        "the end cut off": (paper[:-3000], Verdict.CUT_OFF),
        "sealed by another of the same name": (rewrapped, Verdict.OTHER_SEAL),
        "written anew by a program": (rewritten(unsealed(paper)), Verdict.REWRITTEN),
        "drawn over without its seal": (with_a_note(unsealed(paper)), Verdict.REWRITTEN),
        "a piece taken out": (paper[:12000] + paper[12100:], Verdict.CHANGED),
    }
    verdicts = {name: compare(content) for name, (content, _) in tampered.items()}

    assert {name: said["verdict"] for name, said in verdicts.items()} == {
        name: verdict for name, (_, verdict) in tampered.items()
    }
    assert {said["kind"] for said in verdicts.values()} == {"altered"}
    assert verdicts["a changed byte of the text"]["differs_at"] == 9000
    # What the seals say besides: ours is whole, and something came behind it.
    (seal,) = verdicts["a page drawn over"]["seals"]
    assert (seal["ours"], seal["intact"], seal["nothing_after"]) == (True, True, False)
    (seal,) = verdicts["sealed by another of the same name"]["seals"]
    assert (seal["ours"], seal["intact"]) == (False, True)
    (seal,) = verdicts["a changed byte of the text"]["seals"]
    assert (seal["ours"], seal["intact"]) == (True, False)


def test_what_is_not_ours_is_unknown(compare, tmp_path):
    blank = PdfWriter()
    blank.add_blank_page(200, 200)
    theirs, locked = BytesIO(), BytesIO()
    blank.write(theirs)
    blank.encrypt("closed")
    blank.write(locked)

    strange = {"a text": b"no pdf at all", "another pdf": theirs.getvalue()}
    assert {compare(content)["verdict"] for content in strange.values()} == {"unknown"}
    said = compare(locked.getvalue())
    assert (said["verdict"], said["kind"]) == ("closed", "unknown")


def test_another_letter_of_ours_is_told_from_this_one(letter, compare):
    other = b"the file of another letter"
    Letter.objects.filter(pk=letter.pk).update(sha256="0" * 64)
    Letter.objects.bulk_create([copy_of(letter, other)])

    said = compare(other)
    assert (said["verdict"], said["kind"], said["other_number"]) == (
        "other_letter",
        "altered",
        "1405/1/99",
    )


def copy_of(letter: Letter, content: bytes) -> Letter:
    facts = {field.attname: getattr(letter, field.attname) for field in Letter._meta.fields}
    facts |= {"id": None, "number": 99, "number_text": "1405/1/99", "verify_code": "0" * 16}
    facts |= {"state": "void", "sha256": hashlib.sha256(content).hexdigest()}
    return Letter(**facts)


def test_the_page_says_it_in_words_and_keeps_nothing(client, letter):
    before = sorted(Path(portal.PRIVATE_ROOT).rglob("*"))
    paper = letter.file.open().read()
    file = SimpleUploadedFile("letter.pdf", paper + b" ")
    answer = client.post(f"/verify/{letter.verify_code}/file/", {"file": file})

    html = answer.content.decode()
    assert answer.status_code == 200
    assert "فایل با اصل نامه یکسان نیست" in html
    assert str(Verdict.APPENDED.label) in html
    assert "مهر این شرکت" in html
    assert sorted(Path(portal.PRIVATE_ROOT).rglob("*")) == before
    assert not answer.cookies


@pytest.mark.parametrize(
    ("content", "status"), [(None, 422), (b"", 422), (b"%PDF-" + b" " * (MOST_BYTES + 20_000), 413)]
)
def test_what_cannot_be_compared_is_refused(client, letter, content, status):
    for address in (
        f"/verify/{letter.verify_code}/file/",
        f"/api/v3/verify/{letter.verify_code}/file/",
    ):
        given = {} if content is None else {"file": SimpleUploadedFile("letter.pdf", content)}
        assert client.post(address, given).status_code == status


def test_files_are_compared_so_often_and_no_oftener(client, letter):
    address = f"/verify/{letter.verify_code}/file/"
    paper = ContentFile(letter.file.open().read(), "letter.pdf")
    for _ in range(FILES_A_MINUTE.amount):
        FILES_A_MINUTE.take("127.0.0.1")

    answer = client.post(address, {"file": paper})
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert client.get(f"/verify/{letter.verify_code}/").status_code == 200


def test_the_report_tells_the_same_on_paper_and_to_machines(client, letter):
    code = letter.verify_code
    data = client.get(f"/verify/{code}/report.json").json()
    said = client.get(f"/api/v3/verify/{code}/").json()
    assert {**data["letter"], "issued_at": ""} == {**said, "issued_at": ""}
    assert (data["letter"]["seal"], data["letter"]["state"], data["file"]) == (
        "b-b",
        "issued",
        None,
    )

    for address in (f"/verify/{code}/report/", f"/api/v3/verify/{code}/report/"):
        answer = client.get(address)
        assert answer["Content-Type"] == "application/pdf"
    assert letter.sha256 in copied_text(b"".join(answer.streaming_content)).replace("\n", "")

    file = SimpleUploadedFile("letter.pdf", letter.file.open().read())
    answer = client.post(f"/verify/{code}/file/", {"file": file, "report": "pdf"})
    assert "اصل نامه است" in copied_text(b"".join(answer.streaming_content))


def test_what_replaced_a_letter_and_when_it_ended_is_told(
    client, letter, manager, staff, run_tasks
):
    case = cast.again(letter.submission)
    case = cast.step(case, "reopen", manager, "مدرک درست نبود", stop="secretariat")
    cast.step(case, "approve", staff["secretariat"])
    run_tasks()

    said = client.get(f"/api/v3/verify/{letter.verify_code}/").json()
    later = Letter.objects.latest("pk")
    assert (said["state"], said["superseded_by"]) == ("superseded", later.number_text)
    assert said["ended_at"] is not None


def test_nothing_of_the_key_reaches_the_look_into_a_file(letter, compare, settings):
    assert our_authority()[1].key
    settings.SEAL_FILE = settings.SEAL_PASSWORD = ""

    assert compare(letter.file.open().read() + b" ")["seals"][0]["ours"]


@pytest.mark.parametrize("length", ["9" * 5000, "9" * 18, "²", "-1", ""])
def test_a_length_that_is_no_number_of_bytes_is_refused(length):
    with pytest.raises(FileTooLarge):
        require_bounded(length)
