"""Writes a line of text so that every reader of a PDF gives it back as it went in.

A PDF holds glyphs at places, and each reader guesses the text from them in its own way: MuPDF takes
them in the order of the file, poppler and pdfium by their place, and both then turn right-to-left
words around by rules of their own. Here each glyph is written in the order in which it is read, at
the place where it is seen, and hidden characters stand where a guess would go wrong:

* a mark of direction (RLM) at both ends of a number, a Latin word, a bracket, a comma: else poppler
  counts the space beside it to it;
* an LRM inside of a bracket: else pdfium turns the bracket;
* a space above a Latin word with signs or digits in it: else pdfium turns its parts around. It reads
  such a word as a line of its own;
* the second character of a ligature, and the half-space, which have no glyph of their own.

A hidden character is a sign of the font that no letter uses, drawn invisible (text rendering mode 3)
and a tenth of a point wide. A blank glyph would not do: pdfium drops what covers no paper.
"""

import functools
import io
import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final, NamedTuple

ZWNJ: Final = "\u200c"
LRM: Final = "\u200e"
RLM: Final = "\u200f"

# Signs that stand in for hidden characters, in the order in which they are taken. Tall ones: what is
# lower than 4.5 points begins no line of its own in pdfium.
STAND_INS: Final = "§¶†‡¦¢¥£©®"
WIDTH: Final = 0.1  # of a hidden character, in points

OF_RIGHT_TO_LEFT: Final = {"R", "AL", "NSM", "BN"}


class Glyph(NamedTuple):
    """One glyph of a line: what it stands for and where it is, in points."""

    offset: int  # of its text in the line
    font: Any
    size: float
    number: int
    text: str
    level: int  # odd: right to left
    x: float
    y: float
    width: float

    @property
    def is_rightward(self) -> bool:
        return self.level % 2 == 0

    @property
    def is_neutral(self) -> bool:
        """A sign within right-to-left text, which readers count to either side."""
        return _is_neutral(self.text)


class LineWriter:
    """Writes the glyphs of one line, in the order in which they are read.

    Each is placed by its distance from the one before it: the same few distances come again and again,
    and so take little room in the file.
    """

    def __init__(self, stream: Any, matrix: tuple[float, ...]) -> None:
        self._stream = stream
        self._written: list[bytes] = stream.stream
        self._turn, self._baseline = matrix[:4], matrix[5]
        self._is_upright = matrix[1] == matrix[2] == 0
        self._at: tuple[float, float] | None = None  # where the last one stands, in the file
        self._face: tuple[Any, float] | None = None
        self._squeezed = 0.0  # the width to which what is hidden is squeezed; 0: what is seen comes
        self._marked = False  # whether the left end of what was written last has its mark

    def write(self, glyphs: list[Glyph]) -> None:
        runs = list(_runs(glyphs))
        for i, run in enumerate(runs):
            if run[0].is_rightward:
                free = [
                    not 0 <= j < len(runs) or runs[j][end].text == " "
                    for j, end in ((i - 1, -1), (i + 1, 0))
                ]
                self._write_rightward(run, alone=all(free))
            else:
                for glyph in run:
                    self._write_leftward(glyph)
        self._unhide()

    def _write_rightward(self, run: list[Glyph], *, alone: bool) -> None:
        left = min(run, key=lambda glyph: glyph.x)
        last = max(run, key=lambda glyph: glyph.x)
        right = last.x + last.width
        apart = alone and _is_mixed("".join(glyph.text for glyph in run))
        if not self._marked:
            self._hide(RLM, last, right - WIDTH)
        if apart:
            self._hide(" ", last, right, lift=2 * last.size)
        for glyph in run:
            self._show(glyph)
        if apart:
            self._hide(" ", left, left.x, lift=2 * left.size)
        self._hide(RLM, left, left.x - WIDTH)
        self._marked = True

    def _write_leftward(self, glyph: Glyph) -> None:
        marked, self._marked = self._marked, False
        if glyph.text == ZWNJ:
            self._hide(ZWNJ, glyph, glyph.x - WIDTH / 2)
        elif glyph.is_neutral:
            right = glyph.x + glyph.width
            if not marked:
                self._hide(RLM, glyph, right - WIDTH)
            if unicodedata.mirrored(glyph.text):
                self._hide(LRM, glyph, right - 2 * WIDTH)
            self._show(glyph)
            self._hide(RLM, glyph, glyph.x - WIDTH)
            self._marked = True
        else:
            self._show(glyph)
            for i, second in enumerate(glyph.text[1:], 1):
                self._hide(second, glyph, glyph.x - WIDTH * i)

    def _show(self, glyph: Glyph) -> None:
        """Draw a glyph for its first character. One glyph has one text in the whole file."""
        if not glyph.number:
            return
        if glyph.level % 2 == 0:
            glyph.font.to_unicode.setdefault(glyph.number, glyph.text)
        else:
            glyph.font.to_unicode[glyph.number] = glyph.text[0]
        if self._squeezed:
            self._unhide()
        self._put(glyph, glyph.number, glyph.x, self._baseline - glyph.y)

    def _hide(self, character: str, beside: Glyph, x: float, *, lift: float = 0) -> None:
        """Write a character that is read and not seen; nothing when the font has no sign for it."""
        found = _stand_in(beside.font, character)
        if found is None:
            return
        number, width = found
        beside.font.to_unicode[number] = character
        beside.font.widths[number] = round(width)
        scale = 100 * WIDTH / (width * beside.size / 1000)
        if scale != self._squeezed:
            self._written.append(b"%s%.3f Tz" % (b"" if self._squeezed else b"3 Tr ", scale))
            self._squeezed = scale
        self._put(beside, number, x, self._baseline + lift)

    def _unhide(self) -> None:
        if self._squeezed:
            self._written.append(b"0 Tr 100 Tz")
            self._squeezed = 0.0

    def _put(self, glyph: Glyph, number: int, x: float, y: float) -> None:
        face = glyph.font, glyph.size
        if face != self._face:
            self._face = face
            self._stream.set_font_size(glyph.font.hash, glyph.size)
        if self._at is None or not self._is_upright:
            self._stream.set_text_matrix(*self._turn, x, y)
            self._at = x, y
            self._written.append(b"<%04x>Tj" % number)
            return
        was_x, was_y = self._at
        across, down = round((x - was_x) / self._turn[0], 5), round((y - was_y) / self._turn[3], 5)
        self._at = was_x + across * self._turn[0], was_y + down * self._turn[3]
        self._written.append(b"%s %s Td<%04x>Tj" % (_number(across), _number(down), number))


def read_glyphs(stream: Any, textbox: Any, x: float) -> list[Glyph] | None:
    """The glyphs of a line in the order in which they are read, starting at ``x`` on paper.

    None when the line holds what is drawn in other ways: a character that no font has, a picture.
    """
    from weasyprint.text.ffi import ffi, pango

    pango.pango_layout_set_single_paragraph_mode(textbox.pango_layout.layout, True)
    line, _ = textbox.pango_layout.get_first_line()
    text = textbox.pango_layout.text.encode()
    glyphs: list[Glyph] = []
    run = line.runs[0]
    while run != ffi.NULL:
        font, size = stream.add_font(run.data.item.analysis.font)
        if font.bitmap or font.svg or font.png or font.colr:
            return None
        for glyph in _glyphs_of_run(stream, run.data, text, (font, size), x):
            if glyph.number & pango.PANGO_GLYPH_UNKNOWN_FLAG:
                return None
            glyphs.append(glyph)
        x += _width_of_run(run.data)
        run = run.next
    return _in_reading_order(glyphs)


def _in_reading_order(glyphs: list[Glyph]) -> list[Glyph]:
    """By their text; glyphs of one character as they stand, from the right where it reads so."""
    order = [
        (glyph.offset, i if glyph.level % 2 == 0 else -i, glyph) for i, glyph in enumerate(glyphs)
    ]
    order.sort()
    return [glyph for _, _, glyph in order]


def _glyphs_of_run(
    stream: Any, run: Any, text: bytes, face: tuple[Any, float], x: float
) -> Iterator[Glyph]:
    from weasyprint.text.ffi import FROM_UNITS, pango

    (font, size), level, start = face, run.item.analysis.level, run.item.offset
    empty, unknown, infos = (
        pango.PANGO_GLYPH_EMPTY, pango.PANGO_GLYPH_UNKNOWN_FLAG, run.glyphs.glyphs,
    )  # fmt: skip
    for i, (begin, end) in enumerate(_clusters(run)):
        info = infos[i]
        said = text[start + begin : start + end].decode()
        number, geometry = info.glyph, info.geometry
        place = x + geometry.x_offset * FROM_UNITS
        x += geometry.width * FROM_UNITS
        if number == empty:
            if said != ZWNJ:
                continue
            number = 0
        width = 0.0
        if number and not number & unknown:
            width = _advance(stream, run.item.analysis.font, face, number)
        rise = geometry.y_offset * FROM_UNITS
        yield Glyph(start + begin, font, size, number, said or " ", level, place, rise, width)


def _advance(stream: Any, pango_font: Any, face: tuple[Any, float], number: int) -> float:
    """Width of a glyph in points; noted for the file as WeasyPrint notes it."""
    from weasyprint.text.ffi import FROM_UNITS, pango

    font, size = face
    if number not in font.widths:
        pango.pango_font_get_glyph_extents(pango_font, number, stream.ink_rect, stream.logical_rect)
        font.widths[number] = round(stream.logical_rect.width * 1000 * FROM_UNITS / size)
    return float(font.widths[number] * size / 1000)


def _clusters(run: Any) -> list[tuple[int, int]]:
    """Begin and end, in bytes of the run, of the text that each glyph of it stands for."""
    from weasyprint.text.ffi import ffi

    begins = ffi.unpack(run.glyphs.log_clusters, run.glyphs.num_glyphs)
    starts = sorted(set(begins))
    ends = dict(pairwise([*starts, run.item.length]))
    return [(begin, ends[begin]) for begin in begins]


def _width_of_run(run: Any) -> float:
    from weasyprint.text.ffi import FROM_UNITS

    glyphs = run.glyphs
    infos = glyphs.glyphs
    return float(sum(infos[i].geometry.width for i in range(glyphs.num_glyphs)) * FROM_UNITS)


def _runs(glyphs: list[Glyph]) -> Iterator[list[Glyph]]:
    """Glyphs that follow each other in one direction."""
    run: list[Glyph] = []
    for glyph in glyphs:
        if run and run[-1].is_rightward != glyph.is_rightward:
            yield run
            run = []
        run.append(glyph)
    if run:
        yield run


@functools.lru_cache(maxsize=1024)
def _is_neutral(text: str) -> bool:
    return text != " " and unicodedata.bidirectional(text[0]) not in OF_RIGHT_TO_LEFT


def _number(number: float) -> bytes:
    """As short as the file takes it."""
    return (f"{number:.5f}".rstrip("0").rstrip(".") if number else "0").encode()


def _is_mixed(text: str) -> bool:
    """Whether Latin letters stand together with anything else."""
    kinds = {unicodedata.bidirectional(character) == "L" for character in text}
    return len(kinds) == 2


def _stand_in(font: Any, character: str) -> tuple[int, float] | None:
    """Number and width (in thousandths of the size) of the sign for a hidden character."""
    taken = font.__dict__.setdefault("hidden_characters", {})
    if character not in taken:
        signs = _signs(font.file_content, font.index)
        taken[character] = signs[len(taken)] if len(taken) < len(signs) else None
    found: tuple[int, float] | None = taken[character]
    return found


@functools.lru_cache(maxsize=8)
def _signs(font_file: bytes, index: int) -> list[tuple[int, float]]:
    """The stand-ins that a font has, with their widths."""
    from fontTools.ttLib import TTFont

    font = TTFont(io.BytesIO(font_file), fontNumber=index, lazy=True)
    names, widths, units = font.getBestCmap(), font["hmtx"].metrics, font["head"].unitsPerEm
    found = [names[ord(sign)] for sign in STAND_INS if ord(sign) in names]
    return [(font.getGlyphID(name), widths[name][0] * 1000 / units) for name in found]
