"""The files an applicant brings: small, and valid to a reader that looks inside."""

from __future__ import annotations

from pathlib import Path

from PIL import Image
from pypdf import PdfWriter


def pdf(folder: Path, name: str) -> Path:
    """One empty sheet of A4."""
    path = folder / f"{name}.pdf"
    writer = PdfWriter()
    writer.add_blank_page(width=595, height=842)
    writer.write(path)
    return path


def photo(folder: Path, name: str, suffix: str = "jpg") -> Path:
    """A picture as a phone takes it, only smaller."""
    path = folder / f"{name}.{suffix}"
    Image.new("RGB", (640, 420), (214, 205, 190)).save(path)
    return path


def disguised_program(folder: Path, name: str) -> Path:
    """A Windows program that calls itself a PDF."""
    path = folder / f"{name}.pdf"
    path.write_bytes(b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff" + b"\x00" * 500)
    return path
