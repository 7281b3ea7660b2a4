"""What no constraint can hold is looked for a little in every sweep, and a person is called."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.db.models import F

from accounts.models import User
from submissions.models import Step, Submission, WorkItem
from submissions.workflow import consistency
from tests.cast import begin, item_of, step

pytestmark = pytest.mark.django_db
Staff = dict[str, User]


@pytest.fixture
def asked(submitted: Submission, staff: Staff) -> Submission:
    """A colleague's opinion is asked for, so that one piece of work hangs on another."""
    return step(submitted, "refer", staff["desk"], "نظر شما؟", people=(staff["legal"],))


def found() -> list[str]:
    return [each.says for each in consistency.find_contradictions(Submission.objects.all())]


def close_decisions() -> None:
    WorkItem.objects.decides().update(closed_by=F("opened_by"), outcome="passed")


def move_below_another() -> None:
    case = Submission.objects.last()
    WorkItem.objects.filter(purpose="opinion").update(submission=case)


BROKEN = [
    (close_decisions, {"in review without a decision", "work is open below work that is closed"}),
    (
        lambda: Submission.objects.filter(last_seq=2).update(state="approved"),
        {"work is open although it is not in review", "its last step leads to another state"},
    ),
    (
        lambda: Step.objects.filter(name="refer").update(seq=3),
        {"its steps are not numbered one by one"},
    ),
    (
        lambda: Submission.objects.filter(last_seq=2).update(last_seq=3),
        {"its steps are not numbered one by one"},
    ),
    (
        move_below_another,
        {
            "work stands below that of another request",
            "work was opened or closed by a step of another",
            "a step was taken on the work of another",
        },
    ),
]


@pytest.mark.parametrize(("break_it", "says"), BROKEN)
def test_each_contradiction_is_found(asked, two_ways, maryam, break_it, says):
    step(begin(maryam, two_ways, answers={"polluting": False}), "submit", maryam)
    assert found() == []
    Step.objects.filter(name="refer").update(item=WorkItem.objects.get(purpose="opinion"))
    assert found() == []
    break_it()
    assert set(found()) == says


def test_a_round_goes_through_all_and_calls_somebody(asked, client, monkeypatch, caplog):
    monkeypatch.setattr(consistency, "ROWS", 1)
    WorkItem.objects.filter(purpose="opinion").delete()
    item = item_of(asked)
    WorkItem.objects.filter(pk=item.pk).update(closed_by=item.opened_by, outcome="passed")
    assert [consistency.compare_next() for _ in range(3)] == [1, 0, 0]
    assert f"Request {asked.pk} contradicts itself: in review without a decision" in caplog.text

    says = "1 contradictions between requests and their work: see the log"
    assert f"requests and work: {says}" in client.get("/health/work").content.decode()
    assert (
        'portal_finding{check="requests and work"} 1.0' in client.get("/metrics").content.decode()
    )

    WorkItem.objects.update(closed_by=None, outcome="")
    cache.delete(consistency.PROGRESS)
    assert [consistency.compare_next() for _ in range(3)] == [0, 0, 0]
    assert consistency.check_contradictions() == ""
