"""What is in use stays, whoever asks for its deletion and by whichever door; and in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import PROTECT, ProtectedError
from django.test import Client
from django.urls import reverse
from wagtail.snippets.models import get_snippet_models
from wagtail.users.views.groups import get_permission_panel_classes

from accounts.models import User
from accounts.roles import ROLES
from services_catalog.models import (
    Category,
    Desk,
    DocumentType,
    Organisation,
    Park,
    Province,
    Service,
    Unit,
)
from submissions.models import Submission
from tests.cast import desk_of

pytestmark = pytest.mark.django_db
REFUSED = "حذف نمی‌شود"
#: A row in use of every table that the admin can delete from.
IN_USE: dict[str, Callable[[Submission], Any]] = {
    "service": lambda case: case.version.service,
    "category": lambda case: Category.objects.get(pk=case.version.service.category_id),
    "documenttype": lambda case: DocumentType.objects.filter(documentrequirement__isnull=False)[0],
    "organisation": lambda case: Organisation.objects.get(kind="elec"),
    "desk": desk_of,
    "unit": lambda case: Unit.objects.get(desks__items__submission=case),
    "province": lambda case: case.province,
    "park": lambda case: case.park,
}


@pytest.fixture
def root(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


def said_after(answer: Any, client: Client) -> str:
    assert answer.status_code == 302
    return client.get(answer["Location"]).content.decode()


def in_bulk(model: Any, row: Any) -> str:
    address = reverse(
        "wagtail_bulk_action", args=[model._meta.app_label, model._meta.model_name, "delete"]
    )
    return f"{address}?id={row.pk}"


@pytest.mark.parametrize("table", IN_USE)
@pytest.mark.parametrize("many", [False, True])
def test_a_row_in_use_is_not_deleted(
    root: Client, submitted: Submission, table: str, many: bool
) -> None:
    row = IN_USE[table](submitted)
    single = reverse(f"wagtailsnippets_services_catalog_{table}:delete", args=[row.pk])

    answer = root.post(in_bulk(type(row), row) if many else single)

    assert REFUSED in said_after(answer, root)
    assert type(row).objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("many", [False, True])
def test_a_colleague_whom_the_records_name_is_not_deleted(
    root: Client, submitted: Submission, staff: dict[str, User], many: bool
) -> None:
    sara = staff["desk"]
    single = reverse("wagtailusers_users:delete", args=[sara.pk])

    answer = root.post(in_bulk(User, sara) if many else single)

    assert REFUSED in said_after(answer, root)
    assert User.objects.filter(pk=sara.pk).exists()


def test_whom_no_record_names_may_be_deleted(root: Client, nobody_staff: User) -> None:
    root.post(reverse("wagtailusers_users:delete", args=[nobody_staff.pk]))

    assert not User.objects.filter(pk=nobody_staff.pk).exists()


@pytest.mark.parametrize("name", ROLES)
def test_a_role_is_neither_deleted_nor_renamed(root: Client, db: None, name: str) -> None:
    role = Group.objects.get(name=name)
    offered = root.get(reverse("wagtailusers_groups:edit", args=[role.pk])).context["form"]
    kept = [right.pk for right in offered.registered_permissions.filter(group=role)]

    deleted = root.post(reverse("wagtailusers_groups:delete", args=[role.pk]))
    assert REFUSED in said_after(deleted, root)
    with pytest.raises(ProtectedError), transaction.atomic():
        Group.objects.filter(pk=role.pk).delete()

    said = {"name": "دیگر", "permissions": kept, **empty_panels(role)}
    renamed = root.post(reverse("wagtailusers_groups:edit", args=[role.pk]), said)
    assert "name" in renamed.context["form"].errors
    assert Group.objects.filter(pk=role.pk, name=name).exists()

    answer = root.post(reverse("wagtailusers_groups:edit", args=[role.pk]), said | {"name": name})
    assert answer.status_code == 302


def test_a_group_of_the_office_may_be_renamed_and_deleted(root: Client, db: None) -> None:
    own = Group.objects.create(name="بایگانی")
    edit = reverse("wagtailusers_groups:edit", args=[own.pk])
    root.post(edit, {"name": "آرشیو", **empty_panels(own)})
    assert Group.objects.get(pk=own.pk).name == "آرشیو"

    root.post(reverse("wagtailusers_groups:delete", args=[own.pk]))
    assert not Group.objects.filter(pk=own.pk).exists()


def empty_panels(group: Group) -> dict[str, str]:
    """The formsets of Wagtail's rights below a group, with nothing in them."""
    said = {}
    for panel in get_permission_panel_classes():
        prefix = panel(instance=group).prefix
        said |= {f"{prefix}-{name}_FORMS": "0" for name in ("TOTAL", "INITIAL")}
    return said


def test_what_comes_to_the_deletion_itself_says_what_holds_it(
    root: Client, submitted: Submission, staff: dict[str, User]
) -> None:
    """Wagtail's own screens do not ask beforehand, and those of many rows least of all."""
    page = said_after(root.post(in_bulk(User, staff["desk"]) + "&next=/admin/users/"), root)

    assert "۱ همکار میز" in page
    assert REFUSED in page


def test_every_protected_table_of_the_admin_is_looked_at() -> None:
    """A new table that the admin deletes from has to be added above."""
    protected = {
        field.related_model
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if field.many_to_one and getattr(field.remote_field, "on_delete", None) is PROTECT
    }
    covered = {Service, Category, DocumentType, Organisation, Desk, Unit, Province, Park}
    assert protected & set(get_snippet_models()) <= covered
