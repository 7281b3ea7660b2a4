"""What becomes of a letter that has its number: revoked, void, and never deleted."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from accounts.models import Notice, SmsMessage
from letters.models import Letter, LetterBook, LetterSettings, Secretariat
from letters.registers.doors import LetterEnded, LetterHasLeft, revoke_letter, void_letter
from letters.registers.number_format import direction_of, why_not_format
from persian.digits import to_persian
from services_catalog.models import Province
from submissions.models import Submission
from tests import cast
from work.models import AuditEntry

pytestmark = pytest.mark.at("2026-11-22 10:00")
WHY = "نام گیرنده اشتباه است"


@pytest.fixture
def numbered(two_ways, maryam, staff):
    """A letter that has its number and waits for its paper."""
    case = cast.step(cast.begin(maryam, two_ways, answers={"polluting": False}), "submit", maryam)
    case = cast.pass_desks(case, staff, "desk")
    return cast.step(case, "approve", staff["deputy"]).letters.get()


@pytest.fixture
def letter(numbered, run_tasks):
    run_tasks()
    return Letter.objects.get()


def page_of(letter, door):
    return reverse("letters_letter_modeladmin_end", args=[letter.pk, door])


def test_a_revoked_letter_is_told_to_whoever_asks_and_why_to_colleagues_alone(
    client, letter, manager, maryam, signed_in
):
    signed_in(client, manager)
    assert (
        "ابطال نامه" in client.get(f"/admin/letters/letter/inspect/{letter.pk}/").content.decode()
    )

    answer = client.post(page_of(letter, "revoke"), {"reason": WHY})

    assert answer.status_code == 302
    found = Letter.objects.get()
    assert (found.state, found.end_reason) == ("revoked", WHY)
    entry = AuditEntry.objects.get(action="revoke_letter")
    assert (entry.actor_name, entry.facts["reason"]) == (manager.get_username(), WHY)
    assert WHY in client.get(answer["Location"]).content.decode()

    client.logout()
    proof = client.get(f"/verify/{letter.verify_code}/").content.decode()
    assert "۱ آذر ۱۴۰۵ ابطال شده است" in proof
    assert WHY not in proof
    signed_in(client, maryam)
    report = client.get(f"/cartable/{letter.submission.tracking_code}/").content.decode()
    assert "۱ آذر ۱۴۰۵ ابطال شده است" in " ".join(report.split())
    assert WHY not in report


def test_the_applicant_is_told_once_that_a_letter_is_revoked(letter, manager, maryam):
    revoke_letter(letter, by=manager, reason=WHY)
    with pytest.raises(LetterEnded):
        revoke_letter(letter, by=manager, reason=WHY)

    (notice,) = Notice.objects.filter(event=f"letter:{letter.pk}:revoked")
    assert notice.recipient == maryam
    assert to_persian(letter.number_text) in notice.text
    assert SmsMessage.objects.filter(key="letters/revoked").count() == 1


def test_the_reason_is_asked_for_beside_its_field(client, letter, manager, signed_in):
    signed_in(client, manager)

    answer = client.post(page_of(letter, "revoke"), {"reason": "  "})

    assert answer.status_code == 422
    assert "لطفاً دلیل را بنویسید." in answer.content.decode()
    assert Letter.objects.get().state == "issued"


def test_a_desk_that_reads_a_letter_does_not_end_it(client, letter, staff, signed_in):
    signed_in(client, staff["desk"])

    assert client.post(page_of(letter, "revoke"), {"reason": WHY}).status_code == 403
    with pytest.raises(PermissionDenied):
        revoke_letter(letter, by=staff["desk"], reason=WHY)
    assert Letter.objects.get().state == "issued"


def test_a_number_whose_letter_never_left_is_void_and_the_decision_gets_the_next(
    client, numbered, manager, signed_in, run_tasks
):
    signed_in(client, manager)

    answer = client.post(page_of(numbered, "void"), {"reason": WHY})

    assert answer.status_code == 302
    first, second = Letter.objects.order_by("number")
    assert (first.number_text, first.state, first.end_reason) == ("1405/1/1", "void", WHY)
    assert (second.number_text, second.state, second.facts) == ("1405/1/2", "issued", first.facts)
    run_tasks()
    first, second = Letter.objects.order_by("number")
    assert first.rendered_at is None
    assert second.rendered_at is not None
    assert Submission.objects.get().state == "completed"
    assert not SmsMessage.objects.filter(key="letters/revoked").exists()


def test_each_end_has_its_own_door(letter, client, manager, signed_in):
    with pytest.raises(LetterHasLeft):
        void_letter(letter, by=manager, reason=WHY)
    signed_in(client, manager)

    assert client.post(page_of(letter, "void"), {"reason": WHY}).status_code == 409
    assert client.get(page_of(letter, "burn")).status_code == 404


def test_nothing_that_was_numbered_is_deleted(letter):
    for kept in (letter, letter.book):
        with pytest.raises(TypeError):
            kept.delete()
    with pytest.raises(TypeError):
        Letter.objects.all().delete()
    with pytest.raises(TypeError):
        LetterBook.objects.all().delete()


@pytest.mark.parametrize(
    ("form", "ends"),
    [
        ("{year}/{direction}/{no}", True),
        ("{year}-{direction}-{secretariat}-{no}", True),
        ("{year}/ص/{direction}/{no}", True),
        ("{year}/{no}", False),
        ("{year}{direction}/{no}", False),
        ("{year}/{direction}/{no}/{park}", False),
        ("{year}/{direction}/{no} م", False),
        ("{year}/A/{direction}/{no}", False),
        ("{direction}/{no}", False),
        ("{year!r}/{direction}/{no}", False),
        ("{", False),
    ],
)
def test_only_numbers_that_print_right_can_be_formed(form, ends):
    assert (why_not_format(form) == "") is ends


def test_an_office_chooses_the_form_of_the_numbers_to_come(letter, two_ways, maryam, staff):
    LetterSettings.objects.update_or_create(
        pk=LetterSettings.load().pk, defaults={"number_format": "{year}/ص/{direction}/{no}"}
    )
    case = cast.step(cast.begin(maryam, two_ways, answers={"polluting": False}), "submit", maryam)
    case = cast.pass_desks(case, staff, "desk")
    later = cast.step(case, "approve", staff["deputy"]).letters.get()

    assert [letter.number_text, later.number_text] == ["1405/1/1", "1405/ص/1/2"]
    assert [direction_of(letter.number_text), direction_of(later.number_text)] == ["ltr", "rtl"]


def test_a_province_with_a_secretariat_of_its_own_has_its_own_books(house, two_ways, maryam, staff):
    keeper = Secretariat(
        title="دبیرخانهٔ اصفهان", code="7", province=Province.objects.get(slug="isfahan")
    )
    with pytest.raises(ValidationError, match="secretariat"):
        keeper.full_clean()
    LetterSettings.objects.update_or_create(
        pk=LetterSettings.load().pk,
        defaults={"number_format": "{year}/{direction}/{secretariat}/{no}"},
    )
    keeper.full_clean()
    keeper.save()
    case = cast.step(cast.begin(maryam, two_ways, answers={"polluting": False}), "submit", maryam)
    case = cast.pass_desks(case, staff, "desk")

    letter = cast.step(case, "approve", staff["deputy"]).letters.get()

    assert letter.number_text == "1405/1/7/1"
    assert letter.book.secretariat == "isfahan"
    settings = LetterSettings.load()
    settings.number_format = "{year}/{direction}/{no}"
    with pytest.raises(ValidationError, match="دبیرخانه"):
        settings.clean()
    with pytest.raises(TypeError):
        keeper.delete()
