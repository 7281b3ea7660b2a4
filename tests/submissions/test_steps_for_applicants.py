"""Which of their own steps applicants have before them, and what they are told of a shut one."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Membership, User
from submissions.models import Submission
from submissions.policies import SubmissionPolicy
from submissions.refusals import NotYours
from submissions.states import EDITABLE, OPEN, State, StepName
from tests.cast import again
from web.refusals import NotNow

THEIRS = (StepName.SUBMIT, StepName.WITHDRAW)


def offered(user: User, case: Submission) -> dict[StepName, Exception | None]:
    person = User.objects.get(pk=user.pk)
    offers = SubmissionPolicy().steps_open(person, case, THEIRS)
    return {offer.name: offer.refusal for offer in offers}


def in_state(case: Submission, state: State) -> Submission:
    """As if it were there; the database holds more of a case than its state."""
    moved = again(case)
    moved.__dict__["state"] = state
    return moved


@pytest.fixture
def agent(stranger: User, draft: Submission) -> User:
    Membership.objects.create(user=stranger, party=draft.party, role=Membership.Role.AGENT)
    return stranger


@pytest.mark.parametrize("state", State)
def test_the_owner_hands_in_what_is_theirs_and_gives_up_what_is_open(
    draft: Submission, maryam: User, state: State
) -> None:
    shut = {n: r for n, r in offered(maryam, in_state(draft, state)).items() if r is not None}

    assert (StepName.SUBMIT not in shut) == (state in EDITABLE)
    assert (StepName.WITHDRAW not in shut) == (state in OPEN)
    for refusal in shut.values():
        assert isinstance(refusal, NotNow)
        assert refusal.message != NotNow.message


def test_what_is_being_reviewed_is_said_to_be(draft: Submission, maryam: User) -> None:
    why = offered(maryam, in_state(draft, State.IN_REVIEW))[StepName.SUBMIT]
    assert "در حال بررسی" in str(why)


def test_an_agent_hands_in_and_does_not_give_up(draft: Submission, agent: User) -> None:
    found = offered(agent, draft)

    assert found[StepName.SUBMIT] is None
    assert isinstance(found[StepName.WITHDRAW], NotYours)
    assert "صاحب آن" in str(found[StepName.WITHDRAW])


def test_others_are_told_that_it_is_the_applicants(
    submitted: Submission, stranger: User, staff: dict[str, User]
) -> None:
    for reader in (stranger, staff["desk"]):
        for refusal in offered(reader, submitted).values():
            assert isinstance(refusal, NotYours)
            assert "متقاضی این درخواست" in str(refusal)


def test_asking_for_a_row_of_a_list_costs_nothing(
    submitted: Submission, maryam: User, django_assert_num_queries: object
) -> None:
    assert maryam.parties
    assert submitted.open_items
    assert submitted.current_group
    with django_assert_num_queries(0):  # type: ignore[operator]
        SubmissionPolicy().steps_open(maryam, submitted, THEIRS)


def test_the_page_for_giving_up_tells_an_agent_why_not(
    client: Client, draft: Submission, agent: User
) -> None:
    client.force_login(agent)
    page = client.get(reverse("submissions:withdraw", args=[draft.tracking_code]))

    assert page.status_code == 403
    assert "فقط از سوی صاحب آن" in page.content.decode()
