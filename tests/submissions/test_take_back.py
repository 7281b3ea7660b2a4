"""An applicant takes back what nobody of the company has looked at: it is a draft again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from accounts.models import Membership, Notice, User
from services_catalog import seed
from services_catalog.models import Service
from submissions.contracts.claims import claim_contract
from submissions.documents.storage import remove_document
from submissions.drafts import editing
from submissions.models import Contract, Submission, WorkItem
from submissions.policies import SubmissionPolicy
from submissions.refusals import AlreadySeen, MovedMeanwhile, NotTakenBack, NotYours
from submissions.reports.report import Report
from submissions.staff.review_page import ReviewPage
from submissions.states import Box, Outcome, State, StepName
from submissions.workflow.steps import take_step
from tests.cast import ANSWERS, again, begin, item_of, open_to, step

pytestmark = pytest.mark.django_db
Staff = dict[str, User]
SignIn = Callable[[Client, User], Client]
BACK = StepName.TAKE_BACK


def why_not(user: User, case: Submission) -> object:
    (offer,) = SubmissionPolicy().steps_open(user, again(case), [BACK])
    return offer.refusal


def look(browser: Client, item: WorkItem) -> int:
    """What the page of a case is told when it says that it is looked at."""
    seen = reverse("submissions_submission_modeladmin_seen", args=[item.submission_id])
    return browser.post(seen, headers={"X-Requested-With": "fetch"}).status_code


def test_it_is_a_draft_again_and_the_filing_stays(submitted: Submission, maryam: User) -> None:
    item = item_of(submitted)
    case = step(submitted, BACK, maryam)

    assert (case.state, case.box) == (State.DRAFT, Box.AWAITING)
    assert (case.submitted_at, case.due_at, case.stop) == (None, None, "")
    closed = WorkItem.objects.get(pk=item.pk)
    assert (closed.outcome, closed.closed_by) == (Outcome.TAKEN_BACK, case.history.latest("seq"))
    assert [filing.number for filing in case.filings.all()] == [1]


def test_all_of_it_can_be_written_again_and_the_report_shows_what_is_written(
    submitted: Submission, maryam: User
) -> None:
    case = step(submitted, BACK, maryam)
    saved = editing.save_answers(
        case, by=maryam, answers={"requested_power": 640}, description="متن جدید"
    )
    report = Report(again(saved.submission))
    assert report.description == "متن جدید"
    assert any("۶۴۰" in row.value for row in report.answers)
    assert case.filings.get().answers["requested_power"] == ANSWERS["requested_power"]


def test_a_file_that_was_handed_in_can_be_removed_and_stays_with_its_filing(
    submitted: Submission, maryam: User
) -> None:
    case = step(submitted, BACK, maryam)
    file = case.documents.current().get(requirement="power_form")
    remove_document(file, by=maryam)
    assert not case.documents.current().filter(requirement="power_form").exists()
    assert file in case.filings.get().documents.all()
    assert file.file.storage.exists(file.file.name)


def test_the_desk_sees_no_changes_against_what_it_never_had(
    submitted: Submission, maryam: User, staff: Staff
) -> None:
    case = step(submitted, BACK, maryam)
    editing.save_answers(case, by=maryam, description="متن جدید")
    page = ReviewPage(step(case, "submit", maryam), staff["desk"])
    assert (page.changes, page.report.description) == ([], "متن جدید")


@pytest.mark.at("2026-11-22 10:00")
def test_the_clock_starts_anew_with_the_next_handing_in(
    clock: Any, submitted: Submission, maryam: User
) -> None:
    promised, first = submitted.due_at, item_of(submitted)
    case = step(submitted, BACK, maryam)
    clock.shift(3600)
    case = step(case, "submit", maryam)

    assert promised is not None
    assert case.due_at is not None
    assert (case.due_at - promised).total_seconds() == 3600
    assert case.submitted_at is not None
    assert case.submitted_at > first.opened_at
    assert [filing.number for filing in case.filings.all()] == [1, 2]
    assert (item_of(case).stop, item_of(case).desk) == (first.stop, first.desk)
    assert why_not(maryam, case) is None


def test_once_the_desk_has_seen_it_it_stays(
    submitted: Submission, maryam: User, staff: Staff, client: Client, signed_in: SignIn
) -> None:
    assert look(signed_in(client, staff["desk"]), item_of(submitted)) == 204
    assert isinstance(why_not(maryam, submitted), AlreadySeen)
    with pytest.raises(AlreadySeen):
        step(submitted, BACK, maryam)
    assert again(submitted).state == State.IN_REVIEW


def test_only_the_look_of_whoever_has_it_in_hand_counts(
    submitted: Submission, maryam: User, staff: Staff, manager: User, signed_in: SignIn
) -> None:
    item = item_of(submitted)
    page = reverse("submissions_submission_modeladmin_inspect", args=[submitted.pk])
    seen = reverse("submissions_submission_modeladmin_seen", args=[submitted.pk])
    desk = signed_in(Client(), staff["desk"])
    desk.head(page)
    assert seen in desk.get(page).content.decode()
    assert look(signed_in(Client(), manager), item) == 403
    assert look(signed_in(Client(), staff["finance"]), item) == 404
    assert desk.get(seen).status_code == 405
    assert why_not(maryam, submitted) is None

    assert look(desk, item) == 204
    first = WorkItem.objects.get(pk=item.pk).seen_at
    assert (first is not None, look(desk, item)) == (True, 204)
    assert WorkItem.objects.get(pk=item.pk).seen_at == first
    assert seen not in desk.get(page).content.decode()


def test_a_key_pressed_without_the_script_is_a_look(
    submitted: Submission, maryam: User, staff: Staff, client: Client, signed_in: SignIn
) -> None:
    form = reverse("submissions_submission_modeladmin_seen", args=[submitted.pk])
    assert signed_in(client, staff["desk"]).post(form).status_code == 302
    assert item_of(submitted).seen_at is not None
    assert isinstance(why_not(maryam, submitted), AlreadySeen)


def test_one_desk_of_several_is_enough(side_by_side: Service, maryam: User, staff: Staff) -> None:
    side_by_side.stops.filter(code="desk").delete()
    side_by_side.save_revision().publish()
    service = Service.objects.get(pk=side_by_side.pk)
    case = step(begin(maryam, service, answers={"polluting": True}), "submit", maryam)
    assert len(case.open_decisions) == 3
    assert again(step(case, BACK, maryam)).items.open().count() == 0
    case = step(case, "submit", maryam)
    case.items.open().filter(stop="technical").update(seen_at=now())
    with pytest.raises(AlreadySeen):
        step(case, BACK, maryam)
    assert again(case).items.open().count() == 3


@pytest.mark.parametrize("name", ["pass_on", "refer"])
def test_after_any_step_of_the_company_it_stays(
    submitted: Submission, maryam: User, staff: Staff, name: str
) -> None:
    asked = {"people": (staff["legal"],)} if name == "refer" else {}
    case = step(submitted, name, staff["desk"], "نظر شما؟", **asked)
    with pytest.raises(AlreadySeen):
        step(case, BACK, maryam)


def test_what_was_mended_is_not_taken_back_from_those_who_returned_it(
    submitted: Submission, maryam: User, staff: Staff
) -> None:
    case = step(submitted, "return_for_correction", staff["desk"], "کامل نیست")
    case = step(case, "submit", maryam)
    assert isinstance(why_not(maryam, case), AlreadySeen)


def test_the_owner_and_an_agent_take_it_back_and_nobody_else(
    submitted: Submission, maryam: User, kavir: User, stranger: User, staff: Staff, manager: User
) -> None:
    Membership.objects.create(user=kavir, party=submitted.party, role=Membership.Role.AGENT)
    for person in (stranger, staff["desk"], manager):
        assert isinstance(why_not(person, submitted), NotYours)
        with pytest.raises(PermissionDenied):
            step(submitted, BACK, person)
    agent = User.objects.get(pk=kavir.pk)
    assert BACK in open_to(maryam, submitted)
    case = step(submitted, BACK, agent)
    assert case.history.latest("seq").on_behalf_of == submitted.party


def test_the_staff_read_it_no_longer(
    submitted: Submission, maryam: User, staff: Staff, manager: User
) -> None:
    case = step(submitted, BACK, maryam)
    for person in (staff["desk"], manager):
        assert case not in Submission.objects.visible_to(User.objects.get(pk=person.pk))
    assert case in Submission.objects.visible_to(maryam)


def test_a_claim_is_given_up_instead_so_that_no_draft_keeps_its_contract(
    house: None, maryam: User, stranger: User, staff: Staff
) -> None:
    for row in seed.stage_services():
        seed.load_service(row, 90)
    held = Contract.objects.create(
        number="1402/7", park_id=Contract.objects.get(number="1402/1001").park_id,
        holder_kind="natural", holder_name="تینا کسروی",
    )  # fmt: skip
    claim = claim_contract(held, by=maryam, party=maryam.parties[0])
    assert isinstance(why_not(maryam, claim), NotTakenBack)
    with pytest.raises(NotTakenBack):
        step(claim, BACK, maryam)
    step(claim, "withdraw", maryam)
    assert claim_contract(held, by=stranger, party=stranger.parties[0]).state == State.IN_REVIEW


def test_what_could_not_be_handed_in_again_stays(
    submitted: Submission, maryam: User, service: Service
) -> None:
    Service.objects.filter(pk=service.pk).update(live=False)
    with pytest.raises(NotTakenBack, match="متوقف شده"):
        step(submitted, BACK, maryam)
    assert again(submitted).state == State.IN_REVIEW


def test_the_page_asks_once_and_says_what_has_happened(
    submitted: Submission, maryam: User, client: Client, signed_in: SignIn
) -> None:
    browser = signed_in(client, maryam)
    report = reverse("submissions:report", args=[submitted.tracking_code])
    way = reverse("submissions:take_back", args=[submitted.tracking_code])
    assert way in browser.get(report).content.decode()
    assert browser.get(way).status_code == 200
    answer = browser.post(way, {"expecting": submitted.last_seq}, follow=True)
    page = answer.content.decode()
    assert "اکنون پیش‌نویس شماست" in page
    assert "ادامهٔ پیش‌نویس" in page
    assert way not in page
    # What was taken back is no filing to show on paper.
    copy = reverse("submissions:copy", args=[submitted.tracking_code])
    assert browser.get(copy).status_code == 404
    assert browser.post(way, {"expecting": submitted.last_seq}).status_code == 409
    assert browser.get(way).status_code == 409


def test_a_second_press_takes_nothing_back(submitted: Submission, maryam: User) -> None:
    seen = submitted.last_seq
    take_step(submitted, BACK, by=maryam, expecting=seen)
    with pytest.raises(MovedMeanwhile):
        take_step(submitted, BACK, by=maryam, expecting=seen)


def test_handed_in_again_it_is_not_called_mended(
    submitted: Submission, maryam: User, client: Client, signed_in: SignIn
) -> None:
    case = step(step(submitted, BACK, maryam), "submit", maryam)
    done = reverse("submissions:done", args=[case.tracking_code])
    assert "اصلاحات شما ارسال شد" not in signed_in(client, maryam).get(done).content.decode()


def test_whoever_was_told_of_the_handing_in_is_told_that_it_is_a_draft(
    submitted: Submission, maryam: User, run_tasks: Callable[[], int]
) -> None:
    run_tasks()
    step(submitted, BACK, maryam)
    run_tasks()
    texts = list(Notice.objects.filter(recipient=maryam).values_list("text", flat=True))
    assert [("ثبت شد" in text, "پیش‌نویس" in text) for text in texts] == [
        (True, False),
        (False, True),
    ]


def test_what_was_taken_back_before_anybody_was_told_is_told_to_nobody(
    submitted: Submission, maryam: User, run_tasks: Callable[[], int]
) -> None:
    step(submitted, BACK, maryam)
    run_tasks()
    assert not Notice.objects.filter(recipient=maryam).exists()
