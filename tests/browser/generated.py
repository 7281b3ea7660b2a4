"""A client that a generator makes from the OpenAPI document alone, and an applicant who uses it."""

from __future__ import annotations

import importlib
import subprocess
import sys
import urllib.request
import uuid
from io import BytesIO
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.patience import wait_until

PACKAGE = "generated_office"
# The generator knows the bytes of tus by a commoner name only.
WISHES = """\
post_hooks: []
content_type_overrides:
  application/offset+octet-stream: application/octet-stream
"""
SCOPES = ("account:read", "submissions:read", "submissions:act", "letters:read")


def generate(document: str, folder: Path) -> None:
    """The package, importable below ``folder``. Whatever the generator has to leave out is a fault."""
    wishes, kept = folder / "generator.yaml", folder / "openapi.json"
    wishes.write_text(WISHES)
    with urllib.request.urlopen(document) as answer:
        kept.write_bytes(answer.read())
    said = ["--path", str(kept), "--meta", "none", "--config", str(wishes)]
    program = str(Path(sys.executable).with_name("openapi-python-client"))
    done = subprocess.run(
        [program, "generate", *said, "--output-path", str(folder / PACKAGE)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "WARNING" not in done.stdout + done.stderr, done.stdout + done.stderr


class GeneratedApplicant:
    """Maryam with a program of the generated client: signed in once, for a token."""

    def __init__(self, portal: str) -> None:
        self.portal = portal
        self.models = importlib.import_module(f"{PACKAGE}.models")
        self.types = importlib.import_module(f"{PACKAGE}.types")
        self.client: Any = None

    def call(self, operation: str, *args: Any, **said: Any) -> Any:
        """What the operation answers, parsed; anything but what is documented as success is a fault."""
        told = self._find(operation).sync_detailed(*args, client=self.client, **said)
        assert 200 <= told.status_code < 300, told.content.decode()
        return told.parsed

    def _find(self, operation: str) -> ModuleType:
        group, _, name = operation.partition(".")
        return importlib.import_module(f"{PACKAGE}.api.{group}.{name}")

    def _be(self, **said: Any) -> None:
        made = importlib.import_module(f"{PACKAGE}.client")
        self.client = made.AuthenticatedClient(base_url=self.portal, **said)

    def _name_session(self, token: str) -> None:
        self._be(token=token, prefix="", auth_header_name="X-Session-Token")

    def ask_code(self, mobile: str) -> None:
        self._name_session("new")
        body = self.models.CodeBody(mobile=mobile)
        self._name_session(
            self.call("session.signin_api_ways_ask_for_code", body=body).session_token
        )

    def come_in(self, code: str) -> None:
        """With the code; then as a program with a token of its own."""
        body = self.models.TypedCode(code=code)
        state = self.call("session.signin_api_ways_confirm_code", body=body)
        self._name_session(state.session_token)
        scopes = [self.models.Scope(scope) for scope in SCOPES]
        name = f"برنامهٔ {uuid.uuid4().hex[:8]}"
        wish = self.models.NewToken(name=name, scopes=scopes, days=1)
        self._be(token=self.call("tokens.signin_tokens_api_issue_own_token", body=wish).secret)

    def begin(self, words: str) -> str:
        """A draft for the first service found, and the first contract."""
        found = self.call("catalog.services_catalog_api_list_services", q=words).items[0]
        contract = self.call("submissions.submissions_api_drafts_list_contracts")[0]
        wish = self.models.NewRequest(service=found.code, contract=contract.id)
        begun = self.call(
            "submissions.submissions_api_drafts_begin_request", body=wish, idempotency_key="first"
        )
        return str(begun.tracking_code)

    def write(self, code: str, answers: dict[str, Any], description: str) -> None:
        given = self.models.DraftTextAnswers.from_dict(answers)
        body = self.models.DraftText(answers=given, description=description)
        self.call("submissions.submissions_api_drafts_write_draft", code, body=body)

    def bring(self, code: str, document: str, file: Path) -> None:
        sent = self.types.File(payload=BytesIO(file.read_bytes()), file_name=file.name)
        body = self.models.SubmissionsApiPapersBringPaperFileParams(file=sent)
        self.call("submissions.submissions_api_papers_bring_paper", code, document, body=body)

    def missing(self, code: str) -> list[str]:
        told = self.call("submissions.submissions_api_drafts_show_draft", code)
        return [item.code for item in told.missing]

    def show(self, code: str) -> Any:
        return self.call("submissions.submissions_api_one_request_show_submission", code)

    def submit(self, code: str) -> Any:
        step = self.models.SubmitStep(
            name="submit",
            expecting=self.show(code).last_seq,
        )
        return self.call("submissions.submissions_api_one_request_take_one_step", code, body=step)

    def fetch_letter(self, code: str) -> tuple[bytes, Any]:
        """The paper, and what is told of it by its code."""
        wait_until(lambda: self.show(code).state == "completed")
        (letter,) = self.call("submissions.letters_api_list_issued", code)
        paper = self.call("submissions.letters_api_show_letter", code)
        said = self.call("verify.letters_api_show_verification", letter.verify_code)
        return paper.payload.read(), said
