"""A file without a row goes, a row without its file is told of."""

from __future__ import annotations

import os
import time
from io import StringIO

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.management import CommandError, call_command

from submissions.models import PartialUpload
from work import stray_files, sweeps

OLD = time.time() - 2 * 24 * 60 * 60


@pytest.fixture(autouse=True)
def folder(tmp_path, settings, monkeypatch):
    """A private storage of this story's own."""
    private = storages["private"]
    monkeypatch.setattr(private, "_location", str(tmp_path))
    for name in ("base_location", "location"):
        private.__dict__.pop(name, None)
    yield tmp_path
    monkeypatch.undo()
    for name in ("base_location", "location"):
        private.__dict__.pop(name, None)


def place(folder, name, *, at=OLD):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"paper")
    os.utime(path, (at, at))
    return path


def test_a_file_of_no_row_goes_and_a_named_one_stays(folder, draft, caplog):
    document = draft.documents.first()
    named = place(folder, document.file.name)  # older than a day, too
    stray = place(folder, "documents/2026/11/0000-stray")
    half = place(folder, "letters/2026/11/a.pdf.0123.partial")

    assert stray_files.remove_strays() == 2
    assert named.exists()
    assert not stray.exists()
    assert not half.exists()
    assert "0000-stray belonged to no row and was removed" in caplog.text


def test_a_young_file_is_left_alone(folder, db):
    young = place(folder, "documents/2026/11/young", at=time.time())
    assert stray_files.remove_strays() == 0
    assert young.exists()


def test_parts_are_kept_as_long_as_their_row(folder, draft, maryam):
    part = PartialUpload.objects.create(
        owner=maryam, submission=draft, requirement="x", original_name="x", size=9
    )
    kept = place(folder, f"uploads/{part.key}.part")
    stray = place(folder, "uploads/11111111-1111-4111-8111-111111111111.part")

    assert stray_files.remove_strays() == 1
    assert kept.exists()
    assert not stray.exists()


def test_a_sweep_looks_at_so_many_and_the_next_goes_on(folder, db, monkeypatch):
    monkeypatch.setattr(stray_files, "NAMES", 2)
    for number in range(5):
        place(folder, f"documents/{number % 2}/{number}")

    assert [stray_files.remove_strays() for _ in range(4)] == [0, 0, 5, 0]
    place(folder, "documents/0/late")
    with monkeypatch.context() as patch:
        # This round is over; the entry that says so runs out by itself, and nobody renews it.
        patch.setattr(cache, "set", None)
        assert stray_files.remove_strays() == 0
    cache.clear()
    assert stray_files.remove_strays() == 1


def test_too_many_strays_of_a_round_are_another_database(folder, db, monkeypatch, caplog):
    monkeypatch.setattr(stray_files, "MOST_STRAYS", 4)
    monkeypatch.setattr(stray_files, "NAMES", 2)
    papers = [place(folder, f"documents/{number % 3}/{number}") for number in range(9)]

    # However little one sweep sees of them; and the next round begins a day later.
    assert sum(stray_files.remove_strays() for _ in range(9)) == 0
    assert all(paper.exists() for paper in papers)
    assert caplog.text.count("More than 4 files of no row") == 1
    cache.delete("stray-files")
    assert sum(stray_files.remove_strays() for _ in range(9)) == 0
    assert all(paper.exists() for paper in papers)


def found(client):
    return client.get("/health/work?format=json").json()["findings"]


def test_what_is_left_for_a_person_is_told_until_one_has_looked(folder, draft, client, monkeypatch):
    monkeypatch.setattr(stray_files, "MOST_STRAYS", 1)
    for number in range(3):
        place(folder, f"documents/1/{number}")
    missing = draft.documents.first()
    (folder / missing.file.name).unlink()
    sweeps.sweep()
    for _ in stray_files.file_fields():
        stray_files.report_missing()

    words = "2 or more files of no row, none is removed, 1 rows without their file"
    assert {"check": "files and rows", "says": f"{words}: miz check_files"} in found(client)
    # Rounds that have not seen all of it tell nothing new.
    cache.delete_many(["stray-files", "missing-files"])
    assert "files and rows" in [finding["check"] for finding in found(client)]

    with pytest.raises(CommandError):
        call_command("check_files", "--remove", stdout=StringIO())
    missing.file.storage.save(missing.file.name, ContentFile(b"paper"))
    call_command("check_files", stdout=StringIO())
    assert "files and rows" not in [finding["check"] for finding in found(client)]


def test_a_file_that_a_row_names_meanwhile_is_kept(folder, draft, monkeypatch):
    monkeypatch.setattr(stray_files, "NAMES", 1)
    early = place(folder, "documents/0/early")
    place(folder, "documents/0/later")
    assert stray_files.remove_strays() == 0
    draft.documents.filter(pk=draft.documents.first().pk).update(file="documents/0/early")

    assert sum(stray_files.remove_strays() for _ in range(9)) == 1
    assert early.exists()


def test_a_missing_file_is_told_of_once_a_round(folder, draft, caplog):
    names = [document.file.name for document in draft.documents.all()]
    (folder / names[0]).unlink()

    rounds = len(stray_files.file_fields())
    assert sum(stray_files.report_missing() for _ in range(rounds + 2)) == 1
    assert f"The file {names[0]} of submissions.Document" in caplog.text


def test_every_private_field_is_looked_at(db):
    labels = {f"{field.model._meta.label}.{field.name}" for field in stray_files.file_fields()}
    assert labels == {
        "submissions.Document.file",
        "submissions.ContractImport.file",
        "submissions.WaitingFile.file",
        "submissions.InquiryReply.file",
        "letters.Letter.file",
        "letters.ReceivedMail.file",
        "letters.IncomingScan.file",
        "letters.RegisterPrint.file",
        "letters.LetterImage.file",
        "letters.LetterAttachment.file",
    }


def test_the_command_looks_at_all_at_once(folder, draft):
    stray = place(folder, "documents/2026/11/stray")
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("check_files", stdout=out)
    assert "of no row: documents/2026/11/stray" in out.getvalue()
    assert stray.exists()

    call_command("check_files", "--remove", stdout=StringIO())
    assert not stray.exists()


def test_the_sweep_does_both(db):
    counts = sweeps.sweep()
    assert counts["files of no row"] == counts["missing files"] == 0


def test_what_comes_between_writing_and_the_row_leaves_a_stray(folder, db):
    name = storages["private"].save("documents/2026/11/x", ContentFile(b"paper"))
    os.utime(folder / name, (OLD, OLD))
    assert stray_files.remove_strays() == 1
