"""Prints of a register that somebody asked for."""

from __future__ import annotations

import uuid
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.timezone import now

from accounts.models import User
from db.constraints import known_words
from submissions.models import private_storage
from work.leases import Claimable, ClaimableQuerySet


class PrintForm(models.TextChoices):
    """What a print is made as."""

    PDF = "pdf", "PDF برای چاپ"
    SHEET = "xlsx", "صفحه‌گسترده (اکسل)"


class PrintState(models.TextChoices):
    """How far a print is."""

    QUEUED = "queued", "در حال آماده‌سازی"
    READY = "ready", "آماده"
    FAILED = "failed", "ناموفق"


class PrintDirection(models.TextChoices):
    """Which of the books of a secretariat is printed."""

    OUTGOING = "outgoing", "دفتر صادره"
    INCOMING = "incoming", "دفتر وارده"


class RegisterPrintQuerySet(ClaimableQuerySet):
    def unfinished(self) -> Self:
        """Asked for and not made yet."""
        return self.filter(state=PrintState.QUEUED)


def print_path(row: RegisterPrint, filename: str) -> str:
    """A name that says nothing."""
    return f"registers/{now():%Y/%m}/{uuid.uuid4()}"


class RegisterPrint(Claimable):
    """One print: of which book, from which day to which, and its file once it is made."""

    State = PrintState
    Form = PrintForm

    direction = models.CharField("دفتر", max_length=10, choices=PrintDirection)
    secretariat = models.SlugField("دبیرخانه")
    since = models.DateField("از تاریخ")
    until = models.DateField("تا تاریخ")
    form = models.CharField("قالب", max_length=5, choices=PrintForm)
    state = models.CharField("وضعیت", max_length=10, choices=State, default=State.QUEUED)
    by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="درخواست‌کننده")
    asked_at = models.DateTimeField("زمان درخواست", default=now)
    made_at = models.DateTimeField("زمان تهیه", null=True)
    file = models.FileField(
        upload_to=print_path, storage=private_storage, max_length=120, blank=True
    )
    # Lines of the print, gaps included.
    lines = models.PositiveIntegerField("تعداد ردیف", default=0)
    gaps = models.PositiveIntegerField("شماره‌های جاافتاده", default=0)

    objects = RegisterPrintQuerySet.as_manager()

    class Meta:
        verbose_name = "چاپ دفتر"
        verbose_name_plural = "چاپ دفترها"
        default_permissions = ()
        constraints = [
            known_words("direction", *PrintDirection.values, name="print_direction_known"),
            known_words("form", *PrintForm.values, name="print_form_known"),
            known_words("state", *PrintState.values, name="print_state_known"),
            models.CheckConstraint(
                condition=Q(since__lte=F("until")), name="print_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=~Q(state="ready") | (Q(made_at__isnull=False) & ~Q(file="")),
                name="print_ready_is_whole",
            ),
        ]
        indexes = [
            models.Index(
                fields=["queued_at"], condition=Q(state="queued"), name="register_print_to_make"
            ),
        ]

    def __str__(self) -> str:
        return self.get_direction_display()

    @property
    def file_name(self) -> str:
        return f"register-{self.direction}-{self.pk}.{self.form}"
