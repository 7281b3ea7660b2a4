"""Who asked whom for what: the work items between colleagues, as a tree."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from submissions.models import Step, WorkItem
from submissions.states import REFERRED


@dataclass
class AskedItem:
    """One colleague or desk that was asked, and what they asked of others in turn."""

    item: WorkItem
    may_recall: bool
    onward: list[Question] = field(default_factory=list)


@dataclass
class Question:
    """One step that asked; ``unit``: for which unit, as far as that is known."""

    step: Step
    unit: str
    purpose: str
    due_at: datetime
    asked: list[AskedItem] = field(default_factory=list)


def grow_tree(items: Iterable[WorkItem], asked_by_reader: Iterable[WorkItem]) -> list[Question]:
    """The questions at the top, the oldest first, each with all below it.

    ``items``: all of one submission, the oldest first, with their steps; ``asked_by_reader``: of
    those the open ones that the reader asked, which may be taken back while nobody has seen them.
    """
    known = {item.pk: item for item in items}
    own = {item.pk for item in asked_by_reader if item.seen_at is None}
    nodes: dict[int, AskedItem] = {}
    questions: dict[int, Question] = {}
    top: list[Question] = []
    for item in known.values():
        if item.parent_id is None or item.purpose not in REFERRED:
            continue
        nodes[item.pk] = AskedItem(item, item.pk in own)
        if item.opened_by_id not in questions:
            questions[item.opened_by_id] = _question_of(item, known[item.parent_id])
            above = nodes.get(item.parent_id)
            (above.onward if above else top).append(questions[item.opened_by_id])
        questions[item.opened_by_id].asked.append(nodes[item.pk])
    return top


def _question_of(item: WorkItem, parent: WorkItem) -> Question:
    unit = item.opened_by.unit or (parent.desk.unit.title if parent.desk else "")
    return Question(item.opened_by, unit, item.get_purpose_display(), item.due_at)
