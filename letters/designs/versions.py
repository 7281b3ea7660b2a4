"""Published versions of templates: what letters are worded by, and keep."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.db import models
from django.db.models import Max, Q

#: What a version says; the rest of it is which one it is.
WORDED: Final = (
    *("title", "subject", "recipient_post", "salutation", "paragraphs"),
    *("show_answers", "signer_post", "copies"),
)


class LetterTemplateQuerySet(models.QuerySet["LetterTemplate"]):
    def for_service(self, letter_kind: str, service_code: str) -> LetterTemplate | None:
        """The current template: the service's own before the kind's."""
        return (
            self.filter(kind=letter_kind, current=True, service_code__in=["", service_code])
            .order_by("-service_code")
            .first()
        )

    def for_kinds(
        self, letter_kinds: Iterable[str], service_code: str
    ) -> dict[str, LetterTemplate]:
        """The current template of each kind that has one, as for_service finds it, in one query."""
        codes = ["", service_code]
        found = self.filter(kind__in=letter_kinds, current=True, service_code__in=codes)
        return {template.kind: template for template in found.order_by("service_code")}

    def write_version(
        self, kind: str, service_code: str, words: Mapping[str, Any]
    ) -> LetterTemplate:
        """Make these words (see WORDED) the current version; the same words again write nothing.

        Whoever calls it holds the design of the template, so that versions follow one another.
        """
        versions = self.filter(kind=kind, service_code=service_code)
        latest = versions.order_by("-version").first()
        if latest and latest.current and latest.words == dict(words):
            return latest
        self.retire(kind, service_code)
        last: int = versions.aggregate(last=Max("version"))["last"] or 0
        return self.create(kind=kind, service_code=service_code, version=last + 1, **words)

    def retire(self, kind: str, service_code: str) -> None:
        """No letter is worded by it from now on, but those that are signed or reworded on it."""
        self.filter(kind=kind, service_code=service_code, current=True).update(current=False)


class LetterTemplate(models.Model):
    """One published version of the wording of a kind of letter; letters keep theirs."""

    kind = models.SlugField("نوع نامه")
    title = models.CharField("عنوان", max_length=150)
    service_code = models.SlugField("کد خدمت", blank=True, default="")
    version = models.PositiveIntegerField("نسخه", default=1)
    current = models.BooleanField("جاری", default=True)
    # Empty: as the service and the recipient say.
    subject = models.CharField("موضوع", max_length=300, blank=True, default="", db_default="")
    recipient_post = models.CharField(
        "عنوان گیرنده", max_length=150, blank=True, default="", db_default=""
    )
    salutation = models.CharField("سلام", max_length=100, default="با سلام و احترام؛", blank=True)
    paragraphs = models.JSONField("بندهای متن", default=list)
    show_answers = models.BooleanField("جدول مشخصات زیر متن", default=True)
    signer_post = models.CharField("سمت امضاکننده", max_length=150, blank=True)
    copies = models.JSONField("رونوشت‌ها", default=list, blank=True)

    objects = LetterTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = "نسخهٔ الگوی نامه"
        verbose_name_plural = "نسخه‌های الگوی نامه"
        ordering = ["kind", "service_code", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "service_code", "version"], name="template_version_once"
            ),
            models.UniqueConstraint(
                fields=["kind", "service_code"],
                condition=Q(current=True),
                name="one_current_template",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.version})"

    @property
    def words(self) -> dict[str, Any]:
        """What it says, by the names of WORDED."""
        return {name: getattr(self, name) for name in WORDED}
