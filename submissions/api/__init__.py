"""Endpoints of requests: the cartable, the lists of the desks, one request, and its steps."""

from submissions.api.routers import acting, office, tracking

__all__ = ["acting", "office", "tracking"]
