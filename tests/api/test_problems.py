"""What the API refuses is told in problem+json, with a stable code and a Persian sentence."""

from __future__ import annotations

import re
from typing import Any

import pytest

from accounts.models import User
from submissions.models import Submission
from tests.api.caller import Caller

pytestmark = pytest.mark.django_db


def problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.content[:300]
    assert answer["Content-Type"].startswith("application/problem+json")
    told: dict[str, Any] = answer.json()
    assert (told["status"], told["code"]) == (status, code)
    assert re.search("[آ-ی]", told["title"])
    assert re.search("[آ-ی]", told["detail"])
    return told


class TestOnTheWay:
    """What never reaches an endpoint."""

    @pytest.mark.parametrize("path", ["nothing/", "catalog/", "submissions/1/steps/more/else/"])
    def test_an_unknown_address(self, path: str) -> None:
        problem(Caller().get(path), 404, "not_found")

    def test_a_nul_in_the_address(self) -> None:
        problem(Caller().get("search/?q=%00"), 400, "malformed")

    def test_a_method_that_is_not_taken(self) -> None:
        answer = Caller().client.delete("/api/v3/catalog/services/")
        problem(answer, 405, "method_not_allowed")
        assert answer["Allow"] == "GET"

    def test_a_post_by_session_without_its_csrf_token(self, maryam: User) -> None:
        answer = Caller(maryam, csrf=True).post("submissions/123412341234/steps/", {})
        problem(answer, 403, "forbidden")

    @pytest.mark.parametrize("path", ["me/", "submissions/", "staff/queue/"])
    def test_nobody(self, path: str) -> None:
        problem(Caller().get(path), 401, "not_signed_in")


class TestWhatIsSent:
    def test_each_fault_has_its_place(self, submitted: Submission, staff: dict[str, User]) -> None:
        answer = Caller(staff["desk"]).post(
            f"submissions/{submitted.tracking_code}/steps/",
            {"name": "pass_on", "expecting": "now", "nite": "?"},
        )
        found = {
            fault["pointer"]: fault["code"] for fault in problem(answer, 422, "invalid")["errors"]
        }
        assert found == {"/expecting": "int_parsing", "/nite": "extra_forbidden"}

    @pytest.mark.parametrize("content", ["{", "[]", '"x"', "null", '{"name": "fly"}', "{}"])
    def test_what_is_no_step(
        self, submitted: Submission, staff: dict[str, User], content: str
    ) -> None:
        path = f"submissions/{submitted.tracking_code}/steps/"
        answer = Caller(staff["desk"]).post(path, content)
        assert answer.status_code in (400, 422), answer.content
        assert answer.json()["code"] in ("json_invalid", "json_not_object", "invalid")

    @pytest.mark.parametrize("key", ["1" * 30, "-1", "9223372036854775808"])
    def test_a_number_beyond_every_key(
        self, submitted: Submission, staff: dict[str, User], key: str
    ) -> None:
        path = f"submissions/{submitted.tracking_code}/steps/"
        content = (
            f'{{"name": "refer", "expecting": 1, "note": "؟", "detail": {{"people": [{key}]}}}}'
        )
        answer = Caller(staff["desk"]).post(path, content)
        assert answer.status_code in (409, 422), answer.content


class TestRefusals:
    def test_a_stranger_learns_nothing(
        self, submitted: Submission, stranger: User, nobody_staff: User, staff: dict[str, User]
    ) -> None:
        path = f"submissions/{submitted.tracking_code}/"
        for person in (stranger, nobody_staff, staff["legal"]):
            problem(Caller(person).get(path), 404, "not_found")
            answer = Caller(person).step(submitted.tracking_code, "pass_on", expecting=1)
            problem(answer, 404, "not_found")

    def test_a_reader_who_may_not_act(self, submitted: Submission, maryam: User) -> None:
        answer = Caller(maryam).step(submitted.tracking_code, "pass_on")
        problem(answer, 403, "forbidden")

    def test_a_manager_who_may_not_decide(self, submitted: Submission, manager: User) -> None:
        told = problem(Caller(manager).step(submitted.tracking_code, "pass_on"), 403, "not_yours")
        assert "میز" in told["detail"]

    def test_what_has_moved_meanwhile(self, submitted: Submission, staff: dict[str, User]) -> None:
        desk = Caller(staff["desk"])
        seen = submitted.last_seq
        assert desk.step(submitted.tracking_code, "pass_on", expecting=seen).status_code == 200
        again = desk.step(submitted.tracking_code, "pass_on", expecting=seen)
        problem(again, 409, "moved_meanwhile")

    def test_a_note_that_is_needed(self, submitted: Submission, staff: dict[str, User]) -> None:
        answer = Caller(staff["desk"]).step(
            submitted.tracking_code, "return_for_correction", detail={"reason": "unreadable"}
        )
        problem(answer, 422, "note_needed")

    def test_a_draft_that_is_not_complete(self, draft: Submission, maryam: User) -> None:
        draft.documents.current().delete()
        told = problem(Caller(maryam).step(draft.tracking_code, "submit"), 422, "incomplete")
        assert told["errors"]

    def test_a_party_one_does_not_act_for(self, maryam: User, kavir: User) -> None:
        theirs = str(kavir.parties[0].pk)
        answer = Caller(maryam).get("submissions/", **{"X-Acting-Party": theirs})
        problem(answer, 403, "not_a_member")
