"""A file arrives while the host is busy: it waits, the worker judges it, and then it counts or not."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.timezone import now
from django_q.models import OrmQ

from submissions.documents import inspection, judging, storage
from submissions.documents.inspection import BRIEF
from submissions.drafts import editing
from submissions.models import Document, Submission, WaitingFile
from submissions.refusals import Incomplete
from submissions.step_details import Mend
from submissions.workflow.steps import take_step
from tests import cast
from tests.submissions.files import pdf, pdf_with, picture
from tests.submissions.test_tus import create as begin_part
from tests.submissions.test_tus import patch
from work import sweeps
from work.places import NoPlace

CODE = "contract"
CHECKING = "در حال بررسی فایل"


@pytest.fixture
def browser(client, signed_in, maryam):
    return signed_in(client, maryam)


@pytest.fixture
def busy(monkeypatch):
    """All places of the host are taken whenever a page asks for one; the worker gets its own."""
    look = inspection.verdict_on

    def verdict_on(upload, kind, how):
        if how is BRIEF:
            raise NoPlace
        return look(upload, kind, how)

    monkeypatch.setattr(inspection, "verdict_on", verdict_on)


def send(browser, case, file, code=CODE, script=True):
    address = reverse("submissions:upload", args=[case.tracking_code]) + f"?requirement={code}"
    return browser.post(address, {"file": file}, headers={"HX-Request": "true"} if script else None)


def documents_page(browser, case):
    page = reverse("submissions:draft", args=[case.tracking_code, "documents"])
    return browser.get(page).content.decode()


def ask_again(browser, case, code=CODE):
    """What the page's script asks while it waits."""
    address = reverse("submissions:waiting", args=[case.tracking_code, code])
    return browser.get(address, headers={"HX-Request": "true"}).content.decode()


def state_of(row):
    return re.search(r'data-state="(\w+)"', row)[1]


def current(case, code=CODE):
    return case.documents.current().filter(requirement=code).first()


@pytest.mark.usefixtures("busy")
class TestWaiting:
    def test_it_is_kept_judged_by_the_worker_and_counts_then(self, browser, draft, run_tasks):
        before = current(draft)
        row = send(browser, draft, picture()).content.decode()
        assert state_of(row) == "checking"
        assert CHECKING in row
        assert current(draft) == before, "until it is judged the earlier one counts"
        assert state_of(ask_again(browser, draft)) == "checking"

        run_tasks()

        assert current(draft).content_type == "image/png"
        assert current(draft).file.open().read(4) == b"\x89PNG"
        assert state_of(ask_again(browser, draft)) == "uploaded"
        assert not WaitingFile.objects.exists()

    def test_a_refusal_says_the_very_sentence_of_the_form(self, browser, draft, run_tasks):
        before = current(draft)
        send(browser, draft, pdf_with(opens={"/S": "/JavaScript", "/JS": "app.alert(1)"}))
        stored = str(WaitingFile.objects.get().file.name)
        run_tasks()

        row = ask_again(browser, draft)
        assert state_of(row) == "refused"
        assert inspection.ActivePdf.message in row
        assert current(draft) == before
        assert not before.file.storage.exists(stored)

        send(browser, draft, pdf())
        assert not WaitingFile.objects.exclude(refusal="").exists()

    def test_without_a_script_the_page_says_it_and_a_link_asks_again(self, browser, draft):
        answer = send(browser, draft, pdf(), script=False)
        assert answer.status_code == 302
        page = browser.get(answer.url.partition("#")[0]).content.decode()
        assert "دریافت شد و در حال بررسی است" in page
        link = reverse("submissions:waiting", args=[draft.tracking_code, CODE])
        assert f'href="{link}"' in page
        assert browser.get(link).url.endswith(f"#document-{CODE}")

    def test_nothing_is_handed_in_while_a_file_waits(self, browser, draft, maryam, run_tasks):
        send(browser, draft, pdf())
        with pytest.raises(Incomplete) as refused:
            take_step(draft, "submit", by=maryam, expecting=draft.last_seq)
        assert ["در حال بررسی است" in item.text for item in refused.value.missing] == [True]
        check = reverse("submissions:draft", args=[draft.tracking_code, "check"])
        assert "در حال بررسی است" in browser.get(check).content.decode()

        run_tasks()
        case = cast.step(Submission.objects.get(pk=draft.pk), "submit", maryam)
        assert current(case) in case.filings.get().documents.all()

    def test_by_tus_it_waits_as_well(self, browser, draft, maryam, run_tasks):
        content = pdf().read()
        url = begin_part(browser, draft, len(content)).headers["Location"]
        answer = patch(browser, url, content, 0, **{"HX-Request": "true"})
        assert state_of(answer.content.decode()) == "checking"
        assert answer.headers["Upload-Offset"] == str(len(content))
        run_tasks()
        assert current(draft).file.open().read() == content

    def test_a_paper_of_a_return_waits_and_mends_then(self, browser, submitted, staff, run_tasks):
        mend = (Mend("document", CODE, "خوانا نیست"),)
        cast.step(submitted, "return_for_correction", staff["desk"], note="ناخوانا", mend=mend)
        case = Submission.objects.get(pk=submitted.pk)
        filed = current(case)
        assert state_of(send(browser, case, pdf()).content.decode()) == "checking"
        assert current(case) == filed
        run_tasks()
        assert current(case) != filed

    def test_what_was_accepted_before_waits_too(self, draft, maryam, run_tasks):
        needed = draft.facts.document(CODE)
        kept = storage.attach_document(draft, needed, pdf(), by=maryam)
        assert isinstance(kept, WaitingFile)

    def test_it_is_taken_back(self, browser, draft, run_tasks, django_capture_on_commit_callbacks):
        send(browser, draft, pdf())
        waiting = WaitingFile.objects.get()
        address = reverse("submissions:waiting", args=[draft.tracking_code, CODE])
        with django_capture_on_commit_callbacks(execute=True):
            browser.post(address)
        assert not WaitingFile.objects.exists()
        assert not waiting.file.storage.exists(str(waiting.file.name))
        run_tasks()
        assert current(draft).content_type == "application/pdf"

    def test_withdrawing_drops_it(self, browser, submitted, maryam, staff, run_tasks):
        mend = (Mend("document", CODE, "خوانا نیست"),)
        cast.step(submitted, "return_for_correction", staff["desk"], note="ناخوانا", mend=mend)
        case = Submission.objects.get(pk=submitted.pk)
        send(browser, case, pdf())
        cast.step(case, "withdraw", maryam)
        assert not WaitingFile.objects.exists()
        assert run_tasks()

    def test_nobody_but_the_worker_reads_it(self, browser, client, draft, staff, signed_in):
        send(browser, draft, pdf())
        name = str(WaitingFile.objects.get().file.name)
        assert name not in documents_page(browser, draft)
        assert not Document.objects.filter(file=name).exists()

    def test_one_who_left_the_party_brings_nothing(self, draft, maryam, browser, run_tasks):
        send(browser, draft, pdf())
        before = current(draft)
        draft.party.memberships.filter(user=maryam).delete()
        run_tasks()
        assert current(draft) == before
        assert not WaitingFile.objects.exists()

    def test_what_is_declined_waits_no_longer(self, service, maryam, browser):
        optional = cast.make_optional(service, "building_permit")
        case = cast.begin(maryam, optional or service)
        send(browser, case, pdf(), code="building_permit")
        editing.decline_document(case, "building_permit", by=maryam)
        assert not WaitingFile.objects.exists()


class TestWhatBringsItThere:
    def test_a_brief_look_that_finds_no_end_is_followed_by_a_thorough_one(
        self, browser, draft, monkeypatch, run_tasks
    ):
        said = {True: "", False: "fine"}
        monkeypatch.setattr(inspection, "verdict_on", lambda file, kind, how: said[how is BRIEF])
        assert state_of(send(browser, draft, pdf()).content.decode()) == "checking"
        run_tasks()
        assert state_of(ask_again(browser, draft)) == "uploaded"

    def test_of_one_person_a_second_file_waits_behind_the_first(self, browser, draft, maryam, busy):
        send(browser, draft, pdf())
        assert not judging.is_fine_at_once(pdf(), "application/pdf", maryam)

    def test_many_of_them_are_refused_until_they_are_judged(
        self, browser, draft, maryam, busy, monkeypatch, run_tasks
    ):
        monkeypatch.setattr(judging, "MOST_WAITING", 1)
        send(browser, draft, pdf())
        answer = send(browser, draft, pdf(), code="building_permit")
        assert answer.status_code == 429
        assert judging.TooManyWaiting.message in answer.content.decode()
        assert begin_part(browser, draft, 100, code="building_permit").status_code == 429
        run_tasks()
        assert send(browser, draft, pdf(), code="building_permit").status_code == 200

    @pytest.mark.parametrize("way", ["whole", "in parts"])
    def test_another_file_in_place_of_a_waiting_one_needs_no_room(
        self, browser, draft, busy, monkeypatch, way
    ):
        monkeypatch.setattr(judging, "MOST_WAITING", 1)
        send(browser, draft, pdf("سند"))
        if way == "whole":
            assert (
                state_of(send(browser, draft, pdf("سند اصلاح‌شده")).content.decode()) == "checking"
            )
        else:
            part = begin_part(browser, draft, pdf().size, code=CODE)
            assert part.status_code == 201
        assert send(browser, draft, pdf(), code="building_permit").status_code == 429

    def test_nobody_has_file_after_file_looked_at_for_long(
        self, browser, draft, maryam, monkeypatch
    ):
        for _ in range(judging.LONG_LOOKS_AN_HOUR.amount):
            judging.LONG_LOOKS_AN_HOUR.take(str(maryam.pk))
        answer = send(browser, draft, pdf())
        assert answer.status_code == 429
        assert "نسخهٔ ساده‌ای" in answer.content.decode()
        assert state_of(answer.content.decode()) == "refused"

    def test_uploads_have_a_limit_with_words_in_the_row(self, browser, draft, monkeypatch, maryam):
        for _ in range(judging.UPLOADS_A_MINUTE.amount):
            judging.UPLOADS_A_MINUTE.take(str(maryam.pk))
        assert "بیش از حد مجاز" in send(browser, draft, pdf()).content.decode()
        assert send(browser, draft, pdf(), script=False).status_code == 302
        assert "بیش از حد مجاز" in documents_page(browser, draft)
        assert begin_part(browser, draft, 100).status_code == 429


class TestTheWorker:
    @pytest.fixture
    def rows(self, draft, maryam, stranger, service):
        """Three files of Maryam, then one of somebody else."""
        owners = [(maryam, n) for n in range(3)] + [(stranger, 3)]
        return [
            WaitingFile.objects.create(
                owner=owner, submission=draft, requirement=f"r{n}", original_name="x", file="x",
                size=1, content_type="application/pdf", sha256="0" * 64,
            )
            for owner, n in owners
        ]  # fmt: skip

    def test_everybodys_first_file_comes_before_anybodys_second(self, rows):
        mine, second, third, theirs = rows
        assert list(WaitingFile.objects.in_turn()) == [mine, theirs, second, third]

    def test_without_a_place_the_row_comes_again(
        self, browser, draft, busy, monkeypatch, run_tasks
    ):
        send(browser, draft, pdf())
        look, asked = inspection.verdict_on, []

        def first_none(file, kind, how):
            asked.append(how)
            if len(asked) == 1:
                raise NoPlace
            return look(file, kind, how)

        monkeypatch.setattr(inspection, "verdict_on", first_none)
        run_tasks()
        assert not WaitingFile.objects.exists()
        assert len(asked) == 2

    def test_a_lost_task_is_found_by_the_sweep(self, browser, draft, busy, run_tasks):
        send(browser, draft, pdf())
        OrmQ.objects.all().delete()
        WaitingFile.objects.update(queued_at=now() - timedelta(minutes=5))
        assert sweeps.sweep()["files to be judged"] == 1
        run_tasks()
        assert not WaitingFile.objects.exists()

    def test_a_lost_file_is_said_to_be_broken(self, browser, draft, busy, run_tasks):
        send(browser, draft, pdf())
        waiting = WaitingFile.objects.get()
        waiting.file.storage.delete(str(waiting.file.name))
        run_tasks()
        assert inspection.BrokenFile.message in documents_page(browser, draft)

    def test_a_row_has_a_file_or_a_reason(self, rows):
        with pytest.raises((IntegrityError, ValidationError)), transaction.atomic():
            WaitingFile.objects.filter(pk=rows[0].pk).update(refusal="نه")
