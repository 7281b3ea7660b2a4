"""Which bodies the «رونوشت» of a letter name, and which lines stand on the paper alone."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence

from letters.dispatch.models import Dispatch
from letters.models import Letter
from persian.text import fold_key
from services_catalog.models import Organisation, Province

# Between the name of a body and why it gets a copy: «شرکت گاز استان اصفهان؛ جهت اطلاع».
BEFORE_THE_REASON = re.compile("[؛،]")


def bodies_near(province: Province | None, *, retired: bool = False) -> list[Organisation]:
    """Bodies of the province, and after them those of the country."""
    places = (None, province.pk if province else None)
    bodies = Organisation.objects.order_by("retired", "pk")
    if not retired:
        bodies = bodies.filter(retired=False)
    near = [body for body in bodies if body.province_id in places]
    return sorted(near, key=lambda body: body.province_id is None)


def key_named(line: str, known: Container[str]) -> str:
    """The key of the name that a line begins with, of those that are ``known``; empty: of none.

    Keys are of ``fold_key``. The longest counts: names have commas too.
    """
    ends = [found.start() for found in BEFORE_THE_REASON.finditer(line)]
    keys = (fold_key(line[:end]) for end in [len(line), *reversed(ends)])
    return next((key for key in keys if key and key in known), "")


def bodies_named(
    lines: Iterable[str], province: Province | None, *, retired: bool = False
) -> list[Organisation]:
    """Bodies of the country or of the province that one of the lines names."""
    lines = [line for line in lines if line]
    if not lines:
        return []
    near = [(fold_key(body.name), body) for body in bodies_near(province, retired=retired)]
    known = {key for key, _body in near}
    named = {key_named(line, known) for line in lines}
    return [body for key, body in near if key and key in named]


def unsent_of_draft(copies: Sequence[str], party: str, province: Province | None) -> list[str]:
    """The lines of a letter to come that name no body: nothing will be sent for them.

    The applicant, ``party``, has the letter in the portal, whatever a line says.
    """
    known = {fold_key(body.name) for body in bodies_near(province)} if copies else set()
    return _unknown(copies, party, known)


def unsent_of_letter(letter: Letter, dispatches: Iterable[Dispatch]) -> list[str]:
    """The same of a letter: as it was sent, or as it would be while nothing of it was begun."""
    printed = letter.facts_printed
    if printed is None:
        return []
    names = {fold_key(row.name) for row in dispatches}
    if not names:
        return unsent_of_draft(printed.copies, printed.party.name, letter.submission.province)
    return _unknown(printed.copies, printed.party.name, names)


def _unknown(copies: Sequence[str], party: str, known: set[str]) -> list[str]:
    own = fold_key(party)
    return [copy for copy in copies if not key_named(copy, known) and own not in fold_key(copy)]
