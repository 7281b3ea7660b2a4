"""What a PDF does beside being read: refused where it acts, taken where it is only a form."""

from io import BytesIO

import pytest
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from submissions.documents import inspection, sandbox
from submissions.documents.sandbox.actions import REACHING
from submissions.documents.sandbox.pdf import inspect_pdf
from tests.submissions.files import accepted_type, raw
from tests.submissions.pdfs import (
    SCRIPT,
    attached,
    chain,
    form,
    locked,
    paper,
    stream,
    tree,
    written,
)

LAUNCH = "<</S/Launch/F(cmd.exe)>>"
SEND = "<</S/SubmitForm/F(https://example.org)>>"
LINK = "/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 9 9]{}>>]"
VERDICTS = {value for name, value in vars(sandbox).items() if name.isupper()}

RUNNING = {
    "a script on opening": paper(f"/OpenAction {SCRIPT}"),
    "a page of the network on opening": paper("/OpenAction<</S/URI/URI(https://example.org)>>"),
    "a script on closing": paper(f"/AA<</WC {SCRIPT}>>"),
    "a script when the page is shown": paper(page=f"/AA<</O {SCRIPT}>>"),
    "a script of the whole document": paper(f"/Names<</JavaScript<</Names[(a){SCRIPT}]>>>>"),
    "a script below more names": paper(
        "/Names<</JavaScript<</Kids[4 0 R]>>>>", more=(f"<</Names[(a){SCRIPT}]>>",)
    ),
    "a program behind a link": paper(page=LINK.format(f"/A{LAUNCH}")),
    "a program under the pointer": paper(page=LINK.format(f"/AA<</E {LAUNCH}>>")),
    "a program in the table of contents": paper(
        "/Outlines<</First 4 0 R/Last 4 0 R>>", more=(f"<</Title(a)/Parent 1 0 R/A{LAUNCH}>>",)
    ),
    "a link that sends": paper(page=LINK.format(f"/A{SEND}")),
    "sending on opening": paper(f"/OpenAction{SEND}"),
    "another file": paper(page=LINK.format("/A<</S/GoToR/F(other.pdf)/D[0/Fit]>>")),
    "a file within": paper(page=LINK.format("/A<</S/GoToE/T<</R/C/N(a)>>>>")),
    "data from outside": paper("/OpenAction<</S/ImportData/F(a.fdf)>>"),
    "a program after a harmless step": paper(
        page=LINK.format(f"/A<</S/GoTo/D[3 0 R/Fit]/Next[<</S/Named/N/NextPage>>{LAUNCH}]>>")
    ),
    "a program at the end of a chain": chain(3000, LAUNCH),
    "a name written in code": paper("/OpenAction<</S/Java#53cript/JS(f\\(\\))>>"),
    "a name kept elsewhere": paper("/OpenAction<</S 4 0 R/F(a)>>", more=("/Launch",)),
    "a moving picture": paper(page="/Annots[<</Type/Annot/Subtype/RichMedia/Rect[0 0 9 9]>>]"),
    "a page script hidden in a field": form(f"/FT/Tx/AA<</PO {SCRIPT}>>"),
    "a field that starts a program": form(f"/FT/Tx/AA<</F {LAUNCH}>>"),
    "a field that sends": form(f"/FT/Tx/AA<</C {SEND}>>"),
    "a field that hides its script": form(r"/FT/Tx/AA<</F<</S/JavaScript/JS(\\u0065val\(x\))>>>>"),
    "a button that mails": form("/FT/Btn/Ff 65536/A<</S/JavaScript/JS(this.mailDoc\\(\\))>>"),
    "the script of a field, run on opening": form(
        "/FT/Tx/AA<</F 5 0 R>>", entries="/X 5 0 R"
    ).replace(b"/MediaBox", b"/AA<</O<</S/JavaScript/JS(f\\(\\))>>>>/MediaBox"),
    "a field whose script has two bytes a letter": paper(
        page="/Annots[<</Subtype/Widget/FT/Tx/AA<</F<</S/JavaScript/JS 4 0 R>>>>>>]",
        more=(stream("eval(x)".encode("utf-16")),),
    ),
    "a second generation of an object": paper(
        page=LINK.format("/X 4 0 R/A 4 1 R"), more=(f"null\nendobj\n4 1 obj\n{LAUNCH}",)
    ),
    "a form of XFA that acts": paper(
        "/AcroForm<</Fields[]/XFA[(template)4 0 R]>>",
        more=(stream(b"<event activity='docReady'><script>app.alert(1)</script></event>"),),
    ),
    "a form of XFA that sends": paper(
        "/AcroForm<</Fields[]/XFA 4 0 R>>",
        more=(stream(b"<xfa:event><xfa:submit target='https://example.org'/></xfa:event>"),),
    ),
    "a script in an attached PDF": attached("a.pdf", paper(f"/OpenAction {SCRIPT}")),
}

NUMBER = "<</S/JavaScript/JS(AFNumber_Format\\(0, 0, 0, 0, '', true\\))>>"
SUM = "<</S/JavaScript/JS(event.value = this.getField\\('a'\\).value * 2)>>"
HARMLESS = {
    "a field that formats and computes": form(
        f"/FT/Tx/AA<</K {NUMBER}/F {NUMBER}/V {SUM}/C {SUM}>>", entries="/CO[4 0 R]"
    ),
    "a field below another": form("/FT/Tx/Kids[5 0 R]", f"/Parent 4 0 R/AA<</F {NUMBER}>>"),
    "buttons that print, clear and send": form(
        "/FT/Btn/Ff 65536/A<</S/JavaScript/JS(this.print\\(\\))>>",
        "/FT/Btn/Ff 65536/A<</S/ResetForm>>",
        f"/FT/Btn/Ff 65536/A{SEND}",
        f"/FT/Btn/Ff 65536/AA<</U{SEND}>>",
    ),
    "functions for the fields of a form": paper(
        "/Names<</JavaScript<</Names[(a)<</S/JavaScript/JS 4 0 R>>]>>>>",
        more=(stream(b"this.nocache = true; // (1)\nfunction sum(a) { if (a) { return f(a); } }"),),
    ),
    "a form of XFA that computes": paper(
        "/AcroForm<</Fields[]/XFA[(template)4 0 R]>>",
        more=(stream(b"<calculate><script>a + b</script></calculate><script/>"),),
    ),
    "links": paper(
        page=LINK.format("/A<</S/URI/URI(https://example.org)>>/Next<</S/GoTo/D[3 0 R/Fit]>>")
    ),
    "opening at a page": paper("/OpenAction[3 0 R/Fit]"),
    "opening at a page by an action": paper("/OpenAction<</S/GoTo/D[3 0 R/Fit]>>"),
    "an invoice's data": attached("factur-x.xml", b"<?xml version='1.0'?><a/>"),
    "an attached PDF": attached("a.pdf", paper()),
    "an attached PDF that does not open": attached("a.pdf", b"%PDF-1.7"),
    "a word in front": paper(preface=b"HTTP/1.1 200 OK\r\n" + b"x" * 1000),
    "no right to print, the oldest cipher": locked("RC4-40", ""),
    "no right to print, the newest cipher": locked("AES-256", ""),
}

PROGRAMS = {
    "by its name": attached("setup.EXE", b"nothing"),
    "by its content": attached("letter.txt", b"MZ\x90\x00"),
    "behind a dot": attached("run.bat.", b"dir"),
    "in an archive": attached("all.zip", b"PK\x03\x04"),
    "in a note on the page": paper(
        page="/Annots[<</Subtype/FileAttachment/FS<</F(a.js)/EF<</F 4 0 R>>>>/Rect[0 0 9 9]>>]",
        more=(stream(b"1"),),
    ),
    "in a PDF in a PDF": attached("a.pdf", attached("b.pdf", attached("c.exe", b"MZ"))),
}

INTRICATE = {
    "a chain without an end in sight": chain(20_100, LAUNCH),
    "a PDF in a PDF in a PDF in a PDF": attached(
        "a.pdf", attached("b.pdf", attached("c.pdf", attached("d.pdf", paper())))
    ),
    "two actions in one place": paper(page=LINK.format(f"/A<</S/GoTo/D[3 0 R]>>/A{LAUNCH}")),
}


def parametrized(papers):
    return pytest.mark.parametrize("content", papers.values(), ids=papers.keys())


@parametrized(RUNNING)
def test_what_acts_is_refused_wherever_it_hangs(content):
    assert inspect_pdf(BytesIO(content)) == sandbox.ACTIVE


@parametrized(HARMLESS)
def test_a_form_a_link_and_data_are_no_reason_to_refuse(content):
    assert inspect_pdf(BytesIO(content)) == sandbox.FINE


@parametrized(PROGRAMS)
def test_an_attached_program_is_refused(content):
    assert inspect_pdf(BytesIO(content)) == sandbox.PROGRAM


@parametrized(INTRICATE)
def test_a_search_that_is_given_up_does_not_say_fine(content):
    assert inspect_pdf(BytesIO(content)) == sandbox.COMPLEX


@pytest.mark.parametrize("algorithm", ["RC4-40", "RC4-128", "AES-128", "AES-256"])
def test_a_closed_file_is_called_closed(algorithm):
    assert inspect_pdf(BytesIO(locked(algorithm, "secret"))) == sandbox.PROTECTED


@pytest.mark.parametrize(
    "lock",
    ["<</Filter/Adobe.PubSec/SubFilter/adbe.pkcs7.s5/V 4>>", "<</Filter/Standard/V 9/R 9>>"],
    ids=["by a certificate", "in a way not known here"],
)
def test_a_file_closed_in_a_foreign_way_is_called_closed(lock):
    assert inspect_pdf(BytesIO(paper(trailer=f"/Encrypt{lock}"))) == sandbox.PROTECTED


def test_a_mark_beyond_the_first_kilobyte_makes_no_pdf():
    with pytest.raises(inspection.WrongType):
        inspection.recognise(raw(paper(preface=b"x" * 1025)), 10**6)


def test_what_is_nowhere_in_the_file_is_looked_for_once():
    """A reader that goes through five megabytes for each of them takes minutes."""
    nowhere = " ".join(f"{number} 0 R" for number in range(100, 3_000))
    content = paper(f"/X[{nowhere}]", more=(stream(bytes(5_000_000)),))
    assert accepted_type(raw(content)) == "application/pdf"


def test_a_tree_of_pages_is_gone_through_once():
    """Each branch would be met a hundred times for each time its parent is."""
    content = tree(width=100, depth=60)
    assert accepted_type(raw(content)) == "application/pdf"


@pytest.mark.parametrize(
    "content",
    [
        written(["<</Type/Catalog/Pages 2 0 R>>", "<</Kids[2 0 R]>>"]),
        paper("/X" + "[" * 5000 + "]" * 5000),
    ],
    ids=["a tree without a page", "nested beyond reading"],
)
def test_what_no_reader_makes_out_is_broken(content):
    assert inspect_pdf(BytesIO(content)) == sandbox.BROKEN


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (RUNNING["a link that sends"], "دستور اجرایی"),
        (PROGRAMS["by its name"], "پیوست شده است"),
        (INTRICATE["a chain without an end in sight"], "پیچیده‌تر"),
        (locked("AES-256", "secret"), "گذرواژه"),
    ],
    ids=["acts", "program", "intricate", "closed"],
)
def test_the_row_says_what_to_do(client, signed_in, maryam, draft, content, word):
    signed_in(client, maryam)
    address = reverse("submissions:upload", args=[draft.tracking_code]) + "?requirement=contract"
    answer = client.post(address, {"file": raw(content)}, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert word in answer.content.decode()
    assert "لطفاً" in answer.content.decode()


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_mangled_file_has_a_verdict_too(data):
    papers = [*RUNNING.values(), *HARMLESS.values()]
    content = bytearray(data.draw(st.sampled_from([one for one in papers if len(one) < 5000])))
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place : place + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=9))
    assert inspect_pdf(BytesIO(bytes(content))) in VERDICTS


@pytest.mark.parametrize(
    ("code", "reaches"),
    [
        ("AFSimple_Calculate('SUM', new Array('a', 'b'));", False),
        ("event.value = util.printd('yyyy/mm/dd', new Date());", False),
        ("eval(event.value)", True),
        ("this['submit' + 'Form']()", True),
        ("app.launchURL('https://example.org')", True),
    ],
)
def test_a_script_of_a_field_stays_within_its_form(code, reaches):
    assert bool(REACHING.search(code)) is reaches
