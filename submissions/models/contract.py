"""The company's register of contracts, and the rule for claims."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.timezone import now
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

from accounts.models import Party, User
from db.constraints import known_words
from db.frozen import FrozenModel, FrozenQuerySet
from persian.digits import to_ascii
from persian.text import clean_text, fold_key
from services_catalog.models import Park

# How the same stroke is typed on different keyboards and copied from different papers.
_SLASHES = re.compile(r"\s*[/\\\u2044\u2215\uff0f\u066b\u060d]\s*")
_DASHES = re.compile(r"\s*[\-\u2010-\u2015\u2212\u0640]\s*")
_PARTS = re.compile(r"[0-9a-z\u0621-\u06cc]+")


def normal_number(text: str) -> str:
    """A contract's number as it is stored: ASCII digits, one kind of slash, no idle spaces."""
    if not text.isascii():
        text = to_ascii(clean_text(_DASHES.sub("-", text))).replace("\u200c", "")
    return " ".join(_SLASHES.sub("/", _DASHES.sub("-", text)).split())


def number_key(text: str) -> str:
    """A number without its separators: «۱۴۰۲/۱۰۰۱», ``1402-1001`` and ``14021001`` have one key."""
    return "".join(_number_parts(text))


def number_keys(text: str) -> list[str]:
    """The keys that a typed number may mean.

    In a right-to-left line «1402/1001» is easily read, and then typed, as «1001/1402».
    """
    parts = _number_parts(text)
    return list({"".join(parts): None, "".join(reversed(parts)): None})


def _number_parts(text: str) -> list[str]:
    return _PARTS.findall(normal_number(text).lower())


@dataclass(frozen=True)
class Holder:
    """Holder of a contract as the register names them; ``id`` is empty where it has none."""

    kind: str
    name: str
    id: str = ""

    def is_party(self, party: Party) -> bool:
        """Whether the register names the party."""
        return self.is_same(Holder(party.kind, party.name, party.national_id or ""))

    def is_same(self, other: Holder) -> bool:
        """Whether ``other`` is this person: by the id where this one has it, else by the name."""
        if self.kind != other.kind:
            return False
        if self.id:
            return self.id == other.id
        return fold_key(self.name) == fold_key(other.name)


class Contract(models.Model):
    """One contract of the register. Its holder stands in columns: an import makes no parties.

    ``party`` is null until a claim on the contract has been approved.
    """

    number = models.CharField("شمارهٔ قرارداد", max_length=40, unique=True)
    number_key = models.CharField(max_length=40, editable=False, db_index=True, default="")
    # Stood beside a row with the same key when keys became unique; the office has to look at both.
    repeats_key = models.BooleanField(default=False, db_default=False, editable=False)
    # Its index is the one of the search, which begins with the park.
    park = models.ForeignKey(Park, models.PROTECT, verbose_name="شهرک", db_index=False)
    plot = models.CharField("قطعه", max_length=40, blank=True)
    area = models.PositiveIntegerField("مساحت (مترمربع)", null=True, blank=True)
    signed_on = models.DateField("تاریخ قرارداد", null=True, blank=True)
    file_number = models.CharField("شمارهٔ پرونده", max_length=40, blank=True)
    holder_kind = models.CharField("نوع شخص", max_length=10, choices=Party.Kind)
    holder_name = models.CharField("نام طرف قرارداد", max_length=200)
    holder_key = models.CharField(max_length=200, editable=False, db_index=True)
    holder_id = models.CharField("شناسهٔ طرف قرارداد", max_length=11, blank=True)
    # The office is asked whose it is: an import named another holder than the party's claim was
    # approved for (``former_holder``: kind, name and id). Nothing is handed in on it meanwhile.
    asked_since = models.DateTimeField("زمان تغییر طرف قرارداد", null=True, editable=False)
    former_holder = models.JSONField(null=True, editable=False)
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
        constraints = [
            # Two spellings of a number are one contract: an import goes by the key.
            models.UniqueConstraint(
                fields=["number_key"],
                condition=~models.Q(number_key="") & models.Q(repeats_key=False),
                name="contract_key_once",
                violation_error_message="قراردادی با همین شماره در دفتر ثبت شده است.",
            ),
            # The claim of the holder is approved by rule only for a person of the same kind.
            known_words("holder_kind", *Party.Kind.values, name="contract_holder_kind_known"),
            # Of a contract that is nobody's there is nothing to ask.
            models.CheckConstraint(
                condition=models.Q(asked_since=None) | models.Q(party__isnull=False),
                name="asked_contract_has_party",
            ),
        ]
        indexes = [
            # The search by a part of the name looks through one park, in this index alone.
            models.Index(fields=["park", "holder_key", "number_key"], name="contract_park_holder"),
            # The list of those whose holder the office has to look at.
            models.Index(
                fields=["asked_since"],
                condition=models.Q(asked_since__isnull=False),
                name="contract_asked",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.number = normal_number(self.number)
        self.number_key = number_key(self.number)
        self.holder_key = fold_key(self.holder_name)[:200]
        super().save(*args, **kwargs)

    @property
    def holder(self) -> Holder:
        return Holder(self.holder_kind, self.holder_name, self.holder_id)


class HolderDecision(FrozenModel):
    """What the office decided about the party of a contract, and why. Immutable."""

    class Outcome(models.TextChoices):
        KEPT = "kept", "نزد همین متقاضی می‌ماند"
        RELEASED = "released", "آزاد می‌شود تا طرف قرارداد آن را ثبت کند"
        MOVED = "moved", "به متقاضی دیگری منتقل می‌شود"

    contract = models.ForeignKey(Contract, models.PROTECT, related_name="holder_decisions")
    outcome = models.CharField("تصمیم", max_length=10, choices=Outcome)
    party_before = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    party_after = models.ForeignKey(Party, models.PROTECT, null=True, related_name="+")
    # As the register named it then.
    holder_name = models.CharField("طرف قرارداد در دفتر", max_length=200)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField("زمان", default=now, editable=False)
    note = models.TextField("دلیل")

    objects = FrozenQuerySet.as_manager()

    class Meta:
        verbose_name = "تصمیم دربارهٔ طرف قرارداد"
        verbose_name_plural = "تصمیم‌ها دربارهٔ طرف قرارداد"
        ordering = ["-pk"]
        constraints = [
            known_words("outcome", "kept", "released", "moved", name="holder_outcome_known"),
        ]

    def __str__(self) -> str:
        return f"{self.contract}: {self.get_outcome_display()}"


@register_setting(icon="clipboard-list", order=500)
class ClaimRules(BaseGenericSetting):
    """Whether a claim may be approved without a person looking at it."""

    approve_same_holder = models.BooleanField(
        "تأیید خودکار قرارداد خود متقاضی",
        default=False,
        help_text="اگر کد ملی یا شناسهٔ ملی تأییدشدهٔ متقاضی با شناسهٔ طرف قرارداد در دفتر یکسان باشد، "
        "ثبت قرارداد بلافاصله تأیید می‌شود. در حالت غیرفعال، همهٔ موارد را کارشناس بررسی می‌کند.",
    )

    panels = [FieldPanel("approve_same_holder")]

    class Meta:
        verbose_name = "قاعدهٔ ثبت قرارداد"
