"""The OpenAPI document: valid, with every step of the table in it."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import Any, get_args

import pytest
from ninja import Schema
from ninja.openapi.schema import OpenAPISchema
from openapi_spec_validator import validate

from submissions.states import StepName
from submissions.step_table import STEP_TABLE, Actor
from tests.api.caller import Caller

pytestmark = pytest.mark.django_db


@pytest.fixture
def document() -> dict[str, Any]:
    answer = Caller().get("openapi.json")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def test_it_is_valid(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    validate(document)


def test_no_name_stands_for_two_things(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ninja keeps the last of several classes of one name, and says nothing."""
    told: dict[str, Any] = {}
    twice = set()

    def look(self: OpenAPISchema, definitions: dict[str, Any]) -> None:
        twice.update(
            name for name, said in definitions.items() if told.setdefault(name, said) != said
        )
        self.schemas.update(definitions)

    monkeypatch.setattr(OpenAPISchema, "add_schema_definitions", look)
    assert Caller().get("openapi.json").status_code == 200
    assert told
    assert twice == set()


def test_every_step_that_a_person_takes_can_be_sent(document: dict[str, Any]) -> None:
    path = document["paths"]["/api/v3/submissions/{tracking_code}/steps/"]["post"]
    union = path["requestBody"]["content"]["application/json"]["schema"]
    union = (
        union.get("discriminator")
        or document["components"]["schemas"][union["$ref"].rpartition("/")[2]]["discriminator"]
    )
    taken_by_people = {
        name.value for name in StepName if STEP_TABLE[name].actor is not Actor.SYSTEM
    }
    assert set(union["mapping"]) == taken_by_people


def test_refusals_are_documented_everywhere(document: dict[str, Any]) -> None:
    for path, ways in document["paths"].items():
        for method, operation in ways.items():
            assert "application/problem+json" in operation["responses"]["4XX"]["content"], (
                path,
                method,
            )


def test_every_write_tells_how_to_send_it_again(document: dict[str, Any]) -> None:
    for path, ways in document["paths"].items():
        if "security" in ways.get("post", {}):
            named = [asked["name"] for asked in ways["post"]["parameters"]]
            assert named.count("Idempotency-Key") == 1, path


def test_generators_find_no_default_of_an_object(document: dict[str, Any]) -> None:
    """They leave out what has one: all steps without a detail, and whatever takes a body of them."""
    assert list(defaults_in(document)) == []


def test_files_are_not_described_as_json(document: dict[str, Any]) -> None:
    letter = document["paths"]["/api/v3/submissions/{tracking_code}/letter/"]["get"]
    assert "application/pdf" in letter["responses"]["200"]["content"]
    for path, ways in document["paths"].items():
        for operation in ways.values():
            for answer in operation["responses"].values():
                told = answer.get("content", {}).get("application/json", {})
                assert told.get("schema", {}).get("format") != "binary", path


def defaults_in(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict) and isinstance(part.get("default"), dict):
        yield part
    if isinstance(part, (dict, list)):
        for inner in part.values() if isinstance(part, dict) else part:
            yield from defaults_in(inner)


def test_nothing_goes_around_our_forms(document: dict[str, Any]) -> None:
    """Desks, seats and calendars are snippets: their forms tell what a change does before it."""
    roots = {path.split("/")[3] for path in document["paths"]}
    assert not roots & {"snippets", "redirects", "documents"}


def test_the_page_of_the_document_asks_no_other_site() -> None:
    page = Caller().get("docs/").content.decode()
    assert "swagger" in page
    assert "https://" not in page


def test_programs_apps_and_browsers_come_in_by_the_same_doors(document: dict[str, Any]) -> None:
    """An endpoint with a way of its own, as for files, has it for each of them."""
    for path, ways in document["paths"].items():
        for method, operation in ways.items():
            asked = {name for way in operation.get("security", ()) for name in way}
            if "x-scope" in operation and "/moderation/" not in path:
                kinds = [name.removesuffix("Auth").removeprefix("Upload") for name in asked]
                kinds = sorted(kind.removeprefix("er") or "Person" for kind in kinds)
                assert kinds == ["App", "Person", "Token"], (method, path, asked)


def test_no_two_lists_of_words_have_one_name() -> None:
    """The document knows them by the names of their classes, and would mix their words."""
    named: dict[str, set[type]] = {}
    for shape in shapes_below(Schema):
        for field in shape.model_fields.values():
            for found in words_in(field.annotation):
                named.setdefault(found.__name__, set()).add(found)
    assert len(named) > 5
    assert {name: found for name, found in named.items() if len(found) > 1} == {}


def shapes_below(shape: type[Schema]) -> Iterator[type[Schema]]:
    for found in shape.__subclasses__():
        yield found
        yield from shapes_below(found)


def words_in(annotation: Any) -> Iterator[type[Enum]]:
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        yield annotation
    for part in get_args(annotation):
        yield from words_in(part)
