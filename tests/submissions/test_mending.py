"""A returned request shows what is to be mended, ticks off what was, and folds away the rest."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import SmsMessage, User
from submissions.drafts import editing
from submissions.models import Submission
from submissions.reports.report import Report
from submissions.step_details import Mend
from submissions.workflow.notifications import tell_step
from tests import cast

pytestmark = pytest.mark.django_db
TICK = re.compile(r"data-mended(?! hidden)")


@pytest.fixture
def returned(submitted: Submission, staff: dict[str, User]) -> Submission:
    mend = (Mend("answer", "requested_power"), Mend("document", "power_form"))
    return cast.step(submitted, "return_for_correction", staff["desk"], "اصلاح شود", mend=mend)


@pytest.fixture
def page(
    returned: Submission, maryam: User, client: Client, signed_in: Callable[..., Client]
) -> Callable[[str], str]:
    browser = signed_in(client, maryam)

    def get(group: str) -> str:
        address = reverse("submissions:draft", args=[returned.tracking_code, group])
        return browser.get(address).content.decode()

    return get


def test_only_what_is_open_is_a_field_and_the_rest_is_folded(page: Callable[[str], str]) -> None:
    html = page("questions")

    assert 'name="requested_power"' in html
    assert 'type="radio"' not in html
    folded = html.partition('<details class="folded">')[2].partition("</details>")[0]
    assert "نوع انشعاب" in folded
    assert "سه‌فاز" in folded
    assert "disabled" not in html


@pytest.mark.parametrize("group", ["description", "contract"])
def test_a_group_without_anything_to_mend_says_so(page: Callable[[str], str], group: str) -> None:
    html = page(group)

    assert "در این بخش موردی برای اصلاح نیست." in html
    assert "<textarea" not in html
    assert 'type="radio"' not in html


def test_a_folded_group_is_passed_without_a_change(
    returned: Submission, maryam: User, client: Client, signed_in: Callable[..., Client]
) -> None:
    address = reverse("submissions:draft", args=[returned.tracking_code, "description"])
    answer = signed_in(client, maryam).post(address, {})

    assert answer.url == reverse("submissions:draft", args=[returned.tracking_code, "documents"])
    assert cast.again(returned).description == returned.description


def test_accepted_papers_are_folded_below_those_to_be_replaced(page: Callable[[str], str]) -> None:
    shown, _, folded = page("documents").partition('<details class="folded">')

    assert shown.count("data-document-row ") == 1
    assert 'id="document-power_form"' in shown
    assert folded.count('data-state="accepted"') == 4


def test_what_was_mended_is_ticked_off(
    returned: Submission, maryam: User, page: Callable[[str], str]
) -> None:
    assert not TICK.search(page("questions"))

    editing.save_answers(returned, by=maryam, answers={"requested_power": 300})
    assert len(TICK.findall(page("questions"))) == 1

    cast.bring(returned, "power_form", cast.PDF + b" ")
    assert len(TICK.findall(page("documents"))) == 2


@pytest.mark.parametrize("group", ["contract", "questions", "description", "documents", "check"])
def test_a_returned_page_asks_the_database_little(
    returned: Submission,
    maryam: User,
    client: Client,
    signed_in: Callable[..., Client],
    django_assert_max_num_queries: Callable[..., object],
    group: str,
) -> None:
    browser = signed_in(client, maryam)
    with django_assert_max_num_queries(15):
        browser.get(reverse("submissions:draft", args=[returned.tracking_code, group]))


def test_a_resubmission_does_not_read_like_a_first_filing(
    returned: Submission,
    maryam: User,
    client: Client,
    signed_in: Callable[..., Client],
    run_tasks: Callable[[], int],
) -> None:
    editing.save_answers(returned, by=maryam, answers={"requested_power": 300})
    cast.bring(returned, "power_form", cast.PDF + b" ")
    case = cast.step(returned, "submit", maryam)
    done = reverse("submissions:done", args=[case.tracking_code])

    html = signed_in(client, maryam).get(done).content.decode()

    assert "اصلاحات شما ارسال شد" in html
    assert "درخواست شما ثبت شد" not in html
    titles = [entry.title for entry in Report(case).entries]
    assert titles[0] == "اصلاحات ارسال شد"
    assert titles[-1] == "درخواست ثبت شد"


def test_its_message_does_not_either(returned: Submission, maryam: User) -> None:
    editing.save_answers(returned, by=maryam, answers={"requested_power": 300})
    cast.bring(returned, "power_form", cast.PDF + b" ")
    case = cast.step(returned, "submit", maryam)

    tell_step(case.history.order_by("-seq")[0])

    text = SmsMessage.objects.latest("pk").text
    assert text.startswith(f"اصلاحات درخواست «{case.title}» ارسال شد.")
    assert case.tracking_code in text
