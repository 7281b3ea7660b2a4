"""What no constraint can hold, since it lies in several tables: requests, their steps, their work.

Steps keep it. Whatever else writes (a migration, somebody at the database, a backup put back in
part) may break it: so some requests are looked at in every sweep, all of them once a day.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from django.core.cache import cache
from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from submissions.models import Step, Submission, WorkItem
from submissions.states import Outcome, Purpose, State
from work.sweeps import register_chore
from work.watch import register_finding

logger = logging.getLogger(__name__)

# What one sweep looks at; at one a minute a million are seen in a day.
ROWS: Final = 700
# After a whole round, which begins anew when the entry of the cache has run out.
REST: Final = 24 * 60 * 60
PROGRESS: Final = "requests-compared"
# Where the cache keeps what the last round has found, for whoever asks after the work.
FOUND: Final = "requests-contradicting"


class Contradiction(NamedTuple):
    """One thing that cannot be true of a request."""

    submission: int
    says: str


def find_contradictions(cases: QuerySet[Submission]) -> Iterator[Contradiction]:
    """What of ``cases`` contradicts itself; each rule is asked in one query, thus of one moment."""
    for says, broken in broken_rules(cases):
        for pk in broken.values_list("pk", flat=True):
            yield Contradiction(pk, says)


def broken_rules(cases: QuerySet[Submission]) -> Iterator[tuple[str, QuerySet[Submission]]]:
    """Each rule in words, with those of ``cases`` that break it."""
    for says, broken in _rules().items():
        yield says, cases.filter(broken)
    yield "its steps are not numbered one by one", _with_gaps(cases)


def _rules() -> dict[str, Any]:
    items = WorkItem.objects.filter(submission=OuterRef("pk"))
    steps = Step.objects.filter(submission=OuterRef("pk"))
    in_review = Q(state=State.IN_REVIEW)
    strange_step = ~Q(opened_by__submission=F("submission")) | (
        Q(closed_by__isnull=False) & ~Q(closed_by__submission=F("submission"))
    )
    below_another = Q(parent__isnull=False) & ~Q(parent__submission=F("submission"))
    on_another = Q(item__isnull=False) & ~Q(item__submission=F("submission"))
    other_desk = Q(closed_by=None) & ~Q(asking_desk=F("parent__desk"))
    asked_amiss = ~Q(parent__purpose=Purpose.DECIDE) | other_desk
    answered = Q(outcome=Outcome.ANSWERED)
    elsewhere = steps.filter(seq=OuterRef("last_seq")).exclude(to_state=OuterRef("state"))
    return {
        "in review without a decision": in_review & ~Exists(items.open().decides()),
        "work is open although it is not in review": ~in_review & Exists(items.open()),
        "work is open below work that is closed": Exists(
            items.open().filter(parent__closed_by__isnull=False)
        ),
        "work stands below that of another request": Exists(items.filter(below_another)),
        "work was opened or closed by a step of another": Exists(items.filter(strange_step)),
        "a step was taken on the work of another": Exists(steps.filter(on_another)),
        "an inquiry stands below no decision, or is watched by another desk": Exists(
            items.inquiries().filter(asked_amiss)
        ),
        "an inquiry is answered without an answer, or has one and is not": Exists(
            items.inquiries().filter(answered ^ Q(reply__isnull=False))
        ),
        "its last step leads to another state": Exists(elsewhere),
    }


def _with_gaps(cases: QuerySet[Submission]) -> QuerySet[Submission]:
    """No two of their steps have one number: so many, and none above that, leaves no gap."""
    counted = cases.annotate(steps=Count("history"), highest=Coalesce(Max("history__seq"), 0))
    return counted.exclude(steps=F("last_seq"), highest=F("last_seq"))


def compare_next() -> int:
    """The chore: look at the next requests; how many contradictions. Each is logged."""
    progress: dict[str, Any] = cache.get(PROGRESS) or {"after": 0, "found": 0}
    if progress["after"] is None:
        return 0
    following = Submission.objects.filter(pk__gt=progress["after"]).order_by("pk")[:ROWS]
    keys = list(following.values_list("pk", flat=True))
    found = list(find_contradictions(Submission.objects.filter(pk__in=keys)))
    for each in found:
        logger.error("Request %s contradicts itself: %s", each.submission, each.says)
    in_round = progress["found"] + len(found)
    ended = len(keys) < ROWS
    cache.set(PROGRESS, {"after": None if ended else keys[-1], "found": in_round}, REST)
    if found or ended:
        cache.set(FOUND, in_round, timeout=None)
    return len(found)


def check_contradictions() -> str:
    """Whether requests, steps and work fit together, as far as the last round has seen."""
    found = cache.get(FOUND)
    return f"{found} contradictions between requests and their work: see the log" if found else ""


def register_all() -> None:
    """Tell the sweep and ``work.watch`` of all this; called from AppConfig.ready()."""
    register_chore(compare_next, "requests and work")
    register_finding(check_contradictions, "requests and work")
