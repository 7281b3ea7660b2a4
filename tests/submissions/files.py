"""Files as people really bring them: good ones, and each way of being bad."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from submissions.documents import inspection


def pdf(name="مدرک.pdf", password=None, owner_only=False):
    writer = PdfWriter()
    writer.add_blank_page(width=200, height=200)
    if password:
        user_password = "" if owner_only else password
        writer.encrypt(user_password, owner_password=password, algorithm="RC4-128")
    content = io.BytesIO()
    writer.write(content)
    return SimpleUploadedFile(name, content.getvalue(), "application/pdf")


def picture(kind="PNG", name="عکس.png"):
    content = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(content, kind)
    return SimpleUploadedFile(name, content.getvalue())


def raw(content, name="file.pdf"):
    return SimpleUploadedFile(name, content, "application/pdf")


def pdf_with(opens=None, annotated=None, attached=""):
    """A page with an action on opening, one in a note on the page, or a file attached."""
    writer = PdfWriter()
    page = writer.add_blank_page(width=200, height=200)
    if opens:
        writer.root_object[NameObject("/OpenAction")] = _action(opens)
    if annotated:
        note = DictionaryObject({NameObject("/Subtype"): NameObject("/Link")})
        note[NameObject("/A")] = _action(annotated)
        note[NameObject("/Rect")] = page.mediabox
        writer.add_annotation(0, note)
    if attached:
        writer.add_attachment(attached, b"{}")
    content = io.BytesIO()
    writer.write(content)
    return SimpleUploadedFile("مدرک.pdf", content.getvalue(), "application/pdf")


def endless_pdf():
    """Four megabytes that take a reader hours: thousands of things that are nowhere in the file."""
    nowhere = b" ".join(b"%d 0 R" % number for number in range(1000, 90_000))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/X 4 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
        b"[" + nowhere + b"]%" + b"x" * 3_000_000,
    ]
    return SimpleUploadedFile("مدرک.pdf", _write_objects(objects), "application/pdf")


def slow_pdf():
    """4.6 MB that cost their reader seven seconds: a thousand lists of two thousand numbers."""
    lists = [b"[" + b"7 " * 2300 + b"]"] * 1000
    named = b" ".join(b"%d 0 R" % number for number in range(4, 1004))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/X[" + named + b"]>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
        *lists,
    ]
    return SimpleUploadedFile("مدرک.pdf", _write_objects(objects), "application/pdf")


def _write_objects(objects):
    content, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, start=1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table
    end = b"trailer <</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
    return content + head + end % (len(objects) + 1, len(content))


def accepted_type(upload):
    """Its type when it is fine: looked at as the page does first, and as the worker does then."""
    content_type = inspection.recognise(upload, 10**7)
    inspection.require_fine(upload, content_type)
    return content_type


def _action(words):
    said = {"/S": NameObject}
    return DictionaryObject(
        {NameObject(key): said.get(key, TextStringObject)(value) for key, value in words.items()}
    )


def huge_picture(side=11_500):
    """A few kilobytes that mean more than a hundred million pixels."""
    content = io.BytesIO()
    Image.new("1", (side, side)).save(content, "PNG")
    return SimpleUploadedFile("عکس.png", content.getvalue())


def empty_picture():
    """A head and an end, and nothing between them."""
    whole = picture().read()
    return raw(whole[: whole.index(b"IDAT") - 4] + whole[whole.index(b"IEND") - 4 :], "عکس.png")
