"""An editor publishes a service; what was begun under it keeps its word."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db.models import ProtectedError
from django.urls import reverse
from django.utils.timezone import now
from wagtail.models import GroupApprovalTask, ReferenceIndex, Revision, Workflow, WorkflowTask

from services_catalog import seed
from services_catalog.models import Question, Service, ServiceVersion
from services_catalog.publish_checks import Unfinished
from tests.cast import TWO_WAYS, begin, step
from work.sweeps import sweep


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
    service.title = "عنوان جدید"
    service.save_revision()
    assert ServiceVersion.objects.count() == 1
    assert service.current_version.facts.title != "عنوان جدید"


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
        ServiceVersion.objects.update(content=version.content)
    for remove in (version.delete, ServiceVersion.objects.all().delete):
        with pytest.raises(TypeError):
            remove()


def test_a_service_with_versions_cannot_be_deleted(service):
    with pytest.raises(ProtectedError):
        service.delete()


def test_a_closed_service_is_no_longer_offered(service):
    assert ServiceVersion.objects.offered().count() == 1
    service.unpublish()
    assert not ServiceVersion.objects.offered().exists()


def test_a_service_that_ends_in_no_document_is_not_accepted(house):
    with pytest.raises(ValidationError):
        seed.load_service({**TWO_WAYS, "letter_kind": ""}, 1)


def test_loading_the_same_service_again_changes_nothing(service):
    row = next(r for r in seed.read_seed("catalog")["services"] if r["code"] == "elec-intro")
    before = (service.revisions.count(), service.versions.count())
    again = seed.load_service(row, 1)
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
        ("natural", ["request", "contract", "id_card", "building_permit", "power_form"]),
        (
            "legal",
            [
                "request", "contract", "gazette_est", "gazette_last", "sign_holders",
                "building_permit", "power_form",
            ],
        ),
    ],
)  # fmt: skip
def test_documents_are_asked_of_those_whom_they_concern(service, kind, documents):
    facts = service.current_version.facts
    assert [document.code for document in facts.documents_for(kind)] == documents
    of_agents = [document.code for document in facts.documents_for(kind, by_agent=True)]
    assert of_agents == [*documents, "poa"]


def lacking(service, fault):
    """A saved draft of the service that lacks something."""
    draft = Service.objects.get(pk=service.pk)
    if fault == "title":
        draft.title = ""
    else:
        draft.stops = []
    return draft.save_revision(clean=False)


@pytest.mark.parametrize(("fault", "words"), [("title", "عنوان"), ("stops", "مرحله")])
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
    assert "حداقل یک مرحله لازم است" in answer.content.decode()
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


def contradicting(service, fault):
    """A saved draft of the service whose rows do not fit each other."""
    draft = Service.objects.get(pk=service.pk)
    questions, stops = list(draft.questions.all()), list(draft.stops.all())
    if fault == "a condition on a later question":
        questions[0].shown_when = {"question": questions[-1].code, "equals": "x"}
    elif fault == "a stop on a question that is gone":
        stops[1].condition = {"question": "gone", "equals": True}
    elif fault == "other than at a stop that is gone":
        stops[1].not_same_as = ["gone"]
    else:
        stops[1].code = stops[0].code
    draft.questions, draft.stops = questions, stops
    return draft.save_revision(clean=False)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("a condition on a later question", "پیش از این پرسش قرار ندارد"),
        ("a stop on a question that is gone", "پیش از این پرسش قرار ندارد"),
        ("other than at a stop that is gone", "در مسیر نیست"),
        ("one code at two stops", "پیش از این هم آمده است"),
    ],
)
def test_rows_that_contradict_each_other_are_not_published(service, fault, words):
    with pytest.raises(Unfinished, match=words):
        contradicting(service, fault).publish()
    assert ServiceVersion.objects.count() == 1


def of_the_portal(code, change):
    """A saved draft of one of the portal's own services after an editor's ``change``."""
    row = next(row for row in seed.stage_services() if row["code"] == code)
    draft = seed.load_service(row, 90)
    questions = list(draft.questions.all())
    change(questions)
    draft.questions = questions
    return draft.save_revision(clean=False)


def taken_away(code):
    def change(questions):
        questions[:] = [question for question in questions if question.code != code]

    return change


def with_another(name, code, value):
    def change(questions):
        setattr(next(question for question in questions if question.code == code), name, value)

    return change


@pytest.mark.parametrize(
    ("code", "change", "words"),
    [
        ("agency", taken_away("agent_mobile"), "حذف آن ممکن نیست"),
        ("identity", with_another("code", "national_code", "id"), "حذف آن ممکن نیست"),
        ("identity", with_another("kind", "national_code", "text"), "نوع پاسخ"),
        ("identity", with_another("shown_when", "first_name", None), "شرط نمایش"),
        ("identity", with_another("required", "last_name", False), "باید الزامی بماند"),
        (
            "identity",
            with_another("choices", "person", [{"value": v, "label": v} for v in "ab"]),
            "کد گزینه‌های",
        ),
    ],
)
def test_what_a_decision_reads_by_name_goes_on_being_asked(house, code, change, words):
    with pytest.raises(Unfinished, match=words):
        of_the_portal(code, change).publish()
    assert ServiceVersion.objects.count() == 1


def test_the_portals_own_services_are_worded_and_asked_further_at_will(house):
    def further(questions):
        questions[0].label = "نوع متقاضی"
        questions.append(
            Question(code="fax", sort_order=99, label="دورنگار", kind="text", required=False)
        )

    of_the_portal("identity", further).publish()

    asked = ServiceVersion.objects.get(current=True).facts.questions
    assert "fax" in [question.code for question in asked]


def test_a_letter_to_whom_the_applicant_names_needs_the_question(service):
    with pytest.raises(Unfinished, match="پرسشی با کد «recipient»"):
        published(service, recipient="answer")


@pytest.mark.parametrize(
    ("kind", "words"), [("request", "فهرست خدمات"), ("identity", "مراحل ورود")]
)
def test_whoever_closes_a_service_reads_what_becomes_of_it(
    service, client, editor, signed_in, kind, words
):
    Service.objects.filter(pk=service.pk).update(kind=kind)
    page = reverse("wagtailsnippets_services_catalog_service:unpublish", args=[service.pk])

    text = signed_in(client, editor).get(page).content.decode()

    assert words in text
    assert "پیش‌نویس‌های متقاضیان محفوظ می‌ماند" in text


def test_a_publication_that_fails_half_way_leaves_all_as_it_was(service, monkeypatch):
    def break_down(queryset, service):
        raise OSError("the disk is full")

    monkeypatch.setattr(type(ServiceVersion.objects.all()), "write", break_down)
    with pytest.raises(OSError, match="disk"):
        published(service, promise_days=7)
    assert Service.objects.get(pk=service.pk).promise_days == 3


class TestScheduled:
    def on_a_day(self, service, when, **changes):
        """Put on a day to come, and that day has come."""
        draft = Service.objects.get(pk=service.pk)
        for name, value in changes.items():
            setattr(draft, name, value)
        revision = draft.save_revision(clean=False)
        Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=now() - when)
        return revision

    def test_what_is_due_is_published_by_the_next_sweep(self, service):
        self.on_a_day(service, timedelta(minutes=1), promise_days=9)
        assert sweep()["scheduled publication"] == 1
        assert service.current_version.facts.promise_days == 9
        assert sweep()["scheduled publication"] == 0

    def test_one_that_cannot_be_published_holds_up_nothing_else(self, service, two_ways, caplog):
        broken = self.on_a_day(two_ways, timedelta(hours=1), title="")
        self.on_a_day(service, timedelta(minutes=1), promise_days=9)

        assert sweep()["scheduled publication"] == 1
        assert service.current_version.facts.promise_days == 9
        assert two_ways.current_version.number == 1
        assert Revision.objects.get(pk=broken.pk).approved_go_live_at is None
        assert "cannot be published as scheduled" in caplog.text

    def test_what_has_run_out_is_closed(self, service):
        Service.objects.filter(pk=service.pk).update(expire_at=now() - timedelta(minutes=1))
        assert sweep()["scheduled publication"] == 1
        assert not ServiceVersion.objects.offered().exists()
