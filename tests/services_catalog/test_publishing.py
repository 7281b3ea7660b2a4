"""An editor publishes a service; what was begun under it keeps its word."""

import pytest
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError
from django.urls import reverse
from wagtail.models import GroupApprovalTask, ReferenceIndex, Workflow, WorkflowTask

from services_catalog import loading
from services_catalog.models import Service, ServiceVersion, Unfinished
from tests.cast import TWO_WAYS, begin, step


def published(service, **changes):
    """The service after an editor has changed it and published."""
    service = Service.objects.get(pk=service.pk)
    for name, value in changes.items():
        setattr(service, name, value)
    service.save_revision().publish()
    return Service.objects.get(pk=service.pk)


def test_the_first_publication_writes_the_first_version(service):
    version = service.current_version
    assert (version.number, version.current) == (1, True)
    assert version.facts.code == "elec-intro"
    assert [stop.unit for stop in version.facts.route] == [
        "desk", "subs", "finance", "technical", "deputy", "secretariat",
    ]  # fmt: skip
    assert version.facts.route[4].not_same_as == ("desk",)


def test_a_change_becomes_the_next_version_and_the_only_current_one(service):
    changed = published(service, promise_days=7)
    assert [(v.number, v.current, v.facts.promise_days) for v in changed.versions.all()] == [
        (1, False, 3),
        (2, True, 7),
    ]


def test_publishing_again_without_a_change_writes_no_version(service):
    published(service)
    published(service)
    assert ServiceVersion.objects.count() == 1


def test_a_draft_that_an_editor_saves_is_not_offered_yet(service):
    service = Service.objects.get(pk=service.pk)
    service.title = "عنوان تازه"
    service.save_revision()
    assert ServiceVersion.objects.count() == 1
    assert service.current_version.facts.title != "عنوان تازه"


def test_a_stop_that_an_editor_removes_is_gone_from_the_next_version_only(service):
    service = Service.objects.get(pk=service.pk)
    service.stops = [stop for stop in service.stops.all() if stop.code != "finance"]
    service.save_revision().publish()
    first, second = ServiceVersion.objects.order_by("number")
    assert first.facts.stop("finance") is not None
    assert second.facts.stop("finance") is None


def test_what_was_begun_under_a_version_goes_its_way(two_ways, maryam):
    case = begin(maryam, two_ways, answers={"polluting": True})
    changed = Service.objects.get(pk=two_ways.pk)
    changed.stops = [stop for stop in changed.stops.all() if stop.code != "env"]
    changed.save_revision().publish()
    case = step(case, "submit", maryam)
    assert [stop.code for stop in case.route] == ["desk", "env", "deputy"]


def test_a_version_is_neither_changed_nor_deleted(service):
    version = service.current_version
    version.content = {**version.content, "promise_days": 30}
    with pytest.raises(TypeError):
        version.save()
    with pytest.raises(TypeError):
        version.delete()


def test_a_service_with_versions_cannot_be_deleted(service):
    with pytest.raises(ProtectedError):
        service.delete()


def test_a_closed_service_is_no_longer_offered(service):
    assert ServiceVersion.objects.offered().count() == 1
    service.unpublish()
    assert not ServiceVersion.objects.offered().exists()


def test_a_service_that_ends_in_no_document_is_not_accepted(house):
    with pytest.raises(ValidationError):
        loading.load_service({**TWO_WAYS, "letter_kind": ""}, 1)


def test_loading_the_same_service_again_changes_nothing(service):
    row = next(r for r in loading.read("catalog")["services"] if r["code"] == "elec-intro")
    before = (service.revisions.count(), service.versions.count())
    again = loading.load_service(row, 1)
    assert (again.revisions.count(), again.versions.count()) == before
    assert again.stops.count() == 6


@pytest.mark.parametrize(
    ("answers", "shown"),
    [
        ({}, ["requested_power", "phase", "temporary"]),
        ({"temporary": False}, ["requested_power", "phase", "temporary"]),
        ({"temporary": True}, ["requested_power", "phase", "temporary", "temporary_until"]),
    ],
)
def test_a_question_is_asked_when_the_answer_before_it_calls_for_it(service, answers, shown):
    facts = service.current_version.facts
    assert [question.code for question in facts.visible_questions(answers)] == shown


@pytest.mark.parametrize(
    ("kind", "documents"),
    [
        ("natural", ["request", "contract", "id_card", "building_permit", "power_form", "poa"]),
        (
            "legal",
            [
                "request", "contract", "gazette_est", "gazette_last", "sign_holders",
                "building_permit", "power_form", "poa",
            ],
        ),
    ],
)  # fmt: skip
def test_documents_are_asked_of_those_whom_they_concern(service, kind, documents):
    facts = service.current_version.facts
    assert [document.code for document in facts.documents_for(kind)] == documents


def lacking(service, fault):
    """A saved draft of the service that lacks something."""
    draft = Service.objects.get(pk=service.pk)
    if fault == "title":
        draft.title = ""
    else:
        draft.stops = []
    return draft.save_revision(clean=False)


@pytest.mark.parametrize(("fault", "words"), [("title", "عنوان"), ("stops", "ایستگاه")])
def test_a_service_that_lacks_something_is_not_published_whatever_the_way(service, fault, words):
    revision = lacking(service, fault)
    with pytest.raises(Unfinished, match=words):
        revision.publish()
    assert Service.objects.get(pk=service.pk).title == service.title
    assert Service.objects.get(pk=service.pk).stops.count() == 6
    assert ServiceVersion.objects.count() == 1


def test_an_approval_of_an_unfinished_service_is_refused_in_words(
    service, client, admin, signed_in
):
    lacking(service, "stops")
    workflow = Workflow.objects.create(name="بازبینی")
    task = GroupApprovalTask.objects.create(name="تأیید")
    WorkflowTask.objects.create(workflow=workflow, task=task)
    state = workflow.start(Service.objects.get(pk=service.pk), admin)

    address = reverse(
        "wagtailsnippets_services_catalog_service:workflow_action",
        args=[service.pk, "approve", state.current_task_state.pk],
    )
    answer = signed_in(client, admin).post(address, {"comment": ""}, follow=True)

    assert answer.status_code == 200
    assert "دست‌کم یک ایستگاه لازم است" in answer.content.decode()
    state.refresh_from_db()
    assert state.status == state.STATUS_IN_PROGRESS
    assert ServiceVersion.objects.count() == 1


def test_where_a_loaded_service_refers_to_is_known_as_if_an_editor_had_saved_it(service):
    rows = ReferenceIndex.objects.order_by("to_content_type", "to_object_id", "content_path_hash")
    columns = ("object_id", "to_content_type", "to_object_id", "content_path")
    known = list(rows.filter(object_id=str(service.pk)).values_list(*columns))
    assert known

    service.save()

    assert list(rows.filter(object_id=str(service.pk)).values_list(*columns)) == known
