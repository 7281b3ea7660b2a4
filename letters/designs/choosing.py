"""The list of what a template may name, for those who write it."""

from __future__ import annotations

from typing import TypedDict

from letters.designs.answers import answers_placeable, services_worded_by
from letters.designs.placeholders import ANSWER_SHOWN, AnswerNames, names_for


class PlaceableName(TypedDict):
    """``insert`` stands between braces, ``title`` in the list."""

    insert: str
    title: str


class NameGroup(TypedDict):
    title: str
    names: list[PlaceableName]


def list_names(kind: str, service_code: str) -> list[NameGroup]:
    """Names of every request, and the answers that each service worded by such a template always has."""
    always = [PlaceableName(insert=name, title=name) for name in names_for(kind).values()]
    groups = [NameGroup(title="مشخصات درخواست", names=always)]
    if answers := answers_placeable(services_worded_by(kind, service_code)):
        shown = AnswerNames.load().shown
        rows = [
            PlaceableName(
                insert=f"{ANSWER_SHOWN}: {shown.get(code, code)}", title=shown.get(code, label)
            )
            for code, label in answers.items()
        ]
        groups.append(NameGroup(title="پاسخ‌های درخواست", names=rows))
    return groups
