"""Letters, their templates and their register: numbered once, frozen when issued, never deleted."""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime
from typing import Any, NamedTuple, Self

from django.db import models, transaction
from django.db.models import Q
from django.utils.timezone import now

from db.constraints import known_words
from db.frozen import FrozenModel, FrozenQuerySet
from letters.attachments.models import LetterAttachment
from letters.designs.models import LetterDesign
from letters.designs.versions import LetterTemplate
from letters.dispatch.models import Dispatch, DispatchAttempt, DispatchSettings, PostBatch
from letters.drafts.marks import ORDINARY, classification_in
from letters.drafts.models import LetterDraft, LetterRevision
from letters.drafts.purposes import Purpose
from letters.ece.models import HandedMail, ReceivedMail, TestLetter
from letters.facts import LetterFacts
from letters.images.models import LetterImage
from letters.incoming.models import IncomingLetter
from letters.registers.number_format import write_number
from letters.registers.printing.models import RegisterPrint
from letters.registers.rows import MAIN, LetterSettings, Secretariat
from persian.identifiers import new_verify_code
from persian.jalali import jalali_year
from submissions.models import Submission, WorkItem, private_storage
from work.leases import Claimable, ClaimableQuerySet

__all__ = [
    "Dispatch",
    "DispatchAttempt",
    "DispatchSettings",
    "HandedMail",
    "IncomingLetter",
    "Letter",
    "LetterAttachment",
    "LetterBook",
    "LetterDesign",
    "LetterDraft",
    "LetterImage",
    "LetterRevision",
    "LetterState",
    "LetterTemplate",
    "Numbered",
    "Paper",
    "PostBatch",
    "ReceivedMail",
    "RegisterPrint",
    "TestLetter",
    "letter_path",
]


class Numbered(NamedTuple):
    """A number that was taken: in which book, which, and when."""

    book: LetterBook
    number: int
    at: datetime


class Paper(NamedTuple):
    """A letter's file as it is given out, and what it is sealed with."""

    content: bytes
    seal: str


class LetterBookQuerySet(models.QuerySet["LetterBook"]):
    def next_number(self, secretariat: str, direction: str) -> Numbered:
        """Take the next number of this Jalali year's book; the row stays locked until commit.

        Gapless: a transaction that fails gives its number back. Must be called inside a
        transaction, after the submission is locked (lock order: submission, then book).
        """
        book = self._locked(secretariat, direction)
        # The date is read after the lock: a later number never has an earlier date. When the
        # year has turned while we waited, the number belongs into the new year's book.
        while book.year != jalali_year(moment := now()):
            book = self._locked(secretariat, direction)
        book.last_number += 1
        book.save(update_fields=["last_number"])
        return Numbered(book, book.last_number, moment)

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("A book of letters is never deleted.")

    def _locked(self, secretariat: str, direction: str) -> LetterBook:
        key: dict[str, Any] = {"secretariat": secretariat, "direction": direction}
        key["year"] = jalali_year(now())
        self.get_or_create(**key)
        return self.select_for_update().get(**key)


class LetterBook(models.Model):
    """The register («دفتر اندیکاتور») of a secretariat for one Jalali year and direction."""

    class Direction(models.TextChoices):
        OUTGOING = "outgoing", "صادره"
        INCOMING = "incoming", "وارده"

    secretariat = models.SlugField("دبیرخانه", default=MAIN)
    year = models.PositiveSmallIntegerField("سال")
    direction = models.CharField("جهت", max_length=10, choices=Direction)
    last_number = models.PositiveIntegerField("آخرین شماره", default=0)

    objects = LetterBookQuerySet.as_manager()

    class Meta:
        verbose_name = "دفتر نامه"
        verbose_name_plural = "دفترهای نامه"
        constraints = [
            models.UniqueConstraint(
                fields=["secretariat", "year", "direction"], name="one_book_a_year"
            ),
            # A number is written with the digit of its direction.
            known_words("direction", "outgoing", "incoming", name="book_direction_known"),
            # The year is part of the number on the paper, and it is a Jalali one.
            models.CheckConstraint(
                condition=Q(year__range=(1300, 1599)), name="book_year_is_jalali"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} {self.get_direction_display()}"

    def written(self, number: int) -> str:
        """The number as it is printed, in the form that the settings have now."""
        keeper = Secretariat.objects.filter(slug=self.secretariat).first()
        return write_number(
            LetterSettings.load().number_format,
            year=self.year,
            direction={"outgoing": 1, "incoming": 2}[self.direction],
            secretariat=keeper.code if keeper else "1",
            no=number,
        )

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise TypeError("A book of letters is never deleted.")


class LetterQuerySet(ClaimableQuerySet, FrozenQuerySet["Letter"]):  # type: ignore[override]  # the plugin gives each its own manager
    def unfinished(self) -> Self:
        """Numbered, but without its PDF yet."""
        return self.filter(rendered_at=None, state=Letter.State.ISSUED)

    def for_applicant(self) -> Self:
        """What the applicant may read: a question to a body outside is the house's own."""
        return self.exclude(purpose=Purpose.INQUIRY)

    def issued(self) -> Self:
        """Letters that have left the house, whatever became of them since."""
        return self.filter(rendered_at__isnull=False)


def letter_path(letter: Letter, filename: str) -> str:
    return f"letters/{now():%Y/%m}/{uuid.uuid4()}.pdf"


class LetterState(models.TextChoices):
    """What a letter is worth."""

    ISSUED = "issued", "معتبر"
    SUPERSEDED = "superseded", "جایگزین شده"
    REVOKED = "revoked", "ابطال شده"
    VOID = "void", "باطل"


class Letter(FrozenModel, Claimable):
    """One numbered letter. ``facts`` is what was decided, ``printed`` what stands on the paper.

    Between the two lies the task that renders: until it is done, ``rendered_at`` is null
    and the submission shows «در دست صدور».
    """

    # What it refers to is shown by the lists of letters, to whom they may be shown.
    wagtail_reference_index_ignore = True
    # Its paper, once; what becomes of it; and whoever works on it.
    changing = frozenset({"printed", "file", "size", "sha256", "rendered_at", "state", "template"})
    changing |= {"seal", "ended_at", "end_reason"}
    changing |= {field.name for field in Claimable._meta.fields}

    State = LetterState

    class Seal(models.TextChoices):
        """What the file is sealed with: the level of PAdES, or nothing."""

        NONE = "", "بدون مهر الکترونیکی"
        B_B = "b-b", "مهر الکترونیکی بدون مهر زمانی (PAdES B-B)"
        B_LT = "b-lt", "مهر الکترونیکی با مهر زمانی (PAdES B-LT)"

    submission = models.ForeignKey(
        Submission, models.PROTECT, related_name="letters", verbose_name="درخواست"
    )
    # What supersedes, revokes or completes acts on results alone.
    purpose = models.CharField(
        "منظور", max_length=10, choices=Purpose, default=Purpose.RESULT, db_default="result"
    )
    # The question to a body outside that it asks; of no other letter.
    inquiry = models.ForeignKey(
        WorkItem, models.PROTECT, null=True, related_name="letters", verbose_name="استعلام"
    )
    book = models.ForeignKey(LetterBook, models.PROTECT, related_name="letters")
    number = models.PositiveIntegerField("ردیف")
    number_text = models.CharField("شماره", max_length=40)
    issued_at = models.DateTimeField("تاریخ", default=now)
    subject = models.CharField("موضوع", max_length=300)
    recipient = models.CharField("گیرنده", max_length=300)
    template = models.ForeignKey(LetterTemplate, models.PROTECT, related_name="+")
    facts = models.JSONField(default=dict)
    printed = models.JSONField(null=True)
    verify_code = models.CharField(
        "کد راستی‌آزمایی", max_length=16, unique=True, default=new_verify_code
    )
    state = models.CharField("وضعیت", max_length=20, choices=State, default=State.ISSUED)
    file = models.FileField(
        upload_to=letter_path, storage=private_storage, max_length=120, blank=True
    )
    size = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    rendered_at = models.DateTimeField("زمان صدور", null=True)
    # Letters of before there was a seal have none; db_default: added without writing the table anew.
    seal = models.CharField(
        "مهر الکترونیکی", max_length=8, choices=Seal, blank=True, default="", db_default=""
    )
    # Unknown for what ended before this was written down.
    ended_at = models.DateTimeField("پایان اعتبار", null=True, blank=True)

    # Why it was revoked or made void; said inside the house only.
    end_reason = models.TextField("دلیل ابطال", blank=True, default="", db_default="")

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = "نامه"
        verbose_name_plural = "نامه‌ها"
        permissions = [("revoke_letter", "ابطال نامه"), ("void_letter", "باطل کردن شمارهٔ نامه")]
        constraints = [
            models.UniqueConstraint(fields=["book", "number"], name="letter_number_once"),
            # A number that was typed (of a system outside) is nobody else's in its book.
            models.UniqueConstraint(fields=["book", "number_text"], name="letter_text_once"),
            # Verification tells whoever asks what the state says, and nothing else of a letter.
            known_words(
                "state", "issued", "superseded", "revoked", "void", name="letter_state_known"
            ),
            known_words("seal", "", "b-b", "b-lt", name="letter_seal_known"),
            known_words("purpose", "result", "refusal", "inquiry", name="letter_purpose_known"),
            # One living result and one refusal: two approvals can never both issue. Inquiries may
            # be several.
            models.UniqueConstraint(
                fields=["submission", "purpose"],
                condition=Q(state="issued", purpose__in=["result", "refusal"]),
                name="one_living_letter_a_purpose",
            ),
            models.CheckConstraint(
                condition=Q(purpose="inquiry", inquiry__isnull=False)
                | (~Q(purpose="inquiry") & Q(inquiry=None)),
                name="inquiry_letter_asks",
            ),
            models.UniqueConstraint(
                fields=["inquiry"], condition=Q(state="issued"), name="one_living_inquiry_letter"
            ),
            # What has been rendered has its paper, its text and its hash.
            models.CheckConstraint(
                condition=Q(rendered_at=None)
                | (Q(printed__isnull=False, size__gt=0) & ~Q(sha256="") & ~Q(file="")),
                name="rendered_letter_is_whole",
            ),
        ]
        indexes = [
            # The list of the staff, newest first.
            models.Index(fields=["-issued_at", "-id"], name="letter_newest"),
            # What is typed from a paper: the whole number, or the last part of it.
            models.Index(fields=["number_text"], name="letter_number_text"),
            models.Index(fields=["number"], name="letter_number"),
            # Whether a file that somebody brings is one of ours.
            models.Index(fields=["sha256"], name="letter_digest"),
            # The sweep, every minute: what has its number and not its paper yet.
            models.Index(
                fields=["queued_at"], condition=Q(rendered_at=None), name="letter_unrendered"
            ),
        ]

    def __str__(self) -> str:
        return self.number_text

    @property
    def classification(self) -> str:
        """Who is meant to read it, in words."""
        return classification_in(self.facts)

    @property
    def is_classified(self) -> bool:
        """Whether it is meant for some alone: nothing of it is told to who only has its code."""
        return self.classification != ORDINARY

    @property
    def priority(self) -> str:
        """How soon it is wanted, in words."""
        return str(self.facts.get("priority", ORDINARY))

    @property
    def facts_printed(self) -> LetterFacts | None:
        """What stands on the paper; None while the letter is being rendered."""
        return LetterFacts.model_validate(self.printed) if self.printed else None

    @transaction.atomic
    def record_rendered(self, printed: LetterFacts, name: str, paper: Paper) -> bool:
        """Write down the paper, once. False when another run has been faster."""
        return self.finish(
            printed=printed.model_dump(mode="json"),
            file=name,
            size=len(paper.content),
            sha256=hashlib.sha256(paper.content).hexdigest(),
            seal=paper.seal,
            rendered_at=now(),
        )
