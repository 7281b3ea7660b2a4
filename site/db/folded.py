"""A column of folded text that follows other columns of its row."""

from __future__ import annotations

from typing import Any

from django.db import models

from persian.text import fold_key


class FoldedField(models.TextField):
    """What the columns ``of`` say, folded and without spaces, whichever way the row is written.

    An ``update`` of those columns, or a ``save`` of them alone, has to name this one too.
    """

    def __init__(self, *args: Any, of: tuple[str, ...] = (), **kwargs: Any) -> None:
        self.of = of
        for name, value in (("editable", False), ("default", ""), ("db_default", "")):
            kwargs.setdefault(name, value)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, kwargs | {"of": self.of}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        key = fold_columns(model_instance, self.of)
        setattr(model_instance, self.attname, key)
        return key


def fold_columns(row: models.Model, columns: tuple[str, ...]) -> str:
    """The keys of the columns, one behind the other: a name may be typed across two of them."""
    return "".join(fold_key(getattr(row, name) or "") for name in columns)
