"""The office whose portal this is: its name, phone and address, edited in the admin."""

from __future__ import annotations

import re
from typing import Any, ClassVar, Self

from django.core.validators import RegexValidator
from django.db import models
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

from persian.digits import to_ascii
from web.api.kept_answers import KeptAnswer

__all__ = ["KeptAnswer", "OfficeSettings", "PublicChange"]

# What can be dialled from anywhere: it begins with the country or with the zero of a city.
DIALLED = re.compile(r"(?:\+|0)[0-9\s()-]*[0-9]")
HOST = RegexValidator(
    r"^([a-zA-Z0-9-]+\.)+[a-zA-Z]{2,}$",
    "نشانی سایت را بدون https بنویسید؛ مانند example.ir.",
)


@register_setting(icon="home", order=90)
class OfficeSettings(BaseGenericSetting):
    """«مشخصات شرکت»: one row for the whole installation.

    Pages read it through ``load(request)``, which asks the database once for each request;
    tasks and commands through ``load()``. Letters copy what they print of it.
    """

    name = models.CharField("نام شرکت", max_length=200)
    parent = models.CharField("سازمان بالادست", max_length=200, blank=True)
    phone = models.CharField("تلفن", max_length=100, blank=True)
    extension = models.CharField("داخلی پاسخ‌گو", max_length=20, blank=True)
    address = models.CharField("نشانی", max_length=300, blank=True)
    site = models.CharField("سایت", max_length=100, blank=True, validators=[HOST])

    panels = [
        MultiFieldPanel(
            [
                FieldPanel("name", help_text="در سربرگ نامه‌ها و بالای همهٔ صفحه‌ها درج می‌شود."),
                FieldPanel("parent", help_text="در نامه‌ها بالای نام شرکت درج می‌شود."),
            ],
            heading="نام",
        ),
        MultiFieldPanel(
            [
                FieldPanel("phone", help_text="با کد شهر در ابتدا؛ مانند ۰۳۱-۳۲۶۴۰۰۰۰."),
                FieldPanel("extension", help_text="همراه با تلفن نمایش داده می‌شود."),
                FieldPanel("address"),
                FieldPanel("site", help_text="بدون https و نشانهٔ /؛ مانند example.ir."),
            ],
            heading="اطلاعات تماس",
            help_text="هر مورد که خالی بماند، در صفحه‌ها و نامه‌ها نمایش داده نمی‌شود. "
            "نامه‌های صادرشده تغییر نمی‌کند.",
        ),
    ]

    # The name as this process read it last: for pages that are shown when nothing can be asked.
    last_name_read: ClassVar[str] = ""

    class Meta:
        verbose_name = verbose_name_plural = "مشخصات شرکت"

    @classmethod
    def load(cls, request_or_site: Any = None) -> Self:
        """The office's row; an empty one is made when nobody has filled it yet."""
        office: Self = super().load(request_or_site)
        OfficeSettings.last_name_read = office.name
        return office

    @property
    def phone_href(self) -> str:
        """The address that dials the first number of ``phone``; empty when none can be told."""
        found = DIALLED.match(to_ascii(self.phone).strip())
        if found is None:
            return ""
        number = re.sub(r"[^0-9+]", "", found[0])
        return f"tel:{number}" if number.startswith("+") else f"tel:+98{number[1:]}"


class PublicChange(models.Model):
    """One change of what everybody may read, written by a trigger (``web.public_pages.changes``)."""

    class Meta:
        verbose_name = verbose_name_plural = "تغییر صفحه‌های عمومی"
        default_permissions = ()

    def __str__(self) -> str:
        return f"change {self.pk}"
