"""Whoever is to see to letters that were not delivered reads of them on their first page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils.timezone import now

from accounts.models import User
from letters.dispatch.models import Dispatch
from submissions.models import Submission
from tests import cast

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-22 10:00")]
HOME = "/admin/"


@pytest.fixture
def dispatch(
    submitted: Submission, staff: dict[str, User], run_tasks: Callable[[], int]
) -> Dispatch:
    case = cast.pass_desks(submitted, staff, *cast.SIX_DESKS[:-1])
    cast.step(case, "approve", staff["secretariat"])
    run_tasks()
    return Dispatch.objects.get(role="main")


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("failed", "ارسال ناموفق"),
        ("in_doubt", "ارسال با نتیجهٔ نامعلوم"),
        ("returned", "مرسولهٔ برگشتی"),
    ],
)
def test_it_stands_on_the_first_page_of_the_secretariat(
    dispatch: Dispatch, staff: dict[str, User], client: Client, state: str, words: str
) -> None:
    client.force_login(staff["secretariat"])
    before = client.get(HOME).content.decode()
    assert "box=" not in before
    back = {"sent_at": now(), "returned_at": now()} if state == "returned" else {}
    Dispatch.objects.filter(pk=dispatch.pk).update(state=state, held_until=None, **back)

    shown = " ".join(client.get(HOME).content.decode().split())

    assert f'href="/admin/letters/dispatch/?box={state}"' in shown
    assert f'<span class="miz-count">۱</span> {words}' in shown


def test_it_stands_on_nobody_elses(
    dispatch: Dispatch, staff: dict[str, User], client: Client
) -> None:
    Dispatch.objects.filter(pk=dispatch.pk).update(state="failed", held_until=None)
    for name in ("desk", "deputy"):
        client.force_login(staff[name])
        assert "box=failed" not in client.get(HOME).content.decode()
