"""The report for reviewers: steps with what they sent back, in one query; and the work items.

A reviewer's page stands inside Wagtail's own, which asks for its menu and its permissions on
every page. What belongs to one history is therefore joined here instead of being fetched
table by table.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.db.models import F, QuerySet

from db.questions import written
from submissions.models import Correction, CorrectionItem, InternalNote, Step, WorkItem
from submissions.reports.report import Report


class ReviewReport(Report):
    """The same report, and what lay on whose desk beside it."""

    @cached_property
    def _rows(self) -> list[Any]:
        """The steps, one row for each thing that a step sent back and one for each other step."""
        return _steps_of(self.submission)

    @cached_property
    def steps(self) -> list[Step]:
        return list({row.pk: row for row in self._rows}.values())

    def _stood_in_for(self, step: Step) -> str:
        return str(step.standing_in_for or "")

    @cached_property
    def corrections(self) -> dict[int, Correction]:
        """Corrections by the key of the step that opened them."""
        found: dict[int, Correction] = {}
        for row in self._rows:
            if not hasattr(row, "correction"):
                continue
            correction = found.setdefault(row.pk, row.correction)
            items = correction.__dict__.setdefault("_prefetched_objects_cache", {})
            listed = items.setdefault("items", [])
            if row.item_kind:
                listed.append(
                    CorrectionItem(kind=row.item_kind, code=row.item_code, note=row.item_note)
                )
        return found

    @cached_property
    def items(self) -> list[WorkItem]:
        """All that lay on desks, the oldest first; of those what is open is the submission's."""
        items = _items_of(self.submission)
        self.submission.open_items = [item for item in items if item.closed_by is None]
        return items

    @cached_property
    def inquiries(self) -> list[WorkItem]:
        return [item for item in self.items if item.is_inquiry]

    @cached_property
    def decisions(self) -> list[WorkItem]:
        """The decisions among them; whether they stand side by side or not."""
        return [item for item in self.items if item.is_decision]


@written
def _steps_of(submission: Any) -> QuerySet[Any]:
    joined = ("by", "desk__unit", "on_behalf_of", "standing_in_for", "correction")
    steps = Step.objects.filter(submission=submission).select_related(*joined)
    return steps.annotate(
        item_kind=F("correction__items__kind"),
        item_code=F("correction__items__code"),
        item_note=F("correction__items__note"),
    ).order_by("seq", "correction__items")


@written
def _items_of(submission: Any) -> QuerySet[WorkItem]:
    joined = (
        *("desk__unit", "person", "opened_by__by", "closed_by__by"),
        *("opened_by__standing_in_for", "closed_by__standing_in_for"),
        *("organisation", "asking_desk__unit", "reply"),
    )
    items = WorkItem.objects.filter(submission=submission)
    return items.select_related(*joined).order_by("pk")


@written
def notes_of(submission: Any) -> QuerySet[InternalNote]:
    """What colleagues told each other."""
    return InternalNote.objects.filter(submission=submission).select_related("by")
