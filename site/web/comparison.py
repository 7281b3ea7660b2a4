"""Comparison of two versions in the admin: values in words, where Wagtail shows Python's."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import models
from django.utils.html import escape
from django.utils.safestring import SafeString
from wagtail.admin.compare import FieldComparison, TextDiff, register_comparison_class

from persian.digits import to_persian
from persian.jalali import format_jalali_date, format_jalali_datetime

EMPTY = "خالی"


class WordedComparison(FieldComparison):
    """«خالی», «بله», a Jalali date or Persian digits instead of None, True and the like."""

    def htmldiff(self) -> SafeString:
        old, new = tell_value(self.val_a), tell_value(self.val_b)
        if self.val_a == self.val_b:
            return escape(old)
        changed: SafeString = TextDiff([("deletion", old), ("addition", new)]).to_html()
        return changed


def tell_value(value: Any) -> str:
    """A stored value as a person reads it."""
    if value is None or value == "":
        return EMPTY
    if isinstance(value, bool):
        return "بله" if value else "خیر"
    if isinstance(value, dt.datetime):
        return format_jalali_datetime(value)
    if isinstance(value, dt.date):
        return format_jalali_date(value)
    return to_persian(str(value))


def register_comparisons() -> None:
    """Compare all numbers, yes-or-no and dates in words; text and relations have their own."""
    for field in (
        models.BooleanField,
        models.DateField,
        models.DecimalField,
        models.FloatField,
        models.IntegerField,
        models.TimeField,
    ):
        register_comparison_class(field, comparison_class=WordedComparison)
