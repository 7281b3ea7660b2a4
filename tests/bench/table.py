"""The figures as a table in the docs: ``docs/performance.md``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from tests.bench.measuring import ROOT

TABLE: Final = ROOT / "docs" / "performance.md"
HEAD: Final = """# Performance

Written by `make bench`; lower is better. A ratio is of two things measured in the same run, in turns, so that
a busy machine hits both alike; times are of the processor unless a name says otherwise. «Spread» is the middle
half of all turns. Each row has the day of its own run: `make bench ONLY=letters` renews a group alone.

| name | value | limit | ours | base | spread | day |
|---|---|---|---|---|---|---|
"""


def write_table(entries: Iterable[Mapping[str, Any]]) -> None:
    """Replace the table by that of all entries, ordered by name."""
    rows = "".join(map(_row_of, sorted(entries, key=lambda entry: str(entry["name"]))))
    TABLE.write_text(HEAD + rows, "utf-8")


def _row_of(entry: Mapping[str, Any]) -> str:
    limit = entry["limit"]
    is_exceeded = limit is not None and entry["value"] > limit
    value = f"{entry['value']:g} {entry['unit']}".strip()
    cells = [
        f"`{entry['name']}`", f"**{value}**" if is_exceeded else value,
        "" if limit is None else f"{limit:g}",
        *(str(entry.get(part) or "") for part in ("ours", "base", "spread", "date")),
    ]  # fmt: skip
    return f"| {' | '.join(cells)} |\n"
