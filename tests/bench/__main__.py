"""``make bench``: measures against the limits of the design.

Writes ``var/bench.json`` and, as a table, ``docs/performance.md``.

``python -m tests.bench [GROUP …]`` runs some groups only; their names replace those of an
earlier run, the others stay. Ends with 1 when a limit is exceeded.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

from tests.bench import api, case, contracts, inbox, letters, load, pages, start, table
from tests.bench.measuring import Measure

OUTPUT = Path("var/bench.json")
GROUPS: dict[str, Callable[[], list[Measure]]] = {
    "api": api.run,
    "contracts": contracts.run,
    "inbox": inbox.run,
    "load": load.run,
    "letters": letters.run,
    "pages": pages.run,
    "case": case.run,
    "start": start.run,
}


def main(names: list[str]) -> int:
    if unknown := set(names) - set(GROUPS):
        print(f"No such group: {', '.join(unknown)}. There are: {', '.join(GROUPS)}.")
        return 2
    exceeded = False
    for name in names or GROUPS:
        measures = GROUPS[name]()
        # At once: who breaks off has what was measured until then.
        write(measures)
        for measure in measures:
            print(measure)
            exceeded |= measure.is_exceeded
    return int(exceeded)


def write(measures: list[Measure]) -> None:
    OUTPUT.parent.mkdir(exist_ok=True)
    earlier = json.loads(OUTPUT.read_text("utf-8")) if OUTPUT.exists() else []
    names = {measure.name for measure in measures}
    kept = [entry for entry in earlier if entry["name"] not in names]
    entries = [*kept, *(measure.as_entry() for measure in measures)]
    OUTPUT.write_text(json.dumps(entries, ensure_ascii=False, indent=1) + "\n", "utf-8")
    table.write_table(entries)


if __name__ == "__main__":
    raise SystemExit(main([word for argument in sys.argv[1:] for word in argument.split(",")]))
