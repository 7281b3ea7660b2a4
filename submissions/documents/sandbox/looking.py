"""The look into a paper: holds its process to its limits, reads the file and says the verdict."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import BinaryIO, Final

from PIL import Image

from submissions.documents.sandbox import COMPLEX
from submissions.documents.sandbox.limits import hold_to_limits
from submissions.documents.sandbox.pdf import inspect_pdf
from submissions.documents.sandbox.pictures import inspect_picture

LOOKS: Final = {"pdf": inspect_pdf, "picture": inspect_picture}


def warm_up() -> None:
    """Load what a look would load: Pillow reads its formats' modules with the first picture."""
    Image.preinit()


def look(file: BinaryIO, arguments: Sequence[str]) -> str:
    """The verdict on a file; ``arguments``: its kind, and so many seconds of the processor."""
    kind, seconds = arguments
    hold_to_limits(int(seconds))
    try:
        return LOOKS[kind](BytesIO(file.read()))
    except (MemoryError, RecursionError):
        return COMPLEX
