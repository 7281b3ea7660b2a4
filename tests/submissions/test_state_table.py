"""Which step each state allows: the table of the design, cell by cell."""

import pytest
from django.utils.timezone import localdate
from django_fsm import TransitionNotAllowed

from services_catalog.models import Seat
from submissions.states import ENDING_INQUIRIES, State, StepName, Urgency
from tests.cast import a_body, begin, pass_desks, step

ALLOWED = {
    State.DRAFT: {"submit", "withdraw"},
    State.IN_REVIEW: {
        "pass_on", "refer", "answer", "recall", "return_for_correction", "approve", "reject",
        "withdraw", "take_back", "take", "assign", "put_back", "hand_over",
        "set_urgency", "set_follow_up", "end_follow_up",
        "inquire", "answer_inquiry", "recall_inquiry",
        "initial",
    },
    State.RETURNED: {"submit", "withdraw", "recall_return"},
    State.APPROVED: {"complete"},
    State.COMPLETED: {"reopen"},
    State.REJECTED: {"reopen"},
    State.WITHDRAWN: set(),
}  # fmt: skip
LEADS_TO = {
    "submit": State.IN_REVIEW,
    "pass_on": State.IN_REVIEW,
    "refer": State.IN_REVIEW,
    "answer": State.IN_REVIEW,
    "recall": State.IN_REVIEW,
    "return_for_correction": State.RETURNED,
    "approve": State.APPROVED,
    "reject": State.REJECTED,
    "withdraw": State.WITHDRAWN,
    "complete": State.COMPLETED,
    "reopen": State.IN_REVIEW,
    "recall_return": State.IN_REVIEW,
    "take_back": State.DRAFT,
    "take": State.IN_REVIEW,
    "assign": State.IN_REVIEW,
    "put_back": State.IN_REVIEW,
    "hand_over": State.IN_REVIEW,
    "set_urgency": State.IN_REVIEW,
    "set_follow_up": State.IN_REVIEW,
    "end_follow_up": State.IN_REVIEW,
    "inquire": State.IN_REVIEW,
    "answer_inquiry": State.IN_REVIEW,
    "recall_inquiry": State.IN_REVIEW,
    "initial": State.IN_REVIEW,
}
CELLS = [(state, name) for state in State for name in StepName]


@pytest.fixture
def case_in(two_ways, maryam, staff):
    """A request in a state, brought there by steps; at the stop where ``name`` is taken."""

    def arrange(state, name):
        case = begin(maryam, two_ways, answers={"polluting": True})
        if state == State.DRAFT:
            return case
        if state == State.WITHDRAWN:
            return step(case, "withdraw", maryam)
        case = step(case, "submit", maryam)
        if state == State.RETURNED:
            return step(case, "return_for_correction", staff["desk"], "کامل نیست")
        if state == State.REJECTED:
            return step(pass_desks(case, staff, "desk"), "reject", staff["env"], "ممکن نیست")
        if state == State.IN_REVIEW:
            return _at_the_stop_for(case, name, staff)
        case = step(pass_desks(case, staff, "desk", "env"), "approve", staff["deputy"])
        return step(case, "complete", None) if state == State.COMPLETED else case

    return arrange


def _at_the_stop_for(case, name, staff):
    if name == "reject":
        return pass_desks(case, staff, "desk")
    if name == "approve":
        return pass_desks(case, staff, "desk", "env")
    if name in ("answer", "recall"):
        return step(case, "refer", staff["desk"], "نظر شما؟", people=(staff["legal"],))
    if name == "initial":
        Seat.objects.filter(user=staff["desk"]).update(head=True)
    if name == "end_follow_up":
        return step(case, "set_follow_up", staff["desk"], "تماس", day=localdate())
    if name in ENDING_INQUIRIES:
        return step(case, "inquire", staff["desk"], "بلامانع است؟", organisation=a_body())
    return step(case, "take", staff["desk"]) if name in ("put_back", "hand_over") else case


@pytest.fixture
def who(maryam, staff, manager):
    """Who may take a step, if anybody may."""
    people = {
        "submit": maryam,
        "withdraw": maryam,
        "take_back": maryam,
        "answer": staff["legal"],
        "reject": staff["env"],
        "approve": staff["deputy"],
        "complete": None,
        "reopen": manager,
        "assign": manager,
        "hand_over": None,
    }
    return lambda name: people.get(name, staff["desk"])


@pytest.mark.parametrize(("state", "name"), CELLS, ids=[f"{s}-{n}" for s, n in CELLS])
def test_a_state_allows_the_steps_of_its_row_and_no_other(case_in, who, staff, state, name):
    case = case_in(state, name)
    assert case.state == state
    before = case.last_seq

    def take():
        asked = {"people": (staff["finance"],)} if name == "refer" else {}
        asked |= {"organisation": a_body()} if name == "inquire" else {}
        asked |= {"person": staff["desk"]} if name == "assign" else {}
        asked |= {"urgency": Urgency.URGENT} if name == "set_urgency" else {}
        asked |= {"day": localdate()} if name == "set_follow_up" else {}
        return step(case, name, who(name), "توضیح", **asked)

    if name in ALLOWED[state]:
        after = take()
        assert (after.state, after.last_seq) == (LEADS_TO[name], before + 1)
    else:
        with pytest.raises(TransitionNotAllowed):
            take()
        assert case.history.count() == before


def test_only_the_last_desk_approves(case_in, staff):
    case = case_in(State.IN_REVIEW, "pass_on")
    with pytest.raises(TransitionNotAllowed):
        step(case, "approve", staff["desk"])


def test_the_last_desk_has_nobody_to_pass_on_to(case_in, staff):
    case = case_in(State.IN_REVIEW, "approve")
    with pytest.raises(TransitionNotAllowed):
        step(case, "pass_on", staff["deputy"])
