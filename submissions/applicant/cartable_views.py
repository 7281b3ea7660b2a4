"""Views of the cartable, the report, its PDF copy and withdrawal."""

from __future__ import annotations

from collections import defaultdict
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import BigIntegerField, QuerySet
from django.db.models.functions import Cast
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Party, User
from db.lanes import CountSome
from db.questions import written
from pdf.responses import send_pdf
from persian.digits import show_code
from persian.templatetags.persian import jdate_weekday
from submissions.applicant.context_processors import note_awaiting
from submissions.models import CorrectionItem, Submission
from submissions.models.on_route import read_open_items
from submissions.models.shown import find_shown
from submissions.policies import SubmissionPolicy
from submissions.refusals import MovedMeanwhile, NotYours
from submissions.reports.filed_copy import copy_of
from submissions.reports.pdf_copy import render_request_copy
from submissions.reports.progress import action_href, mark_late, may_go_on, where_now
from submissions.reports.report import Report
from submissions.states import BOX_OF, Box, State, StepName
from submissions.workflow.steps import take_step
from web.models import OfficeSettings
from web.pagination import PAGE_SIZE, keyset_page
from web.rate_limits import Limit, in_words
from web.refusals import Refusal
from web.requests import UserRequest, whole_number

# A long request takes the press seconds, and nobody reads faster than this.
COPIES_A_MINUTE = Limit("copy-minute", 10, 60)
COPIES_AN_HOUR = Limit("copy-hour", 60, 60 * 60)
# The steps that the report leads to.
OF_THE_APPLICANT = (StepName.SUBMIT, StepName.WITHDRAW, StepName.TAKE_BACK)


class TooManyCopies(Refusal):
    status = 429
    code = "too_many_copies"
    title = "تعداد نسخه‌ها بیش از حد مجاز است"

    def __init__(self, seconds: int) -> None:
        super().__init__(
            f"تعداد نسخه‌های درخواستی بیش از حد مجاز است. لطفاً {in_words(seconds)}ٔ دیگر دوباره دریافت کنید."
        )


@login_required
@never_cache
@require_safe
def show_cartable(request: UserRequest) -> HttpResponse:
    """One box of the acting party, newest first, with the counts of all three."""
    party = request.user.acting_for
    counts = count_boxes(party)
    note_awaiting(request, counts[Box.AWAITING])
    box = _chosen_box(request.GET.get("box", ""), counts)
    page = keyset_page(
        Submission.objects.of(party).in_box(box),
        "updated_at",
        newest_first=True,
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
        read=partial(read_rows, party),
        first=partial(_newest_keys, party, box),
    )
    if not page.rows and counts[box]:
        # The rows beyond this mark have moved to other boxes meanwhile.
        return redirect(f"{reverse('submissions:cartable')}?box={box.value}")
    return render(
        request,
        "submissions/cartable.html",
        {
            "box": box,
            "tabs": [_make_tab(b, counts[b], b == box) for b in Box],
            "items": _make_rows(page.rows, request.user),
            "next_href": _page_href(box, after=page.after),
            "previous_href": _page_href(box, before=page.before),
            "has_any": any(counts.values()),
            "elsewhere": next((b for b in Box if counts[b]), None),
        },
    )


@login_required
@never_cache
@require_safe
def show_report(request: UserRequest, tracking_code: str) -> HttpResponse:
    """«گزارش درخواست» for whoever may read it, in the applicant's words."""
    submission = get_readable(request, tracking_code)
    user = request.user
    offers = SubmissionPolicy().steps_open(user, submission, OF_THE_APPLICANT)
    is_open = {offer.name: offer.is_open for offer in offers}
    return render(
        request,
        "submissions/report.html",
        {
            "submission": submission,
            "report": Report(submission),
            "may_act": is_open[StepName.SUBMIT],
            "is_own": any(party.pk == submission.party_id for party in user.parties),
            "may_withdraw": is_open[StepName.WITHDRAW],
            "may_take_back": is_open[StepName.TAKE_BACK],
        },
    )


@login_required
@never_cache
@require_safe
def request_copy(request: UserRequest, tracking_code: str) -> FileResponse:
    """The PDF of what was handed in last. 404 before that, 429 when it is asked for too often."""
    submission = get_readable(request, tracking_code)
    story = Report(submission)
    if story.standing_filing is None:
        raise Http404
    who = str(request.user.pk)
    if wait := COPIES_A_MINUTE.take(who) or COPIES_AN_HOUR.take(who):
        raise TooManyCopies(wait)
    office = OfficeSettings.load(request)
    copy = render_request_copy(copy_of(story, story.standing_filing, organisation=office.name))
    return send_pdf(copy, f"request-{submission.tracking_code}.pdf", download=True)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_request(request: UserRequest, tracking_code: str) -> HttpResponse:
    """Ask once, then give the request up. 403 for a reader who is not its owner."""
    submission = get_readable(request, tracking_code)
    (offer,) = SubmissionPolicy().steps_open(request.user, submission, [StepName.WITHDRAW])
    if isinstance(offer.refusal, NotYours):
        raise offer.refusal
    if request.method == "POST":
        expecting = whole_number(request.POST.get("expecting", ""))
        if expecting is None:
            raise MovedMeanwhile(submission)
        take_step(submission, StepName.WITHDRAW, by=request.user, expecting=expecting)
        messages.success(request, "انصراف شما ثبت شد و بررسی این درخواست پایان یافت.")
        return redirect("submissions:report", tracking_code=tracking_code)
    if offer.refusal is not None:
        raise offer.refusal
    return render(request, "submissions/withdraw.html", {"submission": submission})


def get_readable(request: UserRequest, tracking_code: str) -> Submission:
    """The submission with all that the pages say of it; 404 when the user may not read it."""
    return find_shown(request.user, tracking_code)


def count_boxes(party: Party | None) -> dict[Box, int]:
    """How many of the party's requests are in each box; counted as ``count_some`` counts."""
    counted = _count_in_boxes.first(party) if party else None
    return dict(zip(Box, counted, strict=True)) if counted else dict.fromkeys(Box, 0)


@written
def _count_in_boxes(party: Any) -> QuerySet[Party, tuple[int, ...]]:
    """Counted by states: SQLite counts in an index alone only where no column of it is generated."""
    boxes = [CountSome(_rows_in(party, box)) for box in Box]
    return Party.objects.filter(pk=party).order_by().values_list(*boxes)


def _rows_in(party: Any, box: Box) -> QuerySet[Submission, Any]:
    states = [state for state, its_box in BOX_OF.items() if its_box == box]
    rows = Submission.objects.of(party).filter(state__in=states).order_by()
    return rows.values_list("state")


def read_rows(party: Party | None, keys: list[int]) -> list[Submission]:
    """Those of the party's requests, with all that a line of the cartable shows."""
    found = _rows_of(party, keys)
    read_open_items(found)
    return found


def _newest_keys(party: Party | None, box: Box) -> list[int]:
    return [key for (key,) in _newest_in_box(party, box.value)] if party else []


@written
def _newest_in_box(party: Any, box: Any) -> QuerySet[Submission, tuple[int]]:
    rows = Submission.objects.of(party).in_box(box).order_by("-updated_at", "-pk")
    return rows.values_list("pk")[: PAGE_SIZE + 1]


@written
def _rows_of(party: Any, keys: Any) -> QuerySet[Submission]:
    # As a computed value: led by the party, SQLite would read all that a party has for one page.
    whose = Cast("party_id", BigIntegerField())
    rows = Submission.objects.filter(pk__in=keys).alias(whose=whose).filter(whose=party)
    return rows.select_related("version", "party", "contract", "park")


def _chosen_box(asked: str, counts: dict[Box, int]) -> Box:
    if asked in Box.values:
        return Box(asked)
    return Box.AWAITING if counts[Box.AWAITING] else Box.CIRCULATING


def _make_tab(box: Box, count: int, is_current: bool) -> dict[str, Any]:
    return {
        "label": box.label,
        "href": f"?box={box.value}",
        "count": count,
        "current": is_current,
        "asks_to_act": box == Box.AWAITING and count,
    }


def _page_href(box: Box, **mark: str) -> str:
    return f"?{urlencode({'box': box.value, **mark})}" if any(mark.values()) else ""


def _make_rows(rows: list[Submission], user: User) -> list[dict[str, Any]]:
    """The rows of one page; what an expert waits for stands before one's own drafts."""
    to_mend = _open_items(rows)
    ordered = sorted(rows, key=lambda submission: submission.state != State.RETURNED)
    mark_late(ordered)
    return [_make_row(submission, user, to_mend[submission.pk]) for submission in ordered]


def _open_items(rows: list[Submission]) -> defaultdict[int, list[CorrectionItem]]:
    """What is to be mended in the returned ones, asked for the whole page at once."""
    found: defaultdict[int, list[CorrectionItem]] = defaultdict(list)
    returned = [submission.pk for submission in rows if submission.state == State.RETURNED]
    if returned:
        open_ones = CorrectionItem.objects.filter(
            correction__submission__in=returned, correction__closed_by=None
        )
        for item in open_ones.select_related("correction"):
            found[item.correction.submission_id].append(item)
    return found


def _make_row(submission: Submission, user: User, to_mend: list[CorrectionItem]) -> dict[str, Any]:
    """One row for components/cartable_row.html."""
    acts = may_go_on(user, submission)
    return {
        "title": submission.title,
        "href": reverse("submissions:report", args=[submission.tracking_code]),
        "subtitle": _describe_subject(submission),
        "where": where_now(submission),
        "updated_at": submission.updated_at,
        "tracking_code": submission.tracking_code,
        "state": submission.state,
        "due": _describe_due(submission),
        "late": submission.late,
        "action_href": action_href(submission, to_mend) if acts else "",
        "action_label": "ادامهٔ پیش‌نویس" if submission.state == State.DRAFT else "اقدام",
    }


def _describe_subject(submission: Submission) -> str:
    number = submission.contract.number if submission.contract else ""
    contract = f"قرارداد \u2068{show_code(number)}\u2069" if number else ""
    return "، ".join(part for part in (contract, submission.park and submission.park.name) if part)


def _describe_due(submission: Submission) -> str:
    if submission.state == State.RETURNED:
        return "تا ارسال دوبارهٔ شما متوقف است"
    if submission.state not in (State.IN_REVIEW, State.APPROVED) or submission.due_at is None:
        return ""
    if submission.late:
        return "با پوزش، پاسخ با تأخیر ارائه می‌شود"
    return f"پاسخ تا پایان {jdate_weekday(submission.due_at)}"
