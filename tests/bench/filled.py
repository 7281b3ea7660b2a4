"""Fills a portal with any number of requests by set-based SQL, every constraint holding.

``python -m tests.bench.filled COUNT``, on a portal with the demo data. Of ten requests seven are
done and have their letter, one is a draft, one waits at a desk and one is back at the applicant;
every tenth belongs to one party.
"""

from __future__ import annotations

import random
import sys
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.db import connection, transaction  # noqa: E402
from django.utils.timezone import now  # noqa: E402

from accounts.models import Party, User  # noqa: E402
from letters.models import Letter, LetterBook, LetterTemplate  # noqa: E402
from persian.text import fold_key  # noqa: E402
from services_catalog.models import Desk, Park, Province, Seat, Service, Unit  # noqa: E402
from submissions.models import Step, Submission, WorkItem  # noqa: E402
from tests import cast  # noqa: E402
from tests.bench import made_up  # noqa: E402

PARTIES = 20_000
DESKS = 60
# Behind the codes of the demo.
MADE_UP = 500_000
HEAVIEST_MOBILE, AT_MANY_DESKS = "09195550001", "many-desks"
MINUTES = {
    "sqlite": "datetime('{}', '-' || ({}) || ' minutes')",
    "postgresql": "'{}'::timestamptz - ({}) * interval '1 minute'",
}


def fill(count: int) -> None:
    """Make the people, one request of each sort, and so many copies of it."""
    heaviest, desks = make_people()
    with transaction.atomic():
        sorts = {"waiting": 1, "draft": 1, "returned": 1, "done": 7}
        for number, (name, share) in enumerate(sorts.items()):
            copy_case(name, count * share // 10, number, heaviest, desks)
    with connection.cursor() as cursor:
        # PostgreSQL does both by itself within minutes, and counts in an index alone only then.
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def make_people() -> tuple[Party, list[Desk]]:
    """The party with every tenth request, 20,000 others, and somebody at 41 of the desks."""
    heaviest = cast.arrive(HEAVIEST_MOBILE, "natural", made_up.natural_code(MADE_UP), "پرکار پویا")
    cast.register("1404/9", heaviest.parties[0], file_number="31-14021001")
    chance = random.Random(1405)
    Party.objects.bulk_create([_party(number, chance) for number in range(PARTIES)])
    unit, province = Unit.objects.get(code="env"), Province.objects.get(slug="isfahan")
    desks = []
    for number in range(DESKS):
        park = Park.objects.create(province=province, slug=f"p{number}", name=f"شهرک {number} نو")
        desks.append(Desk.objects.create(unit=unit, park=park))
    many = cast.hire(AT_MANY_DESKS, "reviewer", first="پرمیز", last="کارشناس")
    for desk in desks[:41]:
        Seat.objects.create(desk=desk, user=many)
    return heaviest.parties[0], desks


def _party(number: int, chance: random.Random) -> Party:
    name = f"{chance.choice(made_up.FIRST)} {chance.choice(made_up.LAST)}"
    return Party(
        kind="natural",
        national_id=made_up.natural_code(MADE_UP + 1 + number),
        name=name,
        name_key=fold_key(name),
        verified_at=now(),
    )


def copy_case(sort: str, count: int, number: int, heaviest: Party, desks: list[Desk]) -> None:
    """Write one request of a sort with what belongs to it, and so many copies."""
    model, steps, item, letter = _model_of(sort, heaviest)
    first = Party.objects.exclude(pk=heaviest.pk).order_by("-pk").values_list("pk", flat=True)[0]
    day = f"{now():%Y-%m-%d %H:%M:%S}"
    # Spread over the years, none at the same minute as its neighbour.
    at = MINUTES[connection.vendor].format(day, f"i * 3 + {number}")
    times = {"created_at": at, "updated_at": at}
    if sort != "draft":
        times |= {"submitted_at": at, "due_at": at}
    ahead = copy_row(
        model, count,
        tracking_code=f"'{8 - number}' || (10000000000 + i)",
        party_id=f"CASE WHEN i %% 10 = 0 THEN {heaviest.pk} ELSE {first} - i %% {PARTIES} END",
        **times,
    )  # fmt: skip
    of_copy: dict[str, Any] = {"submission_id": f"{ahead} + i"}
    if steps:
        told = copy_row(steps, count, **of_copy, at=at, number=f"{number + 1} * 100000000 + i")
        closed = f"{told} + i" if item and item.closed_by_id else "NULL"
        if item:
            copy_row(
                item, count, **of_copy, opened_by_id=f"{told} + i", closed_by_id=closed,
                desk_id=f"{desks[0].pk} + i %% {DESKS}", due_at=at,
            )  # fmt: skip
    if letter:
        copy_row(
            letter, count, **of_copy, issued_at=at, rendered_at=at,
            number="i + 1", number_text="'1405/1/' || (i + 1)",
            verify_code="'M' || (100000000000000 + i)", file="'letters/' || i || '.pdf'",
        )  # fmt: skip


def _model_of(
    sort: str, party: Party
) -> tuple[Submission, Step | None, WorkItem | None, Letter | None]:
    """One request as it would be, by hand where the way there is of no matter."""
    user = User.objects.get(mobile=HEAVIEST_MOBILE)
    case = cast.complete_draft(user, Service.objects.get(code="elec-intro"))
    if sort == "draft":
        return case, None, None, None
    case = cast.step(case, "submit", user)
    step, item = case.history.get(), cast.item_of(case)
    rows = Submission.objects.filter(pk=case.pk)
    if sort != "waiting":
        WorkItem.objects.filter(pk=item.pk).update(closed_by=step, outcome="passed")
    if sort == "returned":
        rows.update(state="returned", returned_at=now())
    if sort == "done":
        rows.update(state="completed", archived_at=now())
    letter = _letter(cast.again(case)) if sort == "done" else None
    return cast.again(case), step, WorkItem.objects.get(pk=item.pk), letter


def _letter(case: Submission) -> Letter:
    book = LetterBook.objects.get_or_create(secretariat="bench", year=1405, direction="outgoing")[0]
    return Letter.objects.create(
        submission=case, book=book, number=1, number_text="1405/1/1", subject="معرفی‌نامه",
        recipient="شرکت توزیع", template=LetterTemplate.objects.first(), facts={}, printed={},
        file="letters/0.pdf", size=1, sha256="0" * 64, rendered_at=now() + timedelta(seconds=1),
    )  # fmt: skip


def copy_row(row: Any, count: int, **changed: str) -> int:
    """Write a row so many times more; ``changed``: SQL for a column, where ``i`` counts from 1.

    The key before that of the first copy: each copy's key is that and its ``i``.
    """
    table = row._meta.db_table
    fields = [f for f in row._meta.concrete_fields if not f.primary_key and not f.generated]
    columns = ", ".join(f.column for f in fields)
    values = ", ".join(changed.get(f.column, f.column) for f in fields)
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %s)"
            f" INSERT INTO {table} ({columns}) SELECT {values} FROM n, {table} r"
            " WHERE r.id = %s ORDER BY i",
            [count, row.pk],
        )
        cursor.execute(f"SELECT MAX(id) FROM {table}")
        return int(cursor.fetchone()[0]) - count


if __name__ == "__main__":
    fill(int(sys.argv[1]))
