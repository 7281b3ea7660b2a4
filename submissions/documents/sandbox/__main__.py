"""The program: holds itself to its limits, looks into the file and prints the verdict."""

from __future__ import annotations

import sys
from collections.abc import Callable
from io import BytesIO
from typing import Final

from submissions.documents.sandbox import COMPLEX, pdf, pictures
from submissions.documents.sandbox.limits import hold_to_limits

LOOKS: Final[dict[str, Callable[[BytesIO], str]]] = {
    "pdf": pdf.inspect_pdf,
    "picture": pictures.inspect_picture,
}


def run_inspection(kind: str, seconds: int) -> str:
    hold_to_limits(seconds)
    try:
        return LOOKS[kind](BytesIO(sys.stdin.buffer.read()))
    except (MemoryError, RecursionError):
        return COMPLEX


if __name__ == "__main__":
    sys.stdout.write(run_inspection(sys.argv[1], int(sys.argv[2])))
