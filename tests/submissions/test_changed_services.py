"""A service is changed while drafts of it are open: «ادامه» leads to what has to be done anew."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from services_catalog.models import Question, Service
from submissions.models import Submission
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def writing(client: Client, maryam: User) -> Client:
    client.force_login(maryam)
    return client


def page_of(draft: Submission, group: str) -> str:
    return reverse("submissions:draft", args=[draft.tracking_code, group])


def publish(service: Service, questions: list[Question]) -> None:
    changed = Service.objects.get(pk=service.pk)
    changed.questions = questions
    changed.save_revision().publish()


def change_kind(service: Service, code: str, **facts: Any) -> None:
    """What an editor does: the question stays, its answers are of another kind."""
    questions = list(Service.objects.get(pk=service.pk).questions.all())
    for question in questions:
        if question.code == code:
            for name, value in facts.items():
                setattr(question, name, value)
    publish(service, questions)


def states_of(page: Any) -> dict[str, str]:
    return {step["label"]: step["state"] for step in page.context["steps"]}


@pytest.mark.parametrize("required", [True, False])
def test_an_answer_that_no_longer_fits_is_asked_for_again_first(
    writing: Client, draft: Submission, service: Service, required: bool
) -> None:
    change_kind(service, "phase", kind="date", choices=[], required=required)

    for group in ("documents", "check"):
        page = writing.get(page_of(draft, group), follow=True)
        if group == "documents":
            # The first page that is opened brings the draft up to date.
            assert page.redirect_chain == [(page_of(draft, "questions"), 302)]
            assert page.context["form"].errors["phase"]

    assert states_of(page)["پرسش‌های خدمت"] == "todo"
    assert states_of(page)["شرح درخواست"] == "done"
    assert page_of(draft, "questions") in page.content.decode()
    cartable = writing.get(reverse("submissions:cartable")).content.decode()
    assert page_of(draft, "questions") in cartable

    answers = {"requested_power": "250", "phase": "۱۴۰۵/۰۹/۰۱", "temporary": "no"}
    writing.post(page_of(draft, "questions"), answers)
    assert states_of(writing.get(page_of(draft, "check")))["پرسش‌های خدمت"] == "done"


def test_an_answer_that_still_fits_leaves_one_where_one_is(
    writing: Client, draft: Submission, service: Service
) -> None:
    change_kind(service, "requested_power", kind="decimal")

    page = writing.get(page_of(draft, "documents"))

    assert page.status_code == 200
    assert set(states_of(page).values()) == {"done", "current", "todo"}


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_page_that_is_gone_leads_to_one_that_is_there(
    writing: Client, draft: Submission, service: Service, method: str
) -> None:
    publish(service, [])

    answer = getattr(writing, method)(page_of(draft, "questions"))

    assert answer.status_code == 302
    assert writing.get(answer["Location"]).status_code == 200


def test_a_document_that_is_missing_is_not_ticked_off(
    writing: Client, draft: Submission, service: Service
) -> None:
    assert states_of(writing.get(page_of(draft, "check")))["مدارک"] == "done"

    draft.documents.first().delete()

    assert states_of(writing.get(page_of(draft, "check")))["مدارک"] == "todo"
    assert cast.again(draft).state == "draft"
