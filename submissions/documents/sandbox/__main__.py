"""The program: holds itself to its limits, looks into the file and prints the verdict."""

from __future__ import annotations

import sys
from importlib import import_module
from io import BytesIO
from typing import Final

from submissions.documents.sandbox import COMPLEX
from submissions.documents.sandbox.limits import hold_to_limits

# Only what looks at this kind is loaded: to start pypdf costs more than a picture does.
LOOKS: Final = {"pdf": ("pdf", "inspect_pdf"), "picture": ("pictures", "inspect_picture")}


def run_inspection(kind: str, seconds: int) -> str:
    module, name = LOOKS[kind]
    inspect = getattr(import_module(f"submissions.documents.sandbox.{module}"), name)
    hold_to_limits(seconds)
    try:
        verdict: str = inspect(BytesIO(sys.stdin.buffer.read()))
    except (MemoryError, RecursionError):
        return COMPLEX
    return verdict


if __name__ == "__main__":
    sys.stdout.write(run_inspection(sys.argv[1], int(sys.argv[2])))
