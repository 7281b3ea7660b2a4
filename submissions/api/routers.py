"""The routers of this app, as the one API takes them."""

from __future__ import annotations

from ninja import Router

from signin.callers import signed_in
from submissions.api import cartable, notes, one_request
from submissions.api.tracking import router as tracking

acting = Router(auth=signed_in, tags=["submissions"])
acting.add_router("", cartable.router)
acting.add_router("", one_request.router)
acting.add_router("", notes.router)

__all__ = ["acting", "tracking"]
