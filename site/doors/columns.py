"""Columns of Wagtail's lists that read as people here read."""

from __future__ import annotations

from typing import Any

from wagtail.admin.ui.tables import Column

from persian.jalali import jdate


class JalaliDateColumn(Column):
    """A day, by its weekday and its Jalali date.

    Wagtail's own column tells how long ago it was, which of a day to come is nothing.
    """

    def get_value(self, instance: Any) -> str:
        day = super().get_value(instance)
        return jdate(day, with_weekday=True) if day else ""
