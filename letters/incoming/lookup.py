"""Who may read which incoming letters, and how one is found."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Party
from letters.incoming.models import IncomingLetter
from letters.incoming.registering import CORRECTING, REGISTERING
from letters.models import Letter
from persian.digits import to_ascii
from persian.text import clean_text
from submissions.models import Submission
from submissions.states import State
from web.pagination import OwnRows
from web.searches.found_rows import Search


def keeps_register(user: Any) -> bool:
    """Whether the whole register is the person's to read: the secretariat's and the managers'."""
    return bool(user.has_perm(REGISTERING) or user.has_perm(CORRECTING))


def own_parties(user: Any) -> QuerySet[Party]:
    """For whom the person acts: of letters about these nothing is shown on pages of the staff."""
    rows: QuerySet[Party] = Party.objects.acted_for_by(user).order_by()
    return rows


def incoming_for(user: Any) -> QuerySet[IncomingLetter]:
    """The whole register for who keeps it; for others what is tied to a request that they may read."""
    own = Submission.objects.filter(party__in=own_parties(user).values("pk"))
    rows: Any = IncomingLetter.objects.filter(~Exists(own.filter(pk=OuterRef("submission"))))
    if not keeps_register(user):
        readable: Any = Submission.objects.visible_to(user)
        rows = rows.filter(Exists(readable.filter(pk=OuterRef("submission"))))
    found: QuerySet[IncomingLetter] = rows.select_related("organisation", "submission__party")
    return found


def own_incoming(user: Any) -> OwnRows | None:
    """The letters of a desk's requests, where those of others lie between them."""
    if keeps_register(user) or user.is_superuser:
        return None
    return OwnRows("submission", Submission.objects.keys_for(user))


def search_incoming(user: Any, text: str) -> Search:
    """By our number or theirs, tracking code, or a part of sender or subject."""
    return Search(text, _condition_of(text), "subject", own_incoming(user))


def _condition_of(text: str) -> Q:
    typed = to_ascii(clean_text(text)).strip()
    digits = typed.replace(" ", "")
    if digits.isascii() and digits.isdecimal():
        if len(digits) == 12:
            return Q(submission__tracking_code=digits)
        return Q(number=int(digits[:9])) | Q(sender_number=digits)
    if any(sign.isdecimal() for sign in typed):
        return Q(number_text=typed) | Q(sender_number=typed)
    words = clean_text(text)
    return Q(sender__icontains=words) | Q(subject__icontains=words)


def find_request(user: Any, tracking_code: str) -> Submission | None:
    """A request that a letter can be tied to: handed in, and not of a party of the person."""
    rows = Submission.objects.filter(tracking_code=tracking_code, submitted_at__isnull=False)
    rows = rows.exclude(state=State.DRAFT).exclude(party__in=own_parties(user).values("pk"))
    return rows.select_related("party", "province").first()


def find_related(user: Any, number: str) -> Letter | IncomingLetter | None:
    """The letter under a number of ours, outgoing or incoming; of the newest book where it is in two."""
    own = own_parties(user).values("pk")
    ours = Letter.objects.filter(number_text=number).exclude(submission__party__in=own)
    outgoing = ours.select_related("submission", "inquiry").order_by("-pk").first()
    if outgoing is not None:
        return outgoing
    return incoming_for(user).filter(number_text=number).order_by("-pk").first()
