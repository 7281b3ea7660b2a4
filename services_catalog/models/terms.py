"""Terms of the catalog: categories, types of documents, reasons for returns.

Retired when they are no longer used, never deleted.
"""

from django.db import models

from db.naming import refuse_new_code
from persian.collation import PERSIAN


class Category(models.Model):
    code = models.SlugField("کد", unique=True)
    title = models.CharField("عنوان", max_length=100, db_collation=PERSIAN)
    order = models.PositiveSmallIntegerField("ترتیب", default=0)
    retired = models.BooleanField("بازنشسته", default=False)

    class Meta:
        verbose_name = "دستهٔ خدمت"
        verbose_name_plural = "دسته‌های خدمت"
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        refuse_new_code(self)


class DocumentType(models.Model):
    code = models.SlugField("کد", unique=True)
    title = models.CharField("عنوان", max_length=200, db_collation=PERSIAN)
    help = models.TextField("راهنما", blank=True)
    reusable_months = models.PositiveSmallIntegerField(
        "مدت استفادهٔ دوباره (ماه)",
        null=True,
        blank=True,
        help_text="مدرک پذیرفته‌شده تا چند ماه برای همان قرارداد دوباره به کار می‌رود؛ "
        "صفر یعنی بی‌پایان، خالی یعنی هر بار از نو بارگذاری می‌شود.",
    )
    retired = models.BooleanField("بازنشسته", default=False)

    class Meta:
        verbose_name = "نوع مدرک"
        verbose_name_plural = "انواع مدرک"
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        refuse_new_code(self)


class ReturnReason(models.Model):
    """Why something is sent back, with the sentence that tells the applicant what to do."""

    code = models.SlugField("کد", unique=True)
    title = models.CharField("عنوان", max_length=150, db_collation=PERSIAN)
    advice = models.TextField("راهنمای متقاضی")
    retired = models.BooleanField("بازنشسته", default=False)

    class Meta:
        verbose_name = "دلیل عودت"
        verbose_name_plural = "دلایل عودت"
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        refuse_new_code(self)
