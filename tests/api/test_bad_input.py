"""Whatever is sent: a clear answer with a code, bounded memory, and never an error of the portal."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Iterator
from typing import Any

import pytest
from wagtail.models import APIToken

from accounts.models import User
from submissions.models import Submission
from tests.api.caller import ROOT, Caller
from tests.api.test_problems import problem
from web.api.json_reading import DEEPEST, BadJson, BadText, read_json
from web.pagination import _make_token

pytestmark = pytest.mark.django_db
JSON = "application/json"


def send(who: Caller, path: str, content: bytes | str, kind: str = JSON) -> Any:
    return who.client.post(f"{ROOT}{path}", content, content_type=kind)


@pytest.fixture
def steps(submitted: Submission) -> str:
    return f"submissions/{submitted.tracking_code}/steps/"


@pytest.fixture
def desk(staff: dict[str, User]) -> Caller:
    return Caller(staff["desk"])


NESTED = '{"a":' * DEEPEST + "[1]" + "}" * DEEPEST


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ('{"name": "pass_on", "name": "approve", "expecting": 1}', "json_repeated_name"),
        ('{"name": "pass_on", "detail": {"a": 1, "a": 1}}', "json_repeated_name"),
        (r'{"name": "pass_on", "expecting": 1, "note": "a\u0000b"}', "json_bad_text"),
        (r'{"name": "pass_on", "expecting": 1, "note": "\ud800"}', "json_bad_text"),
        (r'{"name": "refer", "list": ["\udfff\ud800"]}', "json_bad_text"),
        (r'{"\u0000": 1}', "json_bad_text"),
        ('{"note": "\0"}', "json_invalid"),
        ('{"expecting": NaN}', "json_invalid"),
        ('{"expecting": -Infinity}', "json_invalid"),
        ('{"expecting": 1e999}', "json_invalid"),
        (f'{{"expecting": {"9" * 5000}}}', "json_invalid"),
        ('{"name": "pass_on"', "json_invalid"),
        (NESTED, "json_too_deep"),
        ("[" * 200_000, "json_too_deep"),
        (b'{"note": "\xff"}', "json_not_utf8"),
        ('{"note": "سلام"}'.encode("utf-16"), "json_not_utf8"),
    ],
)
def test_what_is_no_json_of_ours(desk: Caller, steps: str, content: bytes | str, code: str) -> None:
    problem(send(desk, steps, content), 400, code)


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "multipart/form-data",
        "application/xml",
        "",
        "nonsense",
    ],
)
def test_another_kind_of_content(desk: Caller, steps: str, kind: str) -> None:
    problem(send(desk, steps, '{"name": "pass_on"}', kind), 415, "unsupported_type")


def test_json_where_a_file_is_wanted(draft: Submission, maryam: User) -> None:
    path = f"submissions/{draft.tracking_code}/documents/power/"
    problem(send(Caller(maryam), path, "{}"), 415, "unsupported_type")


def test_ten_megabytes_are_turned_away_unread(desk: Caller, steps: str) -> None:
    content = b'{"note": "' + b"a" * 10_000_000 + b'"}'
    tracemalloc.start()
    try:
        problem(send(desk, steps, content), 413, "too_large")
        assert tracemalloc.get_traced_memory()[1] < 25_000_000  # the client's own copies
    finally:
        tracemalloc.stop()


def test_a_length_that_no_number_holds(desk: Caller, steps: str) -> None:
    answer = desk.client.generic("POST", f"{ROOT}{steps}", "{}", JSON, CONTENT_LENGTH="9" * 30)
    problem(answer, 413, "too_large")


HUGE = 42407695915445178962112675840


@pytest.mark.parametrize(
    ("method", "path", "said"),
    [
        ("PATCH", f"pages/{HUGE}/", {"meta": {"type": "guides.GuideIndexPage"}}),
        ("GET", f"pages/{HUGE}/", {}),
        ("GET", f"pages/?offset={HUGE}", {}),
        ("POST", "pages/", {"meta": {"type": "guides.GuideIndexPage", "parent_id": HUGE}}),
    ],
)
def test_a_number_that_no_column_holds(
    editor: User, method: str, path: str, said: dict[str, Any]
) -> None:
    token = APIToken.create_token(user=editor, name="numbers")[1]
    answer = Caller().client.generic(
        method,
        f"{ROOT}{path}",
        json.dumps(said),
        JSON,
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code in (404, 422), answer.content


@pytest.mark.parametrize("said", ["-306", "[]", '"x"', "null", "true", '[{"meta": {}}]'])
@pytest.mark.parametrize(("method", "path"), [("POST", "pages/"), ("PATCH", "pages/1/")])
def test_a_body_that_is_no_object(editor: User, method: str, path: str, said: str) -> None:
    """Wagtail's bodies ask what they are given for its type, as if it were a page."""
    token = APIToken.create_token(user=editor, name="body")[1]
    headers = {"Authorization": f"Bearer {token}"}
    answer = Caller().client.generic(method, f"{ROOT}{path}", said, JSON, headers=headers)
    problem(answer, 400, "json_not_object")


def test_every_body_of_the_document_is_an_object() -> None:
    told = json.loads(Caller().get("openapi.json").content)
    named = told["components"]["schemas"]
    taken = [
        operation["requestBody"]["content"][JSON]["schema"]
        for path in told["paths"].values()
        for operation in path.values()
        if JSON in operation.get("requestBody", {}).get("content", {})
    ]
    assert len(taken) > 50
    for schema in taken:
        assert {shape.get("type") for shape in shapes_of(schema, named)} == {"object"}, schema


def shapes_of(schema: dict[str, Any], named: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What it may be, through its names and choices."""
    choices = schema.get("oneOf") or schema.get("anyOf") or schema.get("allOf") or []
    if "$ref" in schema:
        choices = [named[schema["$ref"].rpartition("/")[2]]]
    if not choices:
        yield schema
    for choice in choices:
        yield from shapes_of(choice, named)


@pytest.mark.parametrize("said", [{}, {"meta": {"type": None}}, {"title": 1}])
def test_an_address_that_is_none_is_told_before_the_body_is_read(editor: User, said: Any) -> None:
    """Wagtail's body asks for the type of the page that the address names."""
    token = APIToken.create_token(user=editor, name="address")[1]
    headers = {"Authorization": f"Bearer {token}"}
    page = f"{ROOT}pages/true/"
    answer = Caller().client.patch(page, json.dumps(said), JSON, headers=headers)
    told = problem(answer, 422, "invalid")
    assert [fault["pointer"] for fault in told["errors"]] == ["/page_id"]


@pytest.mark.parametrize(
    "mark", ["x", "W10", "bnVsbA", "٣", "%ED%A0%80", "WyIyMDI2LTAxLTAxVDAwOjAwOjAwWiIsIDFlNDAwXQ"]
)
@pytest.mark.parametrize("path", ["submissions/", "staff/queue/"])
def test_a_mark_of_no_list(desk: Caller, mark: str, path: str) -> None:
    """As on the pages: the first page is shown."""
    assert desk.get(f"{path}?after={mark}").status_code == 200


def test_a_mark_of_no_list_at_any_list_of_the_document(
    manager: User, maryam: User, submitted: Submission
) -> None:
    """Marks are text; where a number is asked for (events) another thing is refused."""
    marked = 0
    for path, ways in Caller().get("openapi.json").json()["paths"].items():
        asked = {said["name"] for said in ways.get("get", {}).get("parameters", ())}
        if not asked & {"after", "before"}:
            continue
        address = path.removeprefix(ROOT).replace("{name}", "late")
        for mark in ("x", _make_token(submitted, "updated_at"), "%ED%A0%80", "a" * 5000):
            for name in asked & {"after", "before"}:
                for who in (manager, maryam):
                    answer = Caller(who).get(f"{address}?{name}={mark}")
                    assert answer.status_code in (200, 403, 404, 422), (address, answer.content)
                    marked += 1
    assert marked > 50


def test_a_mark_of_another_list(desk: Caller, maryam: User, submitted: Submission) -> None:
    mark = _make_token(submitted, "updated_at")
    answer = desk.get(f"staff/queue/?after={mark}")
    assert answer.status_code == 200
    theirs = Caller(maryam).get(f"submissions/?after={mark}")
    assert theirs.json()["items"] == []


class TestReading:
    """What is read is what was meant."""

    @pytest.mark.parametrize(
        ("sent", "read"),
        [
            (r'"\\u0000"', "\\u0000"),
            (r'"\ud83d\ude00"', "\U0001f600"),
            ('{"a": [1, 2.5, true, null]}', {"a": [1, 2.5, True, None]}),
            ('"' + "[" * 100 + '"', "[" * 100),
            (r'"\"[[[[\\"', '"[[[[\\'),
            ('{"a": {"b": 1}, "b": 1}', {"a": {"b": 1}, "b": 1}),
        ],
    )
    def test_as_it_stands(self, sent: str, read: object) -> None:
        assert read_json(sent.encode()) == read

    def test_a_half_beside_a_whole(self) -> None:
        with pytest.raises(BadText):
            read_json(rb'["\ud83d\ude00", "\ud83d"]')

    @pytest.mark.parametrize("sent", [b"", b" ", b"\xef\xbb\xbf{}", b"{} {}", b"{'a': 1}"])
    def test_what_is_nothing(self, sent: bytes) -> None:
        with pytest.raises(BadJson):
            read_json(sent)
