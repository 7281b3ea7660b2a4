"""Mends WeasyPrint's text so that Persian can be copied, searched and read aloud in a PDF.

WeasyPrint draws Persian well but writes down what it drew in a way that readers of the file
misunderstand, twice:

* Pango hides the half-space (ZWNJ) as "no glyph", so «می‌شود» is copied as «میشود». The font has
  a zero-width glyph for it; drawing that one changes nothing on paper and keeps the character.
* One glyph for two characters (لا، هٔ) is noted in logical order, but readers turn a right-to-left
  run around letter by letter, so «سلام» is copied as «سالم». The note has to be backwards.

Both lean on the inside of one release of WeasyPrint. A release whose inside differs is left
alone: letters are still issued, only less searchable, and a warning says so.
"""

import functools
import hashlib
import inspect
import io
import logging
import unicodedata
from typing import Any

logger = logging.getLogger(__name__)

ZWNJ = "\u200c"
RIGHT_TO_LEFT = {"R", "AL", "NSM"}  # letters, and the marks that stand on them

# Of the two pieces of WeasyPrint 70.0 that the mending leans on (see ``source_digest``).
KNOWN_SOURCE = "52534c3487ed7e42107e4f719754499ea6e19b6bb1f95b59b0eb1f1d8969d8a0"


class ToUnicode(dict[int, str]):
    """Glyph number to text, noting a ligature of right-to-left characters backwards."""

    def __setitem__(self, glyph: int, text: str) -> None:
        ligature = len(text) > 1 and all(
            unicodedata.bidirectional(c) in RIGHT_TO_LEFT for c in text
        )
        super().__setitem__(glyph, text[::-1] if ligature else text)


@functools.lru_cache(maxsize=8)
def zwnj_glyph(font_file: bytes, index: int) -> int | None:
    """Number of the font's own half-space glyph, None when the font has none."""
    from fontTools.ttLib import TTFont

    font = TTFont(io.BytesIO(font_file), fontNumber=index, lazy=True)
    name = font.getBestCmap().get(ord(ZWNJ))
    return font.getGlyphID(name) if name else None


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
    from weasyprint.pdf import fonts, stream

    class PersianFont(fonts.Font):
        def __init__(self, *args: Any) -> None:
            super().__init__(*args)
            self.to_unicode = ToUnicode()

    draw_first_line = text.draw_first_line

    @functools.wraps(draw_first_line)
    def draw_with_half_spaces(stream: Any, textbox: Any, *args: Any) -> Any:
        if ZWNJ in textbox.pango_layout.text:
            _show_half_spaces(stream, textbox.pango_layout)
        return draw_first_line(stream, textbox, *args)

    stream.Font = PersianFont
    text.draw_first_line = draw_with_half_spaces


def _show_half_spaces(stream: Any, layout: Any) -> None:
    """Put the font's half-space glyph where Pango put none, in the line about to be drawn.

    Pango keeps the line it has shaped until the layout changes, so the drawing that follows
    gets this very line. Single-paragraph mode is set first because setting it there would be
    such a change.
    """
    from weasyprint.text.ffi import ffi, pango

    pango.pango_layout_set_single_paragraph_mode(layout.layout, True)
    text = layout.text.encode()
    line, _ = layout.get_first_line()
    run = line.runs[0]
    while run != ffi.NULL:
        _show_half_spaces_of_run(stream, run.data, text)
        run = run.next


def _show_half_spaces_of_run(stream: Any, run: Any, text: bytes) -> None:
    from weasyprint.text.ffi import pango

    start, shaped = run.item.offset, run.glyphs
    if ZWNJ.encode() not in text[start : start + run.item.length]:
        return
    font, _ = stream.add_font(run.item.analysis.font)
    half_space = zwnj_glyph(font.file_content, font.index)
    for i in range(shaped.num_glyphs if half_space else 0):
        hidden = shaped.glyphs[i].glyph == pango.PANGO_GLYPH_EMPTY
        if hidden and text.startswith(ZWNJ.encode(), start + shaped.log_clusters[i]):
            shaped.glyphs[i].glyph = half_space
