"""Mends WeasyPrint's text so that Persian can be copied, searched and read aloud in a PDF.

WeasyPrint draws Persian well but writes down what it drew in a way that readers of the file
misunderstand: see ``reading_order``. That leans on the inside of one release of WeasyPrint. A
release whose inside differs is left alone: letters are still issued, only less searchable, and a
warning says so.
"""

import functools
import hashlib
import inspect
import logging
from typing import Any

from pdf.reading_order import LineWriter, read_glyphs

logger = logging.getLogger(__name__)

# Of the two pieces of WeasyPrint 70.0 that the mending leans on (see ``source_digest``).
KNOWN_SOURCE = "52534c3487ed7e42107e4f719754499ea6e19b6bb1f95b59b0eb1f1d8969d8a0"


def source_digest() -> str:
    """Fingerprint of the code of the installed WeasyPrint that ``mend_weasyprint`` leans on."""
    from weasyprint.draw import text
    from weasyprint.pdf import fonts

    sources = inspect.getsource(text.draw_first_line) + inspect.getsource(fonts.Font.__init__)
    return hashlib.sha256(sources.encode()).hexdigest()


@functools.cache
def mend_weasyprint() -> bool:
    """Mend WeasyPrint's notes on Persian text, once per process; say whether that was possible."""
    try:
        known = source_digest() == KNOWN_SOURCE
    except (ImportError, AttributeError, OSError):
        known = False
    if known:
        _wrap_weasyprint()
    else:
        logger.warning("WeasyPrint has changed inside: Persian text of PDFs is not mended.")
    return known


def _wrap_weasyprint() -> None:
    from weasyprint.draw import text

    draw_first_line = text.draw_first_line

    @functools.wraps(draw_first_line)
    def draw_in_reading_order(
        stream: Any, textbox: Any, text_overflow: str, block_ellipsis: str, matrix: Any
    ) -> Any:
        whole = text_overflow != "ellipsis" and block_ellipsis == "none"
        if whole and textbox.text.strip() and textbox.style["font_size"] >= 1e-6:
            glyphs = read_glyphs(stream, textbox, matrix.values[4])
            if glyphs is not None:
                LineWriter(stream, matrix.values).write(glyphs)
                return []
        return draw_first_line(stream, textbox, text_overflow, block_ellipsis, matrix)

    text.draw_first_line = draw_in_reading_order
