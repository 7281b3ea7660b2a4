"""The register: 100,000 contracts imported, and a part of a name looked up among them."""

from __future__ import annotations

import json
import sqlite3
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.bench import measuring
from tests.bench.measuring import Measure
from tests.services.postgres import postgres

COUNT = 100_000
LIMITS = {"seconds": 120, "mb": 300, "sqlite": 80, "postgres": 15}


def run() -> list[Measure]:
    """The import on SQLite (of both formats the slower), the search on both databases."""
    with tempfile.TemporaryDirectory(prefix="miz-bench-") as name:
        folder = Path(name)
        files = [folder / "contracts.csv", folder / "contracts.xlsx"]
        measuring.run("-m", "tests.bench.contracts", "write", *files, environment=_plain(folder))
        measures = [*_on_sqlite(folder, files)]
        with postgres() as address:
            environment = _plain(folder / "postgres") | {"DATABASE_URL": address}
            _prepare(environment)
            _import(files[0], environment)
            measures.append(_search("postgres", environment))
    return measures


def _on_sqlite(folder: Path, files: list[Path]) -> Iterator[Measure]:
    """Each format goes into an empty register of its own; the search looks through the last one."""
    imports, waits = [], []
    for file in files:
        data = folder / f"sqlite-{file.suffix[1:]}"
        environment = _plain(data)
        _prepare(environment)
        with _another_writer(data / "portal.sqlite3") as waited:
            imports.append(_import(file, environment))
        waits.append(max(waited) * 1000)
    print(f"import of CSV {imports[0].seconds:.1f} s, of XLSX {imports[1].seconds:.1f} s")
    yield Measure(
        "contracts.import_100k_seconds",
        round(max(ran.seconds for ran in imports), 2),
        "s",
        LIMITS["seconds"],
    )
    yield Measure(
        "contracts.import_peak_mb",
        round(max(ran.peak_mb for ran in imports), 1),
        "MB",
        LIMITS["mb"],
    )
    # What the site feels meanwhile: how long another process waited to write, at the longest.
    yield Measure("contracts.import_longest_wait_ms", round(max(waits), 1), "ms")
    yield _search("sqlite", environment)


def _plain(data: Path) -> dict[str, str]:
    data.mkdir(exist_ok=True)
    return {"DATA_DIR": str(data), "DATABASE_URL": "", "REDIS_URL": ""}


def _prepare(environment: Mapping[str, str]) -> None:
    measuring.run("manage.py", "migrate", "--verbosity", "0", environment=environment)
    measuring.run("-m", "tests.bench.contracts", "places", environment=environment)


def _import(file: Path, environment: Mapping[str, str]) -> measuring.Ran:
    ran = measuring.run("manage.py", "import_contracts", file, environment=environment)
    assert "۱۰۰۰۰۰ قرارداد افزوده" in ran.output, ran.output[-2000:]
    return ran


def _search(database: str, environment: Mapping[str, str]) -> Measure:
    ran = measuring.run("-m", "tests.bench.contracts", "search", environment=environment)
    medians: dict[str, float] = json.loads(ran.output.splitlines()[-1])
    print(f"search on {database}: " + ", ".join(f"{k} {v:.2f} ms" for k, v in medians.items()))
    slowest = round(max(medians.values()), 3)
    return Measure(f"contracts.{database}.search_ms", slowest, "ms", LIMITS[database])


@contextmanager
def _another_writer(database: Path) -> Iterator[list[float]]:
    """Somebody who writes every 20 ms beside the import; the seconds that each one took."""
    waited = [0.0]
    over = threading.Event()

    def write() -> None:
        connection = sqlite3.connect(database, timeout=60, isolation_level=None)
        connection.execute("CREATE TABLE IF NOT EXISTS bench_writer (at REAL)")
        while not over.wait(0.02):
            started = time.monotonic()
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO bench_writer VALUES (?)", [started])
            connection.execute("COMMIT")
            waited.append(time.monotonic() - started)
        connection.close()

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield waited
    finally:
        over.set()
        thread.join()


# --- In a process of the portal ------------------------------------------------------


def _write(files: list[str]) -> None:
    from tests.bench import made_up

    made_up.write_csv(Path(files[0]), COUNT)
    made_up.write_xlsx(Path(files[1]), COUNT)


def _places() -> None:
    from services_catalog import seed

    places = seed.read_seed("parks")
    seed.load_places(places["provinces"], places["parks"])


def _searches() -> None:
    """Medians in milliseconds by what was looked for, in the heaviest park."""
    import statistics

    from django.db import connection

    from services_catalog.models import Park
    from submissions.contracts.lookup import match_contracts
    from tests.bench.made_up import HEAVIEST

    province, slug = HEAVIEST
    park = Park.objects.get(province__slug=province, slug=slug)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    looked_for = {
        "frequent": ["رضایی", "شرکت", "نقش جهان"],
        "two parts": ["زهرا موسوی", "كاشي سپاهان", "فولاد البرز"],
        "rare": ["توکلی ۷۷۱", "شریفی ۴۴۱", "پارسا ۱۲۳"],
        "absent": ["خرمشهری", "ظریفکار", "ثابت‌قدم"],
        "number": ["1402/100777", "۱۳۹۹/۱۰۰۹۹۹", "100555"],
    }
    medians = {}
    for kind, texts in looked_for.items():
        times = []
        for text in texts * 15:
            started = time.perf_counter()
            match_contracts(park, text)
            times.append((time.perf_counter() - started) * 1000)
        medians[kind] = statistics.median(times)
    print(json.dumps(medians))


def _child(act: str, files: list[str]) -> None:
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.development")
    import django

    django.setup()
    {"write": lambda: _write(files), "places": _places, "search": _searches}[act]()


if __name__ == "__main__":
    _child(sys.argv[1], sys.argv[2:])
