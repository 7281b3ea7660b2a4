"""What editors of pages need beside the text: ways from old addresses, approval, earlier versions."""

from __future__ import annotations

import importlib
import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import (
    GroupApprovalTask,
    ModelLogEntry,
    Page,
    PageLogEntry,
    ReferenceIndex,
    Revision,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from accounts.models import User
from guides import seed as guides_loading
from guides.models import GuidePage
from home import seed as home_loading
from services_catalog import seed
from services_catalog.models import Organisation, Park, Province, Service
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def guide(service: Service) -> GuidePage:
    index = guides_loading.load_index(home_loading.load_front_page())
    guides = json.loads((guides_loading.DATA / "guides.json").read_text("utf-8"))["guides"]
    return guides_loading.load_guide(index, guides[0])


@pytest.fixture
def writer(guide: GuidePage, editor: User) -> User:
    return editor


def signed(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


# --- Ways from old addresses --------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "asked", "permanent", "status"),
    [
        ("/old-guide", "/old-guide/", True, 301),
        ("/old-guide", "/old-guide/?from=letter", False, 302),
        ("/راهنمای-قدیم", "/راهنمای-قدیم/", True, 301),
    ],
)
def test_an_old_address_leads_on(
    client: Client, guide: GuidePage, old: str, asked: str, permanent: bool, status: int
) -> None:
    assert client.get(asked).status_code == 404
    Redirect.add_redirect(old, redirect_to=guide, is_permanent=permanent)

    response = client.get(asked)
    assert (response.status_code, response["Location"]) == (status, guide.url)


def test_a_renamed_guide_is_still_found_by_its_former_address(
    guide: GuidePage, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    before = guide.url
    guide.slug = "renamed"
    with django_capture_on_commit_callbacks(execute=True):
        guide.save_revision().publish()

    assert client.get(before)["Location"] == GuidePage.objects.get().url


def test_no_redirect_shadows_a_page_that_is_there(client: Client, guide: GuidePage) -> None:
    Redirect.add_redirect(guide.url.rstrip("/"), redirect_to="/elsewhere/")
    assert client.get(guide.url).status_code == 200


# --- Approval ------------------------------------------------------------------------


@pytest.fixture
def approval(guide: GuidePage) -> GroupApprovalTask:
    """A way of approval for all pages, by a group without people."""
    workflow = Workflow.objects.create(name="تأیید پیش از انتشار")
    task = GroupApprovalTask.objects.create(name="تأیید ناظران")
    task.groups.add(Group.objects.create(name="observers"))
    WorkflowTask.objects.create(workflow=workflow, task=task)
    WorkflowPage.objects.update_or_create(
        page=Page.objects.get(depth=1), defaults={"workflow": workflow}
    )
    return task


def open_editor(user: User, guide: GuidePage) -> str:
    return signed(user).get(reverse("wagtailadmin_pages:edit", args=[guide.pk])).content.decode()


def test_nothing_is_handed_over_to_a_group_without_people(
    guide: GuidePage, writer: User, approval: GroupApprovalTask
) -> None:
    assert 'name="action-submit"' not in open_editor(writer, guide)
    assert guide.get_workflow() is None
    assert not guide.has_workflow

    gone = cast.hire("gone", "editor", first="مینا", last="پارسا")
    gone.groups.add(*approval.groups.all())
    User.objects.filter(pk=gone.pk).update(is_active=False)
    assert not guide.has_workflow


def test_a_group_with_somebody_in_it_approves(
    guide: GuidePage, writer: User, approval: GroupApprovalTask
) -> None:
    cast.hire("observer", "editor", first="مینا", last="پارسا").groups.add(*approval.groups.all())

    assert "ارسال برای تأیید پیش از انتشار" in open_editor(writer, guide)
    assert guide.has_workflow


def test_a_text_is_no_longer_locked_once_all_approvers_have_left(
    guide: GuidePage, writer: User, approval: GroupApprovalTask
) -> None:
    observer = cast.hire("observer", "editor", first="مینا", last="پارسا")
    observer.groups.add(*approval.groups.all())
    guide.save_revision(user=writer)
    workflow = guide.get_workflow()
    assert workflow is not None
    workflow.start(guide, writer)
    assert approval.locked_for_user(guide, writer)

    observer.groups.clear()
    assert not approval.locked_for_user(guide, User.objects.get(pk=writer.pk))


def upgrade() -> Any:
    return importlib.import_module("home.migrations.0002_approval_and_first_revisions")


def test_the_approval_that_wagtail_brings_is_persian_and_in_the_hands_of_editors() -> None:
    workflow = Workflow.objects.create(name="Moderators approval")
    task = GroupApprovalTask.objects.create(name="Moderators approval")
    WorkflowTask.objects.create(workflow=workflow, task=task)

    upgrade().name_approval(apps, SimpleNamespace(connection=connection))

    workflow.refresh_from_db()
    task.refresh_from_db()
    assert (workflow.name, task.name) == ("تأیید پیش از انتشار", "تأیید ویراستار محتوا")
    assert [group.name for group in task.groups.all()] == ["editor"]


# --- Earlier versions ------------------------------------------------------------------


def revert_addresses(user: User, address: str) -> list[str]:
    html = signed(user).get(address).content.decode()
    return [part.split('"')[0] for part in html.split('href="') if "/revert/" in part[:90]]


def change_and_look(user: User, content: Any, history: str) -> list[str]:
    content.title = "عنوان دیگر"
    content.save_revision(user=user, log_action=True)
    return revert_addresses(user, history)


def test_the_first_version_of_a_loaded_guide_can_be_reverted_to(
    guide: GuidePage, writer: User
) -> None:
    history = reverse("wagtailadmin_pages:history", args=[guide.pk])
    first = guide.latest_revision_id

    [address] = change_and_look(writer, guide, history)
    assert f"/revisions/{first}/revert/" in address
    assert signed(writer).get(address).status_code == 200


def test_the_first_version_of_a_loaded_service_can_be_reverted_to(
    service: Service, admin: User
) -> None:
    history = reverse("wagtailsnippets_services_catalog_service:history", args=[service.pk])
    first = service.latest_revision_id

    [address] = change_and_look(admin, service, history)
    assert f"/{first}/revert/" in address


def test_versions_that_were_loaded_before_are_logged_once(guide: GuidePage) -> None:
    edits = {"content_changed": True, "revision__isnull": False}
    PageLogEntry.objects.filter(action="wagtail.edit").delete()
    ModelLogEntry.objects.filter(action="wagtail.create").delete()
    published = PageLogEntry.objects.filter(**edits).count()

    for _ in range(2):
        upgrade().log_first_revisions(apps, SimpleNamespace(connection=connection))

    entry = PageLogEntry.objects.get(action="wagtail.edit", page=guide.pk)
    assert (entry.revision, entry.label) == (guide.latest_revision, guide.title)
    assert entry.timestamp == guide.latest_revision.created_at
    pages = Revision.page_revisions.count()
    assert PageLogEntry.objects.filter(**edits).count() == published + pages
    services = ModelLogEntry.objects.filter(action="wagtail.edit", revision__isnull=False)
    assert services.count() == Revision.objects.count() - pages


# --- What refers to what ----------------------------------------------------------------


def test_rows_that_were_loaded_many_at_once_count_as_uses(house: None) -> None:
    isfahan = Province.objects.get(slug="isfahan")
    used = ReferenceIndex.get_grouped_references_to(isfahan)
    assert {type(row) for row, _ in used} >= {Park}
    assert (
        sum(isinstance(row, Park) for row, _ in used)
        == Park.objects.filter(province=isfahan).count()
        == 2
    )

    rows = seed.read_seed("organisations")["organisations"]
    yazd = [row for row in rows if row["province"] == "yazd"]
    seed.load_organisations(yazd)
    users = ReferenceIndex.get_grouped_references_to(Province.objects.get(slug="yazd"))
    assert sum(isinstance(row, Organisation) for row, _ in users) == len(yazd) > 0


# --- The bar of editors -------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/", "/guides/", "guide"])
def test_only_who_writes_pages_sees_the_bar(
    guide: GuidePage, writer: User, maryam: User, nobody_staff: User, address: str
) -> None:
    address = guide.url if address == "guide" else address

    def has_bar(client: Client) -> bool:
        return "wagtail-userbar" in client.get(address).content.decode()

    assert has_bar(signed(writer))
    assert not any(map(has_bar, (Client(), signed(maryam), signed(nobody_staff))))
    assert "unsafe-inline" not in signed(writer).get(address)["Content-Security-Policy"]


def test_an_applicant_is_not_asked_for_rights_to_pages(guide: GuidePage, maryam: User) -> None:
    reader = signed(maryam)
    with CaptureQueriesContext(connection) as asked:
        reader.get(guide.url)
    tables = " ".join(query["sql"] for query in asked)
    assert "grouppagepermission" not in tables
    assert "auth_permission" not in tables
