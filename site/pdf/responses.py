"""HTTP responses that carry a PDF, issued by us or handed in by somebody."""

from __future__ import annotations

from io import BytesIO
from typing import IO, Any

from django.http import FileResponse

# A PDF in the browser's own viewer may load nothing but itself. Chromium shows none in a
# sandbox, so it goes without.
PDF_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; object-src 'self'; "
    "frame-ancestors 'self'"
)


def send_pdf(content: bytes | IO[Any], name: str, *, download: bool = False) -> FileResponse:
    """The PDF, shown in place unless it is to be saved as ``name``; kept by no cache.

    A ``name`` may have any letters: it goes as RFC 5987 wants it.
    """
    answer = FileResponse(
        BytesIO(content) if isinstance(content, bytes) else content,
        as_attachment=download,
        filename=name,
        content_type="application/pdf",
    )
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["Content-Security-Policy"] = PDF_POLICY
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["X-Frame-Options"] = "SAMEORIGIN"
    return answer
