"""What must hold of a request after every step, whoever took it."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.models import User
from services_catalog.facts import ServiceFacts
from submissions.models import Step, Submission, WorkItem
from submissions.policies import SubmissionPolicy
from submissions.states import Outcome, State, StepName, Urgency
from submissions.workflow.consistency import find_contradictions
from tests.cast import again

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


def assert_all_holds(case: Submission, people: Iterable[User]) -> None:
    """What the tables must agree on, what history explains, and what lists show of it."""
    assert list(find_contradictions(Submission.objects.filter(pk=case.pk))) == []
    case = again(case)
    assert_history_explains(case)
    assert_route_was_kept(case)
    assert_arranged(case)
    for user in people:
        assert_lists_agree(case, user)


def assert_history_explains(case: Submission) -> None:
    """Replaying the steps gives the state and the open stops."""
    steps = list(case.history.order_by("seq"))
    items = list(case.items.select_related("opened_by", "closed_by").order_by("pk"))
    assert [step.seq for step in steps] == list(range(1, case.last_seq + 1))
    state, waiting = State.DRAFT.value, set[str]()
    for step in steps:
        assert step.from_state == state, step
        state = step.to_state
        waiting = replay(case, step, waiting, items)
        _assert_ends_fit(step, items)
    assert state == case.state
    assert waiting == {item.stop for item in case.open_decisions}
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


def assert_arranged(case: Submission) -> None:
    """Urgency alone hastens, and never what was promised; what is followed up waits for somebody."""
    for item in case.items.open():
        assert item.promised_at is None or case.urgency != Urgency.NORMAL
        assert item.promised_at is None or item.promised_at > item.due_at
        assert item.touched_at >= item.opened_at
    last = case.history.filter(name=StepName.SET_URGENCY).order_by("seq").last()
    assert case.urgency == Urgency.NORMAL or (
        last and last.note.startswith(case.get_urgency_display())
    )


def replay(case: Submission, step: Step, waiting: set[str], items: list[WorkItem]) -> set[str]:
    """The stops whose decision it waits for after ``step``, when it was ``waiting`` before."""
    opened = {i.stop for i in items if i.is_decision and i.opened_by_id == step.pk}
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
    groups = case.facts.groups_for(answers_then(case, step))
    at = next(n for n, g in enumerate(groups) if step.stop in [s.code for s in g])
    left = set() if groups[at][0].join == "any" else waiting - {step.stop}
    onward = {stop.code for stop in groups[at + 1]} if not left else set()
    assert opened == onward, step
    return left or onward


def answers_then(case: Submission, step: Step) -> dict[str, object]:
    """The answers that were handed in last before ``step``."""
    handed_in = case.history.filter(name=StepName.SUBMIT, seq__lte=step.seq).count()
    return case.filings.get(number=handed_in).answers


def _assert_ends_fit(step: Step, items: list[WorkItem]) -> None:
    """Exactly the work that the step was taken on ends as the step says."""
    name = StepName(step.name)
    if name in ENDS_AS:
        own = [i for i in items if i.closed_by_id == step.pk and i.outcome == ENDS_AS[name]]
        assert len(own) == 1, (step, own)
        assert (own[0].stop, step.item_id) in ((step.stop, own[0].pk), (step.stop, None))


def assert_route_was_kept(case: Submission) -> None:
    """Nothing is approved that a stop of its route has not agreed to, unless a manager took it up.

    Whoever signs has agreed to what was handed in last.
    """
    names = set(case.history.values_list("name", flat=True))
    if case.state != State.APPROVED or StepName.REOPEN in names:
        return
    agreeing = case.history.filter(name__in=(StepName.PASS_ON, StepName.APPROVE))
    agreed = dict(agreeing.order_by("seq").values_list("stop", "seq"))
    facts: ServiceFacts = case.facts
    for group in facts.groups_for(case.answers):
        said = [stop for stop in group if stop.code in agreed]
        assert said == list(group) or (said and group[0].join == "any"), (group, agreed)
    changed = last_change(case)
    for stop in case.route:
        assert not stop.signs or agreed.get(stop.code, changed + 1) > changed


def last_change(case: Submission) -> int:
    """The number of the step with which something else was handed in than before."""
    seqs = list(case.history.filter(name=StepName.SUBMIT).values_list("seq", flat=True))
    said = [(f.answers, f.description) for f in case.filings.order_by("number")]
    return max(seq for at, seq in enumerate(seqs) if at == 0 or said[at] != said[at - 1])


def assert_lists_agree(case: Submission, user: User) -> None:
    """The queue is what is theirs to do; whoever has something to do may read what it is about."""
    opened = WorkItem.objects.open().select_related("submission").order_by("due_at", "pk")
    theirs = [item for item in opened if item.is_theirs(user)]
    assert WorkItem.objects.most_urgent_for(user, len(theirs) + 1) == theirs
    assert set(WorkItem.objects.all().waiting_for(user)) == set(theirs)
    seen = Submission.objects.visible_to(user).filter(pk=case.pk).exists()
    if any(item.submission_id == case.pk for item in theirs):
        assert seen
    if not seen:
        offers = SubmissionPolicy().steps_open(user, case)
        assert not [offer for offer in offers if offer.is_open]
