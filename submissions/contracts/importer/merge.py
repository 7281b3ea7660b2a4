"""Comparison of staged rows with the register, and their merge.

A contract is known by the key of its number: «1402-1001» is the «1402/1001» that is there
already, and the register keeps its own spelling.

Both are one statement each over all rows, in SQL that PostgreSQL and SQLite share.
"""

from __future__ import annotations

from typing import Final

from django.db import connection

from submissions.models import Contract, ContractImport, StagedContract

# What the file says; whose claim was approved (``party``) is not the file's to say.
FROM_THE_FILE: Final = (
    "number_key", "park_id", "plot", "area", "signed_on", "file_number",
    "holder_kind", "holder_name", "holder_key", "holder_id",
)  # fmt: skip
_SAME_CONTRACT: Final = "r.number_key = s.number_key AND NOT r.repeats_key"


def count_differences(job: ContractImport) -> tuple[int, int]:
    """How many staged rows are new to the register, and how many say something else than it."""
    with connection.cursor() as cursor:
        cursor.execute(_difference_sql(), [job.pk])
        added, changed = cursor.fetchone()
    return added or 0, changed or 0


def lock_holders(job: ContractImport) -> None:
    """Let nobody take up a contract whose holder the file changes until the merge is over.

    In the order of the key, as the merge itself; SQLite has one writer at a time anyway.
    """
    if connection.features.has_select_for_update:
        with connection.cursor() as cursor:
            cursor.execute(_lock_sql(), [job.pk])


def bring_in(job: ContractImport) -> None:
    """Write all staged rows of a job into the register, new ones and changed ones alike."""
    with connection.cursor() as cursor:
        cursor.execute(_merge_sql(), [job.pk])


def _differs_sql(ours: str, theirs: str) -> str:
    """SQL: whether any column differs, nothing being equal to nothing."""
    other = "IS NOT" if connection.vendor == "sqlite" else "IS DISTINCT FROM"
    return " OR ".join(f"{ours}.{name} {other} {theirs}.{name}" for name in FROM_THE_FILE)


def _difference_sql() -> str:
    register, staged = Contract._meta.db_table, StagedContract._meta.db_table
    return f"""
        SELECT SUM(CASE WHEN r.id IS NULL THEN 1 ELSE 0 END),
               SUM(CASE WHEN r.id IS NOT NULL AND ({_differs_sql("r", "s")}) THEN 1 ELSE 0 END)
        FROM {staged} s LEFT JOIN {register} r ON {_SAME_CONTRACT}
        WHERE s.job_id = %s
    """


def _lock_sql() -> str:
    register, staged = Contract._meta.db_table, StagedContract._meta.db_table
    return f"""
        SELECT COUNT(*) FROM (
            SELECT r.id FROM {staged} s JOIN {register} r ON {_SAME_CONTRACT}
            WHERE s.job_id = %s AND (r.holder_kind <> s.holder_kind
                OR r.holder_name <> s.holder_name OR r.holder_id <> s.holder_id)
            ORDER BY s.number_key FOR UPDATE OF r
        ) locked
    """


def _merge_sql() -> str:
    register, staged = Contract._meta.db_table, StagedContract._meta.db_table
    columns = ", ".join(FROM_THE_FILE)
    given = ", ".join(f"s.{name}" for name in FROM_THE_FILE)
    renewed = ", ".join(f"{name} = excluded.{name}" for name in FROM_THE_FILE)
    # In the order of the key, so that two merges never wait for each other crosswise.
    return f"""
        INSERT INTO {register} (number, {columns})
        SELECT COALESCE(r.number, s.number), {given}
        FROM {staged} s LEFT JOIN {register} r ON {_SAME_CONTRACT}
        WHERE s.job_id = %s ORDER BY s.number_key
        ON CONFLICT (number) DO UPDATE SET {renewed}
        WHERE {_differs_sql(register, "excluded")}
    """
