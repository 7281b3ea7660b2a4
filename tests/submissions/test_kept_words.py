"""What was typed when the session had ended is kept for whoever typed it, and for nobody else."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils.timezone import now

from accounts.models import Membership, User
from submissions.models import InternalNote, Submission
from tests.cast import again, step
from web import form_recovery

SignIn = Callable[[Client, User], Client]
pytestmark = pytest.mark.at("2026-11-22 10:00")
WORDS = "برای خط تولید جدید به برق بیشتری نیاز داریم و خواهش می‌کنیم زودتر رسیدگی شود."


@pytest.fixture
def browser(client: Client, signed_in: SignIn, maryam: User) -> Client:
    return signed_in(client, maryam)


def page(case: Submission, group: str) -> str:
    return reverse("submissions:draft", args=[case.tracking_code, group])


def step_of(case: Submission, name: str) -> str:
    return reverse("submissions_submission_modeladmin_step", args=[case.pk, name])


def hidden_of(answer: Any) -> dict[str, str]:
    """What a form of the page sends along by itself."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', words_of(answer))
    return {name: html.unescape(value) for name, value in found}


def words_of(answer: Any) -> str:
    return str(answer.content.decode())


def held_in(browser: Client) -> list[str]:
    """The descriptions that the browser's session holds."""
    pages = browser.session.get("kept_words", {}).values()
    return [text for held in pages for text in held["words"].get("description", [])]


def session_ends() -> None:
    Session.objects.all().delete()


def typed(browser: Client, address: str, **words: str) -> Any:
    """Open the page, let the session end, and send what was typed."""
    sent = hidden_of(browser.get(address)) | words
    session_ends()
    return browser.post(address, sent)


class TestTheApplicant:
    def test_the_description_is_there_again_and_nothing_is_saved(
        self, browser: Client, draft: Submission, signed_in: SignIn, maryam: User
    ) -> None:
        address = page(draft, "description")
        before = draft.description

        away = typed(browser, address, description=WORDS, file_number="77-1")

        assert away.url == f"/accounts/login/?next={address}"
        assert form_recovery.TURNED_AWAY in words_of(browser.get(away.url))
        back = signed_in(browser, maryam).get(address)
        assert form_recovery.GIVEN_BACK in words_of(back)
        assert back.context["form"]["description"].value() == WORDS
        assert back.context["form"]["file_number"].value() == "77-1"
        assert again(draft).description == before

    def test_pressed_again_it_is_saved_and_no_longer_kept(
        self, browser: Client, draft: Submission, signed_in: SignIn, maryam: User
    ) -> None:
        address = page(draft, "description")
        typed(browser, address, description=WORDS)
        sent = hidden_of(signed_in(browser, maryam).get(address))

        assert browser.post(address, sent | {"description": WORDS}).status_code == 302

        assert again(draft).description == WORDS
        assert form_recovery.GIVEN_BACK not in words_of(browser.get(address))

    def test_opened_twice_it_is_still_there(
        self, browser: Client, draft: Submission, signed_in: SignIn, maryam: User
    ) -> None:
        typed(browser, page(draft, "description"), description=WORDS)
        signed_in(browser, maryam).get(page(draft, "description"))
        assert WORDS in words_of(browser.get(page(draft, "description")))

    def test_answers_are_given_back_as_they_were_typed(
        self, browser: Client, draft: Submission, signed_in: SignIn, maryam: User
    ) -> None:
        address = page(draft, "questions")
        typed(browser, address, requested_power="دویست", phase="single", temporary="no")

        form = signed_in(browser, maryam).get(address).context["form"]

        assert (form["requested_power"].value(), form["phase"].value()) == ("دویست", "single")
        assert again(draft).answers["requested_power"] == 250

    def test_the_chosen_contract_is_ticked_again(
        self, browser: Client, draft: Submission, signed_in: SignIn, maryam: User
    ) -> None:
        address = page(draft, "contract")
        typed(browser, address, contract=str(draft.contract_id))
        form = signed_in(browser, maryam).get(address).context["form"]
        assert str(form["contract"].value()) == str(draft.contract_id)

    def test_choices_before_the_beginning_stay_in_the_address(
        self, browser: Client, service: Any
    ) -> None:
        begin = browser.get("/desk/request/?service=elec-intro")
        action = re.search(r'method="post" action="(/desk/request/[^"]*)"', words_of(begin))
        assert action is not None
        session_ends()
        away = browser.post(html.unescape(action[1]), {"service": "elec-intro"})
        assert "service%3Delec-intro" in away.url

    def test_without_words_the_way_to_the_sign_in_says_that_nothing_was_done(
        self, browser: Client, draft: Submission
    ) -> None:
        session_ends()
        away = browser.post(page(draft, "documents"))
        assert form_recovery.NOT_DONE in words_of(browser.get(away.url))

    def test_who_was_not_signed_in_and_only_asks_for_a_page_is_told_nothing(
        self, client: Client, draft: Submission
    ) -> None:
        away = client.get(page(draft, "documents"))
        assert form_recovery.NOT_DONE not in words_of(client.get(away.url))

    def test_handed_in_meanwhile_the_words_are_at_hand_for_copying(
        self, browser: Client, draft: Submission, signed_in: SignIn, maryam: User, staff: Any
    ) -> None:
        address = page(draft, "description")
        typed(browser, address, description=WORDS)
        step(draft, "submit", maryam)

        back = signed_in(browser, maryam).get(address)

        assert back.status_code == 409
        assert WORDS in words_of(back)

    def test_a_stale_page_is_refused_with_its_words_at_hand(
        self, browser: Client, draft: Submission, maryam: User, staff: Any
    ) -> None:
        address = page(draft, "description")
        sent = hidden_of(browser.get(address)) | {"description": WORDS}
        step(draft, "submit", maryam)

        refused = browser.post(address, sent)

        assert refused.status_code == 409
        assert WORDS in words_of(refused)


class TestTheReviewer:
    @pytest.fixture
    def at_desk(self, client: Client, staff: dict[str, User], signed_in: SignIn) -> Client:
        return signed_in(client, staff["desk"])

    def test_the_words_of_a_decision_are_there_again_and_nothing_is_decided(
        self, at_desk: Client, submitted: Submission, signed_in: SignIn, staff: dict[str, User]
    ) -> None:
        address = step_of(submitted, "return_for_correction")
        words = {"reason": "unreadable", "note": WORDS, "mend-0": "on", "words-0": "صفحهٔ دوم"}

        away = typed(at_desk, address, **words)

        assert away.url == f"/admin/login/?next={address}"
        back = signed_in(at_desk, staff["desk"]).get(address)
        form = back.context["step_form"]
        assert {name: form[name].value() for name in words} == words
        assert form_recovery.GIVEN_BACK in words_of(back)
        assert again(submitted).state == "in_review"

    def test_the_note_of_one_click_is_there_again(
        self, at_desk: Client, submitted: Submission, signed_in: SignIn, staff: dict[str, User]
    ) -> None:
        address = step_of(submitted, "pass_on")
        typed(at_desk, address, note=WORDS)
        back = signed_in(at_desk, staff["desk"]).get(address)
        assert back.context["step_form"]["note"].value() == WORDS
        assert again(submitted).stop == "desk"

    def test_a_note_for_colleagues_is_there_again(
        self, at_desk: Client, submitted: Submission, signed_in: SignIn, staff: dict[str, User]
    ) -> None:
        address = reverse("submissions_submission_modeladmin_note", args=[submitted.pk])
        sent = hidden_of(at_desk.get(step_of(submitted, "pass_on")))
        session_ends()
        at_desk.post(address, sent | {"text": WORDS})

        back = signed_in(at_desk, staff["desk"]).get(address)

        assert back.context["note_form"]["text"].value() == WORDS
        assert not InternalNote.objects.exists()

    def test_what_a_colleague_decided_meanwhile_leaves_the_words_at_hand(
        self, at_desk: Client, submitted: Submission, signed_in: SignIn, staff: dict[str, User]
    ) -> None:
        address = step_of(submitted, "refer")
        typed(at_desk, address, note=WORDS)
        step(submitted, "pass_on", staff["desk"])

        back = signed_in(at_desk, staff["desk"]).get(address)

        assert WORDS in words_of(back)
        assert "miz-notice--red" in words_of(back)


class TestNobodyElse:
    def test_another_who_signs_in_here_reads_nothing_of_it(
        self, browser: Client, draft: Submission, signed_in: SignIn, kavir: User
    ) -> None:
        """An agent of the same party may open the page; the words were not theirs."""
        Membership.objects.create(user=kavir, party=draft.party, role="agent")
        typed(browser, page(draft, "description"), description=WORDS)
        assert held_in(browser) == [WORDS]

        back = signed_in(browser, kavir).get(page(draft, "description"))

        assert back.status_code == 200
        assert WORDS not in words_of(back)
        assert not held_in(browser)

    def test_who_may_no_longer_open_the_page_reads_nothing(
        self, browser: Client, draft: Submission, signed_in: SignIn, maryam: User
    ) -> None:
        typed(browser, page(draft, "description"), description=WORDS)
        Membership.objects.filter(user=maryam).update(valid_until=now() - timedelta(days=2))
        back = signed_in(browser, maryam).get(page(draft, "description"))
        assert back.status_code == 404
        assert WORDS not in words_of(back)

    def test_without_signing_in_nothing_is_shown(self, browser: Client, draft: Submission) -> None:
        typed(browser, page(draft, "description"), description=WORDS)
        assert WORDS not in words_of(browser.get(page(draft, "description"), follow=True))

    @pytest.mark.parametrize("mark", ["", "1", "1:forged"])
    def test_a_form_that_no_page_of_ours_made_is_not_kept(
        self, client: Client, draft: Submission, mark: str
    ) -> None:
        client.post(page(draft, "description"), {form_recovery.FIELD: mark, "description": WORDS})
        assert not held_in(client)

    def test_what_is_far_too_long_is_not_kept(self, browser: Client, draft: Submission) -> None:
        away = typed(browser, page(draft, "description"), description="آ" * 50_000)
        assert away.status_code == 302
        assert form_recovery.TURNED_AWAY not in words_of(browser.get(away.url))

    def test_only_the_last_few_pages_are_kept(
        self, browser: Client, draft: Submission, signed_in: SignIn, maryam: User
    ) -> None:
        mark = {form_recovery.FIELD: form_recovery.mark_of(maryam), "description": WORDS}
        session_ends()
        for number in range(6):
            browser.post(f"/desk/request/10000000000{number}/description/", mark)
        assert held_in(browser) == [WORDS] * form_recovery.MOST_PAGES

    def test_after_a_while_it_is_gone(
        self, browser: Client, draft: Submission, signed_in: SignIn, maryam: User, clock: Any
    ) -> None:
        typed(browser, page(draft, "description"), description=WORDS)
        clock.shift(form_recovery.KEPT + timedelta(minutes=1))
        back = signed_in(browser, maryam).get(page(draft, "description"))
        assert WORDS not in words_of(back)


class TestATokenOfBefore:
    """Somebody signs in again in another tab; the form here still carries the older token."""

    @pytest.fixture
    def strict(self, signed_in: SignIn, maryam: User) -> Client:
        return signed_in(Client(enforce_csrf_checks=True), maryam)

    def test_what_was_typed_is_there_again(self, strict: Client, draft: Submission) -> None:
        address = page(draft, "description")
        sent = hidden_of(strict.get(address)) | {"csrfmiddlewaretoken": "x" * 64}

        refused = strict.post(address, sent | {"description": WORDS})

        assert refused.status_code == 403
        assert "اطلاعات واردشدهٔ شما محفوظ است؛" in words_of(refused)
        assert f'href="{address}"' in words_of(refused)
        assert strict.get(address).context["form"]["description"].value() == WORDS

    def test_of_another_persons_page_nothing_is_kept(
        self, strict: Client, draft: Submission, kavir: User
    ) -> None:
        sent = {form_recovery.FIELD: form_recovery.mark_of(kavir), "description": WORDS}
        assert strict.post(page(draft, "description"), sent).status_code == 403
        assert WORDS not in words_of(strict.get(page(draft, "description")))

    def test_a_forged_form_takes_nothing_away(
        self, browser: Client, draft: Submission, signed_in: SignIn, maryam: User
    ) -> None:
        address = page(draft, "description")
        typed(browser, address, description=WORDS)
        signed_in(browser, maryam)
        browser.handler.enforce_csrf_checks = True
        assert browser.post(address, {"description": ""}).status_code == 403
        assert WORDS in words_of(browser.get(address))
