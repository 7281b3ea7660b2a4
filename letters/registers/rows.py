"""Tables of the secretariats: who they are, and how they number."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

from letters.registers.number_format import DEFAULT, why_not_format
from persian.text import clean_text
from services_catalog.models import Province

MAIN = "main"
AMBIGUOUS = (
    "بیش از یک دبیرخانه شماره می‌دهد؛ قالب شماره باید شامل {secretariat} باشد تا شماره‌ها یکی نشود."
)
NAME_IT_FIRST = (
    "ابتدا در تنظیمات «شماره‌گذاری نامه‌ها»، {secretariat} را به قالب شماره اضافه کنید تا شماره‌های "
    "دو دبیرخانه یکی نشود."
)


@register_setting(icon="order", order=95)
class LetterSettings(BaseGenericSetting):
    """«شماره‌گذاری نامه‌ها»: how the numbers of letters are written from now on."""

    number_format = models.CharField("قالب شماره", max_length=60, default=DEFAULT)

    panels = [
        FieldPanel(
            "number_format",
            help_text="بخش‌ها: {year} سال، {direction} رقم جهت (۱ صادره، ۲ وارده)، {secretariat} رقم "
            "دبیرخانه و {no} ردیف. شمارهٔ نامه‌های قبلی تغییر نمی‌کند.",
        ),
    ]

    class Meta:
        verbose_name = verbose_name_plural = "شماره‌گذاری نامه‌ها"

    def clean(self) -> None:
        """Refuse a form that would scramble numbers or make two of them alike."""
        self.number_format = clean_text(self.number_format)
        wrong = why_not_format(self.number_format)
        if not wrong and "{secretariat}" not in self.number_format and Secretariat.are_several():
            wrong = AMBIGUOUS
        if wrong:
            raise ValidationError({"number_format": wrong})


class SecretariatQuerySet(models.QuerySet["Secretariat"]):
    def numbering(self, province: int | None) -> Secretariat:
        """The secretariat of a province; the main one where it has none of its own."""
        found = self.filter(Q(province=province, province__isnull=False) | Q(slug=MAIN))
        return found.order_by(models.F("province").asc(nulls_last=True)).first() or Secretariat()


class Secretariat(models.Model):
    """«دبیرخانه»: keeps books of its own, for the requests of a province."""

    slug = models.SlugField("نشانی", unique=True, default=MAIN, editable=False)
    title = models.CharField("عنوان", max_length=100)
    code = models.CharField(
        "رقم دبیرخانه",
        max_length=4,
        unique=True,
        validators=[RegexValidator(r"^[0-9]+$", "رقم دبیرخانه را با رقم بنویسید؛ مانند ۲.")],
    )
    province = models.OneToOneField(
        Province, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="استان"
    )

    # Another system of the company gives the numbers of its outgoing letters.
    numbers_outside = models.BooleanField(
        "شماره‌ها در سامانهٔ دیگری داده می‌شود",
        default=False,
        db_default=False,
        help_text="در این صورت، شمارهٔ هر نامهٔ صادره هنگام تأیید نهایی وارد می‌شود.",
    )

    objects = SecretariatQuerySet.as_manager()

    class Meta:
        verbose_name = "دبیرخانه"
        verbose_name_plural = "دبیرخانه‌ها"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        self._take_slug()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("A secretariat stays with the books that it has kept.")

    @staticmethod
    def are_several() -> bool:
        """Whether their numbers must tell them apart; the main one is there without a row, too."""
        return Secretariat.objects.exclude(slug=MAIN).exists()

    def clean(self) -> None:
        """Refuse what would make numbers of two secretariats alike, or leave one without province."""
        if self.pk is None and self.province is None:
            raise ValidationError(
                {"province": "استانی را که نامه‌های آن را شماره می‌دهد انتخاب کنید."}
            )
        self._take_slug()
        is_one_of_several = self.slug != MAIN or self.are_several()
        if is_one_of_several and "{secretariat}" not in LetterSettings.load().number_format:
            raise ValidationError(NAME_IT_FIRST)

    def _take_slug(self) -> None:
        # Books name their secretariat by it: it is taken once, and stays.
        if self.pk is None and self.province is not None:
            self.slug = self.province.slug
