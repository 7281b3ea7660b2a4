"""Who gets through which address of the admin: every one of them, for every kind of person.

302 to the sign-in for whoever has no business in the admin, 302 to its first page without the
model's permission, 404 for what lies outside one's scope, 403 for a reader who may not act.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from accounts.models import User
from letters import admin as letters_admin
from letters import wagtail_hooks as letter_hooks
from letters.attachments.enclosed import enclosed_in
from letters.models import Letter
from services_catalog.admin import exchange_views
from submissions.models import Submission
from submissions.staff import queue as submissions_admin
from tests import cast
from webhooks import admin as webhooks_admin
from webhooks.models import Subscriber

pytestmark = pytest.mark.django_db
SignIn = Callable[[Client, User], Client]

SIGN_IN, FIRST_PAGE = "sign-in", "first page"
CASE = "submissions_submission_modeladmin_"
LETTER = "letters_letter_modeladmin_"
# By address: what is opened (a GET, or a POST where the name says so), of which of the two rows.
LISTS = (f"{CASE}index", f"{CASE}results", f"{LETTER}index", f"{LETTER}results")
WAITING = (f"{CASE}inspect", f"{CASE}history", f"{CASE}document")
ACTING = (f"{CASE}step", f"{CASE}step POST", f"{CASE}note POST", f"{CASE}seen POST")
LETTERS = tuple(f"{LETTER}{name}" for name in ("inspect", "history", "file", "ece", "preheaded"))
ATTACHED = f"{LETTER}attachment"
ENDING = (f"{LETTER}end", f"{LETTER}end POST")
NEXT = f"{CASE}take_next POST"
PAPER = f"{CASE}paper"
# The letter of the same request, before it has a number.
DRAFTS = (
    *("submission_letter", "submission_letter_pdf", "submission_letter POST"),
    *("submission_letter_marks POST", "submission_letter_attach POST"),
)
OF_AN_ATTACHMENT = ("submission_letter_attachment", "submission_letter_detach POST")
HOOK = "webhooks_subscriber_modeladmin_"
HOOKS = (
    *(f"{HOOK}{name}" for name in ("index", "create", "inspect", "edit")),
    f"{HOOK}act POST",
)
# The catalog as one document is the publishers' business.
CATALOG = ("catalog_exchange", "catalog_export", "catalog_bring_in POST")
ADDRESSES = (
    *LISTS, *WAITING, *DRAFTS, *OF_AN_ATTACHMENT, *ACTING, NEXT, PAPER, *LETTERS, ATTACHED, *ENDING,
    *HOOKS, *CATALOG,
)  # fmt: skip

PEOPLE = (
    "own desk", "other desk", "other province", "no rights",
    "manager", "superuser", "applicant", "stranger", "anonymous",
)  # fmt: skip
OUTSIDERS = {"applicant": SIGN_IN, "stranger": SIGN_IN, "anonymous": SIGN_IN}
cells: list[tuple[str, str]] = []


# What the desk is answered: no block of this template is open, and no file is brought.
AT_THE_LETTER = {
    "submission_letter POST": 409,
    "submission_letter_marks POST": 302,
    "submission_letter_attach POST": 422,
    "submission_letter_detach POST": 302,
}


def expected(address: str, person: str) -> Any:
    """What the refusals of the design say for one address and one person."""
    if person in OUTSIDERS:
        return SIGN_IN
    if person == "no rights":
        return FIRST_PAGE
    if address in (*HOOKS, *CATALOG) and person not in ("manager", "superuser"):
        return FIRST_PAGE
    if address in HOOKS:
        return 302 if address.endswith("POST") else 200
    if address in CATALOG:
        return 422 if address.endswith("POST") else 200
    if address in LISTS:
        return 200
    if address == NEXT:
        # Back to the queue, with the next one or with a word that there is none.
        return 302
    if person in ("other desk", "other province") or address == PAPER:
        # Nothing was asked of bodies outside, so there is no paper.
        return 404
    if address in AT_THE_LETTER:
        return AT_THE_LETTER[address] if person == "own desk" else 403
    if address in ENDING:
        # Why is not said: whoever may revoke it is asked.
        allowed = 422 if address.endswith("POST") else 200
        return allowed if person in ("manager", "superuser") else 403
    if address == f"{CASE}step":
        return 200 if person == "own desk" else 403
    if address == f"{CASE}step POST":
        # Words are missing: the one who may act is asked for them.
        return 422 if person == "own desk" else 403
    if address == f"{CASE}seen POST":
        return 302 if person == "own desk" else 403
    return 302 if address == f"{CASE}note POST" else 200


@pytest.fixture
def people(
    staff: dict[str, User],
    yazd_desk: User,
    nobody_staff: User,
    manager: User,
    admin: User,
    maryam: User,
    stranger: User,
) -> dict[str, User | None]:
    return {
        "own desk": staff["desk"],
        "other desk": staff["legal"],  # the same province, but no stop of this route
        "other province": yazd_desk,
        "no rights": nobody_staff,
        "manager": manager,
        "superuser": admin,
        "applicant": maryam,
        "stranger": stranger,
        "anonymous": None,
    }


@pytest.fixture
def answered(
    submitted: Submission,
    maryam: User,
    service: Any,
    staff: dict[str, User],
    run_tasks: Callable[[], int],
) -> Letter:
    """Another request, whose letter has been issued."""
    case = cast.step(cast.complete_draft(maryam, service), "submit", maryam)
    cast.attach(case, staff["desk"])
    case = cast.pass_desks(case, staff, *cast.SIX_DESKS[:-1])
    cast.step(case, "approve", staff[cast.SIX_DESKS[-1]])
    run_tasks()
    return Letter.objects.issued().get()


@pytest.fixture(scope="module", autouse=True)
def _count() -> Iterator[None]:
    yield
    print(f"\n{len(set(cells))} cells of the admin's role matrix")


@pytest.mark.parametrize("person", PEOPLE)
def test_every_address_answers_every_person_as_the_refusals_say(
    person: str,
    client: Client,
    people: dict[str, User | None],
    submitted: Submission,
    answered: Letter,
    staff: dict[str, User],
    manager: User,
    signed_in: SignIn,
) -> None:
    user = people[person]
    if user is not None:
        signed_in(client, user)
    document = submitted.documents.current()[0]
    arguments = {
        f"{CASE}inspect": [submitted.pk],
        f"{CASE}history": [submitted.pk],
        f"{CASE}document": [submitted.pk, document.pk],
        f"{CASE}step": [submitted.pk, "return_for_correction"],
        f"{CASE}note": [submitted.pk],
        f"{CASE}seen": [submitted.pk],
        PAPER: [submitted.pk, 1],
    } | {address: [answered.pk] for address in LETTERS}
    arguments |= {address.partition(" ")[0]: [submitted.pk] for address in DRAFTS}
    attached = cast.attach(submitted, staff["desk"]).pk
    arguments |= {
        address.partition(" ")[0]: [submitted.pk, attached] for address in OF_AN_ATTACHMENT
    }
    arguments[ATTACHED] = [answered.pk, enclosed_in(answered)[0].pk]
    arguments[f"{LETTER}end"] = [answered.pk, "revoke"]
    hook = Subscriber.objects.create(title="دبیرخانه", url="https://example.com", owner=manager)
    arguments |= {f"{HOOK}{name}": [hook.pk] for name in ("inspect", "edit", "act")}
    seen = {}
    for address in ADDRESSES:
        name, _, method = address.partition(" ")
        url = reverse(name, args=arguments.get(name, []))
        said = {"expecting": submitted.last_seq, "text": "یادداشت", "block": 0, "revision": 0}
        said |= {"classification": "secret", "urgency": ""}
        answer = client.post(url, said) if method else client.get(url)
        seen[address] = outcome(answer)
        cells.append((address, person))

    assert seen == {address: expected(address, person) for address in ADDRESSES}


def outcome(answer: Any) -> Any:
    if answer.status_code != 302:
        return answer.status_code
    target = answer["Location"]
    if target.startswith("/admin/login/"):
        return SIGN_IN
    return FIRST_PAGE if target == "/admin/" else 302


def test_no_address_of_these_screens_is_missing_from_the_matrix() -> None:
    named = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    ours = {name for name in named if name.startswith((CASE, LETTER, HOOK, "submission_letter"))}
    screens = (
        submissions_admin.SubmissionAdmin,
        letters_admin.LetterAdmin,
        webhooks_admin.SubscriberAdmin,
    )
    for module in screens:
        ours |= {pattern.name for pattern in module().get_admin_urls_for_registration()}
    ours |= {pattern.name for pattern in exchange_views.register_addresses()}
    ours |= {pattern.name for pattern in letter_hooks.addresses_of_drafts()}

    assert ours == {address.partition(" ")[0] for address in ADDRESSES}


@pytest.mark.parametrize("action", ["create", "edit/1", "delete/1"])
@pytest.mark.parametrize("model", ["submissions/submission", "letters/letter"])
def test_nothing_is_added_edited_or_deleted_there(
    client: Client, admin: User, signed_in: SignIn, model: str, action: str
) -> None:
    signed_in(client, admin)

    assert client.get(f"/admin/{model}/{action}/").status_code == 404


def test_a_list_is_not_poured_into_a_file(
    client: Client, submitted: Submission, staff: dict[str, User], signed_in: SignIn
) -> None:
    signed_in(client, staff["desk"])

    answer = client.get("/admin/submissions/submission/", {"export": "csv"})

    assert answer["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("address", ["inspect/{}", "history/{}", "step/{}/pass_on"])
def test_a_draft_belongs_to_its_applicant_alone(
    client: Client, draft: Submission, admin: User, signed_in: SignIn, address: str
) -> None:
    signed_in(client, admin)

    url = f"/admin/submissions/submission/{address.format(draft.pk)}/"

    assert client.get(url).status_code == 404


def test_a_document_opens_only_below_its_own_request(
    client: Client,
    submitted: Submission,
    answered: Letter,
    staff: dict[str, User],
    signed_in: SignIn,
) -> None:
    signed_in(client, staff["desk"])
    of_another = answered.submission.documents.current()[0]

    url = reverse(f"{CASE}document", args=[submitted.pk, of_another.pk])

    assert client.get(url).status_code == 404


def test_who_was_asked_reads_the_request_and_may_only_answer(
    client: Client, submitted: Submission, staff: dict[str, User], signed_in: SignIn
) -> None:
    cast.step(submitted, "refer", staff["desk"], "نظر شما؟", people=(staff["legal"],))
    signed_in(client, staff["legal"])

    opened = {
        name: client.get(reverse(f"{CASE}step", args=[submitted.pk, name])).status_code
        for name in ("answer", "pass_on", "reject")
    }

    assert opened == {"answer": 200, "pass_on": 403, "reject": 403}
