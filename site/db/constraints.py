"""Check constraints with a Persian message, enforced by the database."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


def known_words(field: str, *words: str, name: str) -> models.CheckConstraint:
    """Only one of ``words`` may stand in the column, as its choices have them.

    Code branches on such a column and people see its label: a word that nobody knows
    would be taken for the last branch and be shown as it stands.
    """
    return models.CheckConstraint(
        condition=Q(**{f"{field}__in": words}),
        name=name,
        violation_error_message="این مقدار معتبر نیست.",
    )
