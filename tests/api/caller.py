"""Somebody who calls the API in the stories: JSON out, JSON back."""

from __future__ import annotations

from typing import Any

from django.test import Client

from accounts.models import Scope, User
from signin.tokens.issuing import issue_token

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

    def put(self, path: str, content: Any) -> Any:
        return self.client.put(f"{ROOT}{path}", content, content_type="application/json")

    def step(self, code: str, name: str, **said: Any) -> Any:
        """Take a step as somebody who sees the present state."""
        if "expecting" not in said:
            said["expecting"] = self.get(f"submissions/{code}/").json()["last_seq"]
        if name in ("pass_on", "approve") and "detail" not in said:
            # Whoever signs says which letter was shown; elsewhere nobody asks for it.
            shown = self.get(f"submissions/{code}/letter-draft/")
            digest = shown.json()["digest"] if shown.status_code == 200 else ""
            said["detail"] = {"letter_digest": digest}
        return self.post(f"submissions/{code}/steps/", {"name": name, **said})


class Program(Caller):
    """A program with a token of ``owner``: no cookies, and CSRF is looked at."""

    def __init__(self, owner: User, *scopes: str, **said: Any) -> None:
        super().__init__(csrf=True)
        told = {"name": f"برنامهٔ {owner.tokens.count()}", "days": 30, "second_factor": False}
        granted = [Scope(scope) for scope in scopes]
        self.token, self.secret = issue_token(owner, scopes=granted, by=owner, **(told | said))
        self.client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {self.secret}"

    def call(self, method: str, path: str, kind: str = "application/json") -> Any:
        """Send something empty, whatever the address, of the kind that is read there."""
        body = b"{}" if kind == "application/json" else b"--edge--\r\n"
        more = "" if kind == "application/json" else "; boundary=edge"
        # Where parts of a file go, the version of the protocol is asked for before anything else.
        spoken = {"HTTP_TUS_RESUMABLE": "1.0.0"}
        return self.client.generic(method.upper(), path, body, content_type=kind + more, **spoken)
