"""Requests and letters by the name of their party: the parties are asked first."""

from __future__ import annotations

from functools import cached_property

from django.db.models import Q

from accounts.models import Party
from db.search import key_condition
from persian.searching import read_query

# Of more parties the newest rows are looked through: a name that so many bear is soon found there.
FEW = 200


class TypedName:
    """A name as it was typed, and who bears it or a part of it; the parties are asked once."""

    def __init__(self, text: str) -> None:
        self._query = read_query(text)

    @cached_property
    def _keys(self) -> list[int]:
        named = Party.objects.filter(key_condition(self._query, "name_key"))
        return list(named.order_by().values_list("pk", flat=True)[: FEW + 1])

    @property
    def is_borne_by_many(self) -> bool:
        """Whether so many bear it that their keys lead to nobody's rows."""
        return len(self._keys) > FEW

    def condition(self, party: str) -> Q:
        """The condition that the party under ``party``, a path of the rows, bears the name.

        A name that nobody bears, or few, is answered by the parties; the rows are then found by
        them, where a part of a name would have been looked for in every row.
        """
        if self.is_borne_by_many:
            return key_condition(self._query, f"{party}__name_key")
        return Q(**{f"{party}__in": self._keys})
