"""Files as people really bring them: good ones, and each way of being bad."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from pypdf import PdfWriter


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
