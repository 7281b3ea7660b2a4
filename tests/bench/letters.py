"""A letter beside WeasyPrint as its first page teaches it: the same HTML and stylesheets, told anew each time.

``python -m tests.bench.letters ours|naive`` is a process that prints a letter for each line.
"""

from __future__ import annotations

import gc
import os
import resource
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from tests.bench.measuring import Measure
from tests.bench.turns import Worker, answer_turns, compare, cost_of

ROUNDS = 15
SETTLED_AFTER = 100
GROWN_OVER = 200
LIMITS = {"ratio": 0.6, "growth": 5, "file": 40, "above_fonts": 20}


def run() -> list[Measure]:
    """Both print in turns; then what the warm press keeps of each letter, and what sealing costs."""
    with tempfile.TemporaryDirectory(prefix="miz-bench-") as name:
        environment = {"DATA_DIR": name, "DJANGO_SETTINGS_MODULE": "config.settings.test"}
        ours, naive = (Worker(__name__, how, environment=environment) for how in ("ours", "naive"))
        figures = compare(
            {
                "ours": lambda: float(ours.ask("print")),
                "naive": lambda: float(naive.ask("print")),
                "first": lambda: float(ours.ask("first")),
                "seal": lambda: float(ours.ask("seal")),
            },
            ROUNDS,
        )
        size, fonts = map(float, ours.ask("size").split())
        growth, naive_growth = (float(worker.ask("grow")) for worker in (ours, naive))
        ours.close()
        naive.close()
    print_, base, first, seal = (figures[name] for name in ("ours", "naive", "first", "seal"))
    beside = {"ours": f"{print_.median:.1f} ms", "base": f"{base.median:.1f} ms, naive WeasyPrint"}
    return [
        Measure("letters.cpu_ratio_to_naive", round(print_.median / base.median, 2), "x",
                LIMITS["ratio"], **beside, spread=print_.spread),
        Measure("letters.first_ratio", round(first.median / print_.median, 2), "x", None,
                ours=f"{first.median:.1f} ms", base=f"{print_.median:.1f} ms, the next ones",
                spread=first.spread),
        Measure("letters.seal_ms", round(seal.median, 1), "ms", None, spread=seal.spread),
        Measure("letters.growth_kb", round(growth, 1), "kB", LIMITS["growth"],
                ours=f"{growth:.1f} kB a letter", base=f"{naive_growth:.1f} kB, naive WeasyPrint"),
        Measure("letters.file_kb", round(size, 1), "kB", LIMITS["file"]),
        Measure("letters.above_fonts_kb", round(size - fonts, 1), "kB", LIMITS["above_fonts"]),
    ]  # fmt: skip


# --- In a process of the portal ------------------------------------------------------


def facts_of(number: int) -> Any:
    """Those of the stories, of a letter of its own each time."""
    from tests.letters.test_rendering import facts

    code = f"{number:016d}"
    url = f"https://khedmat.example.ir/verify/{code}/"
    return facts(number=f"1405/1/{number}", verify_code=code, verify_url=url)


def print_naively(facts: Any) -> bytes:
    """The letter's HTML with its stylesheets in it, by one call."""
    from django.template.loader import render_to_string
    from weasyprint import HTML

    from letters.rendering import LETTER_CSS, page_of
    from pdf.rendering import PRINT_DIR

    css = (PRINT_DIR / "base.css").read_text() + LETTER_CSS.read_text()
    html = render_to_string("letters/letter.html", page_of(facts))
    html = html.replace("</head>", f"<style>{css}</style></head>")
    pdf = HTML(string=html, base_url=f"{PRINT_DIR}/").write_pdf(pdf_variant="pdf/a-3a")
    assert isinstance(pdf, bytes)
    return pdf


def print_in_fork(letter: Callable[[], bytes]) -> float:
    """What the first letter costs a worker: a fork of the process that has loaded the press."""
    reads, tells = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(tells, str(cost_of(letter)).encode())
        os._exit(0)
    os.waitpid(child, 0)
    os.close(tells)
    with os.fdopen(reads) as told:
        return float(told.read())


def growth_of(letter: Callable[[], bytes]) -> float:
    """Kilobytes that the process has more for each of many letters, once it has what it works in."""

    def in_use() -> float:
        gc.collect()
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return pages * resource.getpagesize() / 1024

    for _ in range(SETTLED_AFTER):
        letter()
    before = in_use()
    for _ in range(GROWN_OVER):
        letter()
    return (in_use() - before) / GROWN_OVER


def sizes_of(pdf: bytes) -> str:
    """Kilobytes of the file, and of the fonts in it."""
    from io import BytesIO

    from pypdf import PdfReader

    reader = PdfReader(BytesIO(pdf))
    fonts = sum(
        len(font["/FontFile2"].get_object()._data)  # type: ignore[attr-defined]
        for font in (reader.get_object(number) for number in range(1, len(reader.xref[0]) + 150))
        if isinstance(font, dict) and "/FontFile2" in font
    )
    return f"{len(pdf) / 1024} {fonts / 1024}"


def main(how: str) -> None:
    import django

    django.setup()
    from django.conf import settings

    from letters.rendering import load_press, render_letter
    from letters.seal.sealing import seal_pdf
    from tests.letters.sealing import use_seal

    numbers = count(1)
    printed = {"ours": render_letter, "naive": print_naively}[how]
    if how == "ours":
        load_press()
        use_seal(settings, Path(os.environ["DATA_DIR"]))

    def letter() -> bytes:
        return printed(facts_of(next(numbers)))

    once = render_letter(facts_of(1))
    works: dict[str, Callable[[], object]] = {
        "print": partial(cost_of, letter),
        "first": partial(print_in_fork, letter),
        "seal": partial(cost_of, partial(seal_pdf, once)),
        "grow": partial(growth_of, letter),
        "size": partial(sizes_of, once),
    }
    answer_turns(lambda work: works[work]())


if __name__ == "__main__":
    main(sys.argv[1])
