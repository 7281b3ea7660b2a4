"""A request from handing in to its letter by the API alone, and what each side is told of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from letters.models import Letter
from submissions.drafts.editing import save_answers
from submissions.models import Submission
from tests import cast
from tests.api.caller import Caller

pytestmark = pytest.mark.django_db
MAX_QUERIES = 15


def test_from_handing_in_to_the_letter(
    draft: Submission, maryam: User, staff: dict[str, User], run_tasks: Callable[[], int]
) -> None:
    applicant, code = Caller(maryam), draft.tracking_code
    told = applicant.step(code, "submit").json()
    assert (told["state"], told["box"]) == ("in_review", "circulating")
    assert applicant.get(f"submissions/{code}/letters/").json() == []

    first = Caller(staff["desk"])
    (row,) = first.get("staff/queue/").json()["items"]
    assert row["submission"]["tracking_code"] == code
    back = {"reason": "unreadable", "mend": [{"kind": "document", "code": "contract"}]}
    told = first.step(
        code, "return_for_correction", note="خوانا نیست", detail=back, item=row["item"]["id"]
    ).json()
    assert told["state"] == "returned"
    report = applicant.get(f"submissions/{code}/").json()["report"]
    assert (report[0]["note"], len(report[0]["mend"])) == ("خوانا نیست", 1)
    cast.bring(cast.again(draft), "contract", b"%PDF-1.4 anew")
    assert applicant.step(code, "submit").status_code == 200

    for name in cast.SIX_DESKS[:-1]:
        assert Caller(staff[name]).step(code, "pass_on").status_code == 200
    assert Caller(staff[cast.SIX_DESKS[-1]]).step(code, "approve").status_code == 200
    run_tasks()

    done = applicant.get(f"submissions/{code}/").json()
    assert (done["state"], done["box"]) == ("completed", "archive")
    paper = applicant.get(f"submissions/{code}/letter/")
    assert b"".join(paper.streaming_content).startswith(b"%PDF")
    letter = Letter.objects.issued().get()
    (told,) = applicant.get(f"submissions/{code}/letters/").json()
    assert (told["verify_code"], told["state"]) == (letter.verify_code, "issued")
    assert Caller(staff["legal"]).get(f"submissions/{code}/letters/").status_code == 404
    said = Caller().get(f"verify/{letter.verify_code}/").json()
    assert (said["state"], said["number"]) == ("issued", letter.number_text)
    assert done["party"] not in str(said)


def test_asking_a_colleague_and_the_answer(submitted: Submission, staff: dict[str, User]) -> None:
    desk, legal = Caller(staff["desk"]), Caller(staff["legal"])
    code = submitted.tracking_code
    asked = {"people": [staff["legal"].pk], "purpose": "opinion"}
    told = desk.step(code, "refer", note="نظر شما؟", detail=asked).json()
    opinion = next(item for item in told["items"] if item["purpose"] == "opinion")
    answer = legal.step(code, "answer", note="بلامانع", item=opinion["id"])
    assert answer.status_code == 200
    assert [item["purpose"] for item in answer.json()["items"]] == ["decide"]


def test_the_applicant_is_told_nothing_of_what_lies_on_desks(
    submitted: Submission, maryam: User, staff: dict[str, User]
) -> None:
    cast.step(submitted, "refer", staff["desk"], "پنهان", people=(staff["legal"],))
    submitted.internal_notes.create(by=staff["desk"], text="پنهان")
    told = Caller(maryam).get(f"submissions/{submitted.tracking_code}/")
    assert told.json()["items"] == []
    assert "پنهان" not in told.content.decode()
    assert {offer["name"] for offer in told.json()["steps_open"]} == {
        "submit", "withdraw", "take_back",
    }  # fmt: skip


def test_a_return_that_was_looked_at_is_not_taken_back(
    submitted: Submission, maryam: User, staff: dict[str, User]
) -> None:
    cast.step(submitted, "return_for_correction", staff["desk"], "؟", reason="unreadable")
    code = submitted.tracking_code
    assert Caller(maryam).post(f"submissions/{code}/seen/", {}).status_code == 204
    refused = Caller(staff["desk"]).step(code, "recall_return")
    assert (refused.status_code, refused.json()["code"]) == (409, "already_opened")


def test_a_desk_that_has_looked_keeps_the_request(
    submitted: Submission, maryam: User, staff: dict[str, User]
) -> None:
    code = submitted.tracking_code
    assert Caller(staff["legal"]).post(f"submissions/{code}/seen/", {}).status_code == 404
    assert Caller(staff["desk"]).post(f"submissions/{code}/seen/", {}).status_code == 204
    refused = Caller(maryam).step(code, "take_back")
    assert (refused.status_code, refused.json()["code"]) == (409, "already_seen")


def test_the_staff_read_what_was_handed_in(
    submitted: Submission, maryam: User, staff: dict[str, User]
) -> None:
    case = cast.step(submitted, "return_for_correction", staff["desk"], "؟", reason="unreadable")
    save_answers(case, by=maryam, answers={"requested_power": 777}, description="هنوز پنهان")
    told = Caller(staff["desk"]).get(f"submissions/{case.tracking_code}/").content.decode()
    assert submitted.description in told
    assert "هنوز پنهان" not in told
    assert "۷۷۷" not in told


def test_notes_stay_between_colleagues(
    submitted: Submission, maryam: User, staff: dict[str, User]
) -> None:
    path, desk = f"submissions/{submitted.tracking_code}/notes/", Caller(staff["desk"])
    assert desk.post(path, {"text": ""}).status_code == 422
    told = desk.post(path, {"text": "تماس گرفته شد."}).json()
    assert [note["text"] for note in told] == ["تماس گرفته شد."]
    assert desk.get(path).json() == told
    for answer in (Caller(maryam).get(path), Caller(maryam).post(path, {"text": "؟"})):
        assert (answer.status_code, answer.json()["code"]) == (403, "not_yours")
    assert Caller(staff["legal"]).get(path).status_code == 404


def test_each_step_says_why_it_is_shut(submitted: Submission, staff: dict[str, User]) -> None:
    told = Caller(staff["desk"]).get(f"submissions/{submitted.tracking_code}/").json()
    offers = {offer["name"]: offer for offer in told["steps_open"]}
    assert offers["pass_on"]["open"]
    assert not offers["reopen"]["open"]
    assert offers["reopen"]["code"]
    assert offers["reopen"]["detail"]


def test_the_party_of_the_header(maryam: User, draft: Submission, kavir: User) -> None:
    own = str(maryam.parties[0].pk)
    told = Caller(maryam).get("submissions/", **{"X-Acting-Party": own}).json()
    assert [row["tracking_code"] for row in told["items"]] == [draft.tracking_code]
    assert Caller(kavir).get("submissions/").json()["items"] == []
    assert Caller(maryam).get("me/").json()["acting_for"]["id"] == int(own)


def test_no_colleague_without_the_second_factor(
    submitted: Submission, staff: dict[str, User], settings: Any
) -> None:
    settings.STAFF_SECOND_FACTOR = True
    answer = Caller(staff["desk"]).get("staff/queue/")
    assert (answer.status_code, answer.json()["code"]) == (401, "second_factor_needed")


@pytest.mark.parametrize("path", ["submissions/", "submissions/{}/", "staff/queue/"])
def test_few_queries(
    path: str,
    submitted: Submission,
    maryam: User,
    staff: dict[str, User],
    django_assert_max_num_queries: Any,
) -> None:
    person = staff["desk"] if "staff" in path else maryam
    caller, address = Caller(person), path.format(submitted.tracking_code)
    caller.get(address)
    with django_assert_max_num_queries(MAX_QUERIES):
        assert caller.get(address).status_code == 200
