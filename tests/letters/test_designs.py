"""Templates of letters: designed, checked against their services, published as versions, retired."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import reverse
from wagtail.models import GroupApprovalTask, Workflow, WorkflowContentType, WorkflowTask

from accounts.models import User
from letters.drafts.content import content_of, find_draft
from letters.models import Letter, LetterDesign, LetterTemplate
from letters.wording import Block, blocks_of
from services_catalog.models import Question, Service
from services_catalog.publish_checks import Unfinished
from submissions.models import Submission
from tests import cast
from tests.letters.designing import ADD, PUBLISH, address_of, edit_of, reword, typed

pytestmark = pytest.mark.django_db
SignIn = Callable[[Client, User], Client]
MAX_QUERIES = 15
NAMES = "/admin/letter_templates/names/"


@pytest.fixture
def writing(client: Client, manager: User, signed_in: SignIn, house: None) -> Client:
    return signed_in(client, manager)


@pytest.fixture
def design(house: None) -> LetterDesign:
    return LetterDesign.objects.get(kind="introduction")


def shown(answer: Any) -> str:
    """The page with what it hands to its scripts as JSON, where Persian is escaped."""
    page = answer.content.decode()
    return re.sub(r"\\+u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), page)


def current(design: LetterDesign) -> LetterTemplate:
    found = LetterTemplate.objects.for_service(design.kind, design.service_code)
    assert found is not None
    return found


def test_a_template_is_put_together_of_parts_and_published_as_a_version(
    writing: Client, design: LetterDesign
) -> None:
    words = typed(
        "به استحضار می‌رساند {نام متقاضی} درخواستی دارد.",
        ("خواهشمند است اقدام شود.", True),
        table=1,
        copies=("{نام متقاضی}؛ جهت اطلاع",),
        subject="معرفی {نام متقاضی}",
        recipient_post="مدیرعامل محترم",
    )

    answer = writing.post(edit_of(design), words | PUBLISH)

    assert answer.status_code == 302
    version = current(design)
    assert (version.version, version.subject) == (2, "معرفی {party_name}")
    assert blocks_of(version) == [
        Block("paragraph", "به استحضار می‌رساند {party_name} درخواستی دارد."),
        Block("table", "مشخصات درخواست"),
        Block("paragraph", "خواهشمند است اقدام شود.", open=True),
    ]
    assert version.copies == ["{party_name}؛ جهت اطلاع"]
    page = shown(writing.get(edit_of(design)))
    assert "{نام متقاضی}" in page
    assert "{party_name}" not in page


def test_the_letter_says_what_the_template_says_part_by_part(
    submitted: Submission, design: LetterDesign, staff: dict[str, User], run_tasks: Any
) -> None:
    design.body = [
        {"type": "paragraph", "value": {"text": "توان {answer:requested_power} لازم است."}},
        {"type": "table", "value": {"title": "جزئیات"}},
        {"type": "paragraph", "value": {"text": "با تشکر."}},
    ]
    design.subject, design.recipient_post = "معرفی {party_name}", "مدیر محترم دفتر"
    design.save_revision().publish()

    case = cast.pass_desks(submitted, staff, *cast.SIX_DESKS[:-1])
    cast.step(case, "approve", staff[cast.SIX_DESKS[-1]])
    run_tasks()

    printed = Letter.objects.get().facts_printed
    assert printed is not None
    assert printed.subject == "معرفی مریم رضایی"
    assert printed.recipient.post == "مدیر محترم دفتر"
    assert printed.paragraphs == ("توان ۲۵۰ کیلووات لازم است.", "با تشکر.")
    assert (printed.rows_title, printed.rows_after) == ("جزئیات", 1)


def test_a_draft_words_no_letter_until_it_is_published(
    writing: Client, design: LetterDesign, submitted: Submission
) -> None:
    before = content_of(submitted, find_draft(submitted)).digest

    writing.post(edit_of(design), typed("متن دیگر."))

    assert LetterDesign.objects.get(pk=design.pk).has_unpublished_changes
    assert current(design).version == 1
    assert content_of(submitted, find_draft(submitted)).digest == before


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("به {ناشناس} ابلاغ شد.", "«{ناشناس}» شناخته‌شده نیست"),
        ("آکولاد {باز", "آکولادهای این متن"),
        ("{party_name!r}", "شناخته‌شده نیست"),
        ("{نام متقاضی.__class__}", "شناخته‌شده نیست"),
        ("{}", "آکولادهای این متن"),
        ("{پاسخ: رنگ دیوار}", "شناخته‌شده نیست"),
        ("به این دلیل: {دلیل رد}", "فقط در نامهٔ رد درخواست"),
    ],
)
def test_what_could_not_be_filled_in_is_refused_beside_the_part_and_stays_typed(
    writing: Client, design: LetterDesign, text: str, said: str
) -> None:
    answer = writing.post(edit_of(design), typed("بند اول.", text) | PUBLISH)

    assert answer.status_code == 200
    assert said in shown(answer)
    assert list(answer.context["form"].errors) == ["body"]
    bound = answer.context["form"]["body"].value()
    assert bound[0].value["text"] == "بند اول."
    assert current(design).version == 1


def test_an_answer_that_may_be_missing_is_refused_with_the_service(
    writing: Client, design: LetterDesign, service: Service
) -> None:
    Question.objects.filter(code="requested_power").update(required=False)
    cast_service = Service.objects.get(pk=service.pk)
    cast_service.save_revision().publish()
    label = Question.objects.get(code="requested_power").label

    answer = writing.post(edit_of(design), typed(f"توان: {{پاسخ: {label}}}") | PUBLISH)

    page = shown(answer)
    assert f"پاسخ «{label}» در خدمت «{service.title}» اختیاری یا مشروط است" in page
    assert current(design).version == 1


def test_a_service_is_not_published_without_the_answer_that_its_letter_names(
    writing: Client, design: LetterDesign, service: Service
) -> None:
    reword(design, "توان: {answer:requested_power}")
    service = Service.objects.get(pk=service.pk)
    service.questions = [q for q in service.questions.all() if q.code != "requested_power"]

    with pytest.raises(Unfinished, match="requested_power"):
        service.save_revision().publish()


def test_names_are_offered_for_the_kind_and_only_answers_that_are_always_there(
    writing: Client, service: Service
) -> None:
    asked = {"kind": "introduction", "service": ""}
    names, answers = writing.get(NAMES, asked).json()["names"]
    assert "نام متقاضی" in [name["title"] for name in names["names"]]
    assert "دلیل رد" not in [name["title"] for name in names["names"]]
    shown = Question.objects.get(code="requested_power").label
    assert f"پاسخ: {shown}" in [name["insert"] for name in answers["names"]]

    Question.objects.filter(code="requested_power").update(required=False)
    Service.objects.get(pk=service.pk).save_revision().publish()
    groups = writing.get(NAMES, asked).json()["names"]
    offered = [name["insert"] for group in groups for name in group["names"]]
    assert f"پاسخ: {shown}" not in offered
    refusal = writing.get(NAMES, {"kind": "refusal"}).json()["names"][0]["names"]
    assert "دلیل رد" in [name["title"] for name in refusal]


def test_one_service_has_its_own_template_which_comes_before_its_kinds(
    writing: Client, service: Service
) -> None:
    use = {"kind": "introduction", "service_code": service.code}

    writing.post(ADD, typed("متن برق.", title="معرفی‌نامهٔ برق", **use) | PUBLISH)

    found = LetterTemplate.objects.for_service("introduction", service.code)
    assert found is not None
    assert (found.title, found.version, found.service_code) == ("معرفی‌نامهٔ برق", 1, service.code)
    assert f"خدمت «{service.title}»" in writing.get("/admin/letter_templates/").content.decode()
    again = writing.post(ADD, typed("متن دیگر.", **use) | PUBLISH)
    assert "دارای الگو است" in str(again.context["form"].errors["kind"])
    other = writing.post(ADD, typed("متن.", kind="notice", service_code=service.code))
    assert "service_code" in other.context["form"].errors


def test_a_new_kind_of_letter_is_worded_once_a_service_has_it(
    writing: Client, service: Service
) -> None:
    Service.objects.filter(pk=service.pk).update(letter_kind="guarantee")
    writing.post(ADD, typed("متن ضمانت.", kind="guarantee", service_code="") | PUBLISH)
    assert LetterTemplate.objects.for_service("guarantee", service.code) is not None


def test_a_publication_says_first_which_letters_it_words_anew(
    writing: Client, design: LetterDesign, submitted: Submission
) -> None:
    words = typed("متن دیگر.") | PUBLISH

    asked = writing.post(edit_of(design), words)
    assert "نامهٔ ۱ درخواست بررسی‌نشده با متن جدید" in asked.content.decode()
    assert current(design).version == 1
    back = writing.post(edit_of(design), words | {"confirmed": "back"})
    assert "متن دیگر." in shown(back)
    writing.post(edit_of(design), words | {"confirmed": "yes"})
    assert current(design).version == 2


def test_a_retirement_says_first_which_letters_are_left_without_words(
    writing: Client, design: LetterDesign, submitted: Submission
) -> None:
    address = address_of("unpublish", design)

    page = writing.get(address).content.decode()
    assert "۱ درخواست بررسی‌نشده بدون الگوی نامه می‌ماند" in page
    assert current(design)
    assert writing.post(address).status_code == 302
    assert LetterTemplate.objects.for_service("introduction", "") is None
    assert LetterTemplate.objects.filter(kind="introduction").count() == 1


def test_a_template_that_spares_its_service_a_fault_is_not_retired(
    writing: Client, design: LetterDesign, service: Service
) -> None:
    use = {"kind": "introduction", "service_code": service.code}
    writing.post(ADD, typed("متن برق.", **use) | PUBLISH)
    own = LetterDesign.objects.get(service_code=service.code)
    reword(design, "{answer:colour}")  # no other service has letters of this kind

    answer = writing.post(address_of("unpublish", own))

    assert answer.status_code == 422
    assert "پرسشی با کد «colour» ندارد" in answer.content.decode()
    assert LetterDesign.objects.get(pk=own.pk).live


@pytest.fixture
def waiting(
    client: Client, editor: User, manager: User, signed_in: SignIn, design: LetterDesign
) -> LetterDesign:
    """What an editor has drafted waits for the approval of a manager, who is there."""
    task = GroupApprovalTask.objects.create(name="تأیید الگو")
    task.groups.add(manager.groups.get(name="manager"))
    flow = Workflow.objects.create(name="تأیید الگوهای نامه")
    WorkflowTask.objects.create(workflow=flow, task=task)
    WorkflowContentType.objects.create(
        workflow=flow, content_type=ContentType.objects.get_for_model(LetterDesign)
    )
    signed_in(client, editor)
    tried = client.post(edit_of(design), typed("متن ویراستار.") | PUBLISH)
    assert tried.status_code in (200, 302)
    assert current(design).version == 1, "an editor publishes nothing"
    client.post(edit_of(design), typed("متن ویراستار.") | {"action-submit": "yes"})
    signed_in(client, manager)
    return LetterDesign.objects.get(pk=design.pk)


def approval_of(design: LetterDesign) -> str:
    state = design.current_workflow_task_state
    assert state is not None
    return reverse(
        "wagtailsnippets_letters_letterdesign:workflow_action",
        args=[design.pk, "approve", state.pk],
    )


def test_what_an_editor_drafts_a_manager_approves(client: Client, waiting: LetterDesign) -> None:
    client.post(approval_of(waiting))
    assert current(waiting).paragraphs == ["متن ویراستار."]


def test_an_approval_asks_about_letters_under_way(
    client: Client, waiting: LetterDesign, submitted: Submission
) -> None:
    approval = approval_of(waiting)
    window = client.post(
        approval, {"comment": "خوب است"}, headers={"x-requested-with": "XMLHttpRequest"}
    )
    page = client.get(window.json()["redirect"]).content.decode()
    assert "نامهٔ ۱ درخواست بررسی‌نشده با متن جدید صادر می‌شود" in page
    assert "خوب است" in page
    assert current(waiting).version == 1

    back = client.post(window.json()["redirect"], {"comment": "خوب است", "confirmed": "back"})
    assert back["Location"] == edit_of(waiting)
    assert current(waiting).version == 1
    client.post(window.json()["redirect"], {"comment": "خوب است", "confirmed": "yes"})
    assert current(waiting).paragraphs == ["متن ویراستار."]


def test_an_approval_in_the_form_asks_as_well_and_one_that_is_not_the_last_does_not(
    client: Client, waiting: LetterDesign, submitted: Submission, manager: User
) -> None:
    approve = {"action-workflow-action": "true", "workflow-action-name": "approve"}
    asked = client.post(edit_of(waiting), typed("متن ویراستار.") | approve)
    assert "نامهٔ ۱ درخواست بررسی‌نشده" in asked.content.decode()
    assert current(waiting).version == 1

    second = GroupApprovalTask.objects.create(name="تأیید نهایی")
    second.groups.add(manager.groups.get(name="manager"))
    flow = waiting.current_workflow_state.workflow
    WorkflowTask.objects.create(workflow=flow, task=second, sort_order=9)
    client.post(edit_of(waiting), typed("متن ویراستار.") | approve)
    again = LetterDesign.objects.get(pk=waiting.pk)
    assert again.current_workflow_task_state.task_id == second.pk
    assert current(waiting).version == 1
    client.post(edit_of(waiting), typed("متن ویراستار.") | approve | {"confirmed": "yes"})
    assert current(waiting).paragraphs == ["متن ویراستار."]


def test_a_new_template_that_is_published_at_once_asks_about_letters_under_way(
    writing: Client, submitted: Submission, service: Service
) -> None:
    said = typed("متن خدمت.", kind="introduction", service_code=service.code) | PUBLISH
    own = LetterDesign.objects.filter(service_code=service.code)
    asked = writing.post(ADD, said)
    assert "نامهٔ ۱ درخواست بررسی‌نشده با متن جدید صادر می‌شود" in asked.content.decode()
    assert not own.exists()

    form = writing.post(ADD, said | {"confirmed": "back"})
    assert "متن خدمت." in shown(form)
    assert not own.exists()
    assert writing.post(ADD, said | {"confirmed": "yes"}).status_code == 302
    assert current(own.get()).paragraphs == ["متن خدمت."]


def test_reviewers_design_no_letters_and_nobody_deletes_a_template(
    client: Client, staff: dict[str, User], admin: User, signed_in: SignIn, design: LetterDesign
) -> None:
    signed_in(client, staff["desk"])
    assert client.get(edit_of(design))["Location"] == "/admin/"
    assert client.get(ADD)["Location"] == "/admin/"
    assert client.get(NAMES)["Location"] == "/admin/"

    signed_in(client, admin)
    assert client.post(address_of("delete", design))["Location"] == "/admin/"
    assert LetterDesign.objects.filter(pk=design.pk).exists()


def test_the_form_and_the_list_take_few_queries(
    writing: Client, design: LetterDesign, django_assert_max_num_queries: Any
) -> None:
    for number in range(6):
        other = LetterDesign(kind=f"kind-{number}", title="الگو", body=[], copies=[], live=False)
        other.save()
    writing.get("/admin/")
    with django_assert_max_num_queries(MAX_QUERIES):
        writing.get("/admin/letter_templates/")
    for _earlier in ("without a revision", "with one"):
        with django_assert_max_num_queries(MAX_QUERIES):
            writing.get(edit_of(design))
        reword(design, "متن")
