"""Tokens by which programs act for a person, each with less than that person may do."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now

from accounts.models.people import Party, User
from db.constraints import known_words


class Scope(models.TextChoices):
    """What a program may ask for. Every endpoint behind sign-in asks for exactly one of them."""

    ACCOUNT_READ = "account:read", "مشاهدهٔ مشخصات کاربر"
    SUBMISSIONS_READ = "submissions:read", "مشاهدهٔ درخواست‌ها، مدارک و قراردادها"
    SUBMISSIONS_ACT = "submissions:act", "ثبت درخواست و اقدام روی درخواست‌ها"
    LETTERS_READ = "letters:read", "دریافت نامه‌ها"
    EVENTS_READ = "events:read", "دریافت رویدادها"
    STAFF_READ = "staff:read", "مشاهدهٔ کارهای همکاران"
    STAFF_ACT = "staff:act", "انجام کارهای همکاران"
    GUIDES_READ = "guides:read", "مشاهدهٔ پیش‌نویس راهنماها"
    GUIDES_ACT = "guides:act", "ویرایش و انتشار راهنماها"
    CATALOG_READ = "catalog:read", "دریافت کاتالوگ خدمات"
    CATALOG_ACT = "catalog:act", "تغییر کاتالوگ خدمات"

    @property
    def is_for_staff(self) -> bool:
        """Whether nobody but the company's people has any use for it."""
        return self.value.partition(":")[0] in ("staff", "guides", "catalog")


class AccessTokenQuerySet(models.QuerySet["AccessToken"]):
    def live(self) -> Self:
        """Neither revoked nor run out."""
        return self.filter(revoked_at=None, expires_at__gt=now())

    def revoke(self, by: User | None = None) -> int:
        """End those that still work; how many that were. ``by``: None for the system."""
        return self.live().update(revoked_at=now(), revoked_by=by)


class AccessToken(models.Model):
    """A token of one person. Its secret is shown once; a digest of it is all that is kept.

    ``party``: the only one that it may act for; None: each that the person may. ``second_factor``:
    whether it was issued in a session that had given one.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens", verbose_name="صاحب")
    # A token of one party must not become one of all parties when that one is taken away.
    party = models.ForeignKey(
        Party, models.CASCADE, null=True, blank=True, related_name="+", verbose_name="متقاضی"
    )
    name = models.CharField("نام", max_length=100)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    second_factor = models.BooleanField("با مرحلهٔ دوم", default=False)
    created_at = models.DateTimeField("زمان صدور", default=now, editable=False)
    created_by = models.ForeignKey(
        User, models.SET_NULL, null=True, related_name="+", verbose_name="صادرکننده"
    )
    expires_at = models.DateTimeField("اعتبار تا")
    # Written once a minute at most.
    last_used_at = models.DateTimeField("آخرین استفاده", null=True, blank=True)
    revoked_at = models.DateTimeField("زمان ابطال", null=True, blank=True)
    revoked_by = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="ابطال‌کننده"
    )

    objects = AccessTokenQuerySet.as_manager()

    class Meta:
        verbose_name = "توکن دسترسی"
        verbose_name_plural = "توکن‌های دسترسی"
        constraints = [
            # Two keys of one name cannot be told apart on the page where one of them is revoked.
            models.UniqueConstraint(
                fields=["user", "name"], condition=Q(revoked_at=None), name="token_name_once"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")), name="token_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(revoked_by=None) | Q(revoked_at__isnull=False),
                name="token_revoker_revoked_it",
            ),
        ]
        # The sweep takes away what ended long ago; the list of the office begins with the newest.
        indexes = [
            models.Index(fields=["expires_at"], name="tokens_by_end"),
            models.Index(fields=["created_at"], name="tokens_by_age"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_live(self) -> bool:
        """Neither revoked nor run out."""
        return self.revoked_at is None and self.expires_at > now()

    @property
    def scope_labels(self) -> list[str]:
        """What it may be used for, in words, in the order of the vocabulary."""
        held = {granted.scope for granted in self.scopes.all()}
        return [str(scope.label) for scope in Scope if scope.value in held]


class TokenScope(models.Model):
    """One thing that a token may be used for."""

    token = models.ForeignKey(AccessToken, models.CASCADE, related_name="scopes")
    scope = models.CharField("دسترسی", max_length=20, choices=Scope)

    class Meta:
        verbose_name = "دسترسی توکن"
        verbose_name_plural = "دسترسی‌های توکن"
        constraints = [
            known_words("scope", *Scope.values, name="token_scope_known"),
            models.UniqueConstraint(fields=["token", "scope"], name="token_scope_once"),
        ]

    def __str__(self) -> str:
        return self.scope
