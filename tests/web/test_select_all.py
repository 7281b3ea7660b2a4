"""«Select all» of a list means what the list shows, never more."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import User
from services_catalog.models import Synonyms

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(client, admin):
    client.force_login(admin)
    return client


def chosen(root, model, action, query):
    """What the page of the action is about, by the query of the list from which it was opened."""
    address = reverse(
        "wagtail_bulk_action", args=[model._meta.app_label, model._meta.model_name, action]
    )
    answer = root.get(f"{address}?next=/admin/&id=all&{query}")
    if answer.status_code == 404:
        return set()
    shown = {item["item"].pk for item in answer.context["items"]}
    return shown | {row.pk for row in answer.context["items_with_no_access"]}


def listed(root, address, query):
    return {row.pk for row in root.get(f"{reverse(address)}?{query}").context["object_list"]}


@pytest.mark.parametrize(
    "query", ["", "who=applicants", "q=09130000001", "q=مريم", "is_active=False", "q=nobody-at-all"]
)
def test_of_people(root, admin, staff, maryam, query):
    # Nobody closes their own account.
    shown = listed(root, "wagtailusers_users:index", query) - {admin.pk}
    assert chosen(root, User, "set_active_state", query) == shown
    assert (maryam.pk in shown) == (query in ("who=applicants", "q=09130000001", "q=مريم"))


def test_who_is_no_colleague_is_not_touched_from_the_list_of_colleagues(root, staff, maryam):
    address = reverse("wagtail_bulk_action", args=["accounts", "user", "set_active_state"])
    root.post(
        f"{address}?next=/admin/users/&id=all",
        {"mark_as_active": "False", "confirmed": "yes"},
    )
    assert User.objects.get(pk=maryam.pk).is_active
    assert not User.objects.filter(is_staff=True, is_active=True, is_superuser=False).exists()


@pytest.mark.parametrize("query", ["", "q=سند", "q=nothing-of-that-name"])
def test_of_a_small_table(root, query):
    for words in ("سند مالکیت", "پروانهٔ ساختمان"):
        Synonyms.objects.create(words=words)
    shown = listed(root, "wagtailsnippets_services_catalog_synonyms:list", query)
    assert chosen(root, Synonyms, "delete", query) == shown
    assert "q=nothing" not in query or not shown
