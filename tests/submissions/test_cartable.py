"""The applicant finds every request in one of three boxes, with what to do about it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import now

from accounts.models import Membership
from submissions.models import Submission
from submissions.step_details import Mend
from tests import cast

CARTABLE = "/cartable/"
BOXES = ["awaiting", "circulating", "archive"]


@pytest.fixture
def page(client, maryam, signed_in):
    """What Maryam sees at an address of hers."""
    signed_in(client, maryam)
    return lambda address=CARTABLE: client.get(address)


@pytest.fixture
def many(maryam, service):
    """Forty drafts, the first one the newest."""
    drafts = [cast.begin(maryam, service, description=f"طرح {n}") for n in range(40)]
    for age, draft in enumerate(drafts):
        Submission.objects.filter(pk=draft.pk).update(updated_at=now() - timedelta(minutes=age))
    return drafts


def titles(response):
    return [item["tracking_code"] for item in response.context["items"]]


def test_nobody_gets_in_without_signing_in(client, db):
    assert client.get(CARTABLE).url == f"/accounts/login/?next={CARTABLE}"


def test_each_state_is_in_its_box_and_counted_there(page, maryam, service, draft, staff):
    cast.begin(maryam, service)
    cast.step(draft, "submit", maryam)

    counts = {tab["label"]: tab["count"] for tab in page().context["tabs"]}

    assert counts == {"در انتظار اقدام": 1, "در حال گردش": 1, "تمام شده / آرشیو": 0}
    assert titles(page("/cartable/?box=circulating")) == [draft.tracking_code]


def test_what_an_expert_waits_for_stands_before_newer_drafts(
    page, submitted, maryam, service, staff
):
    cast.step(submitted, "return_for_correction", staff["desk"], "لطفاً اصلاح کنید.")
    newer = cast.begin(maryam, service)

    assert titles(page("/cartable/?box=awaiting")) == [submitted.tracking_code, newer.tracking_code]


def test_the_box_that_asks_for_something_is_shown_first(page, submitted, maryam, service):
    assert page().context["box"] == "circulating"

    cast.begin(maryam, service)

    assert page().context["box"] == "awaiting"


@pytest.mark.parametrize("box", ["", "nonsense", "archive'--", "۱"])
def test_a_mangled_box_shows_the_usual_one(page, submitted, box):
    response = page(f"/cartable/?box={box}")

    assert (response.status_code, response.context["box"]) == (200, "circulating")


def test_a_row_says_where_the_request_is_and_by_when_it_is_answered(page, submitted):
    html = page().content.decode()

    assert "نزد میز خدمت (امور متقاضیان)" in html
    assert "پاسخ تا پایان" in html
    assert "گزارش درخواست" in html
    assert reverse("submissions:report", args=[submitted.tracking_code]) in html


def test_a_draft_is_taken_up_again_where_it_was_left(page, maryam, service):
    unanswered = cast.begin(maryam, service)

    item = page().context["items"][0]

    assert item["action_label"] == "ادامهٔ پیش‌نویس"
    assert item["action_href"] == f"/desk/request/{unanswered.tracking_code}/contract/"


def test_a_returned_request_asks_for_action_at_the_first_thing_to_mend(page, submitted, staff):
    mend = (_document("power_form"), _answer("phase"))
    cast.step(submitted, "return_for_correction", staff["desk"], "ناقص", mend=mend)

    item = page().context["items"][0]

    assert item["action_label"] == "اقدام"
    assert item["action_href"] == f"/desk/request/{submitted.tracking_code}/questions/"
    assert item["where"] == "نزد شما"


def test_a_late_answer_is_excused(page, submitted):
    Submission.objects.filter(pk=submitted.pk).update(due_at=now() - timedelta(days=1))

    item = page().context["items"][0]

    assert item["late"]
    assert "پوزش" in item["due"]


def test_what_another_party_asked_for_is_not_there(client, stranger, submitted, signed_in):
    signed_in(client, stranger)

    for box in BOXES:
        response = client.get(f"/cartable/?box={box}")
        assert response.context["items"] == []
        assert submitted.tracking_code not in response.content.decode()


def test_the_cartable_is_that_of_the_party_acted_for(client, maryam, kavir, submitted, signed_in):
    Membership.objects.create(user=maryam, party=kavir.acting_for, role="agent")
    signed_in(client, maryam)
    assert len(client.get("/cartable/?box=circulating").context["items"]) == 1

    client.post("/accounts/acting/", {"party": kavir.acting_for.pk})

    assert client.get("/cartable/?box=circulating").context["items"] == []


@pytest.mark.parametrize("box", BOXES)
def test_an_empty_box_leads_on(page, box):
    html = page(f"/cartable/?box={box}").content.decode()

    assert "هنوز درخواستی ثبت نکرده‌اید" in html
    assert '<a class="btn btn-primary" href="/desk/">رفتن به میز خدمت</a>' in html
    assert "ثبت درخواست</a>" not in html


def test_an_empty_box_offers_a_box_that_holds_something(page, submitted):
    for box in ("awaiting", "archive"):
        html = page(f"/cartable/?box={box}").content.decode()
        assert '<a class="btn btn-primary" href="?box=circulating">دیدن «در حال گردش»</a>' in html


def test_an_empty_circulating_box_does_not_offer_an_empty_archive(page, draft):
    html = page("/cartable/?box=circulating").content.decode()

    assert 'class="btn btn-primary" href="?box=awaiting">دیدن «در انتظار اقدام»</a>' in html


def test_staff_without_a_party_are_told_whose_cartable_it_is(client, staff, signed_in):
    html = signed_in(client, staff["desk"]).get(CARTABLE).content.decode()

    assert "این کارتابل ویژهٔ متقاضیان است" in html


def test_older_requests_are_a_page_further_and_the_way_back_leads_here(page, many):
    codes = [draft.tracking_code for draft in many]

    first = page()
    second = page(CARTABLE + first.context["next_href"])
    back = page(CARTABLE + second.context["previous_href"])

    assert titles(first) == codes[:20]
    assert titles(second) == codes[20:]
    assert titles(back) == codes[:20]
    assert first.context["previous_href"] == "" == second.context["next_href"]


def test_a_page_whose_rows_have_moved_away_leads_to_the_box(page, many):
    beyond = page().context["next_href"]
    Submission.objects.filter(pk__in=[draft.pk for draft in many[20:]]).update(
        updated_at=now() + timedelta(minutes=1)
    )

    assert page(CARTABLE + beyond).url == "/cartable/?box=awaiting"


def test_forty_rows_cost_no_more_questions_than_one(
    page, many, maryam, django_assert_max_num_queries
):
    with django_assert_max_num_queries(15):
        assert len(page().context["items"]) == 20


def test_a_page_of_returned_requests_asks_for_their_points_at_once(
    page, maryam, service, draft, staff, django_assert_max_num_queries
):
    for _ in range(3):
        case = cast.step(cast.complete_draft(maryam, service), "submit", maryam)
        mend = (_document("power_form"),)
        cast.step(case, "return_for_correction", staff["desk"], "ناقص", mend=mend)

    with django_assert_max_num_queries(15):
        hrefs = [item["action_href"] for item in page().context["items"]]

    assert sum(href.endswith("/documents/") for href in hrefs) == 4


def _document(code):
    return Mend("document", code, "لطفاً جایگزین کنید.")


def _answer(code):
    return Mend("answer", code, "لطفاً دوباره بررسی کنید.")
