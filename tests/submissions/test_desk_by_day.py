"""A day at the desk: one case after the other, kinds of their own, and taking up again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from accounts.models import Membership, Party, User
from services_catalog import seed
from services_catalog.models import Service
from submissions.drafts import editing
from submissions.identity import verification
from submissions.identity.verification import NOT_AGAIN
from submissions.models import Submission
from submissions.states import State
from tests import cast

pytestmark = pytest.mark.django_db
SignIn = Callable[[Client, User], Client]
MAX_QUERIES = 15
PERSON = {
    "person": "natural",
    "first_name": "مریم",
    "last_name": "رضایی",
    "national_code": "9990000018",
    "birth_date": "1990-03-21",
    "province": "isfahan",
    "address": "اصفهان، خیابان نیرو، پلاک ۳۲",
}


def address(name: str, case: Submission, *more: str) -> str:
    return reverse(f"submissions_submission_modeladmin_{name}", args=[case.pk, *more])


def seen(client: Client, case: Submission) -> str:
    return client.get(address("inspect", case)).content.decode()


def decide(client: Client, case: Submission, name: str, **said: Any) -> Any:
    said = {"expecting": cast.again(case).last_seq, "note": ""} | said
    return client.post(address("step", case, name), said)


@pytest.fixture
def done(two_ways: Service, maryam: User, staff: dict[str, User], run_tasks: Any) -> Submission:
    """Asked for, decided, answered with a letter."""
    begun = cast.begin(maryam, two_ways, answers={"polluting": False})
    case = cast.pass_desks(cast.step(begun, "submit", maryam), staff, "desk")
    cast.step(case, "approve", staff["deputy"])
    run_tasks()
    return cast.again(case)


@pytest.fixture
def newcomer(house: None, staff: dict[str, User]) -> Submission:
    """Somebody new asks to be verified."""
    for row in seed.stage_services():
        seed.load_service(row, 90)
    user = User.objects.create_user("newcomer", mobile="09130000003", mobile_verified=True)
    party = Party.objects.create(kind="natural", name="تازه‌وارد", mobile="09130000003")
    Membership.objects.create(user=user, party=party)
    case = verification.begin_verification("identity", by=user, party=user.acting_for)
    case = editing.save_answers(case, by=user, answers=PERSON).submission
    for needed in case.facts.documents_for("natural"):
        cast.bring(case, needed.code)
    return cast.step(case, "submit", user)


class TestTakingUpAgain:
    def test_a_manager_takes_a_finished_request_up_again_at_the_desk_they_name(
        self, client: Client, done: Submission, manager: User, signed_in: SignIn
    ) -> None:
        signed_in(client, manager)
        assert "بازگشایی" in seen(client, done)
        assert f"/admin/letters/letter/?q={done.tracking_code}" in seen(client, done)

        answer = decide(client, done, "reopen", stop="deputy", note="قطعه اشتباه نوشته شده بود.")

        assert answer["Location"] == address("inspect", done)
        case = cast.again(done)
        assert (case.state, case.stop) == (State.IN_REVIEW, "deputy")

    def test_without_a_desk_or_a_reason_it_stays_closed(
        self, client: Client, done: Submission, manager: User, signed_in: SignIn
    ) -> None:
        signed_in(client, manager)

        answer = decide(client, done, "reopen", stop="env")

        # The road of this request does not pass the environment's desk.
        assert answer.status_code == 422
        assert set(answer.context["step_form"].errors) == {"stop", "note"}
        assert cast.again(done).state == State.COMPLETED

    def test_a_reviewer_has_no_such_key(
        self, client: Client, done: Submission, staff: dict[str, User], signed_in: SignIn
    ) -> None:
        signed_in(client, staff["deputy"])

        assert "بازگشایی" not in seen(client, done)
        said = {"stop": "deputy", "note": "دوباره"}
        assert decide(client, done, "reopen", **said).status_code == 403
        assert cast.again(done).state == State.COMPLETED

    def test_what_cannot_be_undone_has_no_key_and_says_why(
        self,
        client: Client,
        newcomer: Submission,
        manager: User,
        staff: dict[str, User],
        signed_in: SignIn,
    ) -> None:
        Submission.objects.filter(pk=newcomer.pk).update(state=State.COMPLETED, archived_at=now())
        signed_in(client, manager)

        text = seen(client, newcomer)

        assert NOT_AGAIN in text
        assert address("step", newcomer, "reopen") not in text


class TestKindsWithoutADescription:
    def test_none_is_shown_and_none_can_be_sent_back(
        self, client: Client, newcomer: Submission, staff: dict[str, User], signed_in: SignIn
    ) -> None:
        signed_in(client, staff["desk"])

        assert "شرح درخواست" not in seen(client, newcomer)
        returning = client.get(address("step", newcomer, "return_for_correction"))
        kinds = {row.thing.kind for row in returning.context["step_form"].rows}
        assert kinds == {"document", "answer"}

    def test_the_page_takes_few_queries(
        self,
        client: Client,
        newcomer: Submission,
        staff: dict[str, User],
        signed_in: SignIn,
        django_assert_max_num_queries: Any,
    ) -> None:
        cast.step(newcomer, "refer", staff["desk"], "نظر شما؟", people=(staff["legal"],))
        newcomer.internal_notes.create(by=staff["legal"], text="دیده شد.")
        signed_in(client, staff["desk"]).get("/admin/")

        with django_assert_max_num_queries(MAX_QUERIES):
            assert client.get(address("inspect", newcomer)).status_code == 200


def test_the_page_takes_a_manager_few_queries_too(
    client: Client,
    submitted: Submission,
    manager: User,
    signed_in: SignIn,
    django_assert_max_num_queries: Any,
) -> None:
    signed_in(client, manager).get("/admin/")

    with django_assert_max_num_queries(MAX_QUERIES):
        assert client.get(address("inspect", submitted)).status_code == 200


def test_what_has_not_reached_the_desk_is_answered_in_our_own_words(
    client: Client, submitted: Submission, yazd_desk: User, signed_in: SignIn
) -> None:
    answer = signed_in(client, yazd_desk).get(address("inspect", submitted))

    assert answer.status_code == 404
    assert "به میز شما ارجاع نشده" in answer.content.decode()
    assert submitted.tracking_code not in answer.content.decode()


def test_a_manager_with_nothing_of_their_own_sees_first_what_is_late(
    client: Client,
    submitted: Submission,
    manager: User,
    signed_in: SignIn,
    django_assert_max_num_queries: Any,
) -> None:
    signed_in(client, manager)
    assert "هیچ درخواستی تأخیر ندارد" in client.get("/admin/").content.decode()
    Submission.objects.filter(pk=submitted.pk).update(due_at=now() - timedelta(days=1))

    with django_assert_max_num_queries(MAX_QUERIES):
        text = client.get("/admin/").content.decode()

    assert "دارای تأخیر" in text
    assert address("inspect", submitted) in text


class TestOneAfterTheOther:
    def test_after_a_decision_the_next_case_is_one_key_away(
        self, client: Client, submitted: Submission, maryam: User, staff: dict[str, User],
        signed_in: SignIn,
    ) -> None:  # fmt: skip
        draft = cast.complete_draft(maryam, submitted.version.service)
        next_one = cast.step(draft, "submit", maryam)
        signed_in(client, staff["desk"])

        decide(client, submitted, "pass_on")

        assert address("inspect", next_one) in client.get("/admin/").content.decode()

    def test_the_queue_says_how_late_a_case_is(
        self, client: Client, submitted: Submission, staff: dict[str, User], signed_in: SignIn
    ) -> None:
        late = now() - timedelta(days=3)
        Submission.objects.filter(pk=submitted.pk).update(due_at=late)
        signed_in(client, staff["desk"])

        text = client.get("/admin/submissions/submission/").content.decode()

        assert "۳ روز تأخیر" in text.replace("\xa0", " ")

    def test_what_a_colleague_asked_me_is_marked_in_my_queue(
        self, client: Client, submitted: Submission, staff: dict[str, User], signed_in: SignIn
    ) -> None:
        cast.step(submitted, "refer", staff["desk"], "نظر شما؟", people=(staff["legal"],))
        signed_in(client, staff["legal"])

        text = client.get("/admin/submissions/submission/").content.decode()

        assert "جهت اظهار نظر" in text
        assert "میز فعلی" in text

    def test_who_signs_in_again_while_writing_a_note_comes_back_to_the_notes(
        self, client: Client, submitted: Submission, staff: dict[str, User], signed_in: SignIn
    ) -> None:
        signed_in(client, staff["desk"])

        back = client.get(address("note", submitted))

        assert back["Location"] == address("inspect", submitted) + "#notes"
