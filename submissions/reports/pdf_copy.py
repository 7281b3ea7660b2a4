"""The applicant's PDF copy of a filing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from django.template.loader import render_to_string

from pdf.rendering import as_written, read_stylesheet
from pdf.visitors_press import print_for_visitor

COPY_CSS: Final = Path(__file__).parent / "print" / "request_copy.css"


@dataclass(frozen=True)
class CopiedDocument:
    """One file as it was handed in. ``size`` is in bytes, ``sha256`` in hexadecimal digits."""

    title: str
    file_name: str
    size: int
    sha256: str

    @property
    def fingerprint(self) -> str:
        """The first sixteen digits: enough to tell two files apart when they are laid side by side."""
        return self.sha256[:16]


@dataclass(frozen=True)
class RequestCopy:
    """Contents of the copy. ``answers``: (question, answer) pairs as people read them; ``due_at``
    is the promised day of the answer."""

    organisation: str
    tracking_code: str
    service: str
    party_name: str
    party_id: str
    filed_by: str
    filed_at: datetime
    due_at: datetime
    contract: str
    park: str
    declaration: str
    track_address: str
    file_number: str = ""
    description: str = ""
    answers: Sequence[tuple[str, str]] = ()
    documents: Sequence[CopiedDocument] = ()


def render_request_copy(copy: RequestCopy) -> bytes:
    """The PDF of a filed request's copy. It proves nothing by itself: the tracking code does.

    Raises PressBusy.
    """
    page = {
        "copy": copy,
        "answers": [(question, as_written(answer)) for question, answer in copy.answers],
        "description": as_written(copy.description),
    }
    html = render_to_string("submissions/request_copy.html", page)
    return print_for_visitor(html, css=read_stylesheet(COPY_CSS), created=copy.filed_at)
