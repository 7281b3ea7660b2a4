"""A request written and handed in by the API alone, and what is not taken."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from services_catalog.models import Service
from submissions.drafts.editing import save_answers
from submissions.models import Submission
from tests import cast
from tests.api.caller import Caller
from tests.api.signing_in import App
from tests.submissions import files

pytestmark = pytest.mark.django_db
POWER = "requested_power"


def bring(caller: Caller, code: str, paper: str, file: Any = None) -> Any:
    file = file or files.pdf(f"{paper}.pdf")
    return caller.client.post(f"/api/v3/submissions/{code}/documents/{paper}/", {"file": file})


def patch(caller: Caller, code: str, content: dict[str, Any]) -> Any:
    path = f"/api/v3/submissions/{code}/draft/"
    return caller.client.patch(path, content, content_type="application/json")


@pytest.fixture
def contract(maryam: User) -> int:
    return cast.register("1402/9009", maryam.parties[0]).pk


def test_from_nothing_to_handed_in(maryam: User, service: Service, contract: int) -> None:
    me = Caller(maryam)
    assert contract in {row["id"] for row in me.get("contracts/").json()}
    begun = me.post("submissions/", {"service": service.code, "contract": contract})
    assert begun.status_code == 201
    code = begun.json()["tracking_code"]

    facts = me.get(f"catalog/services/{service.code}/").json()["facts"]
    told = me.get(f"submissions/{code}/draft/").json()
    needed = {question["code"] for question in facts["questions"] if question["required"]}
    assert needed & {item["code"] for item in told["missing"]}
    # What is wanting has the codes by which it is sent.
    papers = {paper["code"] for paper in me.get(f"submissions/{code}/documents/").json()}
    wanting = {item["code"] for item in told["missing"] if item["group"] == "documents"}
    assert wanting == papers
    written = patch(me, code, {"answers": answers_for(facts), "description": "لطفاً رسیدگی شود."})
    assert written.status_code == 200, written.content.decode()
    for paper in me.get(f"submissions/{code}/documents/").json():
        if paper["required"] == "declared":
            path = f"/api/v3/submissions/{code}/documents/{paper['code']}/"
            me.client.patch(path, {"declined": True}, content_type="application/json")
        else:
            assert bring(me, code, paper["code"]).status_code == 200
    assert me.get(f"submissions/{code}/draft/").json()["missing"] == []
    handed_in = me.step(code, "submit")
    assert (handed_in.status_code, handed_in.json()["state"]) == (200, "in_review")


def test_an_app_brings_a_file_and_nobody_takes_its_place(draft: Submission) -> None:
    """Its session comes in a header: no cookie, no CSRF token."""
    app, code = App(), draft.tracking_code
    app.come_in(draft.filed_by.mobile)
    place = f"/api/v3/submissions/{code}/documents/contract/"
    mine, ended = {"X-Session-Token": app.token}, {"X-Session-Token": "no-longer-good"}
    brought = app.client.post(place, {"file": files.pdf("anew.pdf")}, headers=mine)
    assert brought.status_code == 200, brought.content.decode()
    browser = Caller(draft.filed_by)
    refused = browser.client.post(place, {"file": files.pdf("anew.pdf")}, headers=ended)
    assert refused.status_code == 401
    huge = app.client.post(
        place, {"file": files.pdf("huge.pdf")}, headers=mine, CONTENT_LENGTH="999999999"
    )
    assert (huge.status_code, huge.json()["code"]) == (422, "too_large")


def answers_for(facts: dict[str, Any]) -> dict[str, Any]:
    """Something for each question, as the catalog describes it."""
    made = {"number": 250, "decimal": "2.5", "yes_no": False, "date": "2026-03-21"}
    return {
        question["code"]: question["choices"][0]["value"]
        if question["kind"] == "choice"
        else made.get(question["kind"], "متن")
        for question in facts["questions"]
        if question["shown_when"] is None
    }


class TestWhatIsNotTaken:
    def test_each_answer_that_cannot_be_read(self, draft: Submission, maryam: User) -> None:
        before = cast.again(draft).answers
        said = {"answers": {POWER: "زیاد", "colour": "آبی"}}
        refused = patch(Caller(maryam), draft.tracking_code, said)
        found = {fault["pointer"]: fault["code"] for fault in refused.json()["errors"]}
        assert refused.status_code == 422
        assert found == {f"/answers/{POWER}": "unreadable", "/answers/colour": "not_asked"}
        assert cast.again(draft).answers == before

    def test_what_somebody_else_has_changed_meanwhile(
        self, draft: Submission, maryam: User
    ) -> None:
        me = Caller(maryam)
        seen = me.get(f"submissions/{draft.tracking_code}/draft/").json()["texts"]
        save_answers(draft, by=maryam, answers={POWER: 300}, on_page="other")
        said = {"answers": {POWER: 400}, "seen": {POWER: seen[POWER]}}
        refused = patch(me, draft.tracking_code, said)
        assert (refused.status_code, refused.json()["code"]) == (409, "changed_meanwhile")
        (fault,) = refused.json()["errors"]
        assert (fault["pointer"], fault["theirs"], fault["yours"]) == (
            f"/answers/{POWER}", "300", "400",
        )  # fmt: skip
        assert cast.again(draft).answers[POWER] == 300

    def test_after_handing_in(self, submitted: Submission, maryam: User) -> None:
        refused = patch(Caller(maryam), submitted.tracking_code, {"description": "دیگر"})
        assert (refused.status_code, refused.json()["code"]) == (409, "moved_meanwhile")
        refused = bring(Caller(maryam), submitted.tracking_code, "contract")
        assert (refused.status_code, refused.json()["code"]) == (409, "moved_meanwhile")

    def test_a_file_of_another_kind_or_size(self, draft: Submission, maryam: User) -> None:
        me, code = Caller(maryam), draft.tracking_code
        wrong = bring(me, code, "contract", files.raw(b"GIF89a"))
        assert (wrong.status_code, wrong.json()["status"]) == (422, 422)
        path = f"/api/v3/submissions/{code}/documents/contract/"
        large = me.client.post(path, {}, headers={"Content-Length": str(10**9)})
        assert large.json()["code"] == "too_large"
        assert bring(me, code, "nothing").status_code == 404

    def test_a_foreign_contract(
        self, maryam: User, kavir: User, service: Service, contract: int
    ) -> None:
        said = {"service": service.code, "contract": contract}
        assert Caller(kavir).post("submissions/", said).status_code == 404


@pytest.mark.parametrize("path", ["draft/", "documents/"])
def test_nobody_else_reads_a_draft(
    path: str, draft: Submission, stranger: User, staff: dict[str, User], manager: User
) -> None:
    for person in (stranger, staff["desk"], manager):
        assert Caller(person).get(f"submissions/{draft.tracking_code}/{path}").status_code == 404
    assert Caller().get(f"submissions/{draft.tracking_code}/{path}").status_code == 401


def test_staff_do_not_write_for_applicants(submitted: Submission, staff: dict[str, User]) -> None:
    desk = Caller(staff["desk"])
    assert patch(desk, submitted.tracking_code, {"description": "؟"}).status_code == 403
    assert bring(desk, submitted.tracking_code, "contract").status_code == 403


def test_a_file_is_read_by_its_readers(
    submitted: Submission, maryam: User, stranger: User, staff: dict[str, User]
) -> None:
    (paper,) = submitted.documents.current().filter(requirement="contract")
    path = f"submissions/{submitted.tracking_code}/files/{paper.pk}/"
    for person in (maryam, staff["desk"]):
        answer = Caller(person).get(path)
        assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert Caller(stranger).get(path).status_code == 404
