"""One person has two pages of one draft open: nothing is written over unseen, and none is in its own way."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from submissions.models import Submission
from tests.cast import again, bring

IN_ANOTHER = "در صفحه یا دستگاه دیگری از خود شما تغییر کرد"


class Tab:
    """One page of the form as it was opened, with what it sends along by itself."""

    def __init__(self, browser: Client, case: Submission, group: str) -> None:
        self.browser, self.case, self.group = browser, case, group
        self.address = reverse("submissions:draft", args=[case.tracking_code, group])
        self.take(browser.get(self.address))

    def take(self, answer: Any) -> Any:
        """Go on with the page that came as the answer."""
        self.words = answer.content.decode()
        hidden = re.findall(r'<input type="hidden" name="([^"]+)"\s+value="([^"]*)"', self.words)
        self.hidden: dict[str, Any] = {name: html.unescape(value) for name, value in hidden}
        self.hidden["asked"] = [value for name, value in hidden if name == "asked"]
        shown = {n.removeprefix("seen-"): v for n, v in self.hidden.items() if "seen-" in n}
        self.shown = shown | getattr(self, "typed", {})
        return answer

    def send(self, **typed: str) -> Any:
        self.typed = typed
        return self.browser.post(self.address, self.hidden | self.shown | typed)

    def autosave(self, **typed: str) -> Any:
        self.shown |= typed
        address = reverse("submissions:autosave", args=[self.case.tracking_code])
        return self.browser.post(address, self.hidden | self.shown)


@pytest.fixture
def browser(client: Client, signed_in: Any, maryam: Any) -> Client:
    browser: Client = signed_in(client, maryam)
    return browser


class TestTwoTabs:
    def test_what_only_the_other_tab_changed_stays(self, browser: Client, draft: Submission):
        first, second = Tab(browser, draft, "questions"), Tab(browser, draft, "questions")
        first.send(requested_power="300")
        assert second.send(phase="single").status_code == 302
        answers = again(draft).answers
        assert (answers["requested_power"], answers["phase"]) == (300, "single")

    def test_of_one_field_the_newer_text_stays_and_both_are_told(
        self, browser: Client, draft: Submission
    ):
        first, second = Tab(browser, draft, "description"), Tab(browser, draft, "description")
        first.send(description="نوشتهٔ زبانهٔ یکم")

        said = second.send(description="نوشتهٔ زبانهٔ دوم").content.decode()

        assert IN_ANOTHER in said
        assert "همکار شما" not in said
        assert "«نوشتهٔ زبانهٔ یکم»" in said
        assert "«نوشتهٔ زبانهٔ دوم»" in said
        assert again(draft).description == "نوشتهٔ زبانهٔ یکم"

    def test_having_been_told_one_may_write_it_again(self, browser: Client, draft: Submission):
        first, second = Tab(browser, draft, "description"), Tab(browser, draft, "description")
        first.send(description="یکم")
        second.take(second.send(description="دوم"))
        assert second.send(description="دوم").status_code == 302
        assert again(draft).description == "دوم"

    def test_saving_by_itself_overwrites_nothing_either(self, browser: Client, draft: Submission):
        first, second = Tab(browser, draft, "questions"), Tab(browser, draft, "questions")
        assert first.autosave(requested_power="300").status_code == 200
        answer = second.autosave(requested_power="400")
        assert answer.status_code == 409
        assert IN_ANOTHER in answer.json()["message"]
        assert again(draft).answers["requested_power"] == 300

    def test_what_the_other_tab_gave_is_not_asked_for_again(
        self, browser: Client, draft: Submission
    ):
        Submission.objects.filter(pk=draft.pk).update(answers={}, description="")
        for group, given in (("questions", "requested_power"), ("description", "description")):
            first, second = Tab(browser, draft, group), Tab(browser, draft, group)
            first.send(**{given: "300", "phase": "three", "temporary": "no"})
            assert second.send().status_code == 302, group
        kept = again(draft)
        assert (kept.answers["requested_power"], kept.description) == (300, "300")


class TestOneTabIsNeverInItsOwnWay:
    def test_saving_by_itself_again_and_again_and_then_by_the_key(
        self, browser: Client, draft: Submission
    ):
        tab = Tab(browser, draft, "questions")
        for power in ("300", "301", "302"):
            assert tab.autosave(requested_power=power).status_code == 200
        assert tab.send(requested_power="303").status_code == 302
        assert again(draft).answers["requested_power"] == 303

    def test_a_save_whose_answer_was_lost_on_the_line_is_sent_again(
        self, browser: Client, draft: Submission
    ):
        tab = Tab(browser, draft, "description")
        tab.autosave(description="نیمهٔ راه")
        assert tab.send(description="تمام").status_code == 302
        assert tab.send(description="تمام").status_code == 302
        assert again(draft).description == "تمام"

    def test_going_back_to_the_page_as_the_browser_has_kept_it(
        self, browser: Client, draft: Submission
    ):
        tab = Tab(browser, draft, "questions")
        tab.send(requested_power="300")
        assert tab.send(requested_power="310").status_code == 302
        assert again(draft).answers["requested_power"] == 310

    def test_going_back_to_the_page_fetched_anew(self, browser: Client, draft: Submission):
        Tab(browser, draft, "questions").send(requested_power="300")
        assert Tab(browser, draft, "questions").send(requested_power="310").status_code == 302
        assert again(draft).answers["requested_power"] == 310

    def test_mending_what_came_back_with_an_error(self, browser: Client, draft: Submission):
        tab = Tab(browser, draft, "questions")
        wrong = {"requested_power": "سیصد", "phase": "single"}
        assert tab.take(tab.send(**wrong)).status_code == 200
        assert tab.send(requested_power="300", phase="three").status_code == 302
        answers = again(draft).answers
        assert (answers["requested_power"], answers["phase"]) == (300, "three")

    def test_a_page_that_an_old_browser_sends_without_its_name_is_taken(
        self, browser: Client, draft: Submission
    ):
        tab = Tab(browser, draft, "description")
        del tab.hidden["page"]
        for text in ("یکم", "دوم"):
            assert tab.send(description=text).status_code == 302
        assert again(draft).description == "دوم"


class TestHandingInWhatWasSeen:
    def change(self, browser: Client, draft: Submission, what: str) -> None:
        if what == "answer":
            Tab(browser, draft, "questions").send(requested_power="900")
        elif what == "description":
            Tab(browser, draft, "description").send(description="متن دیگر")
        else:
            bring(draft, "contract")

    @pytest.mark.parametrize("what", ["answer", "description", "file"])
    def test_what_changed_after_the_summary_was_opened_is_looked_at_first(
        self, browser: Client, draft: Submission, staff: Any, what: str
    ):
        summary = Tab(browser, draft, "check")
        self.change(browser, draft, what)

        said = summary.take(summary.send(declared="on"))

        assert said.status_code == 409
        assert "پس از باز شدن این صفحه" in summary.words
        assert again(draft).state == "draft"
        assert summary.send(declared="on").status_code == 302
        assert again(draft).state == "in_review"

    def test_saving_the_same_once_more_changes_nothing(
        self, browser: Client, draft: Submission, staff: Any
    ):
        summary = Tab(browser, draft, "check")
        Tab(browser, draft, "description").send()
        assert summary.send(declared="on").status_code == 302
        assert again(draft).state == "in_review"
