"""The program: holds itself to its limits, looks into the file and prints the verdict."""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable
from io import BytesIO
from typing import Final

from submissions.documents.sandbox import COMPLEX, pdf, pictures

MEMORY: Final = 1536 * 1024 * 1024
LOOKS: Final[dict[str, Callable[[BytesIO], str]]] = {
    "pdf": pdf.inspect_pdf,
    "picture": pictures.inspect_picture,
}


def limit_process(what: int, amount: int) -> None:
    """Hold this process to ``amount``, or to what its parent was held to before."""
    _, most = resource.getrlimit(what)
    allowed = amount if most == resource.RLIM_INFINITY else min(amount, most)
    resource.setrlimit(what, (allowed, most))


def run_inspection(kind: str, seconds: int) -> str:
    limit_process(resource.RLIMIT_CPU, seconds)
    limit_process(resource.RLIMIT_AS, MEMORY)
    limit_process(resource.RLIMIT_CORE, 0)
    limit_process(resource.RLIMIT_FSIZE, 0)
    try:
        return LOOKS[kind](BytesIO(sys.stdin.buffer.read()))
    except (MemoryError, RecursionError):
        return COMPLEX


if __name__ == "__main__":
    sys.stdout.write(run_inspection(sys.argv[1], int(sys.argv[2])))
