"""The audit trail, which services outside the house are silent, and which hosts are there."""

from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone


class AuditEntry(models.Model):
    """An audited act: who did what to what, written in the transaction that did it.

    The actor is kept as number and name, not as a foreign key: the entry
    outlives the account, and this app comes before the one that knows users.
    ``seq``, ``previous``, ``key_id`` and ``seal`` are filled in later by the one sealer.
    """

    at = models.DateTimeField("زمان", default=timezone.now, editable=False)
    actor_id = models.BigIntegerField("شناسهٔ کاربر", null=True, blank=True, editable=False)
    actor_name = models.CharField("نام کاربر", max_length=255, blank=True, editable=False)
    action = models.CharField("اقدام", max_length=100, editable=False)
    subject = models.CharField("موضوع", max_length=255, editable=False)
    facts = models.JSONField(
        "جزئیات", default=dict, blank=True, editable=False, encoder=DjangoJSONEncoder
    )
    seq = models.PositiveBigIntegerField("ردیف", null=True, unique=True, editable=False)
    previous = models.CharField("مهر قبلی", max_length=64, blank=True, editable=False)
    # Which key has sealed it (work.audit_keys); empty: AUDIT_KEY.
    key_id = models.CharField(
        "شناسهٔ کلید", max_length=40, blank=True, default="", db_default="", editable=False
    )
    seal = models.CharField("مهر", max_length=64, blank=True, editable=False)

    class Meta:
        verbose_name = "رویداد ثبت‌شده"
        verbose_name_plural = "رویدادهای ثبت‌شده"
        indexes = [
            # The sealer reads what is unsealed, every minute.
            models.Index(fields=["id"], condition=models.Q(seq=None), name="work_audit_unsealed"),
            # The history of one thing.
            models.Index(fields=["subject", "id"], name="work_audit_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write a new entry; TypeError when it was written before."""
        if not self._state.adding:
            raise TypeError("An audit entry is written once and never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Always TypeError: the trail is kept whole."""
        raise TypeError("An audit entry is never deleted")


class Gateway(models.Model):
    """A service outside the house that failed lately; see :mod:`work.breakers`."""

    name = models.CharField("درگاه", max_length=40, unique=True, editable=False)
    failures = models.PositiveIntegerField("خطاهای پیاپی", default=0, editable=False)
    silent_since = models.DateTimeField("بدون پاسخ از", null=True, blank=True, editable=False)
    rests_until = models.DateTimeField("تلاش بعدی", null=True, blank=True, editable=False)

    class Meta:
        verbose_name = "درگاه بیرونی"
        verbose_name_plural = "درگاه‌های بیرونی"
        constraints = [
            # Whoever finds it silent reads until when.
            models.CheckConstraint(
                condition=models.Q(silent_since=None, rests_until=None)
                | models.Q(silent_since__isnull=False, rests_until__isnull=False),
                name="work_gateway_silent_rests",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Host(models.Model):
    """A host that serves, for as long as it does; see :mod:`work.hosts`."""

    name = models.CharField("نام میزبان", max_length=16, unique=True, editable=False)
    # Counts on every two seconds.
    beats = models.BigIntegerField("تعداد اعلام حضور", default=0, editable=False)

    class Meta:
        verbose_name = "میزبان"
        verbose_name_plural = "میزبان‌ها"

    def __str__(self) -> str:
        return self.name
