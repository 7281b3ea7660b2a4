"""A hundred thousand pieces of work are open: each list is read by an index, and nothing is sorted.

Runs on the database of the settings: SQLite here, PostgreSQL through test_postgres.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.timezone import now

from accounts.models import User
from services_catalog.models import Desk, Park, Province, Seat, Unit
from services_catalog.models.places import desk_ids
from submissions.models import Submission
from tests.cast import begin, item_of, step
from web.pagination import FEW_OWN

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]

ADMIN = "submissions_submission_modeladmin_index"
READ = ("submissions_workitem", "submissions_submission", "submissions_step")
# What is sorted within a page of a list, or of the keys of one.
A_PAGE = 100
MANY = 100_000
MINUTES = {
    "sqlite": "datetime('{}', '+' || {} || ' minutes')",
    "postgresql": "'{}'::timestamptz + {} * interval '1 minute'",
}


def copy_row(row: Any, count: int, **changed: str) -> None:
    """Write a row of a table so many times more; ``changed``: SQL for a column, ``i`` counts."""
    fields = [f for f in row._meta.concrete_fields if not f.primary_key and not f.generated]
    columns = ", ".join(f.column for f in fields)
    values = ", ".join(changed.get(f.column, f.column) for f in fields)
    table = row._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %s)"
            f" INSERT INTO {table} ({columns}) SELECT {values} FROM n, {table} r WHERE r.id = %s",
            [count, row.pk],
        )


@pytest.fixture
def desks(house) -> list[Desk]:
    """Sixty more desks, one after the other by their keys."""
    unit, places = Unit.objects.get(code="env"), []
    province = Province.objects.get(slug="isfahan")
    for number in range(60):
        places.append(
            Park.objects.create(province=province, slug=f"p{number}", name=f"شهرک {number} نو")
        )
    return [Desk.objects.create(unit=unit, park=place) for place in places]


@pytest.fixture
def full(two_ways, maryam, staff, desks) -> None:
    """The office with so many pieces of work open, of which each desk has its part."""
    case = step(begin(maryam, two_ways, answers={"polluting": False}), "submit", maryam)
    item, told = item_of(case), case.history.get()
    moment = f"{now() - timedelta(minutes=2000):%Y-%m-%d %H:%M:%S}"
    due = MINUTES[connection.vendor].format(moment, "i")
    with transaction.atomic():
        copy_row(case, MANY, tracking_code="'8' || (10000000000 + i)", due_at=due)
        copies = Submission.objects.exclude(pk=case.pk).order_by("pk")
        ahead = copies.values_list("pk", flat=True)[0] - 1
        copy_row(
            told,
            MANY,
            submission_id=f"{ahead} + i",
            told_at="r.at",
            desk_id="NULL",
            number=f"{ahead} + i",
        )
        at = f"CASE WHEN i %% 501 = 0 THEN NULL ELSE {desks[0].pk} + i %% 60 END"
        taken = f"CASE WHEN i %% 41 = 0 THEN {staff['env'].pk} END"
        copy_row(
            item,
            MANY,
            submission_id=f"{ahead} + i",
            due_at=due,
            desk_id=at,
            person_id=taken,
            **arranged(),
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def arranged() -> dict[str, str]:
    """Columns by which every seventh is to be followed up, and more than half of it rests."""
    begin_at = f"{now() - timedelta(minutes=90_000):%Y-%m-%d %H:%M:%S}"
    then = MINUTES[connection.vendor].format(begin_at, "i")
    return {
        "follow_up_at": f"CASE WHEN i %% 7 = 0 THEN {then} END",
        "follow_up_words": "CASE WHEN i %% 7 = 0 THEN 'x' ELSE '' END",
        "touched_at": then,
    }


def plans(client, user: User, **asked: str) -> Iterator[tuple[str, list[str]]]:
    """Every query of a page that reads requests or work, with what the database does for it."""
    client.force_login(user)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(reverse(ADMIN), asked).status_code == 200
    for sql in [query["sql"] for query in caught.captured_queries]:
        if sql.startswith("SELECT") and any(f'FROM "{table}"' in sql for table in READ):
            yield sql, explain(sql)


def explain(sql: str) -> list[str]:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            return [row[3] for row in cursor.fetchall()]
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}")
        told = cursor.fetchone()[0]
    plan = told if isinstance(told, list) else json.loads(told)
    return list(nodes_of(plan[0]["Plan"]))


def nodes_of(plan: dict[str, Any]) -> Iterator[str]:
    """Each step of a plan of PostgreSQL in one line."""
    words = (plan["Node Type"], plan.get("Relation Name", ""), plan.get("Index Name", ""))
    yield " ".join([*filter(None, words), f"rows={plan['Plan Rows']}"])
    for below in plan.get("Plans", ()):
        yield from nodes_of(below)


def faults(sql: str, nodes: list[str], most: int = A_PAGE) -> list[str]:
    """What reads a whole table of them, or sorts more than ``most`` rows."""
    whole = re.compile(rf"(Seq Scan|SCAN) ({'|'.join(READ)})(?! USING)")
    found = [node for node in nodes if whole.match(node)]
    for node in nodes:
        rows = re.match(r"(?:Incremental )?Sort rows=(\d+)", node)
        if rows and int(rows[1]) > most:
            found.append(node)
        # The keys of a page are named.
        if "TEMP B-TREE FOR ORDER BY" in node and not re.search(r'id" IN \(\d', sql):
            found.append(node)
    return found


@pytest.fixture
def at_forty_desks(staff, desks) -> User:
    for desk in desks[:40]:
        Seat.objects.create(desk=desk, user=staff["env"])
    assert len(desk_ids(User.objects.get(pk=staff["env"].pk))) == 41
    return staff["env"]


LISTS = [{}, {"list": "mine"}, {"list": "late"}, {"list": "seen"}, {"list": "no-desk"}]
LISTS += [{"list": "follow-up"}, {"list": "resting"}, {"list": "inquiries"}]


def test_each_list_is_read_by_an_index(client, full, staff, manager, desks, at_forty_desks):
    Seat.objects.create(desk=desks[5], user=staff["technical"])
    looked, wrong = 0, []
    for who in (staff["technical"], at_forty_desks, manager):
        for asked in LISTS:
            # Of what they have seen, few own rows are all fetched and sorted; never those of others.
            most = FEW_OWN if asked.get("list") == "seen" else A_PAGE
            for sql, nodes in plans(client, User.objects.get(pk=who.pk), **asked):
                looked += 1
                if found := faults(sql, nodes, most):
                    wrong.append((who.username, asked, sql, found, nodes))
    assert wrong == []
    assert looked > 2 * len(LISTS)


def test_a_search_begins_with_what_was_typed(client, full, staff, at_forty_desks):
    code = Submission.objects.order_by("-pk").values_list("tracking_code", flat=True)[0]
    for _sql, nodes in plans(client, User.objects.get(pk=at_forty_desks.pk), q=code):
        assert not [
            node for node in nodes if re.match(rf"(Seq Scan|SCAN) ({'|'.join(READ)})", node)
        ]
