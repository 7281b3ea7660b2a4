"""A secretariat whose letters are numbered by a system outside: the number is typed, checked and kept."""

from __future__ import annotations

import pytest
from django.urls import reverse

from letters.models import Letter, LetterBook, LetterTemplate
from letters.registers.outside_numbers import NumberNeeded, NumberTaken
from tests import cast
from tests.api.caller import Caller

pytestmark = pytest.mark.at("2026-11-22 10:00")


@pytest.fixture
def outside(house):
    cast.number_outside()


@pytest.fixture
def ready(outside, submitted, staff):
    """A request at its last desk, where the letter gets its number."""
    return cast.pass_desks(submitted, staff, *cast.SIX_DESKS[:-1])


def approving(case):
    return reverse("submissions_submission_modeladmin_step", args=[case.pk, "approve"])


def test_the_number_is_asked_for_on_the_page_of_the_approval_and_printed_as_typed(
    client, ready, staff, signed_in, run_tasks
):
    signed_in(client, staff["secretariat"])
    page = client.get(approving(ready)).content.decode()
    assert "شمارهٔ نامه در سامانهٔ دبیرخانه" in page
    said = {"expecting": ready.last_seq, "note": "مدارک کامل است."}

    for typed, words in (
        ("", "لطفاً شمارهٔ نامه را وارد کنید."),
        ("۱۴۰۵ ص ۱۲", "میان بخش‌ها «/» یا «-» قرار می‌گیرد"),
        ("1405/abc/1", "میان بخش‌ها «/» یا «-» قرار می‌گیرد"),
    ):
        answer = client.post(approving(ready), said | {"letter_number": typed})
        assert answer.status_code == 422
        assert words in answer.context["step_form"].errors["letter_number"][0]
        assert "مدارک کامل است." in answer.content.decode()
    assert not Letter.objects.exists()

    assert client.post(approving(ready), said | {"letter_number": "۱۴۰۵/ص/۳۴۵۶"}).status_code == 302
    run_tasks()
    letter = Letter.objects.get()
    assert (letter.number_text, letter.number) == ("1405/ص/3456", 1)
    assert letter.facts_printed.number == "1405/ص/3456"
    assert cast.again(ready).state == "completed"


def test_a_number_is_given_to_one_letter_of_a_year(
    ready, service, maryam, staff, client, signed_in
):
    cast.step(ready, "approve", staff["secretariat"], letter_number="1405/7")
    other = cast.step(cast.complete_draft(maryam, service), "submit", maryam)
    other = cast.pass_desks(other, staff, *cast.SIX_DESKS[:-1])

    with pytest.raises(NumberTaken):
        cast.step(other, "approve", staff["secretariat"], letter_number="1405/7")
    with pytest.raises(NumberNeeded):
        cast.step(other, "approve", staff["secretariat"])
    assert cast.again(other).state == "in_review"
    assert LetterBook.objects.get(direction="outgoing").last_number == 1
    signed_in(client, staff["secretariat"])
    answer = client.post(
        approving(other), {"expecting": other.last_seq, "letter_number": "۱۴۰۵/۷", "note": ""}
    )
    assert answer.status_code == 422
    assert "شمارهٔ ۱۴۰۵/۷ در دفتر امسال برای نامهٔ دیگری ثبت شده است." in answer.content.decode()


def test_programs_and_bulk_acts_are_told_that_the_number_is_missing(ready, staff):
    caller = Caller(staff["secretariat"])
    steps = f"submissions/{ready.tracking_code}/steps/"
    body = {"name": "approve", "expecting": ready.last_seq}

    without = caller.post(steps, body)
    assert (without.status_code, without.json()["code"]) == (422, "letter_number_needed")
    wrong = caller.post(steps, body | {"detail": {"letter_number": "x!"}})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "letter_number_bad")
    done = caller.post(steps, body | {"detail": {"letter_number": "۱۴۰۵/۹"}})
    assert done.status_code == 200
    assert Letter.objects.get().number_text == "1405/9"


def test_questions_and_void_numbers_get_theirs_by_hand_too(
    outside, submitted, staff, manager, client, signed_in
):
    LetterTemplate.objects.create(
        kind="inquiry", title="استعلام", paragraphs=["نظر آن مرجع اعلام شود."]
    )
    asked = cast.step(
        submitted,
        "inquire",
        staff["desk"],
        "؟",
        organisation=cast.a_body(),
        letter_number="1405/20",
    )
    letter = Letter.objects.get()
    assert letter.number_text == "1405/20"
    signed_in(client, manager)
    address = reverse("letters_letter_modeladmin_end", args=[letter.pk, "void"])
    assert client.post(address, {"reason": "متن ناقص"}).status_code == 422
    answer = client.post(address, {"reason": "متن ناقص", "letter_number": "۱۴۰۵/۲۰"})
    assert answer.status_code == 422
    assert (
        client.post(address, {"reason": "متن ناقص", "letter_number": "۱۴۰۵/۲۱"}).status_code == 302
    )
    assert [row.number_text for row in Letter.objects.order_by("pk")] == ["1405/20", "1405/21"]
    assert cast.again(asked).state == "in_review"


def test_where_we_number_ourselves_nothing_is_asked_and_nothing_typed_counts(
    submitted, staff, client, signed_in
):
    case = cast.pass_desks(submitted, staff, *cast.SIX_DESKS[:-1])
    signed_in(client, staff["secretariat"])
    assert "شمارهٔ نامه در سامانهٔ دبیرخانه" not in client.get(approving(case)).content.decode()

    cast.step(case, "approve", staff["secretariat"], letter_number="1405/99")
    assert Letter.objects.get().number_text == "1405/1/1"
