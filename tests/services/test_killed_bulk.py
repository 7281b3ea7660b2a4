"""A worker killed while it takes one step for many: the next goes on, nothing twice, nothing left."""

from __future__ import annotations

import pytest

from submissions.models import BulkAct, BulkLine, Step, Submission
from submissions.states import StepName
from submissions.workflow import bulk
from tests.cast import begin, item_of, step
from work import recovery

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]


@pytest.fixture
def many(two_ways, maryam, staff, size) -> list[Submission]:
    """Requests at the first desk."""
    drafts = [begin(maryam, two_ways, answers={"polluting": False}) for _ in range(size(40, 500))]
    return [step(draft, "submit", maryam) for draft in drafts]


def taken() -> int:
    return BulkLine.objects.filter(step__isnull=False).count()


def test_it_is_taken_up_where_it_was_killed(many, staff, start_worker, kill, wait_for, size):
    pairs = [(item_of(case).pk, case.last_seq) for case in many]
    act = bulk.begin_bulk(staff["desk"], StepName.PASS_ON, pairs, note="مدارک کامل است.")

    for part in size((1,), (1, 2)):
        worker, enough = start_worker("chores"), part * len(many) // 4
        wait_for(lambda enough=enough: taken() >= enough)
        kill(worker)
        assert act.lines.waiting().exists(), "killed midway"
        # What was taken and its mark stand together.
        assert Step.objects.filter(name="pass_on").count() == taken()
        # As the serving parent does when one of its children has died.
        wait_for(lambda: recovery.recover({}) is None)
    start_worker("chores")
    wait_for(lambda: BulkAct.objects.get().finished_at)

    assert taken() == len(many)
    assert not act.lines.exclude(refusal="").exists()
    passed = Step.objects.filter(name="pass_on").order_by("submission")
    assert list(passed.values_list("submission", "seq")) == [(case.pk, 2) for case in many]
    assert set(passed.values_list("note", flat=True)) == {"مدارک کامل است."}
    assert {item_of(case).stop for case in many} == {"deputy"}
