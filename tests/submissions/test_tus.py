"""Uploads that go on where they stopped: the protocol, whose they are, and what ends them."""

import base64
import hashlib
import os
from datetime import timedelta
from io import BytesIO
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now
from pypdf import PdfWriter

from submissions.documents import resumable, storage
from submissions.models import PartialUpload, Submission
from submissions.workflow.steps import take_step
from tests import cast
from tests.submissions.files import pdf, picture
from work import sweeps

BYTES = "application/offset+octet-stream"
PROTOCOL = {"Tus-Resumable": "1.0.0"}
FROM_A_PAGE = {**PROTOCOL, "X-Requested-With": "XMLHttpRequest"}
CONTENT = pdf().read()
SIZE = len(CONTENT)
HALF = SIZE // 2


@pytest.fixture
def browser(client, signed_in, maryam):
    return signed_in(client, maryam)


@pytest.fixture
def empty(draft):
    """The draft without any of its files."""
    draft.documents.all().delete()
    return Submission.objects.get(pk=draft.pk)


def metadata(**words):
    return ",".join(f"{k} {base64.b64encode(v.encode()).decode()}" for k, v in words.items())


def create(browser, case, size=SIZE, name="قرارداد.pdf", code="contract", **headers):
    words = metadata(filename=name, request=case.tracking_code, requirement=code, fingerprint="f-1")
    said = {"Upload-Length": str(size), "Upload-Metadata": words}
    return browser.post(
        reverse("submissions:parts"), content_type=BYTES, headers=PROTOCOL | said | headers
    )


def patch(browser, url, block, at, **headers):
    said = {"Upload-Offset": str(at)}
    return browser.patch(url, block, content_type=BYTES, headers=PROTOCOL | said | headers)


def offset(browser, url):
    return int(browser.head(url, headers=PROTOCOL)["Upload-Offset"])


def only_part():
    return PartialUpload.objects.get()


def current(case, code="contract"):
    return case.documents.current().get(requirement=code)


def rows_page(case):
    return reverse("submissions:draft", args=[case.tracking_code, "documents"])


@pytest.fixture
def url(browser, empty):
    """A part with its first half in it."""
    url = create(browser, empty)["Location"]
    patch(browser, url, CONTENT[:HALF], 0)
    return url


class TestTheProtocol:
    def test_the_server_says_what_it_speaks(self, browser):
        answer = browser.options(reverse("submissions:parts"))
        assert answer.status_code == 204
        assert answer["Tus-Version"] == "1.0.0"
        assert answer["Tus-Extension"] == "creation,termination,expiration"

    def test_a_file_in_two_halves_is_one_document(self, browser, empty):
        begun = create(browser, empty)
        assert begun.status_code == 201
        assert begun["Tus-Resumable"] == "1.0.0"
        assert begun["Upload-Expires"].endswith("GMT")
        url = begun["Location"]
        assert offset(browser, url) == 0

        first = patch(browser, url, CONTENT[:HALF], 0)
        assert (first.status_code, first["Upload-Offset"]) == (204, str(HALF))
        known = browser.head(url, headers=PROTOCOL)
        assert (known["Upload-Offset"], known["Upload-Length"]) == (str(HALF), str(len(CONTENT)))
        assert "no-store" in known["Cache-Control"]
        assert not empty.documents.exists()

        last = patch(browser, url, CONTENT[HALF:], HALF)
        assert (last.status_code, last["Upload-Offset"]) == (204, str(len(CONTENT)))
        kept = current(empty)
        assert kept.file.read() == CONTENT
        assert kept.sha256 == hashlib.sha256(CONTENT).hexdigest()
        assert (kept.original_name, kept.content_type) == ("قرارداد.pdf", "application/pdf")
        assert not only_part().path.exists()

    def test_the_last_bytes_are_answered_with_the_row(self, browser, empty, url):
        answer = patch(browser, url, CONTENT[HALF:], HALF, **FROM_A_PAGE)
        row = answer.content.decode()
        assert 'data-state="uploaded"' in row
        assert "اتمام بارگذاری" in row
        assert "data-upload-unfinished" not in row

    def test_who_lost_the_last_answer_learns_that_the_file_is_whole(self, browser, url):
        patch(browser, url, CONTENT[HALF:], HALF)
        assert offset(browser, url) == SIZE
        assert "اتمام بارگذاری" in browser.get(url).content.decode()
        assert patch(browser, url, CONTENT[HALF:], HALF).status_code == 409

    def test_another_offset_than_the_known_one_changes_nothing(self, browser, url):
        for wrong in (0, HALF - 1, HALF + 1):
            assert patch(browser, url, b"x", wrong).status_code == 409
        assert offset(browser, url) == HALF
        assert only_part().path.read_bytes() == CONTENT[:HALF]

    def test_more_than_was_announced_is_not_taken(self, browser, url):
        assert patch(browser, url, CONTENT[HALF:] + b"more", HALF).status_code == 413
        assert offset(browser, url) == HALF

    def test_an_end_is_an_end(self, browser, url):
        path = only_part().path
        assert browser.delete(url, headers=PROTOCOL).status_code == 204
        assert not path.exists()
        assert browser.head(url, headers=PROTOCOL).status_code == 404
        assert patch(browser, url, CONTENT[HALF:], HALF).status_code == 404

    def test_an_end_asked_for_by_a_page_is_answered_with_the_row(self, browser, url):
        row = browser.delete(url, headers=FROM_A_PAGE).content.decode()
        assert 'data-state="empty"' in row

    @pytest.mark.parametrize("headers", [{}, {"Tus-Resumable": "0.2.2"}])
    def test_another_version_is_refused(self, browser, url, headers):
        assert browser.head(url, headers=headers).status_code == 412
        answer = browser.patch(url, b"x", content_type=BYTES, headers=headers)
        assert (answer.status_code, answer["Tus-Version"]) == (412, "1.0.0")

    def test_bytes_come_as_bytes(self, browser, url):
        headers = PROTOCOL | {"Upload-Offset": str(HALF)}
        answer = browser.patch(url, CONTENT[HALF:], content_type="text/plain", headers=headers)
        assert answer.status_code == 415

    @pytest.mark.parametrize("number", ["", "-1", "x", "۱۲", "1e3", "9" * 30])
    def test_numbers_that_are_none_are_refused(self, browser, empty, url, number):
        broken = {"Upload-Length": number}
        assert create(browser, empty, **broken).status_code == 400
        headers = PROTOCOL | {"Upload-Offset": number}
        answer = browser.patch(url, b"x", content_type=BYTES, headers=headers)
        assert answer.status_code == 400

    @pytest.mark.parametrize("words", ["filename !!!", "filename gIA="])
    def test_words_that_cannot_be_read_are_refused(self, browser, empty, words):
        assert create(browser, empty, **{"Upload-Metadata": words}).status_code == 400


class TestWhatIsRefused:
    def test_too_large_is_said_before_anything_is_sent(self, browser, empty):
        answer = create(browser, empty, size=6 * 1024 * 1024)
        assert answer.status_code == 413
        assert answer.json()["code"] == "too_large"
        assert "حجم این فایل بیش از ۵ مگابایت است" in answer.json()["message"]
        assert not PartialUpload.objects.exists()

    def test_nothing_is_no_file(self, browser, empty):
        assert create(browser, empty, size=0).json()["code"] == "empty_file"

    @pytest.mark.parametrize(
        ("content", "reason"),
        [
            (b"MZ\x90\x00" + bytes(600), "نوع این فایل"),
            (pdf(password="x").read(), "دارای گذرواژه است"),
            (picture().read()[:60], "باز نمی‌شود"),
        ],
    )
    def test_what_is_inside_is_looked_at_once_it_is_whole(self, browser, empty, content, reason):
        url = create(browser, empty, size=len(content))["Location"]
        path = only_part().path
        answer = patch(browser, url, content, 0, **FROM_A_PAGE)
        assert answer.status_code == 422
        assert 'data-state="refused"' in answer.content.decode()
        assert reason in answer.content.decode()
        assert not empty.documents.exists()
        assert not path.exists()
        assert browser.head(url, headers=PROTOCOL).status_code == 404

    def test_a_plain_client_is_told_in_json(self, browser, empty):
        url = create(browser, empty, size=600)["Location"]
        answer = patch(browser, url, bytes(600), 0)
        assert (answer.status_code, answer.json()["code"]) == (422, "wrong_type")

    def test_a_document_that_is_not_asked_for_is_not_found(self, browser, empty):
        assert create(browser, empty, code="gazette_est").status_code == 404

    def test_what_is_in_review_takes_no_files(self, browser, submitted):
        answer = create(browser, submitted)
        assert answer.status_code == 409
        assert answer.json()["message"]

    def test_what_was_handed_in_meanwhile_takes_no_more(self, browser, draft, maryam, staff):
        url = create(browser, draft)["Location"]
        patch(browser, url, CONTENT[:HALF], 0)
        take_step(draft, "submit", by=maryam, expecting=0)
        assert patch(browser, url, CONTENT[HALF:], HALF).status_code == 404
        assert current(cast.again(draft)).file.read() != CONTENT

    def test_a_move_between_the_last_two_bytes_is_told(self, browser, draft, maryam, staff):
        url = create(browser, draft)["Location"]
        patch(browser, url, CONTENT[:HALF], 0)
        take_step(draft, "submit", by=maryam, expecting=0)
        PartialUpload.objects.update(expires_at=now() + timedelta(hours=1))
        answer = patch(browser, url, CONTENT[HALF:], HALF)
        assert answer.status_code == 409
        assert answer.json()["message"]
        assert not PartialUpload.objects.exists()

    def test_one_has_only_so_many_on_the_way(self, browser, empty, monkeypatch):
        monkeypatch.setattr(resumable, "PARTS_AT_ONCE", 2)
        assert create(browser, empty, code="contract").status_code == 201
        assert create(browser, empty, code="request").status_code == 201
        answer = create(browser, empty, code="id_card")
        assert (answer.status_code, answer.json()["code"]) == (429, "too_many_uploads")
        # Another file for the same document takes the place of the first.
        assert create(browser, empty, code="contract").status_code == 201

    def test_one_has_only_so_many_bytes_on_the_way(self, browser, empty, monkeypatch):
        monkeypatch.setattr(resumable, "BYTES_AT_ONCE", 3000)
        assert create(browser, empty, size=2000).status_code == 201
        assert create(browser, empty, size=2000, code="request").status_code == 429


class TestWhoseItIs:
    def test_nobody_is_told_to_sign_in(self, client, browser, url, empty):
        nobody = Client()
        for answer in (create(nobody, empty), nobody.head(url, headers=PROTOCOL), nobody.get(url)):
            assert answer.status_code == 401

    def test_others_do_not_find_it(self, client, signed_in, url, empty, stranger, staff):
        for user in (stranger, staff["desk"]):
            signed_in(client, user)
            assert client.head(url, headers=PROTOCOL).status_code == 404
            assert client.get(url).status_code == 404
            assert patch(client, url, b"x", HALF).status_code == 404
            assert client.delete(url, headers=PROTOCOL).status_code == 404
            assert client.post(url).status_code == 404
            assert create(client, empty).status_code == 404
        assert only_part().offset == HALF

    def test_a_reviewer_brings_nothing(self, client, signed_in, submitted, staff):
        assert create(signed_in(client, staff["desk"]), submitted).status_code == 403

    def test_it_goes_on_with_another_device_of_the_same_person(self, signed_in, maryam, url, empty):
        phone = signed_in(Client(), maryam)
        page = phone.get(rows_page(empty)).content.decode()
        assert f'data-url="{url}"' in page
        assert 'data-print="f-1"' in page
        assert 'data-state="paused"' in page
        assert "ادامهٔ بارگذاری" in page
        assert offset(phone, url) == HALF
        assert patch(phone, url, CONTENT[HALF:], HALF).status_code == 204
        assert current(empty).file.read() == CONTENT

    def test_the_page_throws_it_away_without_a_script(self, browser, url, empty):
        answer = browser.post(url)
        assert answer.url == rows_page(empty) + "#document-contract"
        page = browser.get(rows_page(empty)).content.decode()
        assert "بارگذاری ناتمام حذف شد" in page
        assert "data-upload-unfinished" not in page

    def test_a_page_of_somebody_else_sends_nothing(self, maryam, empty):
        careful = Client(enforce_csrf_checks=True)
        careful.force_login(maryam)
        careful.get(rows_page(empty))
        token = {"X-CSRFToken": careful.cookies["csrftoken"].value}
        assert create(careful, empty).status_code == 403
        url = create(careful, empty, **token)["Location"]
        assert patch(careful, url, CONTENT, 0).status_code == 403
        assert careful.delete(url, headers=PROTOCOL).status_code == 403
        assert patch(careful, url, CONTENT, 0, **token).status_code == 204

    def test_another_file_sent_whole_ends_what_was_on_the_way(self, browser, maryam, url, empty):
        storage.attach_document(empty, empty.facts.document("contract"), picture(), by=maryam)
        assert not PartialUpload.objects.open().exists()
        assert "data-upload-unfinished" not in browser.get(rows_page(empty)).content.decode()

    def test_a_block_asks_the_database_little(
        self, browser, empty, url, django_assert_max_num_queries
    ):
        with django_assert_max_num_queries(15):
            patch(browser, url, CONTENT[HALF:-1], HALF)


class TestWhatBreaks:
    def test_what_came_before_the_line_broke_is_kept(self, empty, url):
        part = only_part()

        def breaks(size, blocks=[CONTENT[HALF : HALF + 100]]):  # noqa: B006
            if blocks:
                return blocks.pop()
            raise OSError("the line is broken")

        reached, document = resumable.receive_bytes(
            part, empty, empty.facts.document("contract"), at=HALF, read=breaks
        )
        assert (reached, document) == (HALF + 100, None)
        kept = only_part()
        assert (kept.offset, kept.claimed_until) == (HALF + 100, None)

    def test_bytes_written_but_not_remembered_are_sent_again(self, browser, empty, url):
        part = only_part()
        with part.path.open("ab") as file:
            file.write(b"from a process that was killed")
        assert offset(browser, url) == HALF
        assert patch(browser, url, CONTENT[HALF:], HALF).status_code == 204
        assert current(empty).file.read() == CONTENT

    def test_bytes_remembered_but_lost_are_sent_again(self, browser, empty, url):
        part = only_part()
        os.truncate(part.path, 10)
        assert patch(browser, url, CONTENT[HALF:], HALF).status_code == 409
        assert offset(browser, url) == 10
        assert patch(browser, url, CONTENT[10:], 10).status_code == 204
        assert current(empty).file.read() == CONTENT

    def test_a_part_whose_bytes_are_gone_is_begun_anew(self, browser, url):
        only_part().path.unlink()
        assert browser.head(url, headers=PROTOCOL).status_code == 404
        assert patch(browser, url, CONTENT[HALF:], HALF).status_code == 404

    def test_a_part_that_is_being_written_is_locked_for_a_moment(self, browser, url):
        PartialUpload.objects.update(claimed_until=now() + timedelta(seconds=10))
        assert patch(browser, url, CONTENT[HALF:], HALF).status_code == 423
        PartialUpload.objects.update(claimed_until=now() - timedelta(seconds=1))
        assert patch(browser, url, CONTENT[HALF:], HALF).status_code == 204

    def test_a_writer_that_slept_writes_no_more_once_another_has_taken_over(
        self, empty, url, monkeypatch
    ):
        monkeypatch.setattr(resumable, "RENEWED_EVERY", 0.0)
        part, needed = only_part(), empty.facts.document("contract")

        def sleeps(size):
            PartialUpload.objects.update(claimed_until=now() + timedelta(minutes=1))
            return b"z" * size

        with pytest.raises(resumable.Gone):
            resumable.receive_bytes(part, empty, needed, at=HALF, read=sleeps)
        assert only_part().path.read_bytes() == CONTENT[:HALF]
        assert only_part().offset == HALF

    def test_a_failure_while_putting_it_in_place_costs_one_byte(
        self, browser, empty, url, monkeypatch
    ):
        def fails(*args, **kwargs):
            raise RuntimeError("the disk is full")

        with monkeypatch.context() as broken, pytest.raises(RuntimeError):
            broken.setattr(storage, "attach_document", fails)
            patch(browser, url, CONTENT[HALF:], HALF)
        assert offset(browser, url) == len(CONTENT) - 1
        assert patch(browser, url, CONTENT[-1:], len(CONTENT) - 1).status_code == 204
        assert current(empty).file.read() == CONTENT


class TestSweeping:
    def swept(self, run_tasks):
        PartialUpload.objects.update(queued_at=now() - timedelta(hours=2))
        sweeps.sweep()
        run_tasks()

    @pytest.mark.django_db(transaction=True)
    def test_nobody_came_back_for_a_day(self, browser, url, empty, run_tasks):
        self.swept(run_tasks)
        assert offset(browser, url) == HALF
        path = only_part().path
        PartialUpload.objects.update(expires_at=now() - timedelta(seconds=1))
        assert browser.head(url, headers=PROTOCOL).status_code == 404
        self.swept(run_tasks)
        assert not PartialUpload.objects.exists()
        assert not path.exists()

    @pytest.mark.django_db(transaction=True)
    def test_the_request_was_withdrawn(self, browser, url, empty, maryam, run_tasks):
        path = only_part().path
        take_step(empty, "withdraw", by=maryam, expecting=0)
        self.swept(run_tasks)
        assert not PartialUpload.objects.exists()
        assert not path.exists()

    @pytest.mark.django_db(transaction=True)
    def test_what_is_being_written_is_left_alone(self, url, run_tasks):
        PartialUpload.objects.update(expires_at=now(), claimed_until=now() + timedelta(minutes=1))
        self.swept(run_tasks)
        assert only_part().path.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_write_at_once_one_wins(maryam, service):
    case = cast.begin(maryam, service)
    needed = case.facts.document("contract")
    content = long_pdf(400_000)
    part = resumable.begin_upload(case, needed, name="a.pdf", size=len(content), by=maryam)
    start, endings = Barrier(6), []

    def send():
        own = PartialUpload.objects.get(pk=part.pk)
        start.wait()
        try:
            endings.append(
                resumable.receive_bytes(own, case, needed, at=0, read=BytesIO(content).read)[0]
            )
        except (resumable.Busy, resumable.WrongOffset) as lost:
            endings.append(type(lost).__name__)
        finally:
            connection.close()

    threads = [Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert endings.count(len(content)) == 1
    assert set(endings) - {len(content)} <= {"Busy", "WrongOffset"}
    assert len(endings) == 6
    assert current(case).file.read() == content
    assert case.documents.count() == 1


@pytest.mark.django_db(transaction=True)
def test_parallel_beginnings_stay_within_the_limit(maryam, service, monkeypatch):
    monkeypatch.setattr(resumable, "PARTS_AT_ONCE", 3)
    cases = [cast.begin(maryam, service, description=str(number)) for number in range(8)]
    start, endings = Barrier(len(cases)), []

    def start_one(case):
        needed = case.facts.document("contract")
        start.wait()
        try:
            resumable.begin_upload(case, needed, name="a.pdf", size=10, by=maryam)
            endings.append("begun")
        except resumable.TooMany:
            endings.append("too many")
        finally:
            connection.close()

    threads = [Thread(target=start_one, args=[case]) for case in cases]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(endings) == ["begun"] * 3 + ["too many"] * 5


def test_the_last_byte_counts_only_with_the_document(empty, url):
    with pytest.raises(IntegrityError), transaction.atomic():
        PartialUpload.objects.update(offset=len(CONTENT))


def long_pdf(size):
    writer, whole = PdfWriter(), BytesIO()
    writer.add_blank_page(width=200, height=200)
    writer.add_attachment("noise", os.urandom(size))
    writer.write(whole)
    return whole.getvalue()
