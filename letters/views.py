"""Download of a letter for its applicant, and verification for whoever holds one."""

from __future__ import annotations

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from letters.models import Letter
from letters.proof import find_letter, mask_holder
from pdf.responses import send_pdf
from persian.forms import IdentifierField
from persian.identifiers import normal_verify_code
from submissions.models import Submission
from web.requests import UserRequest


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


@login_required
@require_safe
def serve_letter(request: UserRequest, tracking_code: str) -> FileResponse:
    """The newest issued letter of a submission, for whoever may read that. 404 when none is."""
    visible = Submission.objects.visible_to(request.user)
    submission = get_object_or_404(visible, tracking_code=tracking_code)
    issued = Letter.objects.issued().filter(submission=submission).order_by("-pk").first()
    if issued is None:
        raise Http404
    return pdf_response(issued, download="download" in request.GET)


def pdf_response(letter: Letter, *, download: bool = False) -> FileResponse:
    """The paper of an issued letter, shown in place unless it is to be saved."""
    name = f"letter-{letter.number_text.replace('/', '-')}.pdf"
    return send_pdf(letter.file.open("rb"), name, download=download)


@require_safe
def verify_form(request: HttpRequest) -> HttpResponse:
    """Where a code is typed in from paper."""
    form = VerifyForm(request.GET if "code" in request.GET else None)
    if form.is_valid():
        return redirect("letters:verify", code=form.cleaned_data["code"])
    return _keep_unlisted(render(request, "letters/verify_form.html", {"form": form}))


@require_safe
def show_verification(request: HttpRequest, code: str) -> HttpResponse:
    """What became of the letter with this code; «یافت نشد» is a 404 that helps further."""
    found = find_letter(code)
    context = {"letter": found, "masked_holder": mask_holder(found), "form": VerifyForm()}
    page = render(request, "letters/verify.html", context, status=200 if found else 404)
    return _keep_unlisted(page)


def _keep_unlisted(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex"
    return response
