"""One submission with all that its page says of it."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from accounts.models import User
from db.questions import written
from submissions.models.sight import Sight
from submissions.models.submission import Submission

#: What every page of one submission names.
JOINED = ("version__service", "party", "contract", "park", "province", "filed_by")


def find_shown(user: User, tracking_code: str) -> Submission:
    """The submission, where the user may read it. Raises Http404."""
    found = _find_visible.first(tracking_code, *Sight.of(user))
    if found is None:
        raise Http404
    return found


@written
def _find_visible(
    tracking_code: Any, parties: Any, person: Any, today: Any, desks: Any
) -> QuerySet[Submission]:
    visible = Submission.objects.visible(Sight(parties, person, today, desks))
    return visible.filter(tracking_code=tracking_code).select_related(*JOINED)
