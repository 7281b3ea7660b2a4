"""The staff's work by the API alone: lists, the case in full, what a step may name, letters."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.utils.timezone import localdate, now

from accounts.models import User
from services_catalog.models import Service
from submissions.api import staff_lists
from submissions.models import Submission, WorkItem
from submissions.states import Urgency
from tests import cast
from tests.api.caller import Caller
from tests.submissions import files
from web.pagination import keyset_page

pytestmark = pytest.mark.django_db
MAX_QUERIES = 15
OF_A_DESK = (
    "staff/lists/", "staff/lists/mine/", "staff/lists/seen/", "staff/lists/taken/",
    "staff/lists/inquiries/", "staff/lists/follow-up/", "staff/search/?q=رضایی", "staff/queue/",
    "staff/letters/", "staff/bulk/",
)  # fmt: skip
OF_MANAGERS = (
    "staff/lists/", "staff/lists/open/", "staff/lists/no-desk/", "staff/lists/resting/",
    "staff/lists/late/", "staff/resting/", "staff/hand-overs/", "staff/imports/",
    "staff/contracts/repeated/", "staff/contracts/holders/",
)  # fmt: skip
OF_APPLICANTS = ("submissions/?box=circulating",)


def problem_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


@pytest.fixture
def six(submitted: Submission, maryam: User, service: Service) -> list[Submission]:
    """Six requests at the first desk."""
    more = [cast.step(cast.complete_draft(maryam, service), "submit", maryam) for _ in range(5)]
    return [submitted, *more]


class TestLists:
    def test_the_lists_of_a_desk_and_of_a_manager(
        self, six: list[Submission], staff: dict[str, User], manager: User
    ) -> None:
        told = Caller(staff["desk"]).get("staff/lists/").json()
        assert [row["name"] for row in told["lists"]] == [
            "mine", "follow-up", "taken", "late", "inquiries", "seen",
        ]  # fmt: skip
        assert told["counts"] == {"mine": 6, "late": 0, "follow-up": 0}
        told = Caller(manager).get("staff/lists/").json()
        assert told["lists"][0]["name"] == "open"
        assert set(told["counts"]) == {"mine", "late", "follow-up", "no-desk", "resting"}

    def test_each_list_has_what_its_page_has(
        self, six: list[Submission], staff: dict[str, User], manager: User
    ) -> None:
        first, second, *_rest = six
        desk = staff["desk"]
        cast.step(first, "set_follow_up", desk, "تماس", day=localdate())
        cast.step(second, "take", desk)
        cast.step(second, "inquire", desk, "بلامانع است؟", organisation=cast.a_body())
        WorkItem.objects.filter(submission=first).update(touched_at=now() - timedelta(days=90))
        Submission.objects.filter(pk=second.pk).update(due_at=now() - timedelta(days=9))
        codes = {case.tracking_code for case in six}
        expected = {
            desk: {
                "mine": codes,
                "follow-up": {first.tracking_code},
                "taken": {second.tracking_code},
                "late": {second.tracking_code},
                "inquiries": {second.tracking_code},
                "seen": codes,
            },
            manager: {
                "open": codes,
                "resting": {first.tracking_code},
                "no-desk": set(),
                "late": {second.tracking_code},
            },
        }
        for person, lists in expected.items():
            for name, found in lists.items():
                answer = Caller(person).get(f"staff/lists/{name}/")
                rows = {row["submission"]["tracking_code"] for row in answer.json()["items"]}
                assert (name, rows) == (name, found)

    def test_a_row_says_what_the_row_of_the_page_says(
        self, submitted: Submission, staff: dict[str, User]
    ) -> None:
        desk = staff["desk"]
        cast.step(submitted, "inquire", desk, "بلامانع است؟", organisation=cast.a_body())
        cast.step(submitted, "set_urgency", desk, "بازدید", urgency=Urgency.URGENT)
        (row,) = Caller(desk).get("staff/lists/mine/").json()["items"]
        assert (row["party"], row["urgency"]) == (submitted.party.name, "urgent")
        assert str(cast.a_body()) in row["awaited"]
        assert [item["purpose"] for item in row["items"]] == ["decide"]

    def test_marks_lead_through_a_list_and_back(
        self, six: list[Submission], staff: dict[str, User], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(staff_lists, "keyset_page", partial(keyset_page, size=4))
        caller = Caller(staff["desk"])
        first = caller.get("staff/lists/mine/").json()
        second = caller.get(f"staff/lists/mine/?after={first['after']}").json()
        back = caller.get(f"staff/lists/mine/?before={second['before']}").json()
        assert (len(first["items"]), len(second["items"])) == (4, 2)
        assert back["items"] == first["items"]

    def test_a_list_that_is_not_offered_is_none(self, staff: dict[str, User], maryam: User) -> None:
        assert problem_of(Caller(staff["desk"]).get("staff/lists/resting/")) == (404, "not_found")
        assert problem_of(Caller(staff["desk"]).get("staff/resting/")) == (404, "not_found")
        assert problem_of(Caller(maryam).get("staff/lists/mine/")) == (403, "forbidden")

    def test_the_search_finds_what_may_be_read(
        self, submitted: Submission, staff: dict[str, User], yazd_desk: User
    ) -> None:
        for words in (submitted.tracking_code[:6], "1402/1001", "9990000018", "رضايي"):
            (row,) = Caller(staff["desk"]).get(f"staff/search/?q={words}").json()["items"]
            assert row["submission"]["tracking_code"] == submitted.tracking_code
            assert Caller(yazd_desk).get(f"staff/search/?q={words}").json()["items"] == []
        for nothing in ("", "؟", "هیچ‌کس"):
            assert Caller(staff["desk"]).get(f"staff/search/?q={nothing}").json()["items"] == []

    def test_few_queries_however_many_rows(
        self,
        six: list[Submission],
        staff: dict[str, User],
        manager: User,
        maryam: User,
        django_assert_max_num_queries: Any,
    ) -> None:
        asked = {staff["desk"]: OF_A_DESK, manager: OF_MANAGERS, maryam: OF_APPLICANTS}
        for person, paths in asked.items():
            caller = Caller(person)
            for path in paths:
                caller.get(path)
                with django_assert_max_num_queries(MAX_QUERIES, info=path):
                    assert caller.get(path).status_code == 200


class TestCase:
    def test_what_was_handed_in_and_what_colleagues_asked(
        self,
        submitted: Submission,
        staff: dict[str, User],
        django_assert_max_num_queries: Any,
    ) -> None:
        desk, code = Caller(staff["desk"]), submitted.tracking_code
        cast.step(submitted, "refer", staff["desk"], "نظر شما؟", people=(staff["legal"],))
        with django_assert_max_num_queries(25):
            told = desk.get(f"submissions/{code}/case/").json()
        (question,) = told["questions"]
        assert question["text"] == "نظر شما؟"
        assert question["asked"][0]["person"] == str(staff["legal"])
        assert told["holder"]["is_applicant"]
        assert {fact["label"] for fact in told["party"]} >= {"نام متقاضی", "کد ملی"}
        paper = next(paper for paper in told["documents"] if paper["id"])
        file = desk.get(f"submissions/{code}/files/{paper['id']}/")
        assert b"".join(file.streaming_content).startswith(b"%PDF")

    def test_the_history_with_what_is_between_colleagues(
        self, submitted: Submission, staff: dict[str, User], maryam: User
    ) -> None:
        cast.step(submitted, "take", staff["desk"], "پنهان")
        path = f"submissions/{submitted.tracking_code}/history/"
        steps = Caller(staff["desk"]).get(path).json()["steps"]
        assert [(step["name"], step["note"]) for step in steps][-1] == ("take", "پنهان")
        assert problem_of(Caller(maryam).get(path)) == (403, "not_yours")

    def test_what_a_step_may_name_is_taken(
        self, submitted: Submission, staff: dict[str, User]
    ) -> None:
        desk, code = Caller(staff["desk"]), submitted.tracking_code
        offered = desk.get(f"submissions/{code}/steps/return_for_correction/").json()
        assert offered["note_needed"]
        back = {
            "reason": offered["choices"]["reason"][0]["value"],
            "mend": [{"kind": offered["mend"][0]["kind"], "code": offered["mend"][0]["code"]}],
        }
        asked = desk.get(f"submissions/{code}/steps/refer/").json()
        person = int(asked["choices"]["people"][0]["value"])
        refer = {"people": [person], "due": asked["days"]["due"]["last"]}
        assert desk.step(code, "refer", note="نظر شما؟", detail=refer).status_code == 200
        told = desk.step(code, "return_for_correction", note="خوانا نیست", detail=back)
        assert told.status_code == 200, told.content.decode()
        shut = desk.get(f"submissions/{code}/steps/refer/")
        assert shut.status_code in (403, 409)
        assert desk.get(f"submissions/{code}/steps/submit/").status_code == 404


class TestInquiries:
    def answer(self, caller: Caller, case: Submission, **said: Any) -> Any:
        item = WorkItem.objects.inquiries().get(submission=case).pk
        path = f"/api/v3/submissions/{case.tracking_code}/inquiries/{item}/answer/"
        return caller.client.post(path, {"expecting": cast.again(case).last_seq, **said})

    def test_an_answer_with_its_paper(
        self, submitted: Submission, staff: dict[str, User], maryam: User
    ) -> None:
        desk, code = Caller(staff["desk"]), submitted.tracking_code
        bodies = desk.get(f"submissions/{code}/steps/inquire/").json()["choices"]["organisation"]
        asked = {"organisation": int(bodies[0]["value"])}
        assert desk.step(code, "inquire", note="بلامانع است؟", detail=asked).status_code == 200

        said = {"verdict": "no_objection", "note": "بلامانع است."}
        wrong = self.answer(desk, submitted, **said)
        places = {fault["pointer"] for fault in wrong.json()["errors"]}
        assert (wrong.status_code, places) == (422, {"/letter_number", "/letter_date", "/paper"})
        said |= {"letter_number": "12/34", "letter_date": localdate().isoformat()}
        told = self.answer(desk, submitted, **said, paper=files.pdf("letter.pdf"))
        assert told.status_code == 200, told.content.decode()
        (row,) = desk.get(f"submissions/{code}/case/").json()["inquiries"]
        assert (row["verdict"], row["answer"], row["open"]) == (
            "no_objection",
            "بلامانع است.",
            False,
        )
        path = f"submissions/{code}/inquiries/{row['item']}/paper/"
        assert b"".join(desk.get(path).streaming_content).startswith(b"%PDF")
        assert problem_of(Caller(maryam).get(path)) == (403, "not_yours")
        assert problem_of(self.answer(desk, submitted, **said, paper=files.pdf("a.pdf")))[0] in (
            403,
            409,
        )

    def test_what_is_refused(
        self, submitted: Submission, staff: dict[str, User], manager: User
    ) -> None:
        cast.step(submitted, "inquire", staff["desk"], "؟", organisation=cast.a_body())
        said = {"verdict": "no_answer", "note": "پاسخی نرسید."}
        assert self.answer(Caller(staff["legal"]), submitted, **said).status_code == 404
        stale = self.answer(Caller(staff["desk"]), submitted, **said | {"expecting": 1})
        assert problem_of(stale) == (409, "moved_meanwhile")
        unknown = self.answer(Caller(staff["desk"]), submitted, **said, colour="آبی")
        assert unknown.json()["errors"][0]["pointer"] == "/colour"
        desk = Caller(staff["desk"])
        item = WorkItem.objects.inquiries().get(submission=submitted).pk
        path = f"/api/v3/submissions/{submitted.tracking_code}/inquiries/{item}/answer/"
        large = desk.client.post(path, {}, headers={"Content-Length": str(10**9)})
        assert large.json()["code"] == "too_large"


def test_the_next_thing_is_taken(
    submitted: Submission, staff: dict[str, User], manager: User
) -> None:
    desk = Caller(staff["desk"])
    told = desk.post("staff/take-next/", {})
    assert told.json()["submission"]["tracking_code"] == submitted.tracking_code
    assert WorkItem.objects.get(pk=told.json()["item"]).person == staff["desk"]
    assert problem_of(desk.post("staff/take-next/", {})) == (409, "not_now")


def test_a_colleague_hands_over_all_that_they_have(
    submitted: Submission,
    staff: dict[str, User],
    manager: User,
    run_tasks: Callable[[], int],
) -> None:
    cast.step(submitted, "take", staff["desk"])
    boss, path = Caller(manager), f"staff/hand-overs/{staff['desk'].pk}/"
    (row,) = boss.get("staff/hand-overs/").json()["holders"]
    assert (row["id"], row["count"], row["gone"]) == (staff["desk"].pk, 1, False)
    offered = boss.get(path).json()
    assert offered["count"] == 1
    assert staff["desk"].pk not in {int(who["value"]) for who in offered["receivers"]}
    wrong = boss.post(path, {"desk": 999_999})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/desk")
    begun = boss.post(path, {"desk": int(offered["desks"][0]["value"])})
    assert begun.status_code == 202
    run_tasks()
    (order,) = boss.get("staff/hand-overs/").json()["orders"]
    assert (order["moved"], bool(order["done_at"])) == (1, True)
    assert problem_of(Caller(staff["desk"]).get("staff/hand-overs/")) == (403, "forbidden")


def test_one_step_for_many(
    six: list[Submission], staff: dict[str, User], run_tasks: Callable[[], int]
) -> None:
    desk = Caller(staff["desk"])
    rows = desk.get("staff/lists/mine/").json()["items"]
    chosen = [
        {"item": row["items"][0]["id"], "expecting": row["submission"]["last_seq"]} for row in rows
    ]
    cast.step(six[0], "set_urgency", staff["desk"], "بازدید", urgency=Urgency.URGENT)
    chosen[1]["expecting"] = 0
    begun = desk.post("staff/bulk/", {"name": "pass_on", "chosen": chosen})
    assert (begun.status_code, begun.json()["done"], begun.json()["many"]) == (202, 0, 6)
    run_tasks()
    told = desk.get(f"staff/bulk/{begun.json()['id']}/").json()
    assert told["finished_at"]
    assert told["done"] + told["refused"] == 6
    assert told["lines"][0]["refusal"]
    assert [act["id"] for act in desk.get("staff/bulk/").json()["items"]] == [told["id"]]
    assert Caller(staff["legal"]).get(f"staff/bulk/{told['id']}/").status_code == 404


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"name": "pass_on", "chosen": []}, "nothing_chosen"),
        ({"name": "refer", "chosen": [], "people": []}, "/people /note"),
        ({"name": "assign", "chosen": [], "person": 999_999}, "/person"),
        ({"name": "set_urgency", "chosen": [], "urgency": "normal"}, "/note"),
        ({"name": "set_urgency", "chosen": [], "note": "بازدید"}, "/urgency"),
        ({"name": "reject", "chosen": []}, "invalid"),
        ({"name": "pass_on", "chosen": [{"item": 1}]}, "/chosen/0/expecting"),
    ],
)
def test_what_is_not_begun_for_many(
    said: dict[str, Any], found: str, submitted: Submission, staff: dict[str, User]
) -> None:
    answer = Caller(staff["desk"]).post("staff/bulk/", said)
    told = answer.json()
    assert answer.status_code == 422
    places = {fault["pointer"] for fault in told.get("errors", ())}
    assert told["code"] == found or places == set(found.split())


def test_the_register_comes_in(
    house: None, manager: User, staff: dict[str, User], run_tasks: Callable[[], int]
) -> None:
    boss = Caller(manager)
    sheet = boss.get("staff/imports/template/csv/").content
    rows = sheet.decode("utf-8-sig").splitlines()
    bad = rows[1].replace(rows[1].split(",")[0], "", 1)
    content = "\n".join([rows[0], rows[1], bad]).encode()
    upload = files.raw(content, "contracts.csv")
    begun = boss.client.post("/api/v3/staff/imports/", {"file": upload})
    assert begun.status_code == 202, begun.content.decode()
    run_tasks()
    path = f"staff/imports/{begun.json()['id']}/"
    told = boss.get(path).json()
    assert (told["state"], told["good"], told["bad"]) == ("checked", 1, 1), told
    problems = boss.get(f"{path}problems/").content.decode("utf-8-sig").splitlines()
    assert len(problems) == 1 + len(told["problems"])
    assert problem_of(boss.post(f"{path}confirm/", {})) == (422, "import_has_problems")
    assert boss.post(f"{path}confirm/", {"skip_bad": True}).status_code == 202
    run_tasks()
    told = boss.get(path).json()
    assert (told["state"], told["added"]) == ("done", 1)
    assert problem_of(boss.post(f"{path}cancel/", {})) == (409, "not_now")
    assert problem_of(Caller(staff["desk"]).get(path)) == (403, "forbidden")


def test_letters_as_the_staff_have_them(
    submitted: Submission,
    staff: dict[str, User],
    yazd_desk: User,
    run_tasks: Callable[[], int],
) -> None:
    case = cast.pass_desks(submitted, staff, *cast.SIX_DESKS[:-1])
    cast.step(case, "approve", staff["secretariat"])
    desk = Caller(staff["secretariat"])
    (waiting,) = desk.get("staff/letters/").json()["items"]
    assert waiting["rendered_at"] is None
    path = f"staff/letters/{waiting['id']}/"
    assert desk.get(f"{path}file/").status_code == 404
    run_tasks()
    told = desk.get(path).json()
    assert (told["state"], told["tracking_code"]) == ("issued", case.tracking_code)
    assert b"".join(desk.get(f"{path}file/").streaming_content).startswith(b"%PDF")
    for words in (told["number"], case.tracking_code, "رضایی"):
        assert len(desk.get(f"staff/letters/?q={words}").json()["items"]) == 1
    assert Caller(yazd_desk).get("staff/letters/").json()["items"] == []
    assert Caller(yazd_desk).get(path).status_code == 404
