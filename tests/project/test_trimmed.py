"""Pages are sent no more of Bootstrap and of the font than they show, and no less."""

from __future__ import annotations

import unicodedata

from fontTools.ttLib import TTFont

from tests.styles import font, trim

CSS = (
    ":root{--a:1px;--b:var(--a);--c:2px}.btn{margin:var(--b)}.btn,.card{color:red}"
    ".card{padding:0}a:hover{color:blue}@media (min-width:1px){.card{margin:0}.btn{margin:0}}"
    "@keyframes turn{to{rotate:1turn}}[data-bs-theme=dark] .btn{color:white}"
)


def test_what_no_page_names_is_left_out_with_its_variables() -> None:
    kept = trim.trimmed(CSS, {"btn"}, "")

    assert kept.split("\n")[:-1] == [
        ":root{--a:1px;--b:var(--a)}",
        ".btn{margin:var(--b)}",
        ".btn{color:red}",
        "a:hover{color:blue}",
        "@media (min-width:1px){.btn{margin:0}}",
    ]


def test_what_our_own_styles_ask_for_stays() -> None:
    assert "--c:2px" in trim.trimmed(CSS, set(), "p{margin:var(--c)}")


def test_the_file_that_is_served_holds_all_that_the_pages_name() -> None:
    served = set(trim.SERVED.read_text("ascii").splitlines())
    needed = {line for line in trim.served_now().splitlines() if not line.startswith(":root")}

    assert needed <= served, "run `make styles`"


def test_the_font_holds_every_letter_of_our_own_words() -> None:
    said = trim.text_of(
        ("templates/**/*.html", "templates/**/*.txt", "*/data/*.json", "site/static/portal/*.js")
    )
    shown = TTFont(font.SERVED).getBestCmap()

    read = {letter for letter in said if unicodedata.category(letter)[0] in "LMNP"}
    assert {letter for letter in read if ord(letter) not in shown} == set()


def test_the_font_still_draws_wagtails_digits_as_persian_ones() -> None:
    features = TTFont(font.SERVED)["GSUB"].table.FeatureList.FeatureRecord

    assert "ss01" in {feature.FeatureTag for feature in features}
