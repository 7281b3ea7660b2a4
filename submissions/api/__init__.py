"""Endpoints of requests: the cartable, the queue of the desks, one request, and its steps."""

from submissions.api.routers import acting, tracking

__all__ = ["acting", "tracking"]
