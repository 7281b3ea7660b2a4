"""One step for many: chosen in the queue, taken one by one, each for itself and once."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django_q.models import OrmQ

from accounts.models import User
from services_catalog.models import Service
from submissions.models import BulkAct, Submission, WorkItem
from submissions.refusals import LastStop, StopsLeft
from submissions.states import StepName, Urgency
from submissions.workflow import bulk
from tests.cast import again, begin, hire, item_of, pass_desks, seat, step
from work.sweeps import sweep

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-22 10:00")]
Staff = dict[str, User]
QUEUE = "/admin/submissions/submission/"


@pytest.fixture
def many(two_ways: Service, maryam: User, staff: Staff) -> list[Submission]:
    """Five requests at the first desk."""
    drafts = [begin(maryam, two_ways, answers={"polluting": False}) for _ in range(5)]
    return [step(draft, "submit", maryam) for draft in drafts]


@pytest.fixture
def at_desk(client: Client, signed_in: Any, staff: Staff) -> Client:
    return signed_in(client, staff["desk"])


def chosen(cases: list[Submission]) -> list[str]:
    return [f"{item_of(case).pk}:{case.last_seq}" for case in cases]


def send(client: Client, name: str, **said: Any) -> Any:
    return client.post(reverse("bulk_choose", args=[name]), said, follow=True)


def lines(act: BulkAct) -> list[str]:
    return [line.refusal or line.step.name for line in act.lines.select_related("step")]


def test_all_that_were_ticked_go_on(
    at_desk: Client, many: list[Submission], run_tasks: Any
) -> None:
    boxes = chosen(many[:3])
    listed = at_desk.get(QUEUE).content.decode()
    assert all(f'value="{box}"' in listed for box in boxes)
    page = send(at_desk, "pass_on", chosen=boxes).content.decode()
    assert "برای ۳ درخواست" in page
    assert not BulkAct.objects.exists()

    answer = send(at_desk, "pass_on", chosen=boxes, confirmed="1", note="مدارک کامل است")
    assert "در حال انجام" in answer.content.decode()
    run_tasks()

    act = BulkAct.objects.get()
    assert lines(act) == ["pass_on"] * 3
    assert act.finished_at
    assert [again(case).stop for case in many] == ["deputy"] * 3 + ["desk"] * 2
    assert many[0].history.last().note == "مدارک کامل است"
    result = at_desk.get(reverse("bulk_act", args=[act.pk])).content.decode()
    assert "۳ درخواست انجام شد" in result
    assert "برای ۳ درخواست" in at_desk.get(reverse("bulk_acts")).content.decode()


def test_all_that_wait_for_me(at_desk: Client, many: list[Submission]) -> None:
    page = send(at_desk, "pass_on", all="1").context
    assert len(page["chosen"]) == 5


def test_what_has_moved_is_left_alone_and_says_why(
    at_desk: Client, many: list[Submission], staff: Staff, run_tasks: Any
) -> None:
    boxes = chosen(many)
    step(many[0], "pass_on", staff["desk"])
    step(many[1], "return_for_correction", staff["desk"], "کامل نیست")

    send(at_desk, "pass_on", chosen=boxes, confirmed="1", note="")
    run_tasks()

    act = BulkAct.objects.get()
    refused = [line.refusal for line in act.lines.exclude(refusal="")]
    assert len(refused) == 2
    assert all("تغییر کرده است" in words for words in refused)
    assert [again(case).last_seq for case in many] == [2, 2, 2, 2, 2]
    assert "۲ درخواست انجام نشد" in at_desk.get(reverse("bulk_act", args=[act.pk])).content.decode()


def test_what_somebody_may_not_read_is_neither_touched_nor_named(
    client: Client, signed_in: Any, many: list[Submission], staff: Staff
) -> None:
    signed_in(client, staff["finance"])
    for boxes in (chosen(many), ["999999:1"]):
        answer = send(client, "pass_on", chosen=boxes, confirmed="1", note="")
        assert answer.status_code == 422
        assert many[0].party.name not in answer.content.decode()
    assert not BulkAct.objects.exists()
    assert {again(case).last_seq for case in many} == {1}


def test_what_has_gone_to_another_desk_is_refused(
    at_desk: Client, many: list[Submission], staff: Staff, run_tasks: Any
) -> None:
    gone = step(many[0], "pass_on", staff["desk"])
    send(at_desk, "pass_on", chosen=chosen([gone]), confirmed="1", note="")
    run_tasks()
    assert all("بر عهدهٔ شما نیست" in words for words in lines(BulkAct.objects.get()))
    assert again(gone).last_seq == 2


def test_at_the_last_stop_nothing_is_passed_on_and_the_reason_is_said(
    client: Client, signed_in: Any, many: list[Submission], staff: Staff, run_tasks: Any
) -> None:
    last = [step(case, "pass_on", staff["desk"]) for case in many[:2]]
    signed_in(client, staff["deputy"])
    send(client, "pass_on", chosen=chosen(last), confirmed="1", note="")
    run_tasks()
    assert all(words.startswith(LastStop.title) for words in lines(BulkAct.objects.get()))
    page = reverse("submissions_submission_modeladmin_step", args=[last[0].pk, "pass_on"])
    item = item_of(last[0]).pk
    for answer in (
        client.get(page, {"item": item}),
        client.post(page, {"item": item, "expecting": 2}),
    ):
        assert answer.status_code in (200, 409)
        assert LastStop.title in answer.content.decode()


def test_before_the_last_stop_nothing_is_approved_and_the_reason_is_said(
    at_desk: Client, many: list[Submission]
) -> None:
    page = reverse("submissions_submission_modeladmin_step", args=[many[0].pk, "approve"])
    answer = at_desk.post(page, {"item": item_of(many[0]).pk, "expecting": 1})
    assert answer.status_code == 409
    assert StopsLeft.title in answer.content.decode()


def test_the_same_question_about_each(
    at_desk: Client, many: list[Submission], staff: Staff, run_tasks: Any
) -> None:
    boxes = chosen(many[:2])
    wanting = send(at_desk, "refer", chosen=boxes, confirmed="1", note="", purpose="action")
    assert wanting.status_code == 422
    assert "حداقل یک همکار" in wanting.content.decode()
    people = [staff["legal"].pk, staff["finance"].pk]
    send(
        at_desk, "refer", chosen=boxes, confirmed="1", note="نظر شما؟", purpose="action",
        people=people,
    )  # fmt: skip
    run_tasks()
    asked = WorkItem.objects.open().filter(purpose="action")
    assert sorted(asked.values_list("person", flat=True)) == sorted(people * 2)


@pytest.mark.parametrize("name", [StepName.PASS_ON, StepName.ASSIGN])
def test_a_killed_worker_is_followed_by_one_that_repeats_nothing(
    name: StepName, many: list[Submission], manager: User, staff: Staff,
    monkeypatch: pytest.MonkeyPatch, clock: Any,
) -> None:  # fmt: skip
    pairs = [(item_of(case).pk, case.last_seq) for case in many]
    by = manager if name == StepName.ASSIGN else staff["desk"]
    act = bulk.begin_bulk(by, name, pairs, detail={"person": staff["desk"].pk})
    taken = []

    def die(*args: Any) -> None:
        if len(taken) == 2:
            raise KeyboardInterrupt
        taken.append(args)
        take(*args)

    take = bulk._take_line
    monkeypatch.setattr(bulk, "_take_line", die)
    with pytest.raises(KeyboardInterrupt):
        bulk.take_lines_of_act(act.pk)
    assert act.lines.waiting().count() == 3
    monkeypatch.setattr(bulk, "_take_line", take)

    # Its call went with it.
    OrmQ.objects.all().delete()
    clock.shift(bulk.LEASE * 4)
    assert sweep()["bulk acts"] == 1
    bulk.take_lines_of_act(act.pk)

    assert lines(act) == [name] * 5
    assert {again(case).last_seq for case in many} == {2}
    bulk.take_lines_of_act(act.pk)
    assert {again(case).last_seq for case in many} == {2}


def test_what_fails_by_itself_does_not_hold_the_others_up(
    many: list[Submission], staff: Staff, monkeypatch: pytest.MonkeyPatch, clock: Any
) -> None:
    pairs = [(item_of(case).pk, case.last_seq) for case in many]
    act = bulk.begin_bulk(staff["desk"], StepName.PASS_ON, pairs)
    broken, take = many[1].pk, bulk.take_step

    def stumble(submission: Submission, *args: Any, **kwargs: Any) -> Any:
        if submission.pk == broken:
            raise RuntimeError("torn")
        return take(submission, *args, **kwargs)

    monkeypatch.setattr(bulk, "take_step", stumble)
    for _ in range(bulk.MOST_TRIES - 1):
        with pytest.raises(RuntimeError):
            bulk.take_lines_of_act(act.pk)
        clock.shift(bulk.LEASE * 10)
    bulk.take_lines_of_act(act.pk)
    assert sorted(lines(act)) == sorted(["pass_on"] * 4 + [bulk.FAILED])


@pytest.fixture
def head(staff: Staff) -> User:
    user = hire("head", "reviewer", first="هادی", last="سرپرست")
    seat(user, "desk", head=True)
    return user


@pytest.fixture
def sima(staff: Staff) -> User:
    """A second colleague of the first desk."""
    user = hire("sima", "reviewer", first="سیما", last="وحدتی")
    seat(user, "desk")
    return user


def test_the_head_gives_many_to_one_colleague_and_back_to_the_desk(
    client: Client, signed_in: Any, many: list[Submission], head: User, sima: User, run_tasks: Any
) -> None:
    signed_in(client, head)
    assert reverse("bulk_choose", args=["assign"]) in client.get(QUEUE).content.decode()
    page = send(client, "assign", chosen=chosen(many[:4])).content.decode()
    assert "سپردن به همکار برای ۴ درخواست" in page
    assert "سیما وحدتی" in page
    # Nobody of another desk is named.
    assert send(client, "assign", chosen=chosen(many), confirmed="1", note="").status_code == 422

    boxes = chosen(many[:4])
    step(many[0], "pass_on", head)
    send(client, "assign", chosen=boxes, confirmed="1", note="لطفاً امروز", person=sima.pk)
    run_tasks()
    assert sorted(lines(BulkAct.objects.get()), key=len)[:3] == ["assign"] * 3
    assert "تغییر کرده است" in max(lines(BulkAct.objects.get()), key=len)
    assert [item_of(case).person for case in many[1:]] == [sima] * 3 + [None]

    taken = client.get(QUEUE + "?list=taken").content.decode()
    boxes = chosen([again(case) for case in many[1:4]])
    assert all(f'value="{box}"' in taken for box in boxes)
    send(client, "put_back", chosen=boxes, confirmed="1", note="")
    run_tasks()
    assert {item_of(case).person for case in many[1:]} == {None}


def test_a_manager_gives_out_what_is_not_theirs_and_nobody_gets_what_they_may_not(
    client: Client, signed_in: Any, many: list[Submission], manager: User, staff: Staff,
    sima: User, run_tasks: Any,
) -> None:  # fmt: skip
    signed_in(client, manager)
    listed = client.get(QUEUE + "?list=open").content.decode()
    assert f'value="{chosen(many)[0]}"' in listed
    assert reverse("bulk_choose", args=["pass_on"]) not in listed
    page = send(client, "assign", chosen=chosen(many)).content.decode()
    assert many[0].party.name in page

    send(client, "assign", chosen=chosen(many), confirmed="1", note="", person=sima.pk)
    send(client, "assign", chosen=chosen(many[:1]), confirmed="1", note="", person=staff["env"].pk)
    run_tasks()
    assert [item_of(case).person for case in many] == [sima] * 5
    assert len(lines(BulkAct.objects.order_by("pk")[1])[0]) > len("assign")


def test_who_leads_no_desk_gives_nothing_out(
    at_desk: Client, many: list[Submission], staff: Staff, sima: User, run_tasks: Any
) -> None:
    assert reverse("bulk_choose", args=["assign"]) not in at_desk.get(QUEUE).content.decode()
    answer = send(at_desk, "assign", chosen=chosen(many), confirmed="1", note="", person=sima.pk)
    assert answer.status_code == 422
    pairs = [(item_of(case).pk, case.last_seq) for case in many]
    bulk.begin_bulk(staff["desk"], StepName.ASSIGN, pairs, detail={"person": sima.pk})
    run_tasks()
    assert {item_of(case).person for case in many} == {None}


def test_many_are_wanted_sooner_at_once(
    at_desk: Client, many: list[Submission], staff: Staff, run_tasks: Any
) -> None:
    step(many[0], "set_urgency", staff["desk"], "بازدید", urgency=Urgency.URGENT)
    boxes = chosen([again(case) for case in many[:4]])
    due = {case.pk: item_of(case).due_at for case in many}
    assert (
        "تعیین فوریت برای ۴ درخواست" in send(at_desk, "set_urgency", chosen=boxes).content.decode()
    )

    wanting = send(at_desk, "set_urgency", chosen=boxes, confirmed="1", note="بازدید")
    assert wanting.status_code == 422
    assert "لطفاً فوریت را انتخاب کنید" in wanting.content.decode()
    assert "بازدید" in wanting.content.decode()
    said = {"urgency": "urgent", "note": "بازدید استاندار"}
    send(at_desk, "set_urgency", chosen=boxes, confirmed="1", **said)
    run_tasks()

    done = lines(BulkAct.objects.get())
    assert sorted(done, key=len)[:3] == ["set_urgency"] * 3
    assert "در حال حاضر «فوری» است" in max(done, key=len)
    assert [again(case).urgency for case in many] == ["urgent"] * 4 + ["normal"]
    assert all(item_of(case).due_at < due[case.pk] for case in many[1:4])
    assert item_of(many[4]).due_at == due[many[4].pk]
    assert many[1].history.last().note == "فوری: بازدید استاندار"


def test_a_request_at_two_desks_is_hastened_once(
    client: Client, signed_in: Any, side_by_side: Service, maryam: User, manager: User,
    staff: Staff, run_tasks: Any,
) -> None:  # fmt: skip
    case = begin(maryam, side_by_side, answers={"polluting": True})
    case = pass_desks(step(case, "submit", maryam), staff, "desk")
    boxes = [f"{item.pk}:{case.last_seq}" for item in case.open_decisions]
    assert len(boxes) > 1
    signed_in(client, manager)
    assert reverse("bulk_choose", args=["set_urgency"]) in client.get(QUEUE).content.decode()
    send(client, "set_urgency", chosen=boxes, confirmed="1", note="بازدید", urgency="immediate")
    run_tasks()
    assert lines(BulkAct.objects.get()) == ["set_urgency"]
    assert again(case).urgency == "immediate"


@pytest.mark.parametrize("said", [{}, {"chosen": "x"}, {"chosen": "9" * 5000 + ":1"}])
def test_nothing_chosen_is_said(at_desk: Client, many: list[Submission], said: Any) -> None:
    answer = send(at_desk, "pass_on", **said)
    assert answer.status_code == 422
    assert "حداقل یک درخواست" in answer.content.decode()


def test_more_than_the_cap_is_said(at_desk: Client, many: list[Submission]) -> None:
    answer = send(at_desk, "pass_on", chosen=[f"{number}:1" for number in range(bulk.MOST + 1)])
    assert answer.status_code == 422
    assert "حداکثر ۵۰۰" in answer.content.decode()


def test_an_act_is_its_makers_alone(
    client: Client, signed_in: Any, many: list[Submission], staff: Staff, maryam: User, editor: User
) -> None:
    act = bulk.begin_bulk(staff["desk"], StepName.PASS_ON, [(item_of(many[0]).pk, 1)])
    addresses = [reverse(name, args=[act.pk]) for name in ("bulk_act", "bulk_act_progress")]
    for who, expected in ((staff["finance"], 404), (editor, 302), (maryam, 302)):
        signed_in(client, who)
        assert {client.get(address).status_code for address in addresses} == {expected}
        assert client.post(reverse("bulk_choose", args=["reject"]), {}).status_code in (302, 404)
    client.logout()
    assert {client.get(address).status_code for address in addresses} == {302}


def test_the_pages_take_few_queries(
    at_desk: Client, many: list[Submission], django_assert_max_num_queries: Any, staff: Staff
) -> None:
    act = bulk.begin_bulk(staff["desk"], StepName.PASS_ON, [(item_of(case).pk, 1) for case in many])
    for address in (reverse("bulk_act", args=[act.pk]), reverse("bulk_acts"), QUEUE):
        at_desk.get(address)
        with django_assert_max_num_queries(15):
            at_desk.get(address)
