"""Whoever holds a letter asks whether it is true, without an account."""

import pytest
from django.utils.timezone import now

from letters.models import Letter
from persian.digits import to_persian
from tests import cast
from work.models import AuditEntry

DESKS = ("desk", "subs", "finance", "technical", "deputy")


@pytest.fixture
def letter(submitted, staff, run_tasks):
    case = cast.pass_desks(submitted, staff, *DESKS)
    cast.step(case, "approve", staff["secretariat"])
    run_tasks()
    return Letter.objects.get()


def test_a_true_letter_is_confirmed_with_what_stands_on_it(client, letter):
    response = client.get(f"/verify/{letter.verify_code}/")
    html = response.content.decode()

    assert response.status_code == 200
    for words in (
        "معتبر",
        to_persian(letter.number_text),
        letter.recipient,
        letter.subject,
        "شرکت شهرک‌های صنعتی استان اصفهان",
        letter.sha256,
    ):
        assert words in html


def test_another_name_or_contract_on_the_paper_is_seen(client, letter):
    html = client.get(f"/verify/{letter.verify_code}/").content.decode()

    assert "<bdi>م*** ر***</bdi>" in html
    assert '<bdi class="code" dir="ltr">۱۴۰۲/۱۰۰۱</bdi>' in html


def test_the_fingerprint_is_folded_away(client, letter):
    html = client.get(f"/verify/{letter.verify_code}/").content.decode()

    folded = html[html.index("<details", html.index("مشخصات نامه")) :]
    assert letter.sha256 in folded[: folded.index("</details>")]
    assert html.count(letter.sha256) == 1


def test_a_letter_without_a_contract_has_no_row_for_it(client, letter):
    Letter.objects.update(printed={**letter.printed, "contract": ""})

    html = client.get(f"/verify/{letter.verify_code}/").content.decode()
    assert "شمارهٔ قرارداد" not in html


def test_nothing_more_is_told(client, letter):
    html = client.get(f"/verify/{letter.verify_code}/").content.decode()

    for secret in ("مریم", "رضایی", "9990000018", "۹۹۹۰۰۰۰۰۱۸", "letter/"):
        assert secret not in html
    assert letter.submission.tracking_code not in html


@pytest.mark.parametrize(
    ("state", "words"),
    [("superseded", "جایگزین شده"), ("revoked", "ابطال شده"), ("void", "ابطال شده")],
)
def test_what_became_of_it_is_told(client, letter, state, words):
    Letter.objects.update(state=state)

    html = client.get(f"/verify/{letter.verify_code}/").content.decode()

    assert words in html
    assert "معتبر" not in html.replace("اعتبار", "")


@pytest.mark.parametrize("end", ["reject", "withdraw"])
def test_a_letter_is_revoked_when_its_request_is_reopened_and_ends_without_one(
    client, letter, maryam, staff, manager, end
):
    case = cast.again(letter.submission)
    case = cast.step(case, "reopen", manager, "مدرک درست نبود", stop="deputy")
    assert "ابطال شده" not in client.get(f"/verify/{letter.verify_code}/").content.decode()

    who = {"reject": staff["deputy"], "withdraw": maryam}[end]
    cast.step(case, end, who, "دلیل آن")

    assert "ابطال شده" in client.get(f"/verify/{letter.verify_code}/").content.decode()
    assert AuditEntry.objects.filter(action="revoke_letter").count() == 1


def test_a_code_is_read_as_people_write_it(client, letter):
    code = letter.verify_code.lower()
    written = f"{code[:4]}-{code[4:8]} {code[8:12]}-{code[12:]}".replace("0", "o").replace("1", "l")

    assert client.get(f"/verify/{to_persian(written)}/").status_code == 200


@pytest.mark.parametrize("code", ["0000000000000000", "short", "<script>", "یافت"])
def test_an_unknown_code_is_not_found_and_can_be_typed_again(client, db, code):
    response = client.get(f"/verify/{code}/")
    html = response.content.decode()

    assert response.status_code == 404
    assert "یافت نشد" in html
    assert 'name="code"' in html


def test_a_letter_that_is_not_on_paper_yet_is_not_confirmed(client, letter):
    Letter.objects.update(rendered_at=None)

    assert client.get(f"/verify/{letter.verify_code}/").status_code == 404


def test_the_form_leads_to_the_answer(client, letter):
    code = letter.verify_code

    response = client.get("/verify/", {"code": f"{code[:8].lower()} {code[8:]}"})

    assert response.url == f"/verify/{code}/"


@pytest.mark.parametrize(
    ("typed", "words"), [("", "لطفاً کد راستی‌آزمایی را وارد کنید."), ("123", "شانزده حرف")]
)
def test_a_slip_is_answered_beside_the_field(client, db, typed, words):
    html = client.get("/verify/", {"code": typed}).content.decode()

    assert words in html
    assert "<title>خطا: " in html


def test_nobody_needs_a_cookie_and_no_robot_keeps_it(client, letter):
    for address in ("/verify/", f"/verify/{letter.verify_code}/", "/verify/none/"):
        response = client.get(address)

        assert not response.cookies
        assert response["X-Robots-Tag"] == "noindex"


def test_an_answer_costs_few_questions(client, letter, django_assert_max_num_queries):
    assert letter.rendered_at < now()
    with django_assert_max_num_queries(15):
        client.get(f"/verify/{letter.verify_code}/")
