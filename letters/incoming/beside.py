"""The letters of a request, outgoing and incoming, on its page among the staff."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from db.questions import written
from letters.incoming.models import IncomingLetter
from letters.models import Letter
from submissions.models import WorkItem
from submissions.staff.review_page import ReviewPage

READING = "letters.view_letter"
# Shown of each; a request has a handful, and their lists find the rest.
MOST = 20


class LettersBeside:
    """What was sent and what came in; ``page``: the request as its reader sees it."""

    def __init__(self, page: ReviewPage) -> None:
        self.page = page
        self.is_shown = not page.is_own and page.user.has_perm(READING)

    @cached_property
    def outgoing(self) -> list[Letter]:
        """The letters of the request, the newest first."""
        # Without a decision and without an inquiry there is none yet.
        if not self.is_shown or not (self.page.has_letter or self._asked):
            return []
        return list(Letter.objects.filter(submission=self.page.submission).order_by("-pk")[:MOST])

    @cached_property
    def incoming(self) -> list[IncomingLetter]:
        """What came in about the request, the newest first."""
        if not self.is_shown:
            return []
        return _incoming_of(self.page.submission)

    @property
    def _asked(self) -> bool:
        return any(item.is_inquiry for item in self.page.report.items)

    def answers_to(self, item: WorkItem) -> list[IncomingLetter]:
        """The incoming letters that are tied to an inquiry."""
        return [letter for letter in self.incoming if letter.inquiry_id == item.pk]


@written
def _incoming_of(submission: Any) -> QuerySet[IncomingLetter]:
    return IncomingLetter.objects.filter(submission=submission).order_by("-pk")[:MOST]
