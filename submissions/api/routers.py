"""The routers of this app, as the one API takes them, with all their endpoints."""

from __future__ import annotations

from submissions.api import (  # noqa: F401 - they hold the endpoints
    cartable,
    drafts,
    notes,
    one_request,
    papers,
    parties,
    register,
)
from submissions.api.shared import router as acting
from submissions.api.tracking import router as tracking

__all__ = ["acting", "tracking"]
