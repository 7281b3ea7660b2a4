"""What is shown of stops side by side: stages, returns, lists, the decision panel."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from services_catalog.models import Service
from submissions.models import Submission, WorkItem
from submissions.reports.progress import stages_of
from submissions.reports.report import AGREED_BESIDE, Report
from tests import cast
from tests.cast import again, step

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-22 10:00")]
Staff = dict[str, User]


@pytest.fixture
def beside(side_by_side: Service, maryam: User, staff: Staff) -> Submission:
    """With three desks at once."""
    case = cast.begin(maryam, side_by_side, answers={"polluting": True})
    return step(step(case, "submit", maryam), "pass_on", staff["desk"])


def states(case: Submission, stage: int) -> list[str]:
    return [stop.state for stop in stages_of(again(case))[stage].stops]


def page(client: Client, user: User, case: Submission, item: WorkItem | None = None) -> str:
    client.force_login(user)
    href = reverse("submissions_submission_modeladmin_inspect", args=[case.pk])
    return words(client.get(f"{href}?item={item.pk}" if item else href))


def words(answer: Any) -> str:
    """What is read on a page, with its tags left out."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def titles(case: Submission, *codes: str) -> list[str]:
    return [stop.unit_title for stop in case.facts.route if stop.code in codes]


def test_each_stop_of_a_stage_has_a_state_of_its_own(
    beside: Submission, maryam: User, staff: Staff
) -> None:
    assert [len(stage.stops) for stage in stages_of(beside)] == [0, 3, 2, 0]
    assert states(beside, 1) == ["waiting"] * 3
    assert states(beside, 2) == ["todo"] * 2
    case = step(beside, "pass_on", staff["technical"])
    assert states(case, 1) == ["waiting", "agreed", "waiting"]
    case = step(case, "return_for_correction", staff["env"], "کامل نیست")
    assert states(case, 1) == ["returned", "agreed", "suspended"]
    case = step(case, "submit", maryam)
    assert states(case, 1) == ["waiting", "agreed", "waiting"]
    for name in ("env", "subs", "legal"):
        case = step(case, "pass_on", staff[name])
    assert states(case, 1) == ["agreed"] * 3
    assert states(case, 2) == ["overtaken", "agreed"]
    assert [stage.join for stage in stages_of(case)] == ["all", "all", "any", "all"]


def test_a_reopened_stop_leaves_its_neighbours_as_they_are(
    beside: Submission, manager: User, staff: Staff
) -> None:
    case = step(step(beside, "pass_on", staff["subs"]), "reject", staff["env"], "ممکن نیست")
    assert states(case, 1) == ["todo"] * 3
    case = step(case, "reopen", manager, "اشتباه شد", stop="technical")
    assert states(case, 1) == ["todo", "waiting", "agreed"]


def test_a_road_without_groups_asks_for_no_decisions(
    submitted: Submission, django_assert_num_queries: Any
) -> None:
    case = Submission.objects.select_related("version").get(pk=submitted.pk)
    with django_assert_num_queries(0):
        assert all(not stage.stops for stage in stages_of(case))


def test_the_applicant_reads_it_in_the_report_and_by_the_tracking_code(
    client: Client, beside: Submission, maryam: User, staff: Staff
) -> None:
    case = step(beside, "pass_on", staff["technical"])
    client.force_login(maryam)
    report = words(client.get(reverse("submissions:report", args=[case.tracking_code])))
    client.logout()
    found = {"tracking_code": case.tracking_code, "national_id": "9990000018"}
    tracked = words(client.post(reverse("submissions:track"), found))
    env, technical, _subs = titles(case, "env", "technical", "subs")
    for said in (report, tracked):
        assert f"بررسی هم‌زمان: {env} در حال بررسی {technical} تأیید شده" in said
    assert "تأیید یکی کافی است" in report
    assert AGREED_BESIDE in report


def test_the_report_calls_only_the_last_agreement_a_way_on(
    beside: Submission, staff: Staff
) -> None:
    for name in ("env", "technical", "subs"):
        beside = step(beside, "pass_on", staff[name])
    said = [entry.title for entry in Report(beside).entries[:4]]
    onward = "تأیید شد و به مرحلهٔ بعد رفت"
    assert said == [onward, AGREED_BESIDE, AGREED_BESIDE, onward]


def test_a_return_tells_which_desks_look_again(
    client: Client, beside: Submission, maryam: User, staff: Staff
) -> None:
    case = step(beside, "pass_on", staff["technical"])
    env, technical, subs = titles(case, "env", "technical", "subs")
    client.force_login(staff["env"])
    href = reverse(
        "submissions_submission_modeladmin_step", args=[case.pk, "return_for_correction"]
    )
    said = words(client.get(href))
    assert f"درخواست دوباره نزد «{env}» و «{subs}» بررسی می‌شود" in said
    assert f"تأیید «{technical}» معتبر می‌ماند" in said

    case = step(case, "return_for_correction", staff["env"], "کامل نیست")
    report = Report(case)
    assert report.again == report.entries[0].again == (env, subs)
    client.force_login(maryam)
    told = words(client.get(reverse("submissions:report", args=[case.tracking_code])))
    assert f"بررسی هم‌زمان در این میزها ادامه می‌یابد: {env}، {subs}" in told
    case = step(case, "submit", maryam)
    assert Report(case).again == ()
    assert Report(case).entries[1].again == (env, subs)
    assert f"هم‌زمان در: {env}، {subs}" in page(client, staff["env"], case)


def test_a_return_of_one_desk_names_nobody_in_the_report(
    submitted: Submission, staff: Staff
) -> None:
    case = step(submitted, "return_for_correction", staff["desk"], "کامل نیست")
    assert Report(case).again == Report(case).entries[0].again == ()


def test_the_decision_panel_tells_who_looks_at_it_too_and_what_follows(
    client: Client, beside: Submission, staff: Staff
) -> None:
    case = step(beside, "pass_on", staff["technical"])
    _env, technical, subs = titles(case, "env", "technical", "subs")
    onward = " و ".join(f"«{title}»" for title in titles(case, "finance", "legal"))
    said = page(client, staff["env"], case)
    assert "تأیید این میز" in said
    assert f"{technical} تأیید شده ({staff['technical']})" in said
    assert f"درخواست پس از تأیید «{subs}» به {onward} ارسال می‌شود." in said

    case = step(case, "pass_on", staff["subs"])
    said = page(client, staff["env"], case)
    assert f"تأیید و ارسال به {' و '.join(titles(case, 'finance', 'legal'))}" in said
    assert "درخواست پس از تأیید" not in said


def test_where_one_is_enough_the_others_are_told_to_end(
    client: Client, beside: Submission, staff: Staff
) -> None:
    for name in ("env", "technical", "subs"):
        beside = step(beside, "pass_on", staff[name])
    (finance, deputy) = titles(beside, "finance", "deputy")
    said = page(client, staff["legal"], beside)
    assert f"تأیید و ارسال به {deputy}" in said
    assert f"تأیید یک میز کافی است و با تأیید شما بررسی «{finance}» پایان می‌یابد." in said


def test_whoever_agrees_beside_others_is_not_told_that_it_went_on(
    client: Client, beside: Submission, staff: Staff
) -> None:
    client.force_login(staff["env"])
    href = reverse("submissions_submission_modeladmin_step", args=[beside.pk, "pass_on"])
    item = beside.items.open().get(stop="env")
    sent = {"expecting": beside.last_seq, "item": item.pk, "note": ""}
    said = words(client.post(href, sent, follow=True))
    assert "تأیید شما ثبت شد. بررسی این درخواست در میزهای دیگر ادامه دارد." in said
    assert "به میز بعدی رفت" not in said


def test_whoever_has_two_of_them_is_led_to_either(
    client: Client, beside: Submission, staff: Staff
) -> None:
    cast.seat(staff["env"], "subs")
    first, second = beside.items.open().filter(stop__in=("env", "subs")).order_by("pk")
    said = page(client, staff["env"], beside, second)
    assert "این درخواست برای کار دیگری نیز نزد شماست" in said
    assert (
        f"?item={first.pk}#decision"
        in client.get(
            reverse("submissions_submission_modeladmin_inspect", args=[beside.pk])
            + f"?item={second.pk}"
        ).content.decode()
    )


@pytest.fixture
def crowded(client: Client, beside: Submission, staff: Staff) -> tuple[Client, WorkItem, WorkItem]:
    """Somebody with two desks of one case, of which one is due first and over."""
    cast.seat(staff["env"], "subs")
    early, late = beside.items.open().filter(stop__in=("subs", "env")).order_by("-pk")
    WorkItem.objects.filter(pk=early.pk).update(due_at=early.due_at - timedelta(days=30))
    client.force_login(User.objects.get(pk=staff["env"].pk))
    return client, early, late


def test_a_row_shows_the_due_time_by_which_it_stands(
    crowded: tuple[Client, WorkItem, WorkItem], beside: Submission
) -> None:
    client, early, late = crowded
    html = client.get("/admin/submissions/submission/").content.decode()
    assert html.index(f"?item={early.pk}") < html.index(f"?item={late.pk}")
    own = re.findall(r'data-label="مهلت میز">\s*<time datetime="([^"]+)"\s+class="([^"]+)"', html)
    assert ["late" in marks for _when, marks in own] == [True, False]
    assert [when for when, _marks in own] == sorted(when for when, _marks in own)
    assert html.count('data-label="مهلت پاسخ"') == 2


def test_rows_of_one_request_at_two_desks_tell_of_each_other(
    crowded: tuple[Client, WorkItem, WorkItem], beside: Submission
) -> None:
    client, *_ = crowded
    env, technical, subs = titles(beside, "env", "technical", "subs")
    for address in ("/admin/submissions/submission/", "/admin/"):
        said = words(client.get(address))
        assert f"هم‌زمان نزد «{env}» و «{technical}»" in said
        assert f"هم‌زمان نزد «{technical}» و «{subs}»" in said


def test_who_has_it_by_name_is_said(client: Client, beside: Submission, staff: Staff) -> None:
    cast.seat(staff["technical"], "env")
    beside.items.open().filter(stop="env").update(person=staff["env"])
    client.force_login(User.objects.get(pk=staff["env"].pk))
    client.force_login(staff["env"])
    (env,) = titles(beside, "env")
    cast.seat(staff["env"], "subs")
    said = words(client.get("/admin/submissions/submission/"))
    assert f"نزد شما، {env}" in said
    said = page(client, staff["technical"], beside)
    assert f"{env} در حال بررسی، نزد {staff['env']}" in said


def test_a_search_names_no_colleague_that_was_asked(
    client: Client, beside: Submission, staff: Staff
) -> None:
    case = step(beside, "refer", staff["env"], "نظر شما؟", people=(staff["planning"],))
    client.force_login(staff["technical"])
    said = words(client.get(f"/admin/submissions/submission/?q={case.tracking_code}"))
    assert str(staff["planning"]) not in said
    assert all(title in said for title in titles(case, "env", "technical", "subs"))


def test_the_lists_cost_no_more_for_more_desks(
    client: Client, beside: Submission, staff: Staff, django_assert_max_num_queries: Any
) -> None:
    cast.seat(staff["env"], "subs")
    client.force_login(User.objects.get(pk=staff["env"].pk))
    client.get("/admin/submissions/submission/")
    with django_assert_max_num_queries(15):
        client.get("/admin/submissions/submission/")
    item = beside.items.open().get(stop="env")
    href = reverse("submissions_submission_modeladmin_inspect", args=[beside.pk])
    with django_assert_max_num_queries(15):
        client.get(f"{href}?item={item.pk}")
