"""Images that are printed on letters; the newest one that is in use counts."""

from __future__ import annotations

import hashlib
import uuid
from typing import Any, Self

from django.core.files.base import ContentFile
from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from accounts.models import User
from db.constraints import known_words
from db.file_storage import kept_if_recorded
from db.frozen import FrozenModel, FrozenQuerySet
from services_catalog.models import Unit
from submissions.models.filing import private_storage


class ImageKind(models.TextChoices):
    """What an image is."""

    EMBLEM = "emblem", "نشان"
    LETTERHEAD = "letterhead", "سربرگ"
    SIGNATURE = "signature", "امضا"
    STAMP = "stamp", "مهر"


class LetterImageQuerySet(FrozenQuerySet["LetterImage"]):
    def in_use(self) -> Self:
        return self.filter(retired=False)

    def of_unit(self, kind: str, unit: str) -> LetterImage | None:
        """The unit's own, else the one of the whole office; ``unit``: its code."""
        found = self.in_use().filter(Q(unit__code=unit) | Q(unit=None), kind=kind)
        return found.order_by(models.F("unit").desc(nulls_last=True), "-pk").first()

    def signature_of(self, person: User | None, unit: str) -> LetterImage | None:
        """Of this person alone: a stand-in's letter never bears the signature of the absent one."""
        mine = self.filter(person=person) if person else self.none()
        return mine.of_unit(ImageKind.SIGNATURE, unit)


def image_path(image: LetterImage, filename: str) -> str:
    return f"letter-images/{now():%Y/%m}/{uuid.uuid4()}.png"


class LetterImage(FrozenModel):
    """One image as it was brought; another one is another row, so that letters keep theirs."""

    Kind = ImageKind
    changing = frozenset({"retired"})
    # Letters name images by their digest.
    wagtail_reference_index_ignore = True

    kind = models.CharField("نوع", max_length=12, choices=ImageKind)
    # Empty: the whole office.
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="واحد"
    )
    person = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="صاحب امضا"
    )
    file = models.FileField("تصویر", upload_to=image_path, storage=private_storage, max_length=120)
    sha256 = models.CharField(max_length=64, editable=False, db_index=True)
    added_at = models.DateTimeField("زمان ثبت", default=now, editable=False)
    retired = models.BooleanField("غیرفعال", default=False)

    objects = LetterImageQuerySet.as_manager()

    class Meta:
        verbose_name = "تصویر نامه"
        verbose_name_plural = "تصاویر نامه"
        ordering = ["-pk"]
        constraints = [
            known_words("kind", *ImageKind.values, name="letter_image_kind_known"),
            # A signature is somebody's; nothing else is.
            models.CheckConstraint(
                condition=Q(kind="signature", person__isnull=False)
                | (~Q(kind="signature") & Q(person=None)),
                name="signature_has_person",
            ),
        ]

    def __str__(self) -> str:
        whose = self.person or self.unit or "کل شرکت"
        return f"{self.get_kind_display()}، {whose}"

    def save_content(self, content: bytes) -> None:
        """Write the row with its file, or neither."""
        self.sha256 = hashlib.sha256(content).hexdigest()
        with kept_if_recorded(private_storage()) as save_file:
            self.file = save_file(image_path(self, ""), ContentFile(content))
            self.save()

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        raise TypeError("An image that letters may name is retired, never deleted.")
