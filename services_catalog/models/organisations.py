"""Bodies outside the company that letters go to."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from db.constraints import known_words
from persian.collation import PERSIAN
from services_catalog.models.places import Province

POSTAL_CODE = RegexValidator(r"^[0-9]{10}$", "کد پستی باید ده رقم باشد.")


class WayToOrganisation(models.TextChoices):
    """How letters are sent to a body."""

    BY_ADDRESS = "", "پست، در صورت ثبت نشانی؛ در غیر این صورت تحویل حضوری"
    ECE_EMAIL = "ece_email", "شبکهٔ دولت (ECE)"
    SIMAD_MANUAL = "simad_manual", "سیماد (ثبت دستی)"
    POST = "post", "پست"
    HAND = "hand", "تحویل حضوری"


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
    # Where ECE letters are mailed to.
    ece_address = models.EmailField("نشانی پست الکترونیک در شبکهٔ دولت", blank=True, db_default="")
    postal_address = models.TextField("نشانی پستی", blank=True)
    postal_code = models.CharField(
        "کد پستی", max_length=10, blank=True, db_default="", validators=[POSTAL_CODE]
    )
    channel = models.CharField(
        "روش ارسال نامه",
        max_length=16,
        choices=WayToOrganisation,
        blank=True,
        default="",
        db_default="",
    )
    # When a test letter by ECE was answered; nothing goes that way before.
    channel_proved_at = models.DateTimeField(
        "تاریخ تأیید ارسال با نامهٔ آزمایشی", null=True, blank=True, editable=False
    )
    retired = models.BooleanField("غیرفعال", default=False)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = "دستگاه"
        verbose_name_plural = "دستگاه‌ها"
        ordering = ["name"]
        constraints = [
            known_words("channel", *WayToOrganisation.values, name="organisation_channel_known"),
        ]
        indexes = [models.Index(fields=["kind", "province"], name="organisation_receiving")]

    def __str__(self) -> str:
        return self.name
