"""Bodies outside the company that letters go to."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from persian.collation import PERSIAN
from services_catalog.models.places import Province


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def receiving(self, kind: str, province: Province | None) -> Organisation | None:
        """The recipient of letters of a kind for a province; a national one when it has none."""
        return (
            self.filter(Q(province=province) | Q(province=None), kind=kind, retired=False)
            .order_by(models.F("province").asc(nulls_last=True))
            .first()
        )


class Organisation(models.Model):
    """A body that letters go to, with its two addresses: on the network and by post."""

    kind = models.SlugField("نوع")
    province = models.ForeignKey(
        Province, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="استان"
    )
    name = models.CharField("نام", max_length=200, db_collation=PERSIAN)
    addressee = models.CharField("سمت گیرنده", max_length=150, blank=True)
    ece_code = models.CharField("کد در شبکهٔ دولت", max_length=50, blank=True)
    postal_address = models.TextField("نشانی پستی", blank=True)
    retired = models.BooleanField("غیرفعال", default=False)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = "دستگاه"
        verbose_name_plural = "دستگاه‌ها"
        ordering = ["name"]
        indexes = [models.Index(fields=["kind", "province"], name="organisation_receiving")]

    def __str__(self) -> str:
        return self.name
