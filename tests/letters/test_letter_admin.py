"""Letters in the admin: read by the staff, worded by managers, edited by nobody."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from letters.models import Letter, LetterTemplate
from letters.wording import blocks_of
from services_catalog.models import Service
from submissions.models import Submission
from tests import cast

pytestmark = pytest.mark.django_db
LETTERS = "/admin/letters/letter/"
SignIn = Callable[[Client, User], Client]
MAX_QUERIES = 15


@pytest.fixture
def numbered(submitted: Submission, staff: dict[str, User]) -> Letter:
    """A letter that has its number and waits for its paper."""
    case = cast.pass_desks(submitted, staff, *cast.SIX_DESKS[:-1])
    cast.step(case, "approve", staff[cast.SIX_DESKS[-1]])
    return Letter.objects.get()


@pytest.fixture
def wording(client: Client, manager: User, signed_in: SignIn, house: None) -> Client:
    return signed_in(client, manager)


def page_of(letter: Letter) -> str:
    return reverse("letters_letter_modeladmin_inspect", args=[letter.pk])


def test_a_letter_that_waits_for_its_paper_is_visible_with_its_number(
    client: Client, numbered: Letter, staff: dict[str, User], signed_in: SignIn
) -> None:
    signed_in(client, staff["desk"])

    text = client.get(LETTERS).content.decode()

    assert "در دست صدور" in text
    assert (
        client.get(reverse("letters_letter_modeladmin_file", args=[numbered.pk])).status_code == 404
    )


def test_what_went_wrong_is_told_to_managers_and_not_to_every_desk(
    client: Client, numbered: Letter, staff: dict[str, User], manager: User, signed_in: SignIn
) -> None:
    Letter.objects.filter(pk=numbered.pk).update(tries=2, last_error="OSError('no font')")

    signed_in(client, staff["desk"])
    desk = client.get(page_of(numbered)).content.decode()
    signed_in(client, manager)
    said = client.get(page_of(numbered)).content.decode()

    assert "no font" not in desk
    assert "۲ بار تلاش شده است" in desk
    assert "no font" in said


@pytest.mark.parametrize("text", ["number", "code", "name"])
def test_a_letter_is_found_by_its_number_its_request_and_its_party(
    client: Client, numbered: Letter, staff: dict[str, User], signed_in: SignIn, text: str
) -> None:
    signed_in(client, staff["desk"])
    typed = {
        "number": numbered.number_text,
        "code": numbered.submission.tracking_code,
        "name": "مریم رضایی",
    }[text]

    assert list(client.get(LETTERS, {"q": typed}).context["object_list"]) == [numbered]


@pytest.mark.parametrize("address", ["list", "page"])
def test_the_letters_take_few_queries(
    client: Client,
    numbered: Letter,
    staff: dict[str, User],
    signed_in: SignIn,
    address: str,
    django_assert_max_num_queries: Any,
) -> None:
    signed_in(client, staff["desk"]).get("/admin/")

    with django_assert_max_num_queries(MAX_QUERIES):
        client.get(LETTERS if address == "list" else page_of(numbered))


def edit_of(template: LetterTemplate) -> str:
    return reverse("letter_templates:edit", args=[template.pk])


def said_of(template: LetterTemplate, **changed: Any) -> dict[str, Any]:
    said = {
        "title": template.title,
        "salutation": template.salutation,
        "paragraphs": "\n".join(template.paragraphs),
        "show_answers": "on",
        "signer_post": template.signer_post,
        "copies": "",
    }
    return said | changed


def test_new_words_are_a_new_version_and_old_letters_keep_theirs(
    wording: Client, numbered: Letter
) -> None:
    template = numbered.template

    wording.post(
        edit_of(template), said_of(template, paragraphs="متن جدید برای {party_name}.\n\nبند دوم.")
    )

    current = LetterTemplate.objects.for_service(template.kind, template.service_code)
    assert current is not None
    assert (current.version, current.paragraphs) == (
        template.version + 1,
        ["متن جدید برای {party_name}.", "بند دوم."],
    )
    kept = Letter.objects.get().template
    assert (kept.pk, kept.paragraphs, kept.current) == (template.pk, template.paragraphs, False)


def test_paragraphs_are_opened_to_the_desks_by_their_numbers(wording: Client) -> None:
    template = LetterTemplate.objects.filter(current=True).first()
    assert template is not None
    words = said_of(template, paragraphs="بند اول.\nبند دوم.", open_places="۲")

    far = wording.post(edit_of(template), {**words, "open_places": "۲ و ۳"})
    assert "این نامه ۲ بند دارد" in far.content.decode()
    assert "بند دوم." in far.content.decode()
    wrong = wording.post(edit_of(template), {**words, "open_places": "دومی"})
    assert "open_places" in wrong.context["form"].errors
    wording.post(edit_of(template), words)

    current = LetterTemplate.objects.for_service(template.kind, template.service_code)
    assert current is not None
    first, second = blocks_of(current)
    assert (first.text, first.open, second.text, second.open) == (
        "بند اول.",
        False,
        "بند دوم.",
        True,
    )
    shown = wording.get(edit_of(current)).context["form"]
    assert shown["open_places"].value() == "۲"
    assert shown["paragraphs"].value().split() == ["بند", "اول.", "بند", "دوم."]


@pytest.mark.parametrize("text", ["به {nobody} ابلاغ شد.", "آکولاد {باز", "{party_name!r}", "{}"])
def test_words_that_could_not_be_filled_in_are_refused_beside_the_field(
    wording: Client, text: str
) -> None:
    template = LetterTemplate.objects.filter(current=True).first()
    assert template is not None

    answer = wording.post(edit_of(template), said_of(template, paragraphs=text))

    assert answer.status_code == 200
    assert "paragraphs" in answer.context["form"].errors
    assert LetterTemplate.objects.filter(kind=template.kind).count() == 1


def test_a_version_that_is_no_longer_in_force_cannot_be_edited(wording: Client) -> None:
    template = LetterTemplate.objects.filter(current=True).first()
    assert template is not None
    wording.post(edit_of(template), said_of(template, paragraphs="متن جدید."))

    assert wording.get(edit_of(template)).status_code == 404


ADD = "/admin/letter_templates/new/"


def test_a_manager_words_the_letters_of_one_service_which_then_come_before_its_kinds(
    wording: Client, service: Service
) -> None:
    general = LetterTemplate.objects.get(kind="introduction")
    use = f"introduction:{service.code}"

    added = wording.post(ADD, said_of(general, title="معرفی‌نامهٔ برق", use=use))

    assert added.status_code == 302
    found = LetterTemplate.objects.for_service("introduction", service.code)
    assert found is not None
    assert (found.title, found.version, found.service_code) == ("معرفی‌نامهٔ برق", 1, service.code)
    listed = wording.get("/admin/letter_templates/").content.decode()
    assert service.title in listed
    assert "همهٔ نامه‌های «معرفی‌نامه»" in listed


def test_letters_that_have_their_words_are_not_offered_again(
    wording: Client, service: Service
) -> None:
    offered = dict(wording.get(ADD).context["form"].fields["use"].choices)
    assert f"introduction:{service.code}" in offered
    assert "introduction:" not in offered

    general = LetterTemplate.objects.get(kind="introduction")
    answer = wording.post(ADD, said_of(general, use="introduction:"))

    assert answer.status_code == 200
    assert "دارای الگو است" in str(answer.context["form"].errors["use"])
    assert LetterTemplate.objects.filter(kind="introduction").count() == 1


def test_a_new_kind_of_letter_is_worded_once_a_service_has_it(
    wording: Client, service: Service
) -> None:
    Service.objects.filter(pk=service.pk).update(letter_kind="guarantee")

    words = said_of(LetterTemplate.objects.get(kind="notice"), use="guarantee:")
    wording.post(ADD, words | {"paragraphs": "به {nobody} ابلاغ شد."})
    assert not LetterTemplate.objects.filter(kind="guarantee").exists()

    wording.post(ADD, words)
    assert LetterTemplate.objects.for_service("guarantee", service.code) is not None


def test_reviewers_do_not_word_letters_and_nobody_deletes_a_template(
    client: Client, staff: dict[str, User], admin: User, signed_in: SignIn
) -> None:
    template = LetterTemplate.objects.filter(current=True).first()
    assert template is not None
    signed_in(client, staff["desk"])
    assert client.get(edit_of(template))["Location"] == "/admin/"
    assert client.get(ADD)["Location"] == "/admin/"

    signed_in(client, admin)
    deleting = reverse("letter_templates:delete", args=[template.pk])
    assert client.post(deleting)["Location"] == "/admin/"
    assert LetterTemplate.objects.filter(pk=template.pk).exists()
