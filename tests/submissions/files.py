"""Files as people really bring them: good ones, and each way of being bad."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject


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
