"""Views of handing in: the summary with its declaration, and the confirmation."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.timezone import now
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from persian.templatetags.persian import jdate_weekday
from submissions.applicant import check_page
from submissions.applicant.draft_page import Page, get_own, url_of
from submissions.drafts import editing
from submissions.drafts.completeness import missing_in
from submissions.drafts.forms import DeclarationForm
from submissions.drafts.register_place import PlaceChanged, say_changes
from submissions.models import Submission
from submissions.refusals import Closed, Incomplete, Missing, MovedMeanwhile
from submissions.states import State, StepName
from submissions.workflow.deadlines import PromiseClock
from submissions.workflow.steps import take_step
from web.requests import UserRequest

CHANGED = (
    "پس از باز شدن این صفحه، درخواست در صفحه یا دستگاه دیگری تغییر کرده و هنوز ارسال نشده "
    "است. لطفاً آن را بازبینی کنید و سپس «ثبت و ارسال» را بزنید."
)

REGISTER_CHANGED = (
    "پس از باز شدن این صفحه، مشخصات این قرارداد یا متقاضی در دفتر شرکت تغییر کرده و درخواست هنوز "
    "ارسال نشده است. لطفاً آن را یک بار دیگر ببینید و سپس «ثبت و ارسال» را بزنید."
)


def is_handed_in_by(user: User, moved: MovedMeanwhile) -> bool:
    """Whether it moved by this person's own sending: the second half of a double click."""
    last = moved.last_step
    return last is not None and last.name == StepName.SUBMIT and last.by_id == user.pk


def check_and_hand_in(page: Page) -> HttpResponse:
    """The summary with what is missing and the declaration; POST hands the request in."""
    submission, request = page.submission, page.request
    if changes := editing.take_place_anew(submission, by=request.user):
        messages.warning(request, say_changes(changes))
        return redirect(page.url("check"))
    # Read three times below: what is missing, what was mended, what is shown.
    page.editable.load_documents()
    if request.method == "POST":
        return _hand_in(page)
    return _show_summary(
        page, _unsigned_declaration(submission), found=missing_in(submission, request.user)
    )


def _unsigned_declaration(submission: Submission) -> DeclarationForm:
    """The declaration, not ticked, about what the page shows now."""
    shown = check_page.fingerprint_of(submission)
    return DeclarationForm(initial={"expecting": submission.last_seq, "shown": shown})


def _show_summary(
    page: Page,
    form: DeclarationForm,
    *,
    found: list[Missing],
    status: int = 200,
    tried: bool = False,
) -> HttpResponse:
    submission = page.submission
    clock = PromiseClock(submission)
    due = clock.resumed(now()) if submission.returned_at else clock.promise(now())
    return page.render(
        status=status,
        form=form,
        form_errors=tried and bool(found),
        tried=tried,
        missing=[_describe_missing(submission, item) for item in found],
        promise=f"پاسخ تا پایان {jdate_weekday(due)}",
        sections=check_page.summary_sections(
            submission, page.editable, page.url, page.request.user
        ),
        fee=check_page.fee_words(submission.facts),
    )


def _describe_missing(submission: Submission, item: Missing) -> dict[str, str]:
    """A line of what is wanting: its words, its place and, where there is one, the way without it."""
    declines = f"?{urlencode({'decline': item.declines})}" if item.declines else ""
    return {
        "text": item.text,
        "href": url_of(submission, item.group, item.anchor),
        "decline_url": url_of(submission, "documents") + declines if declines else "",
    }


def _hand_in(page: Page) -> HttpResponse:
    request, submission = page.request, page.submission
    form = DeclarationForm(request.POST)
    found = missing_in(submission, request.user)
    if not form.is_valid() or found:
        return _show_summary(page, _repeat_declaration(form, submission), found=found, tried=True)
    if why := _why_to_look_again(form.cleaned_data["shown"], submission):
        messages.warning(request, why)
        return _show_summary(
            page, _unsigned_declaration(submission), found=found, status=MovedMeanwhile.status
        )
    try:
        take_step(
            submission, StepName.SUBMIT, by=request.user, expecting=form.cleaned_data["expecting"]
        )
    except MovedMeanwhile as moved:
        if not is_handed_in_by(request.user, moved):
            raise
    except Incomplete as incomplete:
        return _show_summary(page, form, found=incomplete.missing, tried=True)
    except PlaceChanged:
        # Between the look above and the lock; the page itself takes it anew and says so.
        return redirect(page.url("check"))
    except Closed as closed:
        return _show_summary(page, form, found=[], status=closed.status)
    return redirect("submissions:done", tracking_code=submission.tracking_code)


def _why_to_look_again(shown: str, submission: Submission) -> str:
    """What has changed since the page was opened, in words; empty when it shows what there is."""
    now_there = check_page.fingerprint_of(submission)
    if shown in ("", now_there):
        return ""
    written = now_there.partition("-")[0]
    return REGISTER_CHANGED if shown.startswith(f"{written}-") else CHANGED


def _repeat_declaration(form: DeclarationForm, submission: Submission) -> DeclarationForm:
    """The same tick, and as seen what the page shows now."""
    ticked = "on" if form.cleaned_data.get("declared") else ""
    seen = {"expecting": submission.last_seq, "shown": check_page.fingerprint_of(submission)}
    return DeclarationForm({"declared": ticked, **seen})


@never_cache
@login_required
@require_safe
def show_done(request: UserRequest, tracking_code: str) -> HttpResponse:
    """Confirmation page: the code, the promised day, what happens next. Kept for later."""
    submission = get_own(request, tracking_code)
    if submission.submitted_at is None or submission.state == State.RETURNED:
        return redirect(url_of(submission, "check"))
    promised = submission.state == State.IN_REVIEW and submission.due_at is not None
    return render(
        request,
        "submissions/draft/done.html",
        {
            "submission": submission,
            "title": check_page.confirmation_title(submission),
            "promise": f"پاسخ تا پایان {jdate_weekday(submission.due_at)}" if promised else "",
            "next_steps": check_page.next_steps(submission),
        },
    )
