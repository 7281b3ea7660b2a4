"""Requests and letters by the name of their party: the parties are asked first."""

from __future__ import annotations

from django.db.models import Q

from accounts.models import Party
from db.search import key_condition
from persian.searching import read_query

# Of more parties the newest rows are looked through: a name that so many bear is soon found there.
FEW = 200


def name_condition(text: str, party: str) -> Q:
    """The condition that the party under ``party``, a path of the rows, bears the typed name.

    A name that nobody bears, or few, is answered by the parties; the rows are then found by them,
    where a part of a name would have been looked for in every row.
    """
    keys = _named(text)
    if len(keys) <= FEW:
        return Q(**{f"{party}__in": keys})
    return key_condition(read_query(text), f"{party}__name_key")


def is_borne_by_many(text: str) -> bool:
    """Whether so many bear the name that their keys lead to nobody's rows."""
    return len(_named(text)) > FEW


def _named(text: str) -> list[int]:
    named = Party.objects.filter(key_condition(read_query(text), "name_key"))
    return list(named.order_by().values_list("pk", flat=True)[: FEW + 1])
