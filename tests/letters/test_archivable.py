"""A letter keeps the rules of PDF/A-3a and PDF/UA-1 that matter, also once it is sealed.

No validator of the two standards is to be had from PyPI, npm or Debian (veraPDF is none of them), so
the rules are looked at here one by one.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from letters.rendering import render_letter
from letters.seal.sealing import seal_pdf
from tests.letters.sealing import use_seal
from tests.letters.test_rendering import PARAGRAPHS, facts
from tests.paper import opened, says, xmp


@pytest.fixture(scope="module")
def long_letter() -> bytes:
    rows = [{"label": f"مشخصهٔ {n}", "value": "info@example.ir (نمونه)"} for n in range(12)]
    subject = "معرفی واحد صنعتی جهت واگذاری انشعاب برق با قدرت ۲۵۰ کیلووات " * 3
    return render_letter(facts(paragraphs=PARAGRAPHS * 14, rows=rows, subject=subject.strip()))


def elements(node: Any) -> Iterator[Any]:
    """Elements of the structure tree in reading order."""
    node = node.get_object()
    if not isinstance(node, dict):
        return
    if "/S" in node:
        yield node
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, list) else [kids]:
        yield from elements(kid)


def tree(pdf: bytes) -> list[Any]:
    return list(elements(opened(pdf).trailer["/Root"]["/StructTreeRoot"]))


def test_the_catalog_names_language_marks_title_and_colours(long_letter):
    catalog = opened(long_letter).trailer["/Root"]

    assert catalog["/Lang"] == "fa"
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"]
    (intent,) = catalog["/OutputIntents"]
    assert intent.get_object()["/S"] == "/GTS_PDFA1"
    assert intent.get_object()["/DestOutputProfile"].get_object().get_data()[36:40] == b"acsp"
    assert "/Encrypt" not in opened(long_letter).trailer
    assert not {"/OpenAction", "/AA", "/JavaScript"} & set(catalog)


def test_all_fonts_are_embedded_with_their_text_and_their_widths(long_letter):
    found = 0
    for page in opened(long_letter).pages:
        for font in page["/Resources"]["/Font"].values():
            (descendant,) = font.get_object()["/DescendantFonts"]
            described = descendant.get_object()["/FontDescriptor"].get_object()
            assert {"/FontFile2", "/FontFile3"} & set(described)
            assert descendant.get_object()["/W"]
            assert font.get_object()["/ToUnicode"].get_object().get_data()
            found += 1
    assert found >= 2


def test_the_structure_says_heading_text_table_and_pictures_in_reading_order(long_letter):
    found = tree(long_letter)
    kinds = [element["/S"] for element in found]

    assert kinds[0] == "/Document"
    assert kinds.count("/H1") == 1
    assert kinds.index("/H1") < kinds.index("/Table")
    assert kinds.count("/TR") == kinds.count("/TH") == kinds.count("/TD") == 12
    assert all(element.get("/Alt") for element in found if element["/S"] == "/Figure")


def test_every_piece_of_the_page_is_tagged_or_an_artifact(long_letter):
    for page in opened(long_letter).pages:
        depth = 0
        for operands, operator in page.get_contents().operations:
            depth += {b"BDC": 1, b"BMC": 1, b"EMC": -1}.get(operator, 0)
            if operator in (b"Tj", b"TJ", b"Do"):
                assert depth >= 1, operands
        assert "/Annots" not in page or page["/Tabs"] == "/S"


def test_the_seal_leaves_what_was_marked(long_letter, settings, tmp_path):
    use_seal(settings, tmp_path / "seal")
    sealed = seal_pdf(long_letter)

    assert sealed.startswith(long_letter)
    # pyHanko writes the metadata anew, with the time of the seal.
    for mark in (
        'pdfaid:part="3"',
        'pdfaid:conformance="A"',
        "pdfuaid:part",
        "pdfaExtension:schemas",
    ):
        assert mark in xmp(long_letter)
        assert mark in xmp(sealed)
    assert [e["/S"] for e in tree(sealed)] == [e["/S"] for e in tree(long_letter)]
    (listed,) = opened(sealed).trailer["/Root"]["/AF"]
    assert listed.get_object()["/AFRelationship"] == "/Data"


def test_a_letter_of_three_pages_takes_a_row_of_its_table_along_with_the_signature(long_letter):
    assert len(opened(long_letter).pages) == 3
    assert says(long_letter, "مشخصهٔ 11", 3)
    assert says(long_letter, "محمد رضایی معاون فنی", 3)
    assert says(long_letter, "صفحهٔ ۳ از ۳", 3)
