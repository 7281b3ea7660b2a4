"""System checks that the tables of steps and kinds are complete."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.checks import CheckMessage, Error

from messaging import texts
from services_catalog.facts import QuestionKind
from services_catalog.kinds import kind_choices
from services_catalog.question_kinds import QUESTION_KINDS
from submissions.drafts.answer_kinds import ANSWER_KINDS
from submissions.kinds import handled_kinds
from submissions.models import Submission
from submissions.staff.decision_forms import FORMS
from submissions.states import StepName
from submissions.step_table import STEP_TABLE
from submissions.workflow.step_effects import EFFECTS


def steps_are_whole(**kwargs: Any) -> list[CheckMessage]:
    """Error submissions.E001 for every place that lacks a step, or knows one that is none."""
    wanted = {name.value for name in StepName}
    keys = {spec.name.value for spec in STEP_TABLE.values() if spec.key is not None}
    moves = Submission().get_all_state_transitions()
    messages = set().union(*(spec.messages for spec in STEP_TABLE.values()))
    return [
        *_find_differences("submissions.step_table", wanted, STEP_TABLE),
        *_find_differences("the transitions of Submission", wanted, {move.name for move in moves}),
        *_find_differences("submissions.workflow.step_effects", wanted, EFFECTS),
        *_find_differences("submissions.staff.decision_forms", keys, FORMS),
        *_find_missing("templates/messages", messages, texts.read_contents()),
    ]


def kinds_are_whole(**kwargs: Any) -> list[CheckMessage]:
    """Error submissions.E002 for a kind without a handler, or a handler without its kind."""
    known = {code for code, _label in kind_choices()}
    return _find_differences("the handlers of kinds", known, handled_kinds(), "submissions.E002")


def question_kinds_are_whole(**kwargs: Any) -> list[CheckMessage]:
    """Error submissions.E003 for a kind of question that one half of its table lacks."""
    wanted, number = {kind.value for kind in QuestionKind}, "submissions.E003"
    return [
        *_find_differences("services_catalog.question_kinds", wanted, QUESTION_KINDS, number),
        *_find_differences("submissions.drafts.answer_kinds", wanted, ANSWER_KINDS, number),
    ]


def _find_differences(
    place: str, wanted: set[str], there: Iterable[str], number: str = "submissions.E001"
) -> list[CheckMessage]:
    found = {str(name) for name in there}
    unknown = [
        Error(f"{place} has «{name}», which is nowhere else.", id=number)
        for name in sorted(found - wanted)
    ]
    return [*_find_missing(place, wanted, found, number), *unknown]


def _find_missing(
    place: str, wanted: set[str], there: Iterable[str], number: str = "submissions.E001"
) -> list[CheckMessage]:
    found = {str(name) for name in there}
    return [Error(f"{place} lacks «{name}».", id=number) for name in sorted(wanted - found)]
