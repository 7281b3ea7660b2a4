"""The routers of this app, as the one API takes them, with all their endpoints."""

from __future__ import annotations

from submissions.api import (  # noqa: F401 - they hold the endpoints
    cartable,
    drafts,
    events,
    notes,
    one_request,
    papers,
    parties,
    parts,
    register,
    staff_bulk,
    staff_case,
    staff_choices,
    staff_desks,
    staff_holders,
    staff_imports,
    staff_inquiries,
    staff_lists,
)
from submissions.api.shared import office
from submissions.api.shared import router as acting
from submissions.api.tracking import router as tracking

__all__ = ["acting", "office", "tracking"]
