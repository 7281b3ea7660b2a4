"""Models whose rows are written once: issued, published or handed in.

What may still change is named by the model; everything else is refused here, whoever asks.
"""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar

from django.db import models

RowT = TypeVar("RowT", bound=models.Model, covariant=True)


class FrozenQuerySet(models.QuerySet[RowT]):
    """Refuses what would change or remove rows behind their model's back."""

    def update(self, **facts: Any) -> int:
        changing: frozenset[str] = self.model.changing  # type: ignore[attr-defined]
        if frozen := facts.keys() - changing:
            raise TypeError(f"{self.model.__name__} keeps its {', '.join(sorted(frozen))}.")
        return super().update(**facts)

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError(f"{self.model.__name__}: nothing of it is ever deleted.")


class FrozenModel(models.Model):
    """Written once. ``changing`` names the columns that ``QuerySet.update`` may write later."""

    changing: ClassVar[frozenset[str]] = frozenset()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk:
            raise TypeError(f"{type(self).__name__} is never changed; write a new one.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError(f"{type(self).__name__} is never deleted.")
