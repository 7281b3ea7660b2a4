"""Signing in by the API: the acts of the pages, for browsers and for apps."""

from __future__ import annotations

from signin.api import sessions, stages, ways  # noqa: F401 - endpoints
from signin.api.shared import router

__all__ = ["router"]
