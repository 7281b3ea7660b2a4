"""Facts of an incoming letter in words, for its history."""

from __future__ import annotations

from typing import Any

from letters.drafts.marks import Classification
from letters.incoming.models import ArrivalWay
from persian.jalali import jdate_numeric
from submissions.states import Urgency

LABELS: dict[str, Any] = {"way": ArrivalWay, "urgency": Urgency, "classification": Classification}


def in_words(said: Any, name: str) -> str:
    """One fact of ``said`` (a letter, or what is to be written of one) as people read it."""
    value = getattr(said, name)
    if value is None or value == "":
        return ""
    if name in LABELS:
        return str(LABELS[name](value).label)
    if name in ("received_on", "sender_date"):
        return jdate_numeric(value)
    if name == "submission":
        return str(value.tracking_code)
    if name == "inquiry":
        return str(value.organisation)
    return str(value)
