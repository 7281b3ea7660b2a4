"""Writes the audit trail, seals it and checks the seals.

Entries are written unchained, so that two requests never wait for each other.
One sealer chains them afterwards, in the order in which it meets them: each
seal is a keyed hash over the entry and the seal before it, so an entry that is
changed, moved or taken out from between others breaks the chain. Each seal names
its key, so that a new key does not void the old seals.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, models, transaction

from work.audit_keys import key_of, newest_id
from work.models import AuditEntry

# Entries sealed in one transaction: short enough not to keep writers waiting.
AT_ONCE = 500


def record_entry(
    actor: Any | None,
    action: str,
    subject: models.Model | str,
    facts: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Write one entry in the caller's transaction.

    ``actor`` is a user, or None for the system itself; ``action`` a short
    English verb; ``subject`` a row, or its name as ``app.model:pk``; ``facts``
    what JSON can carry, dates and decimals included. Where a program acts for the
    user, the entry names its token.
    """
    facts = dict(facts or {})
    if token := getattr(actor, "acting_token", ""):
        facts["token"] = token
    if isinstance(subject, models.Model):
        subject = f"{subject._meta.label_lower}:{subject.pk}"
    return AuditEntry.objects.create(
        actor_id=actor.pk if actor else None,
        actor_name=actor.get_username() if actor else "",
        action=action,
        subject=subject,
        facts=facts,
    )


def seal_entries() -> int:
    """Chain the entries that are not yet sealed; how many were.

    Two sealers at once do no harm: the sequence is unique, the later one gives
    way and leaves the rest to the next sweep.
    """
    total = 0
    try:
        while sealed := _seal_some():
            total += sealed
    except IntegrityError:
        pass
    return total


def verify_chain() -> int | None:
    """The key of the first entry that does not fit its seal; None when the chain is whole.

    Entries cut off the very end leave no trace in what remains: compare the
    last ``seq`` with one that was noted elsewhere.

    Raises KeyMissing where a seal's key is not in the settings.
    """
    previous = ""
    sealed = AuditEntry.objects.exclude(seq=None).order_by("seq")
    for seq, entry in enumerate(sealed.iterator(), start=1):
        fits = entry.seq == seq and entry.previous == previous
        if not fits or not hmac.compare_digest(entry.seal, _seal_of(entry, seq, previous)):
            return entry.pk
        previous = entry.seal
    return None


@transaction.atomic
def _seal_some() -> int:
    sealed = AuditEntry.objects.exclude(seq=None).order_by("-seq")
    last = sealed.select_for_update().first()
    first, previous = ((last.seq or 0) + 1, last.seal) if last else (1, "")
    key_id = newest_id()
    unsealed = list(AuditEntry.objects.filter(seq=None).order_by("pk")[:AT_ONCE])
    for seq, entry in enumerate(unsealed, start=first):
        entry.key_id = key_id
        stamp = _seal_of(entry, seq, previous)
        AuditEntry.objects.filter(pk=entry.pk).update(
            seq=seq, previous=previous, key_id=key_id, seal=stamp
        )
        previous = stamp
    return len(unsealed)


def _seal_of(entry: AuditEntry, seq: int, previous: str) -> str:
    """HMAC-SHA256 over the entry as the database gives it back, with the key that it names."""
    body = json.dumps(
        [
            seq,
            previous,
            entry.pk,
            entry.at,
            entry.actor_id,
            entry.actor_name,
            entry.action,
            entry.subject,
            entry.facts,
        ],
        cls=DjangoJSONEncoder,
        ensure_ascii=False,
        separators=(",", ":"),
        sort_keys=True,
    )
    return hmac.new(key_of(entry.key_id), body.encode(), hashlib.sha256).hexdigest()
