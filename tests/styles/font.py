"""Cuts Vazirmatn down to what our pages can show: Persian, Latin and their marks, in our weights.

Two fifths of the whole on the line; the shapes, the name and the licence stay as they are. Run by
hand when a new edition comes: ``python -m tests.styles.font WHOLE.woff2``, the variable font of
npm's vazirmatn (33.0.3 now).
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

ROOT = Path(__file__).parents[2]
SERVED = ROOT / "site/static/vendor/vazirmatn/Vazirmatn-variable.woff2"
WEIGHTS = (400, 400, 800)
# Latin letters and digits; Persian and Arabic whole, with joiners and isolates; punctuation.
SHOWN = [
    *range(0x20, 0x7F),
    *(0xA0, 0xAB, 0xB0, 0xB7, 0xBB, 0xD7),
    *range(0x600, 0x700),
    *range(0x200B, 0x2028),
    *range(0x202A, 0x202F),
    *range(0x2066, 0x206A),
    *(0x2030, 0x2039, 0x203A, 0x20AC, 0x2190, 0x2192, 0x2212, 0x25CC, 0xFDFC),
]
FEATURES = [
    *("ccmp", "init", "medi", "fina", "isol", "rlig", "liga", "calt", "rclt"),
    *("kern", "mark", "mkmk", "locl", "tnum"),
    # Draws ASCII digits as Persian ones: what Wagtail counts in the admin.
    "ss01",
]


def cut(whole: Path, out: Path) -> None:
    options = subset.Options()
    options.layout_features, options.name_IDs = FEATURES, ["*"]
    options.flavor = "woff2"
    font = subset.load_font(whole, options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=SHOWN)
    cutter.subset(font)
    subset.save_font(font, out, options)

    font = instancer.instantiateVariableFont(TTFont(out), {"wght": WEIGHTS})
    font.flavor = "woff2"
    font.save(out)


if __name__ == "__main__":
    cut(Path(sys.argv[1]), SERVED)
    print(f"{SERVED.relative_to(ROOT)}: {SERVED.stat().st_size // 1024} KB")
