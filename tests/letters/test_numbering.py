"""Letter numbers: one after the other within a Jalali year, none lost, none used twice."""

from datetime import UTC, date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.timezone import now

from letters.models import Letter, LetterBook, LetterBookQuerySet
from persian.jalali import jalali_year
from submissions.models import Submission
from tests.cast import begin, pass_desks, step

# The year is part of the number.
pytestmark = pytest.mark.at("2026-11-22 10:00")


@pytest.fixture
def at_the_deputy(two_ways, maryam, staff):
    """Brings a new request to the stop that approves."""

    def make():
        case = step(begin(maryam, two_ways, answers={"polluting": False}), "submit", maryam)
        return pass_desks(case, staff, "desk")

    return make


@pytest.fixture
def approve(at_the_deputy, staff):
    """A new request, approved; its letter."""
    return lambda: step(at_the_deputy(), "approve", staff["deputy"]).letters.get()


def test_numbers_follow_each_other(approve):
    assert [approve().number_text for _ in range(3)] == ["1405/1/1", "1405/1/2", "1405/1/3"]


def test_an_approval_that_fails_gives_its_number_back(approve, at_the_deputy, staff):
    approve()
    case = at_the_deputy()
    with pytest.raises(RuntimeError), transaction.atomic():
        step(case, "approve", staff["deputy"])
        raise RuntimeError("the power goes out before the commit")
    assert Submission.objects.get(pk=case.pk).state == "in_review"
    assert approve().number == 2


@pytest.mark.at("2027-03-20 23:59")
def test_a_new_year_begins_with_one_at_midnight_in_tehran(approve, clock):
    assert approve().number_text == "1405/1/1"
    clock.shift(60)
    assert approve().number_text == "1406/1/1"
    assert approve().number_text == "1406/1/2"


@pytest.mark.at("2027-03-21 00:30")
def test_the_year_is_that_of_the_date_in_tehran_not_in_greenwich(approve):
    letter = approve()
    assert letter.issued_at.astimezone(UTC).date() == date(2027, 3, 20)
    assert letter.number_text == "1406/1/1"
    assert jalali_year(letter.issued_at) == 1406


@pytest.mark.at("2026-11-22 10:00", tick=True)
def test_a_later_number_never_has_an_earlier_date(approve):
    letters = [approve() for _ in range(5)]
    dates = [letter.issued_at for letter in letters]
    assert dates == sorted(dates)


@pytest.fixture
def waiting_for_the_book(monkeypatch, clock):
    """Somebody else holds the book for a minute and a half, each time it is asked for."""
    locked = LetterBookQuerySet._locked

    def wait(books, *which):
        book = locked(books, *which)
        clock.shift(90)
        return book

    monkeypatch.setattr(LetterBookQuerySet, "_locked", wait)


def test_the_date_is_that_of_the_number_not_of_the_beginning_of_the_wait(
    house, waiting_for_the_book
):
    begun = now()
    with transaction.atomic():
        _, _, dated = LetterBook.objects.next_number("main", "outgoing")

    assert dated == begun + timedelta(seconds=90)


@pytest.mark.at("2027-03-20 23:59")
def test_when_the_year_turns_during_the_wait_the_number_is_the_new_years(
    house, waiting_for_the_book
):
    with transaction.atomic():
        book, number, dated = LetterBook.objects.next_number("main", "outgoing")

    assert (book.year, number, jalali_year(dated)) == (1406, 1, 1406)
    assert not LetterBook.objects.exclude(last_number=0).exclude(year=1406).exists()


def test_incoming_and_outgoing_are_two_books(house):
    with transaction.atomic():
        book, number, _ = LetterBook.objects.next_number("main", "incoming")
        assert (book.written(number), number) == ("1405/2/1", 1)
        assert LetterBook.objects.next_number("main", "outgoing")[1] == 1
        assert LetterBook.objects.next_number("main", "incoming")[1] == 2


def test_the_database_refuses_a_number_that_is_taken(approve):
    first, second = approve(), approve()
    with pytest.raises(IntegrityError), transaction.atomic():
        # Past the model, which refuses it by itself.
        QuerySet(Letter).filter(pk=second.pk).update(number=first.number)


def test_the_database_refuses_a_second_living_letter_for_one_request(approve):
    letter = approve()
    with pytest.raises(IntegrityError), transaction.atomic():
        Letter.objects.create(
            submission=letter.submission,
            book=letter.book,
            number=letter.number + 1,
            number_text="1405/1/2",
            subject=letter.subject,
            recipient=letter.recipient,
            template=letter.template,
        )
