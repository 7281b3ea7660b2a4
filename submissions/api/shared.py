"""The one router of requests: an address with several methods must be on one."""

from __future__ import annotations

from ninja import Router

from signin.callers import signed_in

router = Router(auth=signed_in, tags=["submissions"])
