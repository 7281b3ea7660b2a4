"""Views of taking back: a request that nobody has looked at, and the look that shuts a recall."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from submissions.applicant.cartable_views import get_readable
from submissions.policies import SubmissionPolicy
from submissions.refusals import MovedMeanwhile, NotYours
from submissions.states import StepName
from submissions.workflow.steps import take_step
from web.requests import UserRequest, whole_number


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: UserRequest, tracking_code: str) -> HttpResponse:
    """Ask once, then make it a draft again. 403 for a reader who may not hand it in."""
    submission = get_readable(request, tracking_code)
    (offer,) = SubmissionPolicy().steps_open(request.user, submission, [StepName.TAKE_BACK])
    if isinstance(offer.refusal, NotYours):
        raise offer.refusal
    if request.method == "POST":
        expecting = whole_number(request.POST.get("expecting", ""))
        if expecting is None:
            raise MovedMeanwhile(submission)
        take_step(submission, StepName.TAKE_BACK, by=request.user, expecting=expecting)
        messages.success(request, "درخواست بازپس گرفته شد و اکنون پیش‌نویس شماست.")
        return redirect("submissions:report", tracking_code=tracking_code)
    if offer.refusal is not None:
        raise offer.refusal
    return render(request, "submissions/take_back.html", {"submission": submission})


@login_required
@never_cache
@require_POST
def note_opening(request: UserRequest, tracking_code: str) -> HttpResponse:
    """Note that the page of a return is shown to somebody of the party; sent by the page itself.

    409 when it is no longer returned: the page is to be fetched anew.
    """
    submission = get_readable(request, tracking_code)
    if all(party.pk != submission.party_id for party in request.user.parties):
        raise PermissionDenied
    submission.corrections.all().mark_opened()
    is_returned = submission.corrections.filter(closed_by=None).exists()
    return HttpResponse(status=204 if is_returned else MovedMeanwhile.status)
