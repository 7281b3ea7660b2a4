"""The disk is full or cannot be written to: nothing is half there, and the person is told."""

from __future__ import annotations

import errno
import json
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, storages
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from db.file_storage import kept_if_recorded
from letters.models import Letter
from submissions.documents import storage
from submissions.models import ContractImport, PartialUpload, Submission
from tests import cast
from tests.submissions.files import pdf
from tests.submissions.test_tus import CONTENT, HALF, SIZE, create, offset, patch

ANSWERS = [(errno.ENOSPC, 507), (errno.EDQUOT, 507), (errno.EROFS, 503), (errno.EACCES, 503)]


@pytest.fixture
def browser(signed_in, maryam):
    return signed_in(Client(raise_request_exception=False), maryam)


@pytest.fixture
def empty(draft):
    draft.documents.all().delete()
    return Submission.objects.get(pk=draft.pk)


@pytest.fixture
def break_disk(monkeypatch):
    """From now on a file is written to its half, and then the disk says ``number``."""

    def break_it(number):
        def write_half(self, name, content):
            path = Path(self.path(name))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.read(5))
            raise OSError(number, "the disk")

        monkeypatch.setattr(FileSystemStorage, "_save", write_half)
        return monkeypatch.undo

    return break_it


@pytest.fixture
def before(settings):
    """The files that were there."""
    return files_below(settings.PRIVATE_ROOT)


def files_below(folder):
    return {path for path in Path(folder).rglob("*") if path.is_file()}


@pytest.mark.parametrize(("number", "status"), ANSWERS)
def test_a_form_with_a_file(browser, empty, break_disk, before, settings, number, status):
    mend_disk = break_disk(number)
    address = reverse("submissions:upload", args=[empty.tracking_code]) + "?requirement=contract"
    answer = browser.post(address, {"file": pdf()})

    assert answer.status_code == status
    assert "Retry-After" in answer.headers
    assert "فایل انتخاب‌شده ذخیره نشده است" in answer.content.decode()
    assert not empty.documents.exists()
    assert files_below(settings.PRIVATE_ROOT) == before
    mend_disk()
    assert browser.post(address, {"file": pdf()}).status_code == 302
    assert empty.documents.get().file.size


def test_a_file_in_blocks_waits_for_its_last_byte(browser, empty, break_disk):
    url = create(browser, empty)["Location"]
    patch(browser, url, CONTENT[:HALF], 0)
    mend_disk = break_disk(errno.ENOSPC)
    answer = patch(browser, url, CONTENT[HALF:], HALF, **{"X-Requested-With": "XMLHttpRequest"})

    assert answer.status_code == 507
    assert json.loads(answer.content)["code"] == "disk_full"
    assert offset(browser, url) == SIZE - 1
    mend_disk()
    assert patch(browser, url, CONTENT[-1:], SIZE - 1).status_code == 204
    assert empty.documents.get().size == SIZE


def test_a_block_that_finds_no_room(browser, empty, monkeypatch):
    """What was written counts, what was only taken in does not."""
    url = create(browser, empty)["Location"]
    patch(browser, url, CONTENT[:HALF], 0)
    part = PartialUpload.objects.get()
    opened = Path.open

    def open_full(path, *args, **kwargs):
        return (
            opened(path, *args, **kwargs) if path != part.path else _FullFile(opened(path, "r+b"))
        )

    monkeypatch.setattr(Path, "open", open_full)
    assert patch(browser, url, CONTENT[HALF:], HALF).status_code == 507
    monkeypatch.undo()
    assert offset(browser, url) == HALF
    assert patch(browser, url, CONTENT[HALF:], HALF).status_code == 204


class _FullFile:
    def __init__(self, file):
        self._file = file

    def __enter__(self):
        return self

    def __exit__(self, *args):
        self._file.close()

    def __getattr__(self, name):
        return getattr(self._file, name)

    def write(self, block):
        raise OSError(errno.ENOSPC, "the disk")


def test_an_upload_that_cannot_begin_has_no_row(browser, empty, monkeypatch):
    def full(*args, **kwargs):
        raise OSError(errno.ENOSPC, "the disk")

    monkeypatch.setattr(Path, "touch", full)
    assert create(browser, empty).status_code == 507
    assert not PartialUpload.objects.exists()


def test_a_letter_waits_for_room(submitted, staff, run_tasks, break_disk, settings):
    break_disk(errno.ENOSPC)
    case = cast.pass_desks(submitted, staff, *cast.SIX_DESKS[:-1])
    cast.step(case, "approve", staff[cast.SIX_DESKS[-1]])
    before = files_below(settings.PRIVATE_ROOT)
    run_tasks()

    letter = Letter.objects.get(submission=submitted)
    assert letter.rendered_at is None
    assert "OSError(28" in letter.last_error
    assert files_below(settings.PRIVATE_ROOT) == before


def test_a_list_of_contracts(signed_in, manager, break_disk, before, settings):
    break_disk(errno.ENOSPC)
    browser = signed_in(Client(raise_request_exception=False), manager)
    answer = browser.post(reverse("contract_imports"), {"file": ContentFile(b"a;b", "a.csv")})

    assert answer.status_code == 507
    assert "فضای ذخیره‌سازی سامانه پر شده است" in answer.content.decode()
    assert not ContractImport.objects.exists()
    assert files_below(settings.PRIVATE_ROOT) == before


def test_a_database_that_went_away_may_have_committed(db):
    """Its file stays: a row may name it. Without a row the sweep takes it away."""
    private = storages["private"]
    with pytest.raises(OperationalError), kept_if_recorded(private) as save_file:
        name = save_file("documents/1/a", ContentFile(b"x"))
        raise OperationalError("the answer to COMMIT was lost")
    assert private.exists(name)

    with pytest.raises(ValueError, match="no"), kept_if_recorded(private) as save_file:
        gone = save_file("documents/1/b", ContentFile(b"x"))
        raise ValueError("no")
    assert not private.exists(gone)
    private.delete(name)


def test_two_files_of_one_name(db):
    private = storages["private"]
    first = private.save("documents/2/a", ContentFile(b"1"))
    second = private._take_name(
        FileSystemStorage._save(private, "documents/2/late", ContentFile(b"2")), first
    )
    assert first != second
    assert (private.open(first).read(), private.open(second).read()) == (b"1", b"2")


def test_a_replaced_file_that_cannot_be_removed_fails_nobody(browser, draft, monkeypatch):
    address = reverse("submissions:upload", args=[draft.tracking_code]) + "?requirement=contract"

    def locked(self, name):
        raise OSError(errno.EROFS, "the disk")

    monkeypatch.setattr(type(storage.private_storage()), "delete", locked)
    assert browser.post(address, {"file": pdf()}).status_code == 302
