"""No list asks the database more than fifteen times, nothing more than 25: every GET that the document names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guides.models import GuidePage
from tests.api import test_role_matrix_of_api as matrix
from tests.api.caller import Caller
from tests.api.parity import operations_of
from tests.api.test_reading import guide as guide_of_stories

pytestmark = pytest.mark.django_db
people, done, meant, guide = matrix.people, matrix.done, matrix.meant, guide_of_stories

# A list costs the same however long it is; what shows one thing whole may ask for each of its parts.
MOST, MOST_OF_ONE = 15, 25
ONE = "}/"
# Whoever has the most to see comes first.
ASKING = ("its desk", "manager", "superuser", "owner", "editor")
# Nothing of these is there for anybody of the scene: their stories count for themselves.
NOT_THERE = {
    "GET pages/find/", "GET images/{image_id}/", "GET pages/{page_id}/revisions/",
    "GET pages/{page_id}/revisions/{revision_id}/", "GET moderation/pages/{page_id}/",
    "GET webhooks/{key}/", "GET webhooks/{key}/log/",
}  # fmt: skip


def test_every_answer_takes_few_queries(
    people: dict[str, Caller],
    meant: dict[str, Any],
    guide: GuidePage,
    run_tasks: Callable[[], int],
    capsys: pytest.CaptureFixture[str],
) -> None:
    meant["{page_id}"] = guide.pk
    counted: dict[str, int] = {}
    for row in matrix.ROWS:
        if not row.operation.startswith("GET "):
            continue
        for column in ASKING:
            if row.operation not in ("GET pages/{page_id}/",) and row.expected(column) != 200:
                continue
            matrix.send(people[column], row, meant)  # what is known for all calls is learned
            with CaptureQueriesContext(connection) as asked:
                answer = matrix.send(people[column], row, meant)
            assert answer.status_code == 200, (row.title, column, answer.content[:300])
            # The matrix undoes each call: a savepoint, and back.
            taken = [query for query in asked if "SAVEPOINT" not in query["sql"]]
            counted[row.operation] = max(counted.get(row.operation, 0), len(taken))

    with capsys.disabled():
        print(f" {len(counted)} operations, at most {max(counted.values())} queries ", end="")
    most = {name: MOST_OF_ONE if ONE in name else MOST for name in counted}
    assert {name: count for name, count in counted.items() if count > most[name]} == {}
    reading = {
        name
        for name in operations_of(Caller().get("openapi.json").json())
        if name.startswith("GET ")
    }
    assert reading - set(counted) == NOT_THERE
