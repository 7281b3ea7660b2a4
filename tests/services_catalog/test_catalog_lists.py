"""The lists and pages of the catalog and the office, with as many rows as a company has."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now
from wagtail.models import GroupApprovalTask, Workflow, WorkflowTask

from accounts.models import User
from services_catalog import seed
from services_catalog.models import Organisation, Park, Province, Service

pytestmark = pytest.mark.django_db
SignIn = Callable[[Client, User], Client]
MAX_QUERIES = 15


@pytest.fixture
def managing(client: Client, manager: User, signed_in: SignIn, house: None) -> Client:
    """The manager's browser, which has been at work today."""
    signed_in(client, manager).get("/admin/")
    return client


@pytest.fixture
def a_company(house: None) -> None:
    """Twelve services, sixty parks and sixty bodies, each with relations of its own to name."""
    for number, row in enumerate(seed.read_seed("catalog")["services"][:12]):
        seed.load_service(row, number)
    provinces = list(Province.objects.all())
    for number in range(60):
        place = provinces[number % len(provinces)]
        Park.objects.create(province=place, slug=f"park-{number}", name=f"شهرک {number}")
        Organisation.objects.create(province=place, kind=f"kind-{number}", name=f"اداره {number}")


def listed(table: str) -> str:
    return reverse(f"wagtailsnippets_services_catalog_{table}:list")


@pytest.mark.parametrize("table", ["service", "organisation", "park", "desk", "calendarday"])
def test_a_long_list_takes_few_queries(
    managing: Client, a_company: None, table: str, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(MAX_QUERIES):
        answer = managing.get(listed(table))

    assert answer.status_code == 200


def test_the_list_tells_what_is_planned_and_what_waits_for_an_approval(
    managing: Client, service: Service, two_ways: Service, manager: User
) -> None:
    service.go_live_at = now() + timedelta(days=1)
    service.save_revision().publish()
    workflow = Workflow.objects.create(name="بازبینی")
    task = GroupApprovalTask.objects.create(name="تأیید")
    WorkflowTask.objects.create(workflow=workflow, task=task)
    two_ways.save_revision()
    workflow.start(two_ways, manager)

    rows = managing.get(listed("service")).context["object_list"]
    said = [row.status_string for row in rows]

    assert said == [Service.objects.get(pk=row.pk).status_string for row in rows]
    assert len(set(said)) == 2


def test_a_tick_and_a_cross_are_read_out_in_persian(managing: Client) -> None:
    text = managing.get(listed("desk")).content.decode()

    assert "بله" in text
    assert "True" not in text
