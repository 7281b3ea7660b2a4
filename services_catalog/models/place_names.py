"""Names of provinces and parks: one in its place, known under its former ones too."""

from __future__ import annotations

from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models

from persian.text import clean_text, fold_key

LONGEST_NAME = 150
TAKEN = "«{other}» همین نام را دارد. لطفاً نام دیگری بنویسید."
TAKEN_BEFORE = (
    "این نام پیش از این نام «{other}» بوده است و ورود قراردادها آن را متعلق به همان می‌داند. "
    "اگر چنین نیست، ابتدا آن را از نام‌های قبلی «{other}» حذف کنید."
)


class NamedPlace(models.Model):
    """A place that files name by its name.

    No two neighbours have one name, however it is written. Those that had one when the rule came
    are marked by ``repeats_name`` and stay until somebody renames them.
    """

    name: Any
    name_key = models.CharField(max_length=LONGEST_NAME, editable=False, default="")
    repeats_name = models.BooleanField(default=False, db_default=False, editable=False)
    former_names = models.TextField(
        "نام‌های قبلی",
        blank=True,
        default="",
        help_text="هر نام در یک سطر. فایل قراردادها با این نام‌ها نیز خوانده می‌شود؛ هنگام تغییر "
        "نام، نام قبلی به‌صورت خودکار افزوده می‌شود.",
    )

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name_key = fold_key(self.name)[:LONGEST_NAME]
        self._remember_name()
        if self.repeats_name:
            self.repeats_name = self.neighbours().filter(name_key=self.name_key).exists()
        super().save(*args, **kwargs)

    @property
    def former(self) -> list[str]:
        """The former names, one for each line."""
        return [name for line in self.former_names.splitlines() if (name := clean_text(line))]

    @property
    def former_keys(self) -> set[str]:
        """The former names as they are compared."""
        return {key for name in self.former if (key := fold_key(name))}

    def neighbours(self) -> models.QuerySet[Self]:
        """The other places among which the name stands for one alone."""
        raise NotImplementedError

    def clean(self) -> None:
        super().clean()
        key, before = fold_key(self.name), self._stored_name()
        others = list(self.neighbours())
        if before is None or fold_key(before) != key:
            self._require_free(key, others)
        taken = next((o for o in others if fold_key(o.name) in self.former_keys), None)
        if taken:
            raise ValidationError({"former_names": TAKEN.format(other=taken)})

    def _require_free(self, key: str, others: list[Self]) -> None:
        for other in others:
            if fold_key(other.name) == key:
                raise ValidationError({"name": TAKEN.format(other=other)})
            if key in other.former_keys:
                raise ValidationError({"name": TAKEN_BEFORE.format(other=other)})

    def _remember_name(self) -> None:
        """Keep the name that the row has had until now; today's names are no former ones."""
        names, before = self.former, self._stored_name()
        key = fold_key(before or "")
        is_left = key not in {"", self.name_key, *self.former_keys}
        if is_left and not self.neighbours().filter(name_key=key).exists():
            names.append(before or "")
        self.former_names = "\n".join(name for name in names if fold_key(name) != self.name_key)

    def _stored_name(self) -> str | None:
        stored = type(self)._base_manager.filter(pk=self.pk).first() if self.pk else None
        return getattr(stored, "name", None)
