"""Tracking without sign-in, by tracking code and national id."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from persian.digits import to_ascii
from persian.forms import IdentifierField, TrackingCodeField
from persian.identifiers import normal_legal_id, normal_national_code
from submissions.models import Step, Submission
from submissions.reports.progress import Stage, is_late, stages_of
from submissions.states import State
from web.doors import proof_of_work
from web.doors.turns import Answer, Tally, ask_door
from web.rate_limits import Limit, in_words
from web.security.visitors import network_of

# Codes and ids are guessable one by one, not at this pace.
TEN_A_MINUTE = Limit("track", 10, 60)
# What the many behind one address of an operator may have besides, with a proof of work for each.
FOR_SALE = 120

# What each state means for somebody who only holds the code.
NOW: Final = {
    State.DRAFT: "این درخواست هنوز ثبت و ارسال نشده است.",
    State.IN_REVIEW: "کارشناسان در حال بررسی درخواست هستند و اقدامی از سوی متقاضی لازم نیست.",
    State.RETURNED: "برای ادامه، اصلاح متقاضی لازم است. لطفاً وارد شوید و آن را اصلاح کنید.",
    State.APPROVED: "این درخواست تأیید شده و نامهٔ آن در دست صدور است.",
    State.COMPLETED: "بررسی این درخواست به پایان رسیده و نتیجهٔ آن در کارتابل متقاضی است.",
    State.REJECTED: "با این درخواست موافقت نشد. دلیل و نحوهٔ اعتراض در گزارش درخواست درج شده است.",
    State.WITHDRAWN: "متقاضی از این درخواست انصراف داده است.",
}


def normal_id(text: str) -> str:
    """A national code, or a legal person's id when there are more digits than a code has."""
    digits = sum(character.isdecimal() for character in to_ascii(text))
    return normal_legal_id(text) if digits > 10 else normal_national_code(text)


class NationalIdField(IdentifierField):
    """The id of a natural or a legal person; cleans to ten or eleven ASCII digits."""

    normalise = staticmethod(normal_id)


class TrackingForm(forms.Form):
    """Both are asked for: a tracking code alone tells nothing."""

    tracking_code = TrackingCodeField(
        label="کد رهگیری", help_text="دوازده رقم است و هنگام ثبت درخواست به شما اعلام شده است."
    )
    national_id = NationalIdField(
        label="کد ملی یا شناسهٔ ملی متقاضی",
        help_text="برای شخص حقیقی کد ملی ده‌رقمی و برای شخص حقوقی شناسهٔ ملی یازده‌رقمی.",
        error_messages={"required": "لطفاً کد ملی یا شناسهٔ ملی متقاضی را وارد کنید."},
    )

    def found(self) -> Submission | None:
        """The one submission that both fit; a party without a verified id has none."""
        given = self.cleaned_data
        return Submission.objects.filter(
            tracking_code=given["tracking_code"], party__national_id=given["national_id"]
        ).first()


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def track_request(request: HttpRequest) -> HttpResponse:
    """Track by POST, so that no id stands in an address. 429 after ten tries in a minute.

    From there on each try costs a proof of work.
    """
    if request.method != "POST":
        return _render_page(request, {"form": TrackingForm()})
    answer = ask_tracking_door(request, request.POST.get(proof_of_work.FIELD, ""))
    if answer.wait:
        return _too_many(request, answer)
    form = TrackingForm(request.POST)
    if not form.is_valid():
        return _render_page(request, {"form": form})
    submission = form.found()
    found = {"found": public_facts(submission)} if submission else {}
    return _render_page(request, {"form": form, "asked": True, **found})


def ask_tracking_door(request: HttpRequest, solution: str) -> Answer:
    """Whether there is a turn for whoever asks, or what it costs; ``solution`` pays for one."""
    line = network_of(request)
    tries = [Tally(TEN_A_MINUTE, line, for_sale=FOR_SALE)]
    return ask_door("track", tries, line, solution)


def public_facts(submission: Submission) -> dict[str, Any]:
    """All that is told to somebody who is not signed in: no names of people, no notes."""
    last = Step.objects.shown().filter(submission=submission).order_by("-seq").first()
    promised = submission.due_at if submission.state in (State.IN_REVIEW, State.APPROVED) else None
    return {
        "title": submission.title,
        "tracking_code": submission.tracking_code,
        "state": submission.state,
        "now": NOW[State(submission.state)],
        "changed_at": last.at if last else None,
        "promised": promised,
        "late": is_late(submission),
        "beside": _current_stage(submission),
    }


def _current_stage(submission: Submission) -> Stage | None:
    """Where several desks look at it side by side now; None where one does, or nobody."""
    stages = stages_of(submission)
    return next((stage for stage in stages if stage.state == "current" and stage.stops), None)


def _too_many(request: HttpRequest, answer: Answer) -> HttpResponse:
    words = f"برای حفظ امنیت، در هر دقیقه حداکثر ده بار پیگیری امکان‌پذیر است. لطفاً {in_words(answer.wait)}ٔ دیگر دوباره تلاش کنید."
    form = TrackingForm(
        initial={name: request.POST.get(name, "") for name in TrackingForm.base_fields}
    )
    context = {"form": form, "too_many": words, "proof": answer.challenge}
    response = _render_page(request, context, status=429)
    response["Retry-After"] = str(answer.wait)
    return response


def _render_page(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    response = render(request, "submissions/track.html", context, status=status)
    response["X-Robots-Tag"] = "noindex"
    return response
