"""Somebody who calls the API in the stories: JSON out, JSON back."""

from __future__ import annotations

from typing import Any

from django.test import Client

from accounts.models import User

ROOT = "/api/v3/"


class Caller:
    """A client of one person, or of nobody."""

    def __init__(self, user: User | None = None, *, csrf: bool = False) -> None:
        self.client = Client(enforce_csrf_checks=csrf)
        if user is not None:
            self.client.force_login(user)

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(f"{ROOT}{path}", headers=headers)

    def post(self, path: str, content: Any, **headers: str) -> Any:
        return self.client.post(
            f"{ROOT}{path}", content, content_type="application/json", headers=headers
        )

    def step(self, code: str, name: str, **said: Any) -> Any:
        """Take a step as somebody who sees the present state."""
        if "expecting" not in said:
            said["expecting"] = self.get(f"submissions/{code}/").json()["last_seq"]
        return self.post(f"submissions/{code}/steps/", {"name": name, **said})
