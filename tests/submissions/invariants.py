"""What must hold of a request after every step, whoever took it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from django.db import connection

from accounts.models import User
from services_catalog.facts import ServiceFacts
from submissions.models import Filing, Step, Submission, WorkItem
from submissions.policies import SubmissionPolicy
from submissions.states import Outcome, State, StepName, Urgency
from submissions.workflow.consistency import broken_rules
from tests.cast import again

#: Stands where a request is named, in a question that is asked of many.
ANY_CASE: Final = 987_654_321
#: How the work that a step is taken on ends by it; a step that is not named says it itself.
ENDS_AS = {
    StepName.PASS_ON: Outcome.PASSED,
    StepName.ANSWER: Outcome.ANSWERED,
    StepName.RETURN_FOR_CORRECTION: Outcome.RETURNED,
    StepName.APPROVE: Outcome.APPROVED,
    StepName.REJECT: Outcome.REJECTED,
    StepName.ANSWER_INQUIRY: Outcome.ANSWERED,
    StepName.RECALL_INQUIRY: Outcome.RECALLED,
}


@dataclass
class Record:
    """All that is written about one request, read once for whoever asks several things of it."""

    case: Submission
    steps: list[Step]
    items: list[WorkItem]
    filings: list[Filing]

    @classmethod
    def of(cls, case: Submission) -> Record:
        steps = {step.pk: step for step in case.history.order_by("seq")}
        items = list(case.items.order_by("pk"))
        for item in items:
            # Of another request is neither: find_contradictions has been asked.
            item.opened_by = steps[item.opened_by_id]
            item.closed_by = steps[item.closed_by_id] if item.closed_by_id else None
        return cls(case, list(steps.values()), items, list(case.filings.order_by("number")))

    def named(self, *names: StepName) -> list[Step]:
        """The steps of these names, in their order."""
        return [step for step in self.steps if step.name in names]


def assert_all_holds(case: Submission, people: Iterable[User]) -> None:
    """What the tables must agree on, what history explains, and what lists show of it."""
    assert contradictions_of(case) == []
    case = again(case)
    record = Record.of(case)
    assert_history_explains(record)
    assert_route_was_kept(record)
    assert_arranged(record)
    for user in people:
        assert_lists_agree(case, user)


def contradictions_of(case: Submission) -> list[str]:
    """What the product's own rules find; one question, which is put into words once for each database."""
    question, blanks = _rules_in_words(connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(question, [case.pk if each == ANY_CASE else each for each in blanks])
        return [says for (says,) in cursor.fetchall()]


@cache
def _rules_in_words(vendor: str) -> tuple[str, tuple[Any, ...]]:
    parts, blanks = [], list[Any]()
    for says, broken in broken_rules(Submission.objects.filter(pk=ANY_CASE)):
        words, values = broken.values("pk").query.sql_with_params()
        assert ANY_CASE in values, (vendor, words)
        parts.append(f"SELECT %s WHERE EXISTS ({words})")
        blanks += [says, *values]
    return " UNION ALL ".join(parts), tuple(blanks)


def assert_history_explains(record: Record) -> None:
    """Replaying the steps gives the state and the open stops."""
    case, steps, items = record.case, record.steps, record.items
    assert [step.seq for step in steps] == list(range(1, case.last_seq + 1))
    state, waiting = State.DRAFT.value, set[str]()
    for step in steps:
        assert step.from_state == state, step
        state = step.to_state
        waiting = replay(record, step, waiting)
        _assert_ends_fit(step, items)
    assert state == case.state
    assert waiting == {item.stop for item in items if item.is_decision and not item.closed_by}
    group = {stop.code for stop in case.current_group}
    assert waiting <= group
    for item in items:
        assert item.closed_by is None or item.opened_by.seq < item.closed_by.seq
    assert_inquiries_were_awaited(case, items)


def assert_inquiries_were_awaited(case: Submission, items: list[WorkItem]) -> None:
    """Nobody has agreed where an inquiry was open that the stop waits for."""
    for item in items:
        stop = case.facts.stop(item.stop)
        if not item.is_inquiry or not item.closed_by or not stop or not stop.awaits_inquiries:
            continue
        agreed = item.closed_by.name in (StepName.PASS_ON, StepName.APPROVE)
        assert not (agreed and item.closed_by.stop == item.stop), item.closed_by


def assert_arranged(record: Record) -> None:
    """Urgency alone hastens, and never what was promised; what is followed up waits for somebody."""
    case = record.case
    for item in record.items:
        if item.closed_by is None:
            assert item.promised_at is None or case.urgency != Urgency.NORMAL
            assert item.promised_at is None or item.promised_at > item.due_at
            assert item.touched_at >= item.opened_at
    last = next(reversed(record.named(StepName.SET_URGENCY)), None)
    assert case.urgency == Urgency.NORMAL or (
        last and last.note.startswith(case.get_urgency_display())
    )


def replay(record: Record, step: Step, waiting: set[str]) -> set[str]:
    """The stops whose decision it waits for after ``step``, when it was ``waiting`` before."""
    opened = {i.stop for i in record.items if i.is_decision and i.opened_by_id == step.pk}
    if step.to_state != State.IN_REVIEW:
        assert not opened, step
        return set()
    if step.from_state != State.IN_REVIEW:
        assert opened, step
        return opened
    if step.name != StepName.PASS_ON:
        assert not opened, step
        return waiting
    assert step.stop in waiting, step
    groups = record.case.facts.groups_for(answers_then(record, step))
    at = next(n for n, g in enumerate(groups) if step.stop in [s.code for s in g])
    left = set() if groups[at][0].join == "any" else waiting - {step.stop}
    onward = {stop.code for stop in groups[at + 1]} if not left else set()
    assert opened == onward, step
    return left or onward


def answers_then(record: Record, step: Step) -> dict[str, object]:
    """The answers that were handed in last before ``step``."""
    handed_in = sum(each.seq <= step.seq for each in record.named(StepName.SUBMIT))
    filing = record.filings[handed_in - 1]
    assert filing.number == handed_in
    return filing.answers


def _assert_ends_fit(step: Step, items: list[WorkItem]) -> None:
    """Exactly the work that the step was taken on ends as the step says."""
    name = StepName(step.name)
    if name in ENDS_AS:
        own = [i for i in items if i.closed_by_id == step.pk and i.outcome == ENDS_AS[name]]
        assert len(own) == 1, (step, own)
        assert (own[0].stop, step.item_id) in ((step.stop, own[0].pk), (step.stop, None))


def assert_route_was_kept(record: Record) -> None:
    """Nothing is approved that a stop of its route has not agreed to, unless a manager took it up.

    Whoever signs has agreed to what was handed in last.
    """
    case = record.case
    if case.state != State.APPROVED or record.named(StepName.REOPEN):
        return
    agreed = {step.stop: step.seq for step in record.named(StepName.PASS_ON, StepName.APPROVE)}
    facts: ServiceFacts = case.facts
    for group in facts.groups_for(case.answers):
        said = [stop for stop in group if stop.code in agreed]
        assert said == list(group) or (said and group[0].join == "any"), (group, agreed)
    changed = last_change(record)
    for stop in case.route:
        assert not stop.signs or agreed.get(stop.code, changed + 1) > changed


def last_change(record: Record) -> int:
    """The number of the step with which something else was handed in than before."""
    seqs = [step.seq for step in record.named(StepName.SUBMIT)]
    said = [(f.answers, f.description) for f in record.filings]
    return max(seq for at, seq in enumerate(seqs) if at == 0 or said[at] != said[at - 1])


def assert_lists_agree(case: Submission, user: User) -> None:
    """The queue is what is theirs to do; whoever has something to do may read what it is about."""
    items = WorkItem.objects.filter(submission=case)
    opened = sorted(case.open_items, key=lambda item: (item.due_at, item.pk))
    theirs = [item.pk for item in opened if item.is_theirs(user)]
    assert [item.pk for item in items.most_urgent_for(user, len(theirs) + 1)] == theirs
    assert set(items.waiting_for(user).values_list("pk", flat=True)) == set(theirs)
    seen = Submission.objects.visible_to(user).filter(pk=case.pk).exists()
    assert seen or not theirs
    if not seen:
        offers = SubmissionPolicy().steps_open(user, case)
        assert not [offer for offer in offers if offer.is_open]
