"""The routers of this app, as the one API takes them, with all their endpoints."""

from __future__ import annotations

from submissions.api import (  # noqa: F401 - endpoints
    cartable,
    drafts,
    events,
    notes,
    one_request,
    papers,
)
from submissions.api.shared import router as acting
from submissions.api.tracking import router as tracking

__all__ = ["acting", "tracking"]
