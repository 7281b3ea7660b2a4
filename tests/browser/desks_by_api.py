"""Colleagues who call the API, with the reference client as anybody has it."""

from __future__ import annotations

import importlib.util
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

from django.conf import settings

from tests.browser.people import PASSWORD

CLIENTS = Path(settings.BASE_DIR) / "docs" / "clients"
SCRIPT = CLIENTS / "python" / "file_request.py"
SIX_DESKS = ("desk", "subs", "finance", "technical", "deputy", "secretariat")


def load_client() -> ModuleType:
    spec = importlib.util.spec_from_file_location("file_request", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class DesksByApi:
    """All colleagues of one portal; each comes in for one act."""

    def __init__(self, portal: str) -> None:
        self.portal, self.client = portal, load_client()

    def enter(self, username: str) -> Any:
        """The API as that colleague has it."""
        api = self.client.Api(self.portal)
        api.post("session/staff/", {"username": username, "password": PASSWORD})
        return api

    def act(self, username: str, code: str, step: str, **said: object) -> None:
        self.client.take_step(self.enter(username), code, step, **said)

    def send_back(self, code: str, document: str) -> None:
        """The first desk cannot read one of the documents."""
        mend = [{"kind": "document", "code": document}]
        detail = {"reason": "unreadable", "mend": mend}
        self.act(SIX_DESKS[0], code, "return_for_correction", note="خوانا نیست", detail=detail)

    def pass_all(self, code: str) -> None:
        """Along the six desks, the last of which approves."""
        for username in SIX_DESKS[:-1]:
            shown = self.enter(username).get(f"submissions/{code}/letter-draft/")
            seen = {"letter_digest": shown["digest"]}
            self.act(username, code, "pass_on", detail=seen)
        self.act(SIX_DESKS[-1], code, "approve")

    def has_letter(self, code: str) -> bool:
        """Whether the last desk sees it printed."""
        return bool(self.secretariat.get(f"submissions/{code}/letters/"))

    @cached_property
    def secretariat(self) -> Any:
        return self.enter(SIX_DESKS[-1])
