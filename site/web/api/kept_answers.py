"""Answers that are kept so that whoever asks again with the same key gets the same one."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.timezone import now

KEPT_FOR = timedelta(hours=24)
# Removed in one go; the next sweep goes on.
AT_ONCE = 1000


class KeptAnswer(models.Model):
    """What was answered to one key of one person; without a ``status``, it is still under way.

    Written in the transaction of the act itself. Only where files are looked into, which no
    transaction waits for, is the row written before and promised until ``promised_until``.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="کاربر"
    )
    key = models.CharField("کلید", max_length=255)
    # Of the address, the acting party and what was sent.
    fingerprint = models.CharField("اثر درخواست", max_length=64)
    status = models.PositiveSmallIntegerField("وضعیت پاسخ", null=True)
    headers = models.JSONField("سرآیندها", default=dict)
    # Packed; none where it was too long to be kept.
    content = models.BinaryField("پاسخ", null=True)
    at = models.DateTimeField("زمان", default=now)
    promised_until = models.DateTimeField("در دست انجام تا", null=True)

    class Meta:
        verbose_name = "پاسخ نگهداری‌شده"
        verbose_name_plural = "پاسخ‌های نگهداری‌شده"
        default_permissions = ()
        indexes = [models.Index(fields=["at"], name="kept_answer_at")]
        constraints = [
            models.UniqueConstraint(fields=["user", "key"], name="one_answer_a_key"),
            models.CheckConstraint(
                condition=Q(status=None, promised_until__isnull=False)
                | Q(status__isnull=False, status__gte=200, status__lt=500, promised_until=None),
                name="answered_or_promised",
            ),
        ]

    def __str__(self) -> str:
        return f"answer {self.pk}"


def drop_old_answers() -> int:
    """Remove what nobody may ask for again; how many."""
    old = KeptAnswer.objects.filter(at__lt=now() - KEPT_FOR).order_by("at")
    pks = list(old.values_list("pk", flat=True)[:AT_ONCE])
    return KeptAnswer.objects.filter(pk__in=pks).delete()[0] if pks else 0
