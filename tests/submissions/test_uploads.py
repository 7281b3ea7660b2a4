"""Files of a request: brought one by one, replaced, taken back, and read by the right people."""

import re
from threading import Barrier, Thread

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.urls import reverse

from submissions.documents import storage
from submissions.drafts import editing
from submissions.models import Document, Submission
from submissions.step_details import Mend, ReturnDetail
from submissions.workflow.steps import take_step
from tests import cast
from tests.submissions.files import pdf, picture, raw


@pytest.fixture
def browser(client, signed_in, maryam):
    return signed_in(client, maryam)


@pytest.fixture
def empty(draft):
    """The draft without any of its files."""
    draft.documents.all().delete()
    return Submission.objects.get(pk=draft.pk)


@pytest.fixture
def optional_permit(service):
    return cast.make_optional(service, "building_permit")


def address(case, code="contract"):
    return reverse("submissions:upload", args=[case.tracking_code]) + f"?requirement={code}"


def file_of(case, document):
    return reverse("submissions:document", args=[case.tracking_code, document.pk])


def rows_page(case):
    return reverse("submissions:draft", args=[case.tracking_code, "documents"])


def current(case, code="contract"):
    return case.documents.current().get(requirement=code)


def send(browser, case, file, code="contract", **headers):
    return browser.post(address(case, code), {"file": file}, headers=headers or None)


class TestBringing:
    def test_a_file_is_kept_privately_under_a_name_that_says_nothing(self, browser, empty):
        answer = send(browser, empty, pdf("قرارداد‌ها\u202e.pdf"))

        assert answer.url == rows_page(empty) + "#document-contract"
        kept = current(empty)
        # Django itself drops what cannot be printed, the half-space too.
        assert kept.original_name == "قراردادها.pdf"
        assert re.fullmatch(r"documents/\d{4}/\d{2}/[0-9a-f-]{36}", kept.file.name)
        assert (kept.content_type, len(kept.sha256)) == ("application/pdf", 64)
        assert kept.file.size == kept.size
        assert "اتمام بارگذاری" in browser.get(rows_page(empty)).content.decode()

    def test_a_script_is_answered_with_the_row(self, browser, empty):
        answer = send(browser, empty, picture(), **{"HX-Request": "true"})
        row = answer.content.decode()
        assert row.strip().startswith("<li")
        assert 'data-state="uploaded"' in row
        assert 'id="document-contract"' in row

    @pytest.mark.parametrize(("kind", "mime"), [("PNG", "image/png"), ("JPEG", "image/jpeg")])
    def test_pictures_are_taken_by_their_content(self, browser, empty, kind, mime):
        send(browser, empty, picture(kind, "نام بی‌پسوند"))
        assert current(empty).content_type == mime

    def test_a_pdf_that_only_forbids_printing_is_taken(self, browser, empty):
        send(browser, empty, pdf(password="x", owner_only=True))
        assert current(empty).size

    def test_another_file_takes_its_place_and_the_first_is_gone(
        self, browser, empty, django_capture_on_commit_callbacks
    ):
        send(browser, empty, pdf())
        first = current(empty)
        with django_capture_on_commit_callbacks(execute=True):
            send(browser, empty, picture())
        assert current(empty).content_type == "image/png"
        assert not Document.objects.filter(pk=first.pk).exists()
        assert not first.file.storage.exists(first.file.name)

    def test_a_file_is_taken_back(self, browser, empty, django_capture_on_commit_callbacks):
        send(browser, empty, pdf())
        kept = current(empty)
        with django_capture_on_commit_callbacks(execute=True):
            browser.post(file_of(empty, kept))
        assert not empty.documents.exists()
        assert not kept.file.storage.exists(kept.file.name)

    @pytest.mark.usefixtures("optional_permit")
    def test_a_document_that_is_not_mine_is_declined_and_taken_up_again(self, browser, empty):
        code = "building_permit"
        answer = browser.post(rows_page(empty) + f"?decline={code}")
        assert answer.url == rows_page(empty) + f"#document-{code}"
        assert code in Submission.objects.get(pk=empty.pk).declined
        assert 'data-state="not_mine"' in browser.get(rows_page(empty)).content.decode()
        browser.post(rows_page(empty) + f"?undecline={code}")
        assert code not in Submission.objects.get(pk=empty.pk).declined
        browser.post(rows_page(empty) + f"?decline={code}")
        send(browser, empty, pdf(), code)
        assert code not in Submission.objects.get(pk=empty.pk).declined

    @pytest.mark.usefixtures("optional_permit")
    def test_where_it_is_missed_it_is_declined_in_the_same_place(self, browser, draft):
        draft.documents.filter(requirement="building_permit").delete()
        check = reverse("submissions:draft", args=[draft.tracking_code, "check"])
        page = browser.get(check).content.decode()
        assert page.count("این مدرک شامل من نمی‌شود") == 1
        key = re.search(r'action="([^"]*decline=[^"]*)"', page)[1]

        answer = browser.post(key, {"then": "check"})

        assert answer.url == check
        assert "هنوز لازم است" not in browser.get(check).content.decode()
        assert 'data-state="not_mine"' in browser.get(rows_page(draft)).content.decode()

    def test_what_everybody_must_bring_is_not_declined(self, browser, empty):
        assert browser.post(rows_page(empty) + "?decline=contract").status_code == 400
        assert Submission.objects.get(pk=empty.pk).declined == ["poa"]

    def test_an_unknown_requirement_is_not_found(self, browser, empty):
        assert send(browser, empty, pdf(), "gazette_est").status_code == 404

    @pytest.mark.parametrize("form_token", [True, False])
    def test_a_page_of_somebody_else_cannot_send_files(self, empty, maryam, form_token):
        careful = Client(enforce_csrf_checks=True)
        careful.force_login(maryam)
        careful.get(rows_page(empty))
        token = careful.cookies["csrftoken"].value if form_token else "x"
        sent = {"csrfmiddlewaretoken": token, "file": pdf()}
        assert careful.post(address(empty), sent).status_code == (302 if form_token else 403)

    def test_an_upload_asks_the_database_little(
        self, browser, empty, django_assert_max_num_queries
    ):
        # Ten of them are for the limits, which are counted in the database here.
        with django_assert_max_num_queries(30):
            send(browser, empty, pdf(), **{"HX-Request": "true"})


@pytest.mark.django_db(transaction=True)
def test_of_two_uploads_at_once_both_are_answered_and_one_counts(maryam, service):
    case = cast.begin(maryam, service)
    start, given = Barrier(4), []

    def bring():
        start.wait()
        try:
            given.append(
                storage.attach_document(case, case.facts.document("contract"), pdf(), by=maryam)
            )
        finally:
            connection.close()

    threads = [Thread(target=bring) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(given) == 4
    kept = current(case)
    assert case.documents.count() == 1
    assert kept.file.storage.exists(kept.file.name)


class TestAfterAReturn:
    @pytest.fixture
    def returned(self, submitted, staff):
        detail = ReturnDetail(reason="unreadable", mend=(Mend("document", "contract"),))
        take_step(
            submitted,
            "return_for_correction",
            by=staff["desk"],
            expecting=submitted.last_seq,
            note="نسخهٔ خواناتری ارسال کنید.",
            detail=detail,
        )
        return Submission.objects.get(pk=submitted.pk)

    def test_what_was_handed_in_is_kept_beside_the_new(self, browser, returned):
        filed = current(returned)
        send(browser, returned, pdf("جدید.pdf"))
        assert current(returned).original_name == "جدید.pdf"
        assert Document.objects.get(pk=filed.pk).replaced_at
        page = browser.get(rows_page(returned)).content.decode()
        assert "فایل قبلی" in page
        assert filed.original_name in page

    def test_taking_the_new_one_back_brings_the_old_one_back(self, browser, returned):
        filed = current(returned)
        send(browser, returned, pdf())
        browser.post(file_of(returned, current(returned)))
        assert current(returned) == filed

    def test_what_was_handed_in_is_not_deleted(self, browser, returned):
        assert browser.post(file_of(returned, current(returned))).status_code == 409
        assert current(returned)

    def test_what_was_accepted_stays(self, browser, returned, maryam):
        before = current(returned, "request")
        assert send(browser, returned, pdf(), "request").status_code == 409
        assert current(returned, "request") == before
        with pytest.raises(editing.Accepted):
            editing.undecline_document(returned, "poa", by=maryam)
        page = browser.get(rows_page(returned)).content.decode()
        assert (
            page.count('data-state="accepted"') == len(returned.facts.documents_for("natural")) - 1
        )

    def test_a_new_file_is_the_applicants_until_it_is_handed_in(
        self, browser, client, signed_in, returned, staff
    ):
        send(browser, returned, pdf())
        fresh = current(returned)
        filed = returned.filings.get().documents.get(requirement="contract")
        signed_in(client, staff["desk"])
        assert client.get(file_of(returned, fresh)).status_code == 404
        assert client.get(file_of(returned, filed)).status_code == 200


class TestReading:
    def test_the_file_opens_in_place_and_nowhere_else(self, browser, empty):
        content = pdf().read()
        send(browser, empty, raw(content, "مدرک من.pdf"))
        answer = browser.get(file_of(empty, current(empty)))

        assert b"".join(answer.streaming_content) == content
        assert answer["Content-Type"] == "application/pdf"
        assert answer["Content-Disposition"].startswith("inline; filename*=utf-8''%D9%85")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["X-Frame-Options"] == "SAMEORIGIN"
        assert "no-store" in answer["Cache-Control"]
        assert "private" in answer["Cache-Control"]
        assert "default-src 'none'" in answer["Content-Security-Policy"]

    def test_a_picture_is_shown_in_a_sandbox(self, browser, empty):
        send(browser, empty, picture())
        answer = browser.get(file_of(empty, current(empty)))
        assert answer["Content-Security-Policy"].startswith("sandbox;")

    def test_the_desk_that_has_it_reads_it(self, client, signed_in, submitted, staff):
        answer = signed_in(client, staff["desk"]).get(file_of(submitted, current(submitted)))
        assert answer.status_code == 200

    def test_nobody_opens_an_infected_file(self, browser, submitted):
        submitted.documents.update(scan=Document.Scan.INFECTED)
        assert browser.get(file_of(submitted, current(submitted))).status_code == 409

    def test_a_file_of_another_request_is_not_found_below_this_one(self, browser, draft, maryam):
        other = cast.begin(maryam, draft.version.service)
        assert browser.get(file_of(other, current(draft))).status_code == 404

    def test_other_people_do_not_find_it(self, client, signed_in, submitted, stranger, yazd_desk):
        for user in (stranger, yazd_desk):
            signed_in(client, user)
            assert client.get(file_of(submitted, current(submitted))).status_code == 404
            assert client.post(file_of(submitted, current(submitted))).status_code == 404
            assert send(client, submitted, pdf()).status_code == 404

    def test_a_reviewer_neither_brings_nor_removes(self, client, signed_in, submitted, staff):
        signed_in(client, staff["desk"])
        assert send(client, submitted, pdf()).status_code == 403
        assert client.post(file_of(submitted, current(submitted))).status_code == 403
        with pytest.raises(PermissionDenied):
            storage.remove_document(current(submitted), by=staff["desk"])

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_nobody_is_sent_to_sign_in(self, client, submitted, method):
        answer = getattr(client, method)(file_of(submitted, current(submitted)))
        assert answer.url.startswith("/accounts/login/?next=")
        assert send(client, submitted, pdf()).url.startswith(
            f"/accounts/login/?next={rows_page(submitted)}"
        )

    def test_what_is_in_review_takes_no_files(self, browser, submitted):
        assert send(browser, submitted, pdf()).status_code == 409
        assert send(browser, submitted, pdf(), **{"HX-Request": "true"}).status_code == 409
