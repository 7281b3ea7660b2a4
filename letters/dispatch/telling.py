"""What the applicant is told of the way of a letter: messages, and the lines of the report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from letters.dispatch.models import AttemptAct, Channel, Dispatch, DispatchState
from messaging.outbox import tell_users
from persian.jalali import format_jalali_date
from submissions.workflow.notifications import people_of

# How something goes by each channel, as the applicant reads it.
BY = {
    Channel.ECE_EMAIL: "از طریق شبکهٔ الکترونیکی دولت",
    Channel.SIMAD_MANUAL: "از طریق سامانهٔ سیماد",
    Channel.POST: "با پست",
    Channel.APPLICANT_EMAIL: "با پست الکترونیک",
}
SENT, RECEIPTED = DispatchState.SENT, DispatchState.RECEIPTED


@dataclass(frozen=True)
class DispatchLine:
    """One recipient as the applicant's report shows it; ``tone``: of its mark."""

    name: str
    is_copy: bool
    words: str
    tone: str
    #: Registered there under this number.
    number: str
    barcode: str
    at: datetime | None


def lines_for(dispatches: Iterable[Dispatch]) -> list[DispatchLine]:
    """The way to each recipient but the applicant's own portal, in the applicant's words."""
    return [line_of(row) for row in dispatches if row.channel != Channel.PORTAL]


def line_of(row: Dispatch) -> DispatchLine:
    registered = row.state == RECEIPTED
    return DispatchLine(
        name=row.name,
        is_copy=row.role == Dispatch.Role.COPY,
        words=say_state(row),
        tone={SENT: "teal", RECEIPTED: "green", DispatchState.RETURNED: "amber"}.get(
            DispatchState(row.state), ""
        ),
        number=row.receipt_number if registered else "",
        barcode=row.barcode,
        at=row.receipt_at if registered else row.sent_at,
    )


def say_state(row: Dispatch) -> str:
    """How far it is, without the numbers that go with it."""
    if row.state == SENT:
        return _say_sent(row)
    if row.state == RECEIPTED:
        day = format_jalali_date(row.receipt_at) if row.receipt_at else ""
        return (
            f"در تاریخ {day} دریافت و ثبت شد."
            if row.receipt_number
            else f"در تاریخ {day} دریافت شد."
        )
    if row.state == DispatchState.RETURNED:
        return "مرسوله برگشت داده شده است و دبیرخانه موضوع را پیگیری می‌کند."
    if row.state == DispatchState.STOPPED:
        return "ارسال متوقف شده است."
    return "در دست ارسال است."


def _say_sent(row: Dispatch) -> str:
    day = format_jalali_date(row.sent_at) if row.sent_at else ""
    if row.channel == Channel.HAND:
        return (
            f"در تاریخ {day} به {row.handed_to} تحویل داده شد."
            if row.handed_to
            else f"در تاریخ {day} تحویل داده شد."
        )
    return f"در تاریخ {day} {BY[Channel(row.channel)]} ارسال شد."


def tell_sent(dispatch: Dispatch) -> None:
    """Tell the applicant that the letter has been sent to the one it is for."""
    _tell(dispatch, "letters/sent")


def tell_receipt(dispatch: Dispatch) -> None:
    """Tell the applicant under which number the letter was registered there."""
    if dispatch.receipt_number:
        _tell(dispatch, "letters/registered")


def _tell(dispatch: Dispatch, template: str) -> None:
    """Of copies and inquiries the report tells; once for each row of the history, should it be sent again."""
    if dispatch.role == Dispatch.Role.COPY or dispatch.letter.inquiry_id is not None:
        return
    last = dispatch.attempts.exclude(act=AttemptAct.ASSIGNED).latest("pk")
    submission = dispatch.submission
    tell_users(
        f"dispatch:{last.pk}",
        people_of(submission),
        template,
        {
            "letter": dispatch.letter,
            "dispatch": dispatch,
            "submission": submission,
            "words": say_state(dispatch).rstrip("."),
            "barcode": f" بارکد مرسوله: {dispatch.barcode}." if dispatch.barcode else "",
        },
        reverse("submissions:report", args=[submission.tracking_code]),
    )
