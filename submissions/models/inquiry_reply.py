"""What a body outside has answered, as it was registered by hand."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact
from django.utils.timezone import now

from db.constraints import known_words
from db.frozen import FrozenModel, FrozenQuerySet
from submissions.models.filing import private_storage
from submissions.models.work_item import WorkItem
from submissions.states import Verdict


def paper_path(reply: InquiryReply | None = None, filename: str = "") -> str:
    """A name that says nothing; the original name is kept as text only."""
    return f"inquiries/{now():%Y/%m}/{uuid.uuid4()}"


class InquiryReply(FrozenModel):
    """The answer to one inquiry: what it says, number and date of their letter, its scan.

    Its words are the note of the step that closed the inquiry. The paper is the company's: no
    document of the request, and never the applicant's to see. Immutable.
    """

    item = models.OneToOneField(WorkItem, models.PROTECT, related_name="reply")
    verdict = models.CharField("نتیجهٔ استعلام", max_length=20, choices=Verdict)
    letter_number = models.CharField("شمارهٔ نامه", max_length=40, blank=True)
    letter_date = models.DateField("تاریخ نامه", null=True)
    file = models.FileField(
        upload_to=paper_path, storage=private_storage, max_length=120, blank=True
    )
    original_name = models.CharField("نام فایل", max_length=255, blank=True)
    size = models.PositiveBigIntegerField("حجم (بایت)", default=0)
    content_type = models.CharField("نوع محتوا", max_length=100, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)

    objects = FrozenQuerySet.as_manager()

    class Meta:
        verbose_name = "پاسخ استعلام"
        verbose_name_plural = "پاسخ‌های استعلام"
        constraints = [
            known_words("verdict", *Verdict.values, name="reply_verdict_known"),
            # Whoever has answered did so by a letter; whoever has not, sent none.
            models.CheckConstraint(
                condition=Q(
                    Exact(Length("sha256"), 64),
                    ~Q(verdict="no_answer"),
                    ~Q(letter_number=""),
                    ~Q(file=""),
                    letter_date__isnull=False,
                    size__gt=0,
                )
                | Q(verdict="no_answer", letter_number="", letter_date=None, file=""),
                name="reply_has_its_letter",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_verdict_display()} ({self.letter_number})"

    @property
    def is_answer(self) -> bool:
        """Whether they have answered at all."""
        return self.verdict != Verdict.NO_ANSWER
