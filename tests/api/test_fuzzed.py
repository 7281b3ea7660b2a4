"""Whatever the document allows, and what it does not, from every kind of caller: a documented answer.

Seeded, so that the cases are the same each time: a thousand, under ``--prove`` twenty thousand.
"""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from django.db import transaction
from django.test.client import ClientHandler
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi import checks
from wagtail.models import APIToken

from accounts.models import User
from guides.models import GuidePage
from signin.tokens.recognition import PREFIX
from submissions.models import Submission
from tests.api.caller import Caller, Program
from tests.api.test_reading import guide as guide_of_stories

pytestmark = [pytest.mark.django_db, pytest.mark.at("2026-11-22 10:00")]
guide = guide_of_stories

CSRF = "c" * 32
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]
Document = dict[str, Any]
Headers = dict[str, str]
Sent = tuple[Headers, Headers]


@schemathesis.serializer("application/offset+octet-stream")
def write_bytes(ctx: schemathesis.SerializationContext, value: Any) -> bytes:
    """A part of a file goes as it is."""
    return value if isinstance(value, bytes) else str(value).encode()


@pytest.fixture
def document(submitted: Submission, guide: GuidePage) -> Document:
    """The document, with what there is among the values of its paths: else all would be a 404."""
    told: Document = json.loads(Caller().get("openapi.json").content)
    there = {
        "tracking_code": [submitted.tracking_code],
        "page_id": [guide.pk],
        "code": [submitted.version.service.code, "contract"],
        "document_id": [submitted.documents.first().pk],
    }
    for path in told["paths"].values():
        for operation in path.values():
            for asked in operation.get("parameters", ()):
                if asked["in"] == "path" and asked["name"] in there:
                    known = {"enum": there[asked["name"]]}
                    asked["schema"] = {"anyOf": [known, known, asked["schema"]]}
    return told


@pytest.fixture
def callers(
    maryam: User, stranger: User, staff: dict[str, User], editor: User, manager: User
) -> dict[str, Sent]:
    """Each of those who call, with the headers and the cookies that they send each time."""
    token = APIToken.create_token(user=editor, name="fuzz")[1]
    # Of somebody who reads and decides here, for some of what its owner may.
    program = Program(manager, "staff:read", "staff:act", "letters:read").secret
    return {
        "nobody": ({}, {}),
        "impostor": ({"Authorization": f"Bearer {PREFIX}made-up"}, {"sessionid": "made-up"}),
        "applicant": sign_in(maryam),
        "another applicant": sign_in(stranger),
        "reviewer": sign_in(staff["desk"]),
        "editor": ({"Authorization": f"Bearer {token}"}, {}),
        "program": ({"Authorization": f"Bearer {program}"}, {}),
    }


def sign_in(user: User) -> Sent:
    session = Caller(user).client.cookies["sessionid"].value
    return {"X-CSRFToken": CSRF}, {"sessionid": session, "csrftoken": CSRF}


def test_every_answer_is_a_documented_one(
    document: Document, callers: dict[str, Sent], size: Callable[[int, int], int]
) -> None:
    schema = schemathesis.openapi.from_dict(copy.deepcopy(document))
    schema.app = serve
    # Those who have an identity keep it in each case; the impostor has a made-up one.
    schema.config.generation.update(with_security_parameters=False)
    operations = [found.ok() for found in schema.get_all_operations()]
    # Who signs out is let in nowhere: that comes last.
    operations.sort(key=lambda found: found.label.startswith("DELETE /api/v3/session"))
    # Some take nothing that could be varied, and are called once.
    each = size(1000, 23_000) // len(callers) // len(operations) + 1
    told: list[str] = []
    answers: dict[str, Counter[int]] = {name: Counter() for name in callers}
    for operation in operations:
        for case in cases_of(operation, each):
            for name, sent in callers.items():
                status, faults = send(case, *sent)
                answers[name][status] += 1
                told += (f"{name}: {fault}" for fault in faults)
    whole = sum(counted.total() for counted in answers.values())
    print(f"{whole} cases: {answers}")
    assert whole >= size(1000, 20_000)
    assert not told, f"{len(told)} of {whole}:\n" + "\n\n".join(told[:40])
    for name, counted in answers.items():
        is_let_in = name not in ("nobody", "impostor")
        # An identity opens what a made-up one does not.
        assert (counted[200] > answers["impostor"][200]) == is_let_in, name
        assert (counted[401] < answers["impostor"][401]) == (name != "impostor"), name
        assert counted[200] > 10, name
        assert counted[400] + counted[415] + counted[422], name


def serve(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    """The portal as WSGI, on the connection of the story."""
    answer = ClientHandler(enforce_csrf_checks=True)(environ)
    cookies = [("Set-Cookie", cookie.OutputString()) for cookie in answer.cookies.values()]
    start_response(f"{answer.status_code} told", [*answer.items(), *cookies])
    return [answer.getvalue()]


def cases_of(operation: Any, many: int) -> Iterator[Case]:
    """The same each time; half of them are not as the document says, where that can be."""
    for mode in GenerationMode:
        found: list[Case] = []
        strategy = operation.as_strategy(generation_mode=mode)
        try:
            _draw(strategy, found, (many + 1) // 2)
        except Unsatisfiable:
            continue
        yield from found


def _draw(strategy: st.SearchStrategy[Case], found: list[Case], many: int) -> None:
    @seed(20)
    @settings(
        max_examples=many,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy)
    def collect(case: Case) -> None:
        found.append(case)

    collect()


def send(case: Case, headers: Headers, cookies: Headers) -> tuple[int, list[str]]:
    """The status, and what is wrong with the answer; what was done is undone, for the next one."""
    with transaction.atomic():
        # Its client keeps cookies of its own, over a header.
        answer = case.call(headers=headers, cookies=cookies)
        transaction.set_rollback(True)
    try:
        case.validate_response(answer, checks=CHECKS)
    except FailureGroup as group:
        return answer.status_code, [str(group)]
    return answer.status_code, []
