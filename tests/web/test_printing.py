"""The press: whatever is printed lasts, can be searched, and fetches nothing from outside."""

import logging
import os
import subprocess
import sys
from xml.etree import ElementTree

import pytest

from pdf import persian_text, rendering
from pdf.rendering import AttachedFile, qr_code, render_pdf
from tests.paper import copied_text, opened, says, xmp

PAGE = '<html lang="fa" dir="rtl"><head><title>برگه</title></head><body>{}</body></html>'
NO_STYLE = "p { margin: 0 }"


def printed(body: str) -> bytes:
    return render_pdf(PAGE.format(body), css=NO_STYLE)


@pytest.mark.parametrize(
    "phrase",
    [
        "اطلاعات لازم را الآن می‌خواهیم",
        "نامهٔ شمارهٔ سامانهٔ",
        "هیچ‌گونه بدهی نمی‌ماند",
        "بلاتکلیفی کالاها",
    ],
)
def test_half_spaces_and_ligatures_survive_copying(phrase):
    assert phrase in copied_text(printed(f"<p>{phrase}</p>"))


def test_the_mending_of_persian_text_knows_the_installed_weasyprint():
    assert persian_text.source_digest() == persian_text.KNOWN_SOURCE, (
        "WeasyPrint has changed inside. Look at pdf/persian_text.py, run these tests with the new "
        "digest, look at a letter, and only then write the digest down."
    )
    assert persian_text.mend_weasyprint()


def test_an_unknown_weasyprint_is_left_alone_with_a_warning(monkeypatch, caplog):
    from weasyprint.draw import text

    before = text.draw_first_line
    monkeypatch.setattr(persian_text, "KNOWN_SOURCE", "of another release")
    with caplog.at_level(logging.WARNING):
        assert not persian_text.mend_weasyprint.__wrapped__()

    assert "not mended" in caplog.text
    assert text.draw_first_line is before


def test_a_page_carries_both_marks_its_language_and_its_title():
    pdf = printed("<h1>سرآغاز</h1>")
    catalog = opened(pdf).trailer["/Root"]

    metadata = ElementTree.fromstring(xmp(pdf).split("?>", 1)[1].rsplit("<?", 1)[0])
    # Readers look for the marks inside rdf:RDF only.
    marks = {key for node in metadata[0] for key in node.attrib.items()}
    assert ("{http://www.aiim.org/pdfa/ns/id/}part", "3") in marks
    assert ("{http://www.aiim.org/pdfa/ns/id/}conformance", "A") in marks
    assert ("{http://www.aiim.org/pdfua/ns/id/}part", "1") in marks
    assert catalog["/Lang"] == "fa"
    assert catalog["/MarkInfo"]["/Marked"]
    assert opened(pdf).metadata.title == "برگه"


def test_an_attachment_is_listed_once_as_data():
    file = AttachedFile("facts.json", '{"a": 1}', "داده‌ها")
    pdf = render_pdf(PAGE.format("<p>متن</p>"), css=NO_STYLE, attachments=[file])

    (listed,) = opened(pdf).trailer["/Root"]["/AF"]
    assert listed.get_object()["/AFRelationship"] == "/Data"
    assert opened(pdf).attachments == {"facts.json": [b'{"a": 1}']}


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "http://127.0.0.1:9/a.png",
        "ftp://127.0.0.1/a",
        f"{rendering.PRINT_DIR.as_uri()}/../printing.py",
        f"{rendering.PRINT_DIR.as_uri()}/%2e%2e/printing.py",
    ],
)
def test_nothing_outside_the_printing_folder_is_fetched(address):
    with pytest.raises(ValueError, match="Not a file of the printing folder"):
        rendering._fetcher_of_own_files().fetch(address)


def test_a_picture_that_may_not_be_fetched_leaves_the_rest_of_the_page():
    assert says(printed('<p>پیش</p><img src="file:///etc/passwd"><p>پس</p>'), "پیش پس")


def test_qr_codes_do_not_pile_up_in_the_press():
    for number in range(5):
        printed(f'<img src="{qr_code(f"https://example.ir/verify/{number}/")}" alt="">')

    kept = [url for url in rendering._make_press()._images if url.startswith("data:")]
    assert len(kept) <= 1


def test_a_process_that_prints_nothing_does_not_pay_for_weasyprint():
    code = "import sys, pdf.rendering; print('weasyprint' in sys.modules)"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True)

    assert run.stdout == b"False\n"


def test_what_a_worker_leaves_in_the_temporary_folder_is_known_by_its_name(tmp_path):
    """A worker's child ends without tidying up; the next press clears away what has this name."""
    code = (
        "import os; from pdf.rendering import render_pdf; "
        f"render_pdf({PAGE.format('x')!r}, css={NO_STYLE!r}); os._exit(0)"
    )
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(sys.path),
        "TMPDIR": str(tmp_path),
    }
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)

    (left,) = tmp_path.iterdir()
    assert left.name.startswith("miz-fonts-")
