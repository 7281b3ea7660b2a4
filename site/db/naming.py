"""Rows that others name by their code, which no foreign key protects.

Facts of a service, corrections and kept documents hold a code and outlive its row; the program
itself asks for roles by their names. Whoever keeps such codes registers the question here; the
named row is then neither deleted nor recoded.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model, ProtectedError, RestrictedError
from django.db.models.deletion import Collector
from django.db.models.signals import pre_delete

#: Whether rows of one table hold this code.
Naming = Callable[[str], bool]

NAMED_STILL = "این ردیف در درخواست‌ها یا خدمات در حال استفاده است و حذف نمی‌شود."
CODE_IN_USE = "این کد در درخواست‌ها یا خدمات استفاده شده است و تغییر نمی‌کند."

_namings: dict[type[Model], list[tuple[str, Naming]]] = {}


def register_naming(model: type[Model], naming: Naming, column: str = "code") -> None:
    """Keep rows of ``model`` from being deleted while ``naming`` says so of what ``column`` holds."""
    _namings.setdefault(model, []).append((column, naming))
    pre_delete.connect(_refuse_to_delete, sender=model, dispatch_uid=f"naming.{model.__name__}")


def is_named_by_code(row: Any) -> bool:
    """Whether something holds the code of the row."""
    namings = _namings.get(type(row), ())
    return any(naming(getattr(row, column)) for column, naming in namings)


def is_in_use(row: Model) -> bool:
    """Whether deleting the row is refused: it is named by its key or by its code."""
    if is_named_by_code(row):
        return True
    try:
        Collector(using=row._state.db or "default").collect([row])
    except (ProtectedError, RestrictedError):
        return True
    return False


def refuse_new_code(row: Any, column: str = "code") -> None:
    """Raise ValidationError when a row that is named by its code has been given another one."""
    before = type(row)._base_manager.filter(pk=row.pk).first() if row.pk else None
    is_new = before is not None and getattr(before, column) != getattr(row, column)
    if is_new and is_named_by_code(before):
        raise ValidationError({column: CODE_IN_USE})


def _refuse_to_delete(sender: type[Model], instance: Model, **kwargs: Any) -> None:
    if is_named_by_code(instance):
        raise ProtectedError(NAMED_STILL, {instance})
