"""Terms of the catalog: categories, types of documents, reasons for returns, synonyms.

What other rows name is retired when it is no longer used, never deleted.
"""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.db import models

from db.naming import refuse_new_code
from persian.collation import PERSIAN
from persian.searching import Thesaurus
from persian.text import clean_text, fold_key
from web.public_pages.kept_values import kept_values


class Category(models.Model):
    code = models.SlugField("کد", unique=True)
    title = models.CharField("عنوان", max_length=100, db_collation=PERSIAN)
    order = models.PositiveSmallIntegerField("ترتیب", default=0)
    retired = models.BooleanField("غیرفعال", default=False)

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
        "مدت استفادهٔ مجدد (ماه)",
        null=True,
        blank=True,
        help_text="مدت استفادهٔ مجدد از مدرک پذیرفته‌شده برای همان قرارداد؛ صفر به معنی "
        "نامحدود و خالی به معنی بارگذاری مجدد در هر بار است.",
    )
    retired = models.BooleanField("غیرفعال", default=False)

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
    retired = models.BooleanField("غیرفعال", default=False)

    class Meta:
        verbose_name = "دلیل عودت"
        verbose_name_plural = "دلایل عودت"
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        refuse_new_code(self)


class SynonymsQuerySet(models.QuerySet["Synonyms"]):
    def read_thesaurus(self) -> Thesaurus:
        """All groups, as a search asks for them."""
        return kept_values.find("thesaurus", self._read_anew)

    def _read_anew(self) -> Thesaurus:
        return Thesaurus(split_words(words) for words in self.values_list("words", flat=True))


class Synonyms(models.Model):
    """Words that mean the same to whoever searches: one of them finds what is said by another."""

    words = models.CharField(
        "واژه‌های هم‌معنی",
        max_length=500,
        unique=True,
        help_text="با «،» از هم جدا شوند؛ مانند «رمز عبور، گذرواژه، پسورد». جستجوی هر یک، "
        "نتایج بقیه را نیز نمایش می‌دهد.",
    )

    objects = SynonymsQuerySet.as_manager()

    class Meta:
        verbose_name = "واژه‌های هم‌معنی"
        verbose_name_plural = "واژه‌های هم‌معنی"
        ordering = ["words"]
        constraints = [
            # A search reads every group.
            models.CheckConstraint(condition=~models.Q(words=""), name="synonyms_say_something"),
        ]

    def __str__(self) -> str:
        return self.words

    def clean(self) -> None:
        words = {fold_key(word): word for word in split_words(clean_text(self.words))}
        words.pop("", None)
        if len(words) < 2:
            raise ValidationError({"words": "لطفاً حداقل دو واژه بنویسید و با «،» از هم جدا کنید."})
        self.words = "، ".join(words.values())


def split_words(words: str) -> list[str]:
    """The words of a group, one by one."""
    return [word.strip() for word in re.split("[،,\n]", words) if word.strip()]
