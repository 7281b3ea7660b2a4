"""What people do who sign in by the API, with an app or a browser."""

from __future__ import annotations

import re
from typing import Any

from accounts.models import SmsMessage
from tests.api.caller import ROOT, Caller


def last_code(mobile: str) -> str:
    """The code of the newest message to a number."""
    found = re.search(r"\d{6}", SmsMessage.objects.filter(recipient=mobile).latest("pk").text)
    assert found
    return found[0]


def another(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


class App(Caller):
    """Keeps the session that it was told, and no cookie: each answer is asked for cookies."""

    def __init__(self, **visitor: Any) -> None:
        super().__init__(csrf=True)
        self.client.defaults.update(visitor)
        self.token = "new"

    def act(self, method: str, path: str, content: Any = None) -> Any:
        """One act of signing in."""
        answer = self.client.generic(
            method,
            f"{ROOT}{path}",
            self.client._encode_json(content or {}, "application/json"),
            content_type="application/json",
            headers={"X-Session-Token": self.token},
        )
        assert set(answer.cookies) <= {"known"}
        if answer.status_code == 200 and answer.json().get("session_token"):
            self.token = answer.json()["session_token"]
        return answer

    def state(self) -> Any:
        return self.act("GET", "session/").json()

    def come_in(self, mobile: str) -> Any:
        """By a code, to the end or the next stage."""
        asked = self.act("POST", "session/code/", {"mobile": mobile})
        assert asked.status_code == 200, asked.content
        answer = self.act("POST", "session/code/confirm/", {"code": last_code(mobile)})
        assert answer.status_code == 200, answer.content
        return answer.json()


class Browser(App):
    """Keeps cookies, and sends back the CSRF token that it finds among them."""

    def act(self, method: str, path: str, content: Any = None) -> Any:
        kept = self.client.cookies.get("csrftoken")
        answer = self.client.generic(
            method,
            f"{ROOT}{path}",
            self.client._encode_json(content or {}, "application/json"),
            content_type="application/json",
            headers={"X-CSRFToken": kept.value} if kept else {},
        )
        if answer.status_code == 200:
            assert not answer.json().get("session_token")
        return answer
