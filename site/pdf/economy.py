"""What a press need not do again for each letter, and what it need not do twice for one.

WeasyPrint writes each object of a file twice, since the identifier of the file is a digest of them
all; it draws the emblem anew from its paths each time; and the objects of a letter are so many that
Python looks for garbage dozens of times while it is made. The page is what it would be.
"""

from __future__ import annotations

import functools
import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

# What a graphic may name besides its strokes and that need not be drawn again: how opaque it is.
OPACITY: Final = b" gs"
# A graphic that holds text or another graphic is drawn anew: that belongs to its file.
OF_ITS_FILE: Final = (b" Tj", b" TJ", b" Do", b" sh", b" scn", b" SCN", b" BDC")
# The path of a code: to a place, from there to another, along a line.
LINE: Final = re.compile(r"([Mmh])(-?[\d.]+)(?: (-?[\d.]+))?")
LINES: Final = re.compile(r"M[\d.]+ [\d.]+(?:m-?[\d.]+ -?[\d.]+|h[\d.]+)+")
START: Final = b"0 0 m"
# Objects made before Python looks for garbage; a letter has some two hundred thousand.
RARELY: Final = (50_000, 20, 100)


def write_once(pdf: Any) -> None:
    """Have each object of a finished file written once. Nothing may change in them afterwards."""
    for written in pdf.objects:
        if written.free != "f":
            kind: Any = type(written)
            written.__class__ = _keep_bytes(kind)


@functools.cache
def _keep_bytes(kind: Any) -> Any:
    """A kind of objects, of which each keeps its bytes."""

    class WrittenOnce(kind):
        @functools.cached_property
        def data(self) -> Any:
            return super().data

    return WrittenOnce


class Images(dict[str, Any]):
    """WeasyPrint's cache of images: those of files stay, and are drawn once."""

    def __setitem__(self, url: str, image: Any) -> None:
        if type(image).__name__ == "SVGImage":
            # WeasyPrint goes on with the image itself, not with what is kept here.
            kind = Replayed if url.startswith("file:") else QuickCode
            image.draw = kind(image).draw
        super().__setitem__(url, image)

    def forget_passing(self) -> None:
        """Drop what came from no file: codes differ in each letter and would pile up."""
        for url in [url for url in self if not url.startswith("file:")]:
            del self[url]


class Replayed:
    """An image of vectors that is drawn once and repeated from then on, at the same size."""

    def __init__(self, image: Any) -> None:
        self.draw_anew = image.draw
        self._strokes: dict[tuple[float, float], tuple[list[bytes], dict[str, Any]]] = {}

    def draw(self, stream: Any, width: float, height: float, style: Any) -> None:
        """Draw into a stream of a page, as WeasyPrint asks it of an image."""
        known = self._strokes.get((width, height))
        if known is None:
            known = self._draw(stream, width, height, style)
            if known is not None:
                self._strokes[width, height] = known
            return
        strokes, opacities = known
        for name, opacity in opacities.items():
            stream._resources["ExtGState"].setdefault(name, opacity)
        stream.stream.extend(strokes)
        _forget_state(stream)

    def _draw(
        self, stream: Any, width: float, height: float, style: Any
    ) -> tuple[list[bytes], dict[str, Any]] | None:
        """Draw it; its strokes with the opacities that they name, None when they are not all of it."""
        before = len(stream.stream)
        # As if nothing had been drawn before it: what it needs is among its strokes.
        _forget_state(stream)
        self.draw_anew(stream, width, height, style)
        strokes = list(stream.stream[before:])
        if not all(isinstance(stroke, bytes) for stroke in strokes):
            return None
        if not strokes or any(stroke.endswith(OF_ITS_FILE) for stroke in strokes):
            return None
        names = {stroke[1:-3].decode() for stroke in strokes if stroke.endswith(OPACITY)}
        known = stream._resources["ExtGState"]
        return strokes, {name: known[name] for name in names}


class QuickCode:
    """A QR code, drawn as the lines that it is made of; any other image is drawn as it is."""

    def __init__(self, image: Any) -> None:
        self.draw_anew = image.draw
        self._tree = image._svg.tree

    def draw(self, stream: Any, width: float, height: float, style: Any) -> None:
        """Draw into a stream of a page: WeasyPrint the frame, the lines of the code here."""
        path: Any = next(iter(self._tree), None)
        lines = path.get("d", "") if path is not None and path.get("class") == "qrline" else ""
        if not LINES.fullmatch(lines):
            self.draw_anew(stream, width, height, style)
            return
        # A single point, which is not seen, where the lines are to stand.
        path.attrib["d"] = "M0 0"
        before = len(stream.stream)
        self.draw_anew(stream, width, height, style)
        path.attrib["d"] = lines
        # WeasyPrint begins each path at this point, and there ours is.
        at = stream.stream.index(START, before) + 1
        stream.stream[at : at + 1] = _strokes_of(lines)


def _strokes_of(lines: str) -> Iterator[bytes]:
    x = y = 0.0
    for letter, along, down in LINE.findall(lines):
        if letter == "M":
            x, y = float(along), float(down)
        else:
            x, y = x + float(along), y + float(down or 0)
        yield b"%g %g %s" % (x, y, b"l" if letter == "h" else b"m")


def _forget_state(stream: Any) -> None:
    """What a stream takes for set already, as WeasyPrint notes it."""
    stream._current_color = stream._current_color_stroke = None
    stream._current_alpha = stream._current_alpha_stroke = None


@contextmanager
def rare_collections() -> Iterator[None]:
    """Look for garbage rarely meanwhile; what a letter leaves behind is mostly none."""
    usual = gc.get_threshold()
    gc.set_threshold(*RARELY)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def freeze_loaded() -> None:
    """What is there now is not garbage: no collection looks at it again, and forks share it."""
    gc.collect()
    gc.freeze()
