"""What the secretariat's desk lists: boxes of dispatches within what the person may read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.party_search import TypedName
from letters.admin import own_letters
from letters.dispatch.models import BARCODE_DIGITS, Channel, Dispatch, DispatchState
from letters.drafts.purposes import Purpose
from letters.incoming.lookup import own_parties
from persian.digits import to_ascii
from submissions.models import Submission
from web.searches.found_rows import Search

State = DispatchState
READING = "letters.view_dispatch"


@dataclass(frozen=True)
class Box:
    """One list of the desk; ``is_work``: something is to be done, the oldest comes first."""

    name: str
    label: str
    states: tuple[State, ...]
    empty: str
    is_work: bool = True


BOXES = (
    Box("waiting", "در انتظار ارسال", (State.QUEUED, State.SENDING), "نامه‌ای در انتظار ارسال نیست."),
    Box("held", "در مهلت نگهداری", (State.HELD,), "نامه‌ای در مهلت نگهداری نیست."),
    Box("failed", "ناموفق", (State.FAILED,), "ارسال ناموفقی ثبت نشده است."),
    Box("in_doubt", "نامعلوم", (State.IN_DOUBT,), "نتیجهٔ همهٔ ارسال‌ها مشخص است."),
    Box("returned", "برگشتی", (State.RETURNED,), "مرسولهٔ برگشتی ثبت نشده است."),
    Box(
        "sent", "ارسال‌شده", (State.SENT, State.RECEIPTED), "هنوز نامه‌ای ارسال نشده است.",
        is_work=False,
    ),
    Box("stopped", "متوقف‌شده", (State.STOPPED,), "ارسال متوقف‌شده‌ای وجود ندارد.", is_work=False),
)  # fmt: skip
BOX_NAMED = {box.name: box for box in BOXES}


def dispatches_for(user: Any) -> QuerySet[Dispatch]:
    """The dispatches of the letters that the person may read: see ``letters_for``."""
    # Asked of each row, as of letters: what somebody may read can be all that there is.
    readable: Any = Submission.objects.visible_to(user)
    own = own_parties(user).values("pk")
    rows = Dispatch.objects.filter(Exists(readable.filter(pk=OuterRef("submission"))))
    rows = rows.exclude(letter__purpose=Purpose.INQUIRY, submission__party__in=own)
    return rows.select_related("letter", "submission__party", "organisation", "responsible")


def rows_of(box: Box, rows: QuerySet[Dispatch]) -> QuerySet[Dispatch]:
    """Of ``rows`` what lies in the box. What stands in the portal alone is nobody's work."""
    return rows.filter(state__in=box.states).exclude(channel=Channel.PORTAL)


def lanes_of(box: Box) -> Sequence[Q]:
    """The parts of a box, each led by an index."""
    return [Q(state=state) for state in box.states]


def search_dispatches(user: Any, text: str) -> Search:
    """By barcode, number of the letter, tracking code, recipient or applicant."""
    typed = to_ascii(text).strip()
    digits = typed.replace(" ", "").replace("-", "")
    if "/" in typed:
        return Search(text, Q(letter__number_text=typed), "name")
    if digits.isascii() and digits.isdecimal():
        return Search(text, _by_digits(digits), "name")
    name = TypedName(text)
    found = name.condition("submission__party") | Q(name__icontains=text.strip())
    return Search(text, found, "name", own_letters(user, name))


def _by_digits(digits: str) -> Q:
    if len(digits) == BARCODE_DIGITS:
        return Q(barcode=digits)
    if len(digits) == 12:
        return Q(submission__tracking_code=digits)
    return Q(letter__number=int(digits[:9]))
