"""What the staff may type to find a request: whatever the caller on the telephone can read out."""

from __future__ import annotations

from django.db.models import Q

from accounts.models import Party
from persian.identifiers import TRACKING_CODE_LENGTH
from persian.text import key
from submissions.contracts import Contract, number_key, number_keys


def named(text: str) -> Q:
    """By tracking code or its beginning, national id, contract number or a part of the name."""
    digits = number_key(text)
    if not any(sign.isdecimal() for sign in digits):
        return Q(party__name_key__contains=key(text))
    found = _by_contract(text)
    if digits.isdecimal():
        return found | _by_code(digits) | _by_person(digits)
    return found | Q(party__name_key__contains=key(text))


# Each answers with keys: joined by OR, every condition is then led by an index of the requests.
def _by_contract(text: str) -> Q:
    contracts = Contract.objects.filter(number_key__in=number_keys(text))
    return Q(contract__in=list(contracts.order_by().values_list("pk", flat=True)))


def _by_person(digits: str) -> Q:
    parties = Party.objects.filter(national_id=digits)
    return Q(party__in=list(parties.values_list("pk", flat=True)))


def _by_code(digits: str) -> Q:
    if len(digits) > TRACKING_CODE_LENGTH:
        return Q()
    # A range, where LIKE would read every row.
    between = (digits.ljust(TRACKING_CODE_LENGTH, "0"), digits.ljust(TRACKING_CODE_LENGTH, "9"))
    return Q(tracking_code__range=between)
