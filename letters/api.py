"""Endpoints of letters: the paper for its applicant, and what became of it for everybody."""

from __future__ import annotations

from typing import Final

from django.http import FileResponse, HttpRequest
from ninja import Router

from letters.proof import LetterProof, ProofReport, describe_letter
from letters.proof_report import make_report
from letters.proof_views import answer_report, judge_file, require_letter, take_look
from letters.views import serve_letter
from signin.callers import signed_in
from web.requests import UserRequest

verify = Router(tags=["verify"])
# Said here, not by a parameter: the whole of a file would be read before its length is judged.
FILE_IN_A_FORM: Final = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {"file": {"type": "string", "format": "binary"}},
            }
        }
    },
}
papers = Router(auth=signed_in, tags=["submissions"])


@verify.get("verify/{code}/", response=LetterProof, summary="راستی‌آزمایی نامه")
def show_verification(request: HttpRequest, code: str) -> LetterProof:
    """What became of the letter with the code that is printed on it."""
    take_look(request)
    return describe_letter(require_letter(code))


@verify.post(
    "verify/{code}/file/",
    response=ProofReport,
    summary="مقایسهٔ فایل با نامه",
    openapi_extra={"requestBody": FILE_IN_A_FORM},
)
def compare_with_file(request: HttpRequest, code: str) -> ProofReport:
    """What the ``file`` of a form (multipart) is beside the letter: ours to the bit, altered, unknown.

    It is kept nowhere. At most five megabytes.
    """
    return make_report(*judge_file(request, code))


@verify.get("verify/{code}/report/", response={200: bytes}, summary="گزارش راستی‌آزمایی")
def show_report(request: HttpRequest, code: str) -> FileResponse:
    """What became of the letter as a PDF."""
    return answer_report(request, code)


@papers.get("submissions/{tracking_code}/letter/", response={200: bytes}, summary="دریافت نامه")
def show_letter(request: UserRequest, tracking_code: str) -> FileResponse:
    """The newest issued letter of a request as PDF, for whoever may read that."""
    return serve_letter(request, tracking_code)
