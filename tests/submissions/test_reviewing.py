"""A reviewer reads a request in the admin and decides on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate, now

from accounts.models import Membership, User
from letters.models import Letter
from services_catalog.models import Desk, ReturnReason, Seat
from submissions.models import InternalNote, Submission, WorkItem
from submissions.states import State
from tests import cast

pytestmark = pytest.mark.django_db
SignIn = Callable[[Client, User], Client]
MAX_QUERIES = 15


@pytest.fixture
def at_desk(client: Client, staff: dict[str, User], signed_in: SignIn) -> Client:
    """The browser of Sara, who sits at the first desk."""
    return signed_in(client, staff["desk"])


def page_of(case: Submission) -> str:
    return reverse("submissions_submission_modeladmin_inspect", args=[case.pk])


def step_of(case: Submission, name: str) -> str:
    return reverse("submissions_submission_modeladmin_step", args=[case.pk, name])


QUEUE = "/admin/submissions/submission/"


def decide(client: Client, case: Submission, name: str, **said: Any) -> Any:
    """Post a step as the page that shows the present state would."""
    said = {"expecting": cast.again(case).last_seq, "note": ""} | said
    return client.post(step_of(case, name), said)


def test_the_queue_shows_what_waits_at_my_desk_the_most_urgent_first(
    at_desk: Client, submitted: Submission, maryam: User, service: Any
) -> None:
    urgent = cast.step(cast.complete_draft(maryam, service), "submit", maryam)
    yesterday = now() - timedelta(days=1)
    Submission.objects.filter(pk=urgent.pk).update(due_at=yesterday)
    WorkItem.objects.filter(submission=urgent).update(due_at=yesterday)

    answer = at_desk.get(QUEUE)

    assert [case.pk for case in answer.context["object_list"]] == [urgent.pk, submitted.pk]
    assert "دارای تأخیر" in answer.content.decode()


def test_what_has_left_my_desk_is_found_under_all_that_i_have_seen(
    at_desk: Client, submitted: Submission, staff: dict[str, User]
) -> None:
    cast.pass_desks(submitted, staff, "desk")

    assert not at_desk.get(QUEUE).context["object_list"]
    assert list(at_desk.get(QUEUE, {"list": "seen"}).context["object_list"]) == [submitted]


@pytest.mark.parametrize("asked", ["persian", "part", "name", "spaced name"])
def test_a_request_is_found_by_its_code_in_any_digits_and_by_its_partys_name(
    at_desk: Client, submitted: Submission, asked: str
) -> None:
    code = submitted.tracking_code
    text = {
        "persian": code.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")),
        "part": code[:7],
        "name": "رضايي",
        "spaced name": "مریم  رضا",
    }[asked]

    found = at_desk.get(f"{QUEUE}results/", {"q": text}).context["object_list"]

    assert list(found) == [submitted]


@pytest.mark.parametrize(
    "typed",
    ["9990000018", "۹۹۹۰۰۰۰۰۱۸", "1402/1001", "۱۰۰۱/۱۴۰۲", "14021001", "1402-1001"],
)
def test_a_request_is_found_by_whatever_its_applicant_can_read_out(
    at_desk: Client, submitted: Submission, typed: str
) -> None:
    assert list(at_desk.get(QUEUE, {"q": typed}).context["object_list"]) == [submitted]


@pytest.mark.parametrize("typed", ["9990000026", "1402/1002", "-", "!؟"])
def test_what_names_no_request_finds_none(
    at_desk: Client, submitted: Submission, stranger: User, typed: str
) -> None:
    assert not at_desk.get(QUEUE, {"q": typed}).context["object_list"]


def test_what_may_be_typed_is_written_in_the_box(at_desk: Client) -> None:
    for address in (QUEUE, "/admin/"):
        assert "کد رهگیری، نام، کد ملی یا شمارهٔ قرارداد" in at_desk.get(address).content.decode()


def test_a_search_for_somebody_else_finds_nothing_and_says_so(
    at_desk: Client, submitted: Submission
) -> None:
    answer = at_desk.get(QUEUE, {"q": "نادر بهرامی"})

    assert not answer.context["object_list"]
    assert "یافت نشد" in answer.content.decode()


def test_a_manager_finds_what_waits_without_a_desk(
    client: Client, submitted: Submission, manager: User, signed_in: SignIn, maryam: User
) -> None:
    Desk.objects.filter(unit__code="desk").update(open=False)
    homeless = cast.step(cast.complete_draft(maryam, submitted.version.service), "submit", maryam)
    signed_in(client, manager)

    assert list(client.get(QUEUE, {"list": "no-desk"}).context["object_list"]) == [homeless]
    assert set(client.get(QUEUE).context["object_list"]) == {submitted, homeless}
    assert "بدون میز" in client.get("/admin/").content.decode()


def test_a_manager_finds_what_waits_at_a_desk_where_nobody_is(
    client: Client, submitted: Submission, staff: dict[str, User], manager: User, signed_in: SignIn
) -> None:
    def stuck() -> list[Submission]:
        return list(client.get(QUEUE, {"list": "no-desk"}).context["object_list"])

    signed_in(client, manager)
    seat = Seat.objects.get(user=staff["desk"])
    assert not stuck()

    Seat.objects.filter(pk=seat.pk).update(away_from=localdate())
    assert stuck() == [submitted]
    assert "بدون همکار" in client.get(QUEUE, {"list": "no-desk"}).content.decode()
    assert "۱</span> بدون میز یا همکار" in client.get("/admin/").content.decode()

    assert "تصمیم‌گیری بر عهدهٔ شماست" in client.get(page_of(submitted)).content.decode()

    Seat.objects.filter(pk=seat.pk).update(stand_in=staff["legal"])
    assert not stuck()
    assert "تصمیم‌گیری بر عهدهٔ شماست" not in client.get(page_of(submitted)).content.decode()

    seat.delete()
    assert stuck() == [submitted]


def test_somebody_who_has_left_the_company_attends_no_desk(
    submitted: Submission, staff: dict[str, User]
) -> None:
    assert not WorkItem.objects.unattended()

    User.objects.filter(pk=staff["desk"].pk).update(is_active=False)

    assert list(WorkItem.objects.unattended()) == [cast.item_of(submitted)]


def test_the_list_goes_on_to_further_pages_and_back(
    at_desk: Client, submitted: Submission, maryam: User
) -> None:
    item = cast.item_of(submitted)
    for _ in range(21):
        row = cast.begin(maryam, submitted.version.service, submitted_at=now(), due_at=now())
        Submission.objects.filter(pk=row.pk).update(state=State.IN_REVIEW, stop=submitted.stop)
        WorkItem.objects.create(
            submission=row,
            purpose=item.purpose,
            stop=item.stop,
            desk=item.desk,
            opened_by=item.opened_by,
            due_at=now(),
        )

    first = at_desk.get(QUEUE)
    second = at_desk.get(QUEUE, {"after": first.context["page"].after})
    back = at_desk.get(QUEUE, {"before": second.context["page"].before})

    assert [len(p.context["object_list"]) for p in (first, second, back)] == [20, 2, 20]


def test_the_first_page_shows_what_waits_for_me(at_desk: Client, submitted: Submission) -> None:
    text = at_desk.get("/admin/").content.decode()

    assert "در انتظار اقدام من" in text
    assert submitted.title in text
    assert "۱</span> در انتظار اقدام من" in text


@pytest.mark.parametrize("address", ["/admin/", QUEUE, QUEUE + "?list=seen", QUEUE + "?q=رضایی"])
def test_lists_take_few_queries(
    at_desk: Client,
    submitted: Submission,
    address: str,
    django_assert_max_num_queries: Any,
) -> None:
    at_desk.get("/admin/")
    with django_assert_max_num_queries(MAX_QUERIES):
        at_desk.get(address)


def test_the_page_of_a_much_discussed_request_takes_few_queries(
    at_desk: Client,
    submitted: Submission,
    staff: dict[str, User],
    maryam: User,
    django_assert_max_num_queries: Any,
) -> None:
    discuss(submitted, staff, maryam)
    at_desk.get("/admin/")

    with django_assert_max_num_queries(MAX_QUERIES):
        answer = at_desk.get(page_of(submitted))

    assert answer.status_code == 200


@pytest.mark.usefixtures("kept_between_pages")
def test_nor_does_it_take_many_at_the_desk_that_signs_and_must_be_somebody_else(
    client: Client,
    submitted: Submission,
    staff: dict[str, User],
    maryam: User,
    signed_in: SignIn,
    django_assert_max_num_queries: Any,
) -> None:
    discuss(submitted, staff, maryam)
    cast.pass_desks(submitted, staff, *cast.SIX_DESKS[:4])
    signed_in(client, staff["deputy"]).get("/admin/")

    with django_assert_max_num_queries(MAX_QUERIES):
        answer = client.get(page_of(submitted))

    assert "تأیید و امضای نامه" in answer.content.decode()


def discuss(case: Submission, staff: dict[str, User], maryam: User) -> None:
    """Two notes, a referral that is answered, a return and a resubmission."""
    for author in ("desk", "legal"):
        InternalNote.objects.create(submission=case, by=staff[author], text="یادداشت")
    cast.step(case, "refer", staff["desk"], "نظر شما؟", people=(staff["legal"],))
    cast.step(case, "answer", staff["legal"], "مانعی نیست.")
    send_back(case, staff)
    cast.bring(case, "letter")
    cast.step(case, "submit", maryam)


def send_back(case: Submission, staff: dict[str, User]) -> Submission:
    return cast.step(
        case,
        "return_for_correction",
        staff["desk"],
        "لطفاً نامه را اصلاح کنید.",
        reason="unreadable",
    )


def test_the_page_shows_everything_that_was_handed_in(
    at_desk: Client, submitted: Submission
) -> None:
    text = at_desk.get(page_of(submitted)).content.decode()

    for told in ("مریم رضایی", "۱۴۰۲/۱۰۰۱", "شهرک صنعتی جی", "۲۵۰", "لطفاً رسیدگی فرمایید."):
        assert told in text
    for document in submitted.documents.current():
        assert f"/admin/submissions/submission/document/{submitted.pk}/{document.pk}/" in text


def test_passing_on_sends_the_request_to_the_next_desk_and_me_back_to_my_queue(
    at_desk: Client, submitted: Submission
) -> None:
    text = at_desk.get(page_of(submitted)).content.decode()
    assert "تأیید و ارسال به" in text

    answer = decide(at_desk, submitted, "pass_on", note="مدارک کامل است.")

    assert answer["Location"] == QUEUE
    case = cast.again(submitted)
    assert cast.desk_of(case) is not None
    assert cast.desk_of(case).unit.code == cast.SIX_DESKS[1]
    assert case.history.get(name="pass_on").note == "مدارک کامل است."


def test_a_second_click_passes_one_desk_not_two(at_desk: Client, submitted: Submission) -> None:
    seen = {"expecting": submitted.last_seq, "note": ""}

    first = at_desk.post(step_of(submitted, "pass_on"), seen)
    second = at_desk.post(step_of(submitted, "pass_on"), seen)

    assert (first.status_code, second.status_code) == (302, 409)
    assert submitted.history.filter(name="pass_on").count() == 1


def test_a_stale_page_is_refused_with_what_happened_and_keeps_what_was_typed(
    at_desk: Client, submitted: Submission, staff: dict[str, User]
) -> None:
    cast.step(submitted, "refer", staff["desk"], "نظر شما؟", people=(staff["legal"],))

    answer = at_desk.post(
        step_of(submitted, "pass_on"),
        {"expecting": submitted.last_seq, "note": "سخنی که نباید گم شود"},
    )

    text = answer.content.decode()
    assert answer.status_code == 409
    assert "سخنی که نباید گم شود" in text
    assert "ارجاع به همکار" in text
    assert cast.again(submitted).stop == submitted.stop


def test_words_typed_on_a_page_that_is_no_longer_mine_are_still_shown(
    at_desk: Client, submitted: Submission, staff: dict[str, User]
) -> None:
    stale = submitted.last_seq
    cast.pass_desks(submitted, staff, "desk")

    for name in ("pass_on", "return_for_correction"):
        answer = at_desk.post(
            step_of(submitted, name),
            {"expecting": stale, "note": "سخنی که نباید گم شود", "reason": "illegible"},
        )
        assert answer.status_code == 409
        assert "سخنی که نباید گم شود" in answer.content.decode()
        assert "رفتن به فهرست درخواست‌ها" in answer.content.decode()


def test_a_return_lists_what_is_to_be_mended_with_its_reason_and_words(
    at_desk: Client, submitted: Submission
) -> None:
    reason = ReturnReason.objects.filter(retired=False).first()
    assert reason is not None
    page = at_desk.get(step_of(submitted, "return_for_correction"))
    things = [row.thing for row in page.context["step_form"].rows]
    number = next(n for n, thing in enumerate(things) if thing.kind == "document")
    power = next(n for n, thing in enumerate(things) if thing.code == "requested_power")
    assert reason.advice in page.content.decode()

    decide(
        at_desk,
        submitted,
        "return_for_correction",
        note="لطفاً این دو را اصلاح کنید.",
        reason=reason.code,
        **{f"mend-{number}": "on", f"words-{power}": "به کیلووات بنویسید."},
    )

    case = cast.again(submitted)
    correction = case.corrections.get()
    assert case.state == State.RETURNED
    assert correction.reason == reason.code
    assert {(item.kind, item.code, item.note) for item in correction.items.all()} == {
        ("document", things[number].code, ""),
        ("answer", "requested_power", "به کیلووات بنویسید."),
    }
    told = at_desk.get(page_of(case)).context["review"].report.entries[0]
    assert told.reason.title == reason.title
    assert {(point.title, point.note) for point in told.points} == {
        (things[number].title, ""),
        (things[power].title, "به کیلووات بنویسید."),
    }


def test_a_return_without_reason_or_words_is_answered_beside_the_fields(
    at_desk: Client, submitted: Submission
) -> None:
    answer = decide(at_desk, submitted, "return_for_correction", **{"words-0": "مهر ندارد"})

    text = answer.content.decode()
    assert answer.status_code == 422
    assert "لطفاً دلیل عودت را انتخاب کنید." in text
    assert "مهر ندارد" in text
    assert cast.again(submitted).state == State.IN_REVIEW


def test_after_a_resubmission_the_old_stands_beside_the_new(
    at_desk: Client, submitted: Submission, staff: dict[str, User], maryam: User
) -> None:
    send_back(submitted, staff)
    case = cast.again(submitted)
    case.description = "متن جدید پس از اصلاح"
    case.save()
    cast.step(case, "submit", maryam)

    text = at_desk.get(page_of(submitted)).content.decode()

    assert "<del>لطفاً رسیدگی فرمایید.</del>" in text
    assert "<ins>متن جدید پس از اصلاح</ins>" in text


def test_what_the_applicant_gathers_during_a_correction_is_not_shown_to_the_desk(
    at_desk: Client, submitted: Submission, staff: dict[str, User]
) -> None:
    code = submitted.documents.current().first().requirement  # type: ignore[union-attr]
    send_back(submitted, staff)
    fresh = cast.bring(submitted, code)

    address = f"/admin/submissions/submission/document/{submitted.pk}/{fresh.pk}/"

    assert address not in at_desk.get(page_of(submitted)).content.decode()
    assert at_desk.get(address).status_code == 404


def test_a_rejection_needs_its_reason_and_a_stop_that_may_reject(
    at_desk: Client, two_ways: Any, maryam: User, staff: dict[str, User], signed_in: SignIn
) -> None:
    draft = cast.begin(maryam, two_ways, answers={"polluting": True})
    case = cast.step(draft, "submit", maryam)
    assert step_of(case, "reject") not in at_desk.get(page_of(case)).content.decode()
    assert decide(at_desk, case, "reject", note="خیر").status_code == 403
    cast.pass_desks(case, staff, "desk")
    signed_in(at_desk, staff["env"])

    silent = decide(at_desk, case, "reject", note="  ")
    said = decide(at_desk, case, "reject", note="ظرفیت پساب تکمیل است.")

    assert (silent.status_code, said.status_code) == (422, 302)
    assert cast.again(case).state == State.REJECTED


def test_a_colleague_is_asked_and_answers_while_the_request_stays(
    at_desk: Client, submitted: Submission, staff: dict[str, User], signed_in: SignIn
) -> None:
    asked = {"asked": staff["legal"].pk, "purpose": "opinion"}
    decide(at_desk, submitted, "refer", note="از نظر حقوقی مانعی نیست؟", **asked)
    signed_in(at_desk, staff["legal"])
    assert list(at_desk.get(QUEUE).context["object_list"]) == [submitted]
    assert "از نظر حقوقی مانعی نیست؟" in at_desk.get(page_of(submitted)).content.decode()

    decide(at_desk, submitted, "answer", note="مانعی نیست.")

    signed_in(at_desk, staff["desk"])
    assert "مانعی نیست." in at_desk.get(page_of(submitted)).content.decode()
    assert cast.desk_of(submitted).unit.code == "desk"


def test_somebody_of_the_party_cannot_be_asked(
    at_desk: Client, submitted: Submission, staff: dict[str, User]
) -> None:
    Membership.objects.create(user=staff["legal"], party=submitted.party)

    asked = {"asked": staff["legal"].pk, "purpose": "opinion"}
    answer = decide(at_desk, submitted, "refer", note="نظر شما؟", **asked)

    assert answer.status_code == 422
    assert submitted.items.get().is_decision


def test_the_last_desk_approves_and_the_letter_is_on_its_way(
    at_desk: Client, submitted: Submission, staff: dict[str, User], signed_in: SignIn
) -> None:
    case = cast.pass_desks(submitted, staff, *cast.SIX_DESKS[:-1])
    signed_in(at_desk, staff[cast.SIX_DESKS[-1]])
    assert "تأیید نهایی و صدور نامه" in at_desk.get(page_of(case)).content.decode()

    decide(at_desk, case, "approve")

    assert cast.again(case).state in (State.APPROVED, State.COMPLETED)
    assert Letter.objects.get().submission_id == case.pk


def test_a_step_that_the_state_does_not_offer_is_refused(
    at_desk: Client, submitted: Submission
) -> None:
    assert decide(at_desk, submitted, "approve").status_code == 409
    assert at_desk.get(step_of(submitted, "approve")).status_code == 409
    assert at_desk.get(step_of(submitted, "reject")).status_code == 403
    assert at_desk.get(step_of(submitted, "withdraw")).status_code == 404


def test_nobody_decides_on_a_request_of_their_own_and_is_told_so(
    at_desk: Client, submitted: Submission, staff: dict[str, User]
) -> None:
    InternalNote.objects.create(submission=submitted, by=staff["legal"], text="سخن همکاران")
    Membership.objects.create(user=staff["desk"], party=submitted.party)

    page = at_desk.get(page_of(submitted)).content.decode()

    assert "این درخواست مربوط به شماست" in page
    assert "تأیید و ارسال به" not in page
    assert "سخن همکاران" not in page
    assert decide(at_desk, submitted, "pass_on").status_code == 403


def test_an_internal_note_is_read_by_colleagues_and_never_by_the_applicant(
    at_desk: Client, submitted: Submission, maryam: User, signed_in: SignIn
) -> None:
    note = reverse("submissions_submission_modeladmin_note", args=[submitted.pk])
    assert at_desk.post(note, {"text": " "}).status_code == 422

    at_desk.post(note, {"text": "با حراست هماهنگ شود"})

    assert "با حراست هماهنگ شود" in at_desk.get(page_of(submitted)).content.decode()
    signed_in(at_desk, maryam)
    report = at_desk.get(reverse("submissions:report", args=[submitted.tracking_code]))
    assert report.status_code == 200
    assert "با حراست هماهنگ شود" not in report.content.decode()


def test_a_document_opens_in_place_and_is_kept_by_nobody(
    at_desk: Client, submitted: Submission
) -> None:
    document = submitted.documents.current()[0]

    answer = at_desk.get(f"/admin/submissions/submission/document/{submitted.pk}/{document.pk}/")

    assert b"".join(answer.streaming_content) == cast.PDF  # type: ignore[attr-defined]
    assert {"private", "no-store"} <= set(answer["Cache-Control"].split(", "))
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["Content-Disposition"].startswith("inline")


def test_a_note_pressed_twice_is_one_note(
    at_desk: Client, submitted: Submission, staff: dict[str, User]
) -> None:
    address = reverse("submissions_submission_modeladmin_note", args=[submitted.pk])
    for text in ("ابتدا", "ابتدا", "دوم", "ابتدا"):
        assert at_desk.post(address, {"text": text}).status_code == 302
    notes = InternalNote.objects.filter(submission=submitted).order_by("pk")
    assert [note.text for note in notes] == ["ابتدا", "دوم", "ابتدا"]
