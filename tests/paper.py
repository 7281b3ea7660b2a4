"""How a test reads a PDF: as a person who copies its text, and as a machine.

Needs ``pdftotext`` (Debian: poppler-utils).
"""

import re
import subprocess
from io import BytesIO

from pypdf import PdfReader

from persian.text import fold_key

# What pdftotext wraps around runs of text to keep their direction.
BIDI_CONTROLS = dict.fromkeys(map(ord, "\u200e\u200f\u202a\u202b\u202c\u202d\u202e"))


def copied_text(pdf: bytes, page: int | None = None) -> str:
    """The text as it comes out by copying, of one page (from 1) or of all."""
    pages = [] if page is None else ["-f", str(page), "-l", str(page)]
    return _pdftotext(pdf, *pages).translate(BIDI_CONTROLS)


def says(pdf: bytes, text: str, page: int | None = None) -> bool:
    """Whether ``text`` stands on paper, however it was spaced.

    Spaces do not count: beside a number pdftotext often puts them on the number's other side.
    """
    return fold_key(text) in fold_key(copied_text(pdf, page))


def edges(pdf: bytes) -> list[tuple[float, float]]:
    """Left and right end of every word, in points from the left edge of the paper."""
    ends = re.findall(r'<word xMin="([-0-9.]+)" .*?xMax="([-0-9.]+)"', _pdftotext(pdf, "-bbox"))
    return [(float(left), float(right)) for left, right in ends]


def opened(pdf: bytes) -> PdfReader:
    return PdfReader(BytesIO(pdf))


def xmp(pdf: bytes) -> str:
    metadata = opened(pdf).trailer["/Root"]["/Metadata"]
    return metadata.get_data().decode()


def _pdftotext(pdf: bytes, *options: str) -> str:
    command = ["pdftotext", *options, "-", "-"]
    return subprocess.run(command, input=pdf, capture_output=True, check=True).stdout.decode()
