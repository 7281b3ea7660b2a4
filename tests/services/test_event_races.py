"""Steps that are committed in another order than they began, and readers who read on meanwhile.

Runs on the database of the settings: SQLite here, PostgreSQL through test_postgres.py.
"""

from __future__ import annotations

import random
import threading
import time

import pytest
from django.db import connection, transaction

from persian.identifiers import new_tracking_code
from submissions.models import Step, Submission
from submissions.workflow.numbering import latest_number, number_steps
from tests.patience import PATIENCE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]

WRITERS, READERS, STEPS = 4, 3, 25


def write_steps(case: Submission) -> None:
    """Each step in a transaction that stays open for a while."""
    chance = random.Random(case.pk)
    for seq in range(1, STEPS + 1):
        with transaction.atomic():
            Step.objects.create(
                submission=case, seq=seq, name="take", from_state=case.state, to_state=case.state
            )
            time.sleep(chance.random() / 100)


def read_on(seen: list[tuple[int, int]], is_over: threading.Event) -> None:
    """Numbers what is there and reads on from the last number, as feed and workers do."""
    after, last_look = 0, False
    while True:
        last_look = is_over.is_set()
        number_steps()
        latest = latest_number()
        rows = Step.objects.filter(number__gt=after, number__lte=latest).order_by("number")
        seen.extend(rows.values_list("number", "pk"))
        after = latest
        if last_look and not Step.objects.filter(number=None).exists():
            return


def test_whoever_reads_on_misses_no_step_and_sees_none_twice(submitted: Submission) -> None:
    cases = []
    for _ in range(WRITERS):
        copy = Submission.objects.get(pk=submitted.pk)
        copy.pk, copy.tracking_code = None, new_tracking_code()
        cases.append(copy)
    cases = Submission.objects.bulk_create(cases)
    seen: list[list[tuple[int, int]]] = [[] for _ in range(READERS)]
    is_over = threading.Event()

    def run(call, *args) -> None:
        try:
            call(*args)
        finally:
            connection.close()

    writers = [threading.Thread(target=run, args=(write_steps, case)) for case in cases]
    readers = [threading.Thread(target=run, args=(read_on, found, is_over)) for found in seen]
    for thread in (*readers, *writers):
        thread.start()
    for thread in writers:
        thread.join(timeout=PATIENCE)
    is_over.set()
    for thread in readers:
        thread.join(timeout=PATIENCE)

    in_order = dict(Step.objects.order_by("number").values_list("number", "pk"))
    assert list(in_order) == list(range(1, 1 + WRITERS * STEPS + 1))
    for found in seen:
        assert found == list(in_order.items())
    for case in cases:
        numbers = list(case.history.order_by("seq").values_list("number", flat=True))
        assert numbers == sorted(numbers)
