"""Which received mails a person may read: all but those about their own party."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from letters.ece.models import MailKind, ReceivedMail
from letters.incoming.lookup import own_parties
from letters.models import Letter
from submissions.models import Submission


def mails_for(user: Any) -> QuerySet[ReceivedMail]:
    """All but the copies of what we have sent ourselves, and what belongs to the person's own party."""
    rows = ReceivedMail.objects.exclude(kind=MailKind.COPY)
    own: Any = Submission.objects.filter(party__in=own_parties(user).values("pk"))
    for tied in ("dispatch__submission", "incoming_letter__submission"):
        rows = rows.filter(~Exists(own.filter(pk=OuterRef(tied))))
    if numbers := set(
        Letter.objects.filter(submission__in=own).values_list("number_text", flat=True)
    ):
        rows = rows.exclude(_named(numbers))
    return rows.select_related("organisation", "dispatch__letter", "handled_by")


def _named(numbers: set[str]) -> Q:
    """What names one of these letters in its file alone: nothing has tied it to the request yet."""
    receipts = ReceivedMail.objects.filter(
        kind=MailKind.RECEIPT, content__number__in=sorted(numbers)
    )
    # Lists within JSON are searched by no question that every database understands.
    untied = ReceivedMail.objects.filter(kind=MailKind.LETTER, incoming_letter=None)
    keys = [
        key
        for key, related in untied.values_list("pk", "content__related")
        if any(row.get("number") in numbers for row in related or ())
    ]
    return Q(pk__in=receipts.values("pk")) | Q(pk__in=keys)
