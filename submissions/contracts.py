"""The company's register of contracts, as it was imported."""

from __future__ import annotations

from typing import Any

from django.db import models

from accounts.models import Party
from persian.digits import to_ascii
from persian.text import key
from services_catalog.models import Park


class Contract(models.Model):
    """One contract of the register. Its holder stands in columns: an import makes no parties.

    ``party`` is null until a claim on the contract has been approved.
    """

    number = models.CharField("شماره قرارداد", max_length=40, unique=True)
    park = models.ForeignKey(Park, models.PROTECT, verbose_name="شهرک")
    plot = models.CharField("قطعه", max_length=40, blank=True)
    area = models.PositiveIntegerField("مساحت (متر مربع)", null=True, blank=True)
    signed_on = models.DateField("تاریخ قرارداد", null=True, blank=True)
    file_number = models.CharField("شماره پرونده", max_length=40, blank=True)
    holder_kind = models.CharField("نوع شخص", max_length=10, choices=Party.Kind)
    holder_name = models.CharField("نام طرف قرارداد", max_length=200)
    holder_key = models.CharField(max_length=200, editable=False, db_index=True)
    holder_id = models.CharField("شناسهٔ طرف قرارداد", max_length=11, blank=True)
    party = models.ForeignKey(
        Party,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="contracts",
        verbose_name="متقاضی",
    )

    class Meta:
        verbose_name = "قرارداد"
        verbose_name_plural = "قراردادها"
        ordering = ["number"]

    def __str__(self) -> str:
        return self.number

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.number = to_ascii(self.number).strip()
        self.holder_key = key(self.holder_name)[:200]
        super().save(*args, **kwargs)
