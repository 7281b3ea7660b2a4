"""A guide goes the way of Wagtail's workflow by the API, with its history and its refusals."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core import mail
from django.utils.timezone import now
from wagtail.models import (
    GroupApprovalTask,
    GroupPagePermission,
    PageLogEntry,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from accounts.models import User
from guides.models import GuidePage
from guides.seed import load_guide, load_index
from home.seed import load_front_page
from tests.api.caller import Caller
from tests.api.test_content import TokenCaller, row
from web.scheduled_publishing import do_what_is_due

pytestmark = pytest.mark.django_db


@pytest.fixture
def guide(house: None) -> GuidePage:
    return load_guide(load_index(load_front_page()), row("gas", "راهنمای گاز"))


@pytest.fixture
def approved_by_managers(guide: GuidePage, manager: User) -> None:
    """Guides need the approval of a manager, whose approval publishes them."""
    (managers,) = manager.groups.filter(name="manager")
    right = Permission.objects.get(codename="publish_page")
    GroupPagePermission.objects.create(group=managers, page=guide.get_parent(), permission=right)
    workflow = Workflow.objects.create(name="تأیید مدیر")
    task = GroupApprovalTask.objects.create(name="نظر مدیر")
    task.groups.add(managers)
    WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=0)
    WorkflowPage.objects.update_or_create(page=guide.get_parent(), defaults={"workflow": workflow})


def write(guide: GuidePage, by: User, intro: str) -> None:
    draft = GuidePage.objects.get(pk=guide.pk).get_latest_revision_as_object()
    draft.intro = intro
    draft.save_revision(user=by)


def take(caller: Caller, guide: GuidePage, act: str, **said: Any) -> Any:
    """An act of somebody who sees the present draft."""
    if "expecting" not in said:
        said["expecting"] = GuidePage.objects.get(pk=guide.pk).latest_revision_id
    return caller.post(f"moderation/pages/{guide.pk}/{act}/", said)


def log_of(guide: GuidePage) -> list[str]:
    entries = PageLogEntry.objects.filter(page=guide.pk).order_by("pk")
    return [entry.action for entry in entries]


@pytest.mark.usefixtures("approved_by_managers")
class TestApproval:
    def test_handed_over_sent_back_and_approved(
        self, guide: GuidePage, editor: User, manager: User
    ) -> None:
        author, approver = Caller(editor), TokenCaller(manager)
        write(guide, editor, "نسخهٔ اول")
        told = take(author, guide, "submit").json()
        assert (told["status"], told["waits_for"]) == ("in_progress", "نظر مدیر")
        assert [page["id"] for page in approver.get("moderation/").json()] == [guide.pk]
        assert author.get("moderation/").json() == []
        again = take(author, guide, "submit")
        assert (again.status_code, again.json()["code"]) == (409, "waits_already")

        assert take(author, guide, "approve").status_code == 403
        assert take(approver, guide, "reject").status_code == 422
        told = take(approver, guide, "reject", comment="کوتاه‌تر شود").json()
        assert told["status"] == "needs_changes"
        assert author.get(f"moderation/pages/{guide.pk}/").json()["comment"] == "کوتاه‌تر شود"

        write(guide, editor, "نسخهٔ دوم")
        assert take(author, guide, "submit").json()["status"] == "in_progress"
        told = take(approver, guide, "approve", comment="مناسب است").json()
        assert (told["status"], told["has_unpublished_changes"]) == ("", False)
        assert Caller().get(f"pages/{guide.pk}/").json()["intro"] == "نسخهٔ دوم"
        acts = ["start", "reject", "resume", "approve"]
        found = [name.rpartition(".")[2] for name in log_of(guide) if ".workflow." in name]
        assert [name for name in found if name in acts] == acts
        late = take(approver, guide, "approve")
        assert (late.status_code, late.json()["code"]) == (409, "not_in_moderation")

    def test_taken_back_by_its_author(self, guide: GuidePage, editor: User, manager: User) -> None:
        write(guide, editor, "پیش‌نویس")
        take(Caller(editor), guide, "submit")
        told = take(Caller(editor), guide, "cancel").json()
        assert told["status"] == ""
        assert "wagtail.workflow.cancel" in log_of(guide)

    def test_what_waits_is_not_published_past_its_approvers(
        self, guide: GuidePage, editor: User
    ) -> None:
        write(guide, editor, "پیش‌نویس")
        take(Caller(editor), guide, "submit")
        for act in ("publish", "unpublish"):
            refused = take(Caller(editor), guide, act)
            assert (refused.status_code, refused.json()["code"]) == (409, "page_locked")
        told = Caller(editor).get(f"moderation/pages/{guide.pk}/").json()
        assert told["actions"] == ["cancel"]

    def test_approvers_are_told_as_in_the_admin(
        self, guide: GuidePage, editor: User, manager: User
    ) -> None:
        User.objects.filter(pk=manager.pk).update(email="manager@example.ir")
        write(guide, editor, "پیش‌نویس")
        take(Caller(editor), guide, "submit")
        assert [message.to for message in mail.outbox] == [["manager@example.ir"]]


class TestPublication:
    @pytest.mark.at("2026-11-28 09:00")
    def test_later_and_until(self, guide: GuidePage, editor: User, clock: Any) -> None:
        me, moment = Caller(editor), now()
        write(guide, editor, "فردا")
        said = {
            "go_live_at": (moment + timedelta(days=1)).isoformat(),
            "expire_at": (moment + timedelta(days=3)).isoformat(),
        }
        told = take(me, guide, "publish", **said).json()
        assert "unschedule" in told["actions"]
        assert Caller().get(f"pages/{guide.pk}/").json()["intro"] != "فردا"
        clock.shift(timedelta(days=1, minutes=1))
        assert do_what_is_due() == 1
        assert Caller().get(f"pages/{guide.pk}/").json()["intro"] == "فردا"
        clock.shift(timedelta(days=2))
        assert do_what_is_due() == 1
        assert Caller().get(f"pages/{guide.pk}/").status_code == 404

    def test_not_after_all(self, guide: GuidePage, editor: User) -> None:
        me = Caller(editor)
        later = (now() + timedelta(days=1)).isoformat()
        take(me, guide, "publish", go_live_at=later)
        told = take(me, guide, "unschedule").json()
        assert "unschedule" not in told["actions"]
        assert "wagtail.schedule.cancel" in log_of(guide)
        refused = take(me, guide, "unschedule")
        assert (refused.status_code, refused.json()["code"]) == (409, "not_published")

    def test_a_time_that_is_over(self, guide: GuidePage, editor: User) -> None:
        over = (now() - timedelta(days=1)).isoformat()
        refused = take(Caller(editor), guide, "publish", expire_at=over)
        assert (refused.status_code, refused.json()["code"]) == (422, "bad_schedule")
        bare = take(Caller(editor), guide, "publish", go_live_at="2030-01-01T00:00:00")
        assert bare.json()["errors"][0]["pointer"] == "/go_live_at"

    def test_now_and_no_more(self, guide: GuidePage, editor: User) -> None:
        write(guide, editor, "اکنون")
        seen = GuidePage.objects.get(pk=guide.pk).latest_revision_id
        assert take(Caller(editor), guide, "publish").json()["live"]
        assert GuidePage.objects.get(pk=guide.pk).live_revision_id == seen
        assert not take(Caller(editor), guide, "unpublish").json()["live"]
        refused = take(Caller(editor), guide, "unpublish")
        assert (refused.status_code, refused.json()["code"]) == (409, "not_published")

    def test_a_draft_that_somebody_has_changed(
        self, guide: GuidePage, editor: User, manager: User
    ) -> None:
        seen = guide.latest_revision_id
        write(guide, manager, "در این فاصله")
        for act in ("submit", "publish", "unpublish", "cancel", "unschedule"):
            refused = take(Caller(editor), guide, act, expecting=seen)
            assert (refused.status_code, refused.json()["code"]) == (409, "draft_moved")
        assert GuidePage.objects.get(pk=guide.pk).intro != "در این فاصله"

    def test_nobody_is_there_to_approve(self, guide: GuidePage, editor: User) -> None:
        WorkflowPage.objects.all().delete()
        refused = take(Caller(editor), guide, "submit")
        assert (refused.status_code, refused.json()["code"]) == (409, "no_workflow")


def test_nobody_else_learns_of_it(
    guide: GuidePage, maryam: User, staff: dict[str, User], nobody_staff: User
) -> None:
    acts = ("submit", "approve", "cancel", "publish", "unschedule", "unpublish")
    for person in (maryam, staff["desk"], nobody_staff):
        assert Caller(person).get(f"moderation/pages/{guide.pk}/").status_code == 404
        assert Caller(person).get("moderation/").json() == []
        for act in acts:
            assert take(Caller(person), guide, act).status_code == 404
    for act in acts:
        assert take(Caller(), guide, act).status_code == 401
    assert GuidePage.objects.get(pk=guide.pk).live


def test_a_session_needs_its_csrf_token_and_a_token_does_not(
    guide: GuidePage, editor: User
) -> None:
    path, said = f"moderation/pages/{guide.pk}/unpublish/", {"expecting": guide.latest_revision_id}
    assert Caller(editor, csrf=True).post(path, said).status_code == 403
    assert TokenCaller(editor).post(path, said).status_code == 200


def test_few_queries(
    guide: GuidePage, editor: User, manager: User, django_assert_max_num_queries: Any
) -> None:
    caller = Caller(manager)
    with django_assert_max_num_queries(15):
        assert caller.get("moderation/").status_code == 200
