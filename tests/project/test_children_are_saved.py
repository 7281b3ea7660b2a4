"""Rows of a form's parts are made by their own model: by way of the whole nothing is saved.

What lies behind a ParentalKey gives its whole a manager that keeps what it is told in memory, for
forms and revisions, until somebody commits it; ``desk.seats.create(...)`` looks like a row and is none.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from modelcluster.models import get_all_child_relations

ROOT = Path(__file__).resolve().parents[2]
NOT_OURS = {".venv", "migrations"}
KEEPING_IN_MEMORY = {"add", "clear", "create", "remove", "set"}


def children_of_wholes() -> set[tuple[str, str]]:
    """Each whole of ours, as variables name it, with the name by which it is asked for its parts."""
    ours = [m for m in apps.get_models() if (ROOT / m.__module__.split(".")[0]).exists()]
    return {
        (str(model._meta.model_name), str(relation.get_accessor_name()))
        for model in ours
        for relation in get_all_child_relations(model)
    }


def lost_writes(source: str, wholes: set[tuple[str, str]]) -> Iterator[int]:
    """The lines in which something is written by way of the whole.

    Where an ordinary relation has the same name, the variable has to be named like the whole.
    """
    names = {name for _whole, name in wholes} - {"documents"}
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Attribute(value=owner, attr=name), attr=act)
            ) if act in KEEPING_IN_MEMORY:
                said = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
                if name in names or (said, name) in wholes:
                    yield node.lineno


def test_parts_are_not_written_by_way_of_their_whole():
    wholes = children_of_wholes()
    assert {("desk", "seats"), ("service", "documents"), ("service", "stops")} <= wholes
    assert list(lost_writes("table.seats.create(user=user)", wholes)) == [1]
    assert list(lost_writes("version.service.documents.add(row)", wholes)) == [1]
    assert not list(lost_writes("filing.documents.add(row)", wholes))
    files = [p for p in ROOT.rglob("*.py") if not NOT_OURS & set(p.relative_to(ROOT).parts)]
    assert len(files) > 500
    lost = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in files
        for line in lost_writes(path.read_text(), wholes)
    ]
    assert not lost, lost
