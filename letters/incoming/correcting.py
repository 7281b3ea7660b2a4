"""Corrects what was typed of an incoming letter, or makes its number void; both say why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.timezone import now

from accounts.models import User
from letters.incoming.models import (
    IncomingAct,
    IncomingLetter,
    IncomingScan,
    IncomingState,
    RelationKind,
)
from letters.incoming.refusals import (
    MOST_WORDS,
    AlreadyRegistered,
    AnswersAnInquiry,
    IncomingMoved,
    IncomingVoid,
    NoChange,
    WhyNeeded,
)
from letters.incoming.registering import (
    CORRECTING,
    IncomingFacts,
    find_same,
    keep_relations,
    keep_scans,
    write_event,
)
from letters.incoming.wording import in_words
from persian.text import clean_text
from submissions.inquiry_details import Paper
from submissions.models import Submission
from work import audit

# What an answer to an inquiry was registered from stays as it is there.
OF_THE_ANSWER = ("organisation", "sender", "sender_number", "sender_date", "submission", "inquiry")
Change = tuple[str, str, str]


def correct_letter(
    letter: IncomingLetter,
    facts: IncomingFacts,
    *,
    by: User,
    reason: str,
    expecting: int,
    papers: Sequence[Paper] = (),
    set_aside: Iterable[int] = (),
) -> IncomingLetter:
    """Write ``facts`` in place of what stands there, add ``papers``, set scans aside by their keys.

    ``expecting``: the revision that was shown. Raises PermissionDenied, WhyNeeded, IncomingMoved,
    IncomingVoid, AnswersAnInquiry, AlreadyRegistered and NoChange.
    """
    reason = _require_may(by, reason)
    try:
        with transaction.atomic():
            found = _hold(letter, facts.submission, expecting)
            changes = _write_facts(found, facts)
            changes += _change_scans(found, papers, set_aside)
            if not changes:
                raise NoChange
            return _record(found, IncomingAct.CORRECTED, by, reason, changes)
    except IntegrityError as error:
        raise AlreadyRegistered(find_same(facts, letter)) from error


@transaction.atomic
def void_number(letter: IncomingLetter, *, by: User, reason: str, expecting: int) -> IncomingLetter:
    """Say that no letter stands under this number; the number is never given again.

    Raises PermissionDenied, WhyNeeded, IncomingMoved, IncomingVoid and AnswersAnInquiry.
    """
    reason = _require_may(by, reason)
    found = _hold(letter, None, expecting)
    if found.reply_id:
        raise AnswersAnInquiry
    _rows(found).update(state=IncomingState.VOID, void_reason=reason)
    return _record(found, IncomingAct.VOIDED, by, reason, [])


def _require_may(by: User, reason: str) -> str:
    if not by.has_perm(CORRECTING):
        raise PermissionDenied
    reason = clean_text(reason)
    if not reason or len(reason) > MOST_WORDS:
        raise WhyNeeded
    return reason


def _rows(letter: IncomingLetter) -> Any:
    return IncomingLetter.objects.filter(pk=letter.pk)


def _hold(letter: IncomingLetter, submission: Submission | None, expecting: int) -> IncomingLetter:
    """The letter as it is, held until commit. Lock order: its requests, then itself."""
    keys = {letter.submission_id, submission.pk if submission else None} - {None}
    for key in sorted(filter(None, keys)):
        Submission.objects.locked(key)
    moved = _rows(letter).filter(revision=expecting).update(revision=F("revision") + 1)
    if not moved:
        raise IncomingMoved
    found: IncomingLetter = IncomingLetter.objects.select_related(
        "organisation", "submission", "inquiry__organisation"
    ).get(pk=letter.pk)
    if found.is_void:
        raise IncomingVoid
    return found


def _write_facts(letter: IncomingLetter, facts: IncomingFacts) -> list[Change]:
    columns = facts.columns()
    changed = [name for name, value in columns.items() if getattr(letter, name) != value]
    if letter.reply_id and set(changed) & set(OF_THE_ANSWER):
        raise AnswersAnInquiry
    changes = [
        (label_of(name), in_words(letter, name), in_words(facts, name))
        for name in changed
        if name != "sender_key"
    ]
    if changed:
        _rows(letter).update(**{name: columns[name] for name in changed})
    return changes + _write_relations(letter, facts)


def label_of(name: str) -> str:
    """How a column is called on the pages."""
    if name == "inquiry":
        return "پاسخ استعلام"
    column: Any = IncomingLetter._meta.get_field(name)
    return str(column.verbose_name)


def _write_relations(letter: IncomingLetter, facts: IncomingFacts) -> list[Change]:
    rows = list(letter.relations.select_related("outgoing", "incoming"))
    before = {(row.kind, row.target) for row in rows}
    if before == set(facts.related):
        return []
    changes = []
    for kind in RelationKind:
        old = sorted(target.number_text for name, target in before if name == kind)
        new = sorted(target.number_text for name, target in facts.related if name == kind)
        if old != new:
            changes.append((str(kind.label), "، ".join(old), "، ".join(new)))
    letter.relations.all().delete()
    keep_relations(letter, facts.related)
    return changes


def _change_scans(
    letter: IncomingLetter, papers: Sequence[Paper], set_aside: Iterable[int]
) -> list[Change]:
    gone = IncomingScan.objects.current().filter(letter=letter, pk__in=list(set_aside))
    changes = [("تصویر", scan.original_name, "کنار گذاشته شد") for scan in gone]
    gone.update(set_aside_at=now())
    keep_scans(letter, papers)
    return changes + [("تصویر", "", paper.original_name) for paper in papers]


def _record(
    letter: IncomingLetter, act: IncomingAct, by: User, reason: str, changes: list[Change]
) -> IncomingLetter:
    write_event(letter, act, by, reason, changes)
    facts = {"number": letter.number_text, "reason": reason}
    audit.record_entry(by, f"incoming_{act.value}", letter, facts)
    found: IncomingLetter = IncomingLetter.objects.get(pk=letter.pk)
    return found
