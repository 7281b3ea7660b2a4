"""``Idempotency-Key``: what is asked again is done once, and answered as before."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError
from django.utils.timezone import now

from accounts.models import User
from services_catalog.models import Service
from submissions.api import notes
from submissions.drafts import editing
from submissions.models import Submission
from tests.api.caller import ROOT, Caller
from tests.api.test_problems import problem
from tests.submissions import files
from web.api import answering_once
from web.api.kept_answers import KEPT_FOR, KeptAnswer, drop_old_answers
from web.refusals import Refusal

pytestmark = pytest.mark.django_db
KEY = {"Idempotency-Key": "a-key"}


@pytest.fixture
def desk(staff: dict[str, User]) -> Caller:
    return Caller(staff["desk"])


@pytest.fixture
def steps(submitted: Submission) -> str:
    return f"submissions/{submitted.tracking_code}/steps/"


PASS_ON = {"name": "pass_on", "expecting": 1}


class TestTheSameAgain:
    def test_a_step_is_taken_once(self, desk: Caller, steps: str, submitted: Submission) -> None:
        first = desk.post(steps, PASS_ON, **KEY)
        again = desk.post(steps, PASS_ON, **KEY)
        assert (first.status_code, again.status_code) == (200, 200)
        assert again.content == first.content
        assert again["Content-Type"] == first["Content-Type"]
        assert (first.get("Idempotency-Replayed"), again["Idempotency-Replayed"]) == (None, "true")
        assert submitted.history.filter(name="pass_on").count() == 1
        # Without it, the state has moved.
        problem(desk.post(steps, PASS_ON), 409, "moved_meanwhile")

    def test_a_request_is_begun_once(self, maryam: User, two_ways: Service) -> None:
        said = {"service": two_ways.code}
        first, again = (Caller(maryam).post("submissions/", said, **KEY) for _ in range(2))
        assert (first.status_code, again.status_code) == (201, 201)
        assert again.json()["tracking_code"] == first.json()["tracking_code"]

    def test_a_refusal_is_kept_too(self, desk: Caller, steps: str) -> None:
        said = {"name": "return_for_correction", "expecting": 1, "detail": {"reason": "unreadable"}}
        first, again = (desk.post(steps, said, **KEY) for _ in range(2))
        problem(first, 422, "note_needed")
        assert (again.content, again["Idempotency-Replayed"]) == (first.content, "true")

    def test_the_key_as_the_draft_writes_it(self, desk: Caller, steps: str) -> None:
        assert desk.post(steps, PASS_ON, **KEY).status_code == 200
        quoted = desk.post(steps, PASS_ON, **{"Idempotency-Key": '"a-key"'})
        assert quoted["Idempotency-Replayed"] == "true"

    def test_nothing_is_an_answer_too(self, desk: Caller, submitted: Submission) -> None:
        path = f"submissions/{submitted.tracking_code}/seen/"
        answers = [desk.post(path, {}, **KEY) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [204, 204]
        assert answers[1]["Idempotency-Replayed"] == "true"

    def test_who_lost_the_right_is_refused_before(self, steps: str, staff: dict[str, User]) -> None:
        Caller(staff["desk"]).post(steps, PASS_ON, **KEY)
        problem(Caller().post(steps, PASS_ON, **KEY), 401, "not_signed_in")


class TestSomethingElse:
    def test_with_the_same_key(self, desk: Caller, steps: str, submitted: Submission) -> None:
        assert desk.post(steps, PASS_ON, **KEY).status_code == 200
        other = desk.post(steps, {**PASS_ON, "note": "دیگر"}, **KEY)
        problem(other, 409, "idempotency_key_reused")
        elsewhere = desk.post(f"submissions/{submitted.tracking_code}/notes/", PASS_ON, **KEY)
        problem(elsewhere, 422, "invalid")
        text = desk.post(f"submissions/{submitted.tracking_code}/notes/", {"text": "؟"}, **KEY)
        problem(text, 409, "idempotency_key_reused")

    def test_of_somebody_else(self, desk: Caller, steps: str, manager: User) -> None:
        assert desk.post(steps, PASS_ON, **KEY).status_code == 200
        problem(Caller(manager).post(steps, PASS_ON, **KEY), 409, "moved_meanwhile")

    @pytest.mark.parametrize("key", ["", "a b", "ک", "x" * 256, '"'])
    def test_a_key_that_is_none(self, desk: Caller, steps: str, key: str) -> None:
        answer = desk.post(steps, PASS_ON, **{"Idempotency-Key": key})
        problem(answer, 400, "idempotency_key_invalid")


class Busy(Refusal):
    status = 409
    retry_after = 3


class TestWhatIsNotKept:
    @pytest.mark.parametrize("refusal", [Busy, type("Many", (Refusal,), {"status": 429})])
    def test_what_passes(
        self, desk: Caller, submitted: Submission, monkeypatch: Any, refusal: type[Refusal]
    ) -> None:
        path = f"submissions/{submitted.tracking_code}/notes/"

        def refuse(*args: Any, **kwargs: Any) -> None:
            raise refusal

        with monkeypatch.context() as patched:
            patched.setattr(notes, "write_note", refuse)
            assert desk.post(path, {"text": "یک"}, **KEY).status_code == refusal.status
        assert desk.post(path, {"text": "یک"}, **KEY).status_code == 200

    @pytest.mark.django_db(transaction=True)
    def test_an_outage_leaves_neither_the_act_nor_its_answer(
        self, maryam: User, two_ways: Service, monkeypatch: Any
    ) -> None:
        begin = editing.start_draft

        def fall(*args: Any, **kwargs: Any) -> None:
            begin(*args, **kwargs)
            raise OperationalError

        caller, said = Caller(maryam), {"service": two_ways.code}
        caller.client.raise_request_exception = False
        with monkeypatch.context() as patched:
            patched.setattr(editing, "start_draft", fall)
            assert caller.post("submissions/", said, **KEY).status_code == 503
        assert not Submission.objects.exists()
        assert not KeptAnswer.objects.exists()
        assert caller.post("submissions/", said, **KEY).status_code == 201

    def test_after_a_day(self, desk: Caller, steps: str) -> None:
        assert desk.post(steps, PASS_ON, **KEY).status_code == 200
        KeptAnswer.objects.update(at=now() - KEPT_FOR - timedelta(seconds=1))
        problem(desk.post(steps, PASS_ON, **KEY), 409, "moved_meanwhile")
        assert drop_old_answers() == 0
        KeptAnswer.objects.update(at=now() - KEPT_FOR - timedelta(seconds=1))
        assert drop_old_answers() == 1

    def test_an_answer_without_end(self, desk: Caller, steps: str, monkeypatch: Any) -> None:
        """It is not done again, and whoever asks is told to look."""
        monkeypatch.setattr(answering_once, "MOST_BYTES", 10)
        assert desk.post(steps, PASS_ON, **KEY).status_code == 200
        problem(desk.post(steps, PASS_ON, **KEY), 409, "idempotency_answer_not_kept")


class TestFiles:
    def bring(self, caller: Caller, draft: Submission, name: str = "plan.pdf") -> Any:
        path = f"{ROOT}submissions/{draft.tracking_code}/documents/contract/"
        return caller.client.post(path, {"file": files.pdf(name)}, headers=KEY)

    def test_one_file_is_brought_once(self, maryam: User, draft: Submission) -> None:
        caller = Caller(maryam)
        first, again = self.bring(caller, draft), self.bring(caller, draft)
        assert first.status_code == 200, first.content
        assert (again.content, again["Idempotency-Replayed"]) == (first.content, "true")
        problem(self.bring(caller, draft, "other.pdf"), 409, "idempotency_key_reused")

    def test_one_that_is_still_looked_into(self, maryam: User, draft: Submission) -> None:
        caller = Caller(maryam)
        self.bring(caller, draft)
        KeptAnswer.objects.update(
            status=None, content=None, promised_until=now() + timedelta(minutes=1)
        )
        told = self.bring(caller, draft)
        problem(told, 409, "idempotency_under_way")
        assert int(told["Retry-After"]) > 0
        # Whoever had it in hand was killed.
        KeptAnswer.objects.update(promised_until=now() - timedelta(seconds=1))
        taken_over = self.bring(caller, draft)
        assert taken_over.status_code == 200
        assert "Idempotency-Replayed" not in taken_over
        assert self.bring(caller, draft)["Idempotency-Replayed"] == "true"
