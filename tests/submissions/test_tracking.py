"""Whoever holds the code and the applicant's id learns the state, and nothing else."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from accounts.models import Party
from persian.digits import to_persian
from persian.identifiers import new_tracking_code
from submissions.models import Submission
from tests import cast
from tests.proofs import solve
from web.doors import proof_of_work

TRACK = "/track/"
NOT_FOUND = "درخواستی با این مشخصات یافت نشد"
MARYAMS_ID = "9990000018"


@pytest.fixture
def ask(client):
    def post(code, national_id=MARYAMS_ID):
        return client.post(TRACK, {"tracking_code": code, "national_id": national_id})

    return post


def test_the_state_is_told_without_signing_in(ask, submitted):
    html = ask(submitted.tracking_code).content.decode()

    assert submitted.title in html
    for words in ("در حال بررسی", "کارشناسان در حال بررسی", "پاسخ تا پایان", "زمان آخرین اقدام"):
        assert words in html


def test_a_returned_request_leads_to_where_it_is_mended(ask, submitted, staff):
    note = "نکتهٔ کارشناس"
    case = cast.step(submitted, "return_for_correction", staff["desk"], note)

    html = ask(case.tracking_code).content.decode()

    assert "برای ادامه، اصلاح متقاضی لازم است." in html
    assert f'class="btn btn-action" href="/cartable/{case.tracking_code}/"' in html
    assert note not in html


def test_a_day_that_has_passed_is_not_promised_again(ask, submitted):
    Submission.objects.update(due_at=now() - timedelta(days=4))

    html = ask(submitted.tracking_code).content.decode()

    assert "مهلت پاسخ، پایان" in html
    assert "پاسخ تا پایان" not in html


def test_nobody_and_nothing_else_is_named(ask, submitted, staff):
    case = cast.step(submitted, "pass_on", staff["desk"], "یادداشت برای متقاضی")

    html = ask(case.tracking_code).content.decode()

    for secret in ("مریم", "سارا", "یادداشت", "۱۴۰۲/۱۰۰۱", "نزد "):
        assert secret not in html


def test_any_digits_and_spaces_do(ask, submitted):
    code = to_persian(submitted.tracking_code)

    html = ask(f" {code[:4]} {code[4:8]}-{code[8:]}", to_persian(MARYAMS_ID)).content.decode()

    assert submitted.title in html


def test_an_unknown_code_and_another_persons_id_get_the_same_answer(ask, submitted):
    others = ask(submitted.tracking_code, "9990000026")
    unknown = ask(new_tracking_code())

    for response in (others, unknown):
        assert NOT_FOUND in response.content.decode()
        assert submitted.title not in response.content.decode()
    assert others.context.get("found") is None is unknown.context.get("found")


def test_a_party_without_a_verified_id_is_not_found(ask, submitted):
    Party.objects.update(national_id=None)

    assert NOT_FOUND in ask(submitted.tracking_code).content.decode()


@pytest.mark.parametrize(
    ("code", "national_id", "words"),
    [
        ("", MARYAMS_ID, "لطفاً کد رهگیری را وارد کنید."),
        ("12", MARYAMS_ID, "کد رهگیری باید دوازده رقم باشد."),
        ("", "", "لطفاً کد ملی یا شناسهٔ ملی متقاضی را وارد کنید."),
        ("", "123", "کد ملی باید ده رقم باشد."),
        ("", "12345678901", "شناسهٔ ملی"),
    ],
)
def test_a_slip_is_answered_beside_the_field(ask, db, code, national_id, words):
    response = ask(code, national_id)

    assert response.status_code == 200
    assert words in response.content.decode()
    assert "<title>خطا: " in response.content.decode()


def test_the_id_never_stands_in_an_address(client, submitted):
    response = client.get(
        TRACK, {"tracking_code": submitted.tracking_code, "national_id": MARYAMS_ID}
    )

    assert submitted.title not in response.content.decode()
    assert response["X-Robots-Tag"] == "noindex"


def test_after_ten_tries_in_a_minute_one_is_asked_to_wait(ask, submitted):
    for _ in range(10):
        assert ask(submitted.tracking_code, "9990000026").status_code == 200

    eleventh = ask(submitted.tracking_code)

    assert eleventh.status_code == 429
    assert "ثانیهٔ دیگر دوباره تلاش کنید" in eleventh.content.decode()
    assert submitted.title not in eleventh.content.decode()
    assert int(eleventh["Retry-After"]) > 0


def test_behind_an_address_of_many_a_proof_goes_on(client, submitted, monkeypatch):
    monkeypatch.setattr(proof_of_work, "ROUNDS", 2)
    asked = {"tracking_code": submitted.tracking_code, "national_id": MARYAMS_ID}
    for _ in range(10):
        client.post(TRACK, asked)
    waiting = client.post(TRACK, asked)

    answer = client.post(TRACK, {**asked, "altcha": solve(waiting.context["proof"])})

    assert answer.status_code == 200
    assert submitted.title in answer.content.decode()
    assert client.post(TRACK, asked).status_code == 429


def test_an_answer_costs_few_questions(ask, submitted, django_assert_max_num_queries):
    with django_assert_max_num_queries(15):
        ask(submitted.tracking_code)
