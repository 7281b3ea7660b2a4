"""Answers of the state's registers about a person who asked to be verified."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.utils.timezone import now

from db.constraints import known_words
from registries.answers import Outcome
from work.leases import SETTLED, Claimable, ClaimableQuerySet


class RegistryCheckQuerySet(ClaimableQuerySet):
    def unfinished(self) -> Self:
        """Questions that no register has answered, while somebody still wants the answer."""
        return self.filter(settled_at=None)


class RegistryCheck(Claimable):
    """One question to one register about one filing: asked by a task, read by the reviewer.

    ``outcome`` stays empty until the first try and «unavailable» until a later one succeeds;
    ``settled_at`` says that nothing more will be asked. ``facts`` holds what the reviewer is
    shown (names, alive or not) and nothing else of the register's answer.
    """

    class Kind(models.TextChoices):
        MOBILE = "mobile", "مالکیت شمارهٔ موبایل (شاهکار)"
        CIVIL = "civil", "ثبت احوال"

    submission = models.ForeignKey(
        "submissions.Submission", models.CASCADE, related_name="registry_checks"
    )
    filing = models.PositiveSmallIntegerField("نوبت")
    kind = models.CharField("استعلام", max_length=10, choices=Kind)
    outcome = models.CharField("نتیجه", max_length=12, choices=Outcome, blank=True)
    facts = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField("زمان", null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = RegistryCheckQuerySet.as_manager()

    class Meta:
        verbose_name = "استعلام"
        verbose_name_plural = "استعلام‌ها"
        constraints = [
            # The kind is which register is asked; the outcome, empty before, what the page shows.
            known_words("kind", "mobile", "civil", name="registry_check_kind_known"),
            known_words("outcome", "", *Outcome.values, name="registry_check_outcome_known"),
            # Handing in asks once, however often the transaction is tried.
            models.UniqueConstraint(
                fields=["submission", "filing", "kind"], name="registry_check_once"
            ),
        ]
        indexes = [
            # The sweep: what no register has answered yet.
            models.Index(
                fields=["queued_at"],
                condition=models.Q(settled_at=None),
                name="registry_check_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.get_outcome_display()}"

    def record(self, outcome: Outcome, facts: dict[str, Any] | None = None) -> None:
        """Keep what the register said; an answer settles the question, silence does not."""
        moment = now()
        answered = outcome != Outcome.UNAVAILABLE
        RegistryCheck.objects.filter(pk=self.pk).update(
            outcome=outcome,
            facts=facts or {},
            at=moment,
            settled_at=moment if answered else None,
            **(SETTLED if answered else {}),
        )

    def settle(self) -> None:
        """Settle it without an answer, so that it is asked no further."""
        self.finish(settled_at=now())
