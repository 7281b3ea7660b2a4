"""Verification of a letter for whoever holds one: by its code, by its file, as a report."""

from __future__ import annotations

from typing import Any, TypeVar

from django import forms
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from letters.comparison import Comparison, compare_file, require_bounded
from letters.models import Letter
from letters.proof import find_letter, find_successor, mask_holder
from letters.proof_report import make_report, print_report
from pdf.responses import send_pdf
from persian.forms import IdentifierField
from persian.identifiers import normal_verify_code
from web.rate_limits import Limit, in_words
from web.refusals import Refusal
from web.security.visitors import network_of

ResponseT = TypeVar("ResponseT", bound="HttpResponse | FileResponse")

# Many may look behind one address of an operator; to look into a file takes the processor.
LOOKS_A_MINUTE = Limit("verify", 120, 60)
FILES_A_MINUTE = Limit("verify-file", 10, 60)
FILES_AN_HOUR = Limit("verify-file-hour", 100, 60 * 60)


class TooManyProofs(Refusal):
    status = 429
    code = "too_many_verifications"
    title = "تعداد راستی‌آزمایی‌ها بیش از حد مجاز است"

    def __init__(self, seconds: int) -> None:
        self.retry_after = seconds
        super().__init__(
            "برای حفظ امنیت، تعداد راستی‌آزمایی در هر دقیقه محدود است. "
            f"لطفاً {in_words(seconds)}ٔ دیگر دوباره تلاش کنید."
        )


class VerifyCodeField(IdentifierField):
    """The code printed on a letter; cleans to sixteen upper-case characters."""

    attrs = {"autocomplete": "off", "autocapitalize": "characters", "dir": "ltr"}
    normalise = staticmethod(normal_verify_code)


class VerifyForm(forms.Form):
    """A GET form: nothing is changed and nobody needs a cookie to ask."""

    code = VerifyCodeField(
        label="کد راستی‌آزمایی",
        help_text="شانزده کاراکتر است و پایین نامه، کنار بارکد چاپ شده است.",
        error_messages={"required": "لطفاً کد راستی‌آزمایی را وارد کنید."},
    )


@require_safe
def verify_form(request: HttpRequest) -> HttpResponse:
    """Where a code is typed in from paper."""
    form = VerifyForm(request.GET if "code" in request.GET else None)
    if form.is_valid():
        return redirect("letters:verify", code=form.cleaned_data["code"])
    return _keep_unlisted(render(request, "letters/verify_form.html", {"form": form}))


@never_cache
@require_safe
def show_verification(request: HttpRequest, code: str) -> HttpResponse:
    """What became of the letter with this code; «یافت نشد» is a 404 that helps further."""
    take_look(request)
    return _show_page(request, find_letter(code))


# Whoever brings a file changes nothing and needs no cookie; and the look at a token would read the
# whole of it before its length is judged.
@csrf_exempt
@never_cache
@require_POST
def compare_with_file(request: HttpRequest, code: str) -> HttpResponse | FileResponse:
    """The page with what a file is beside the letter; ``report`` asks for a PDF instead."""
    letter, found = judge_file(request, code)
    if request.POST.get("report") == "pdf":
        return _send_report(request, letter, found)
    return _show_page(request, letter, found)


@never_cache
@require_safe
def send_report(request: HttpRequest, code: str) -> FileResponse:
    """What became of the letter as a PDF, with the moment of asking."""
    return answer_report(request, code)


@never_cache
@require_safe
def send_report_data(request: HttpRequest, code: str) -> JsonResponse:
    """The same for machines."""
    take_look(request)
    report = make_report(require_letter(code))
    return _keep_unlisted(JsonResponse(report.model_dump(mode="json")))


def take_look(request: HttpRequest) -> None:
    """Use one turn of whoever asks. Raises TooManyProofs."""
    if wait := LOOKS_A_MINUTE.take(network_of(request)):
        raise TooManyProofs(wait)


def require_letter(code: str) -> Letter:
    """The issued letter with that code. Raises Http404."""
    letter = find_letter(code)
    if letter is None:
        raise Http404
    return letter


def judge_file(request: HttpRequest, code: str) -> tuple[Letter, Comparison]:
    """Compare the file of a form with the letter. Raises Http404, TooManyProofs, and its refusals."""
    letter = require_letter(code)
    require_bounded(request.META.get("CONTENT_LENGTH") or "")
    _take_long_turn(request)
    return letter, compare_file(letter, request.FILES.get("file"))


def answer_report(request: HttpRequest, code: str) -> FileResponse:
    """The report on a letter as PDF. Raises Http404, TooManyProofs, PressBusy."""
    letter = require_letter(code)
    _take_long_turn(request)
    return _send_report(request, letter, None)


def _take_long_turn(request: HttpRequest) -> None:
    line = network_of(request)
    if wait := FILES_A_MINUTE.take(line) or FILES_AN_HOUR.take(line):
        raise TooManyProofs(wait)


def _send_report(request: HttpRequest, letter: Letter, found: Comparison | None) -> FileResponse:
    pdf = print_report(make_report(letter, found), letter, request)
    name = f"verification-{letter.number_text.replace('/', '-')}.pdf"
    return _keep_unlisted(send_pdf(pdf, name, download=True))


def _show_page(
    request: HttpRequest, letter: Letter | None, found: Comparison | None = None
) -> HttpResponse:
    context: dict[str, Any] = {
        "letter": letter,
        "masked_holder": mask_holder(letter),
        "successor": find_successor(letter) if letter else None,
        "found": found,
        "form": VerifyForm(),
    }
    page = render(request, "letters/verify.html", context, status=200 if letter else 404)
    return _keep_unlisted(page)


def _keep_unlisted(response: ResponseT) -> ResponseT:
    response["X-Robots-Tag"] = "noindex"
    return response
