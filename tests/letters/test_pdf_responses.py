"""Every PDF goes out the same way: shown by the browser's viewer, or saved, and kept nowhere."""

from __future__ import annotations

from io import BytesIO

import pytest

from pdf.responses import send_pdf


@pytest.mark.parametrize("content", [b"%PDF-1.7", BytesIO(b"%PDF-1.7")])
def test_its_headers_keep_it_to_itself(content):
    answer = send_pdf(content, "request-1.pdf")

    assert b"".join(answer.streaming_content) == b"%PDF-1.7"
    assert answer["Content-Length"] == "8"
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"] == 'inline; filename="request-1.pdf"'


def test_a_persian_name_arrives_whole_and_breaks_no_header():
    answer = send_pdf(b"", 'نامه "۱".pdf', download=True)

    said = answer["Content-Disposition"]
    assert said.startswith("attachment; filename*=utf-8''%D9%86")
    assert '"' not in said
