"""What lies on whose desk: one row for each thing that somebody is to do about a submission."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from accounts.models import User
from db.constraints import known_words
from db.lanes import count_in, first_keys
from services_catalog.models import Desk, Organisation, RunningDay
from services_catalog.models.places import desk_ids, stood_in_for
from submissions.states import REFERRED, Outcome, Purpose

OPEN = Q(closed_by=None)
# Above it one index is read from its beginning: what so many desks leave lying is not rare.
MOST_LANES = 100
FOLLOW_UP_LIMIT = 200


class WorkItemQuerySet(models.QuerySet["WorkItem"]):
    def open(self) -> Self:
        """What still waits for somebody."""
        return self.filter(OPEN)

    def decides(self) -> Self:
        """What waits, or waited, for the decision of a stop."""
        return self.filter(purpose=Purpose.DECIDE)

    def inquiries(self) -> Self:
        """What a body outside is asked, or was."""
        return self.filter(organisation__isnull=False)

    def waiting_for(self, user: User) -> Self:
        """What is this user's to do: by name, or at one of their desks where nobody has taken it.

        What somebody has there for whom the user stands in today is theirs as well.
        """
        mine = Q(person=user) | Q(person=None, desk__in=desk_ids(user))
        for seat in stood_in_for(user):
            mine |= Q(person=seat.user_id, desk=seat.desk_id)
        return self.open().filter(mine)

    def most_urgent_for(self, user: User, size: int) -> list[WorkItem]:
        """The first ``size`` of what waits for this user, by due time; index by index."""
        keys = first_keys(self.open(), lanes_of(user), ("due_at", "pk"), size)
        return list(self.filter(pk__in=keys).order_by("due_at", "pk"))

    def count_for(self, user: User) -> int:
        """How many of these wait for this user; index by index."""
        return count_in(self.open(), lanes_of(user))

    def overdue(self, day: RunningDay | None = None) -> Self:
        """Of submissions whose promised day is over; ``day``: today by default."""
        over = (day or RunningDay()).outlasted("submission__due_at", "submission__province")
        return self.filter(over)

    def with_submission(self) -> Self:
        """Each with its submission and desk, as the rows of a list show them."""
        return self.select_related(
            *("desk__unit", "person", "organisation", "asking_desk__unit"),
            *("submission__party", "submission__park", "submission__province"),
        )

    def unattended(self) -> Self:
        """Decisions that nobody takes up: without a desk, or at one where nobody is today."""
        nobody = Q(desk=None) | Q(desk__in=Desk.objects.unattended())
        left = Q(person__isnull=False) & ~Q(person__in=User.objects.deciding())
        return self.open().decides().filter(Q(nobody, person=None) | left)

    def resting(self, since: datetime) -> Self:
        """Decisions about which nobody has done anything since before that moment."""
        return self.open().decides().filter(touched_at__lt=since)

    def to_follow_up(self, until: datetime) -> Self:
        """What somebody wanted to come back to before that moment."""
        return self.open().filter(follow_up_at__lt=until)

    def taken_at(self, desks: Iterable[int]) -> Self:
        """What somebody of one of these desks has."""
        return self.open().filter(person__isnull=False, desk__in=desks)


def lanes_of(user: User) -> list[Q]:
    """What :meth:`WorkItemQuerySet.waiting_for` finds, in parts that an index holds in order."""
    absent = [Q(person=seat.user_id, desk=seat.desk_id) for seat in stood_in_for(user)]
    return [Q(person=user), *lanes_of_desks(desk_ids(user)), *absent]


def unattended_lanes() -> list[Q]:
    """What :meth:`WorkItemQuerySet.unattended` finds, in such parts; none when they are too many."""
    empty = Desk.objects.unattended().values_list("pk", flat=True)
    lanes = [Q(desk=None, person=None), *lanes_of_desks(empty)]
    return lanes if len(lanes) <= MOST_LANES else []


def lanes_of_desks(keys: Iterable[int]) -> list[Q]:
    return [Q(desk=desk, person=None) for desk in sorted(keys)]


def inquiry_lanes(user: User) -> list[Q]:
    """What the user's desks have asked of bodies outside, in parts that an index holds in order."""
    asked = Q(organisation__isnull=False)
    return [asked & Q(asking_desk=desk) for desk in sorted(desk_ids(user))]


class WorkItem(models.Model):
    """Something that lies on a desk, or with one person of it, until a step closes it.

    A decision (``decide``) belongs to a stop of the route; everything else has a parent: the item
    of whoever asked. The words are the notes of the steps that opened and closed it.
    An inquiry lies on no desk of the house: a body outside has it, and the desk that asked watches.
    """

    submission = models.ForeignKey("submissions.Submission", models.PROTECT, related_name="items")
    purpose = models.CharField("منظور", max_length=20, choices=Purpose)
    stop = models.CharField("مرحله", max_length=60, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    # Their indexes are those of ``Meta``, which begin with them.
    desk = models.ForeignKey(
        Desk,
        models.PROTECT,
        null=True,
        db_index=False,
        related_name="items",
        verbose_name="میز",
    )
    person = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        db_index=False,
        related_name="work_items",
        verbose_name="همکار",
    )
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="inquiries", verbose_name="دستگاه"
    )
    asking_desk = models.ForeignKey(
        Desk,
        models.PROTECT,
        null=True,
        db_index=False,
        related_name="+",
        verbose_name="میز استعلام‌کننده",
    )
    opened_by = models.ForeignKey("submissions.Step", models.PROTECT, related_name="opened")
    opened_at = models.DateTimeField("زمان دریافت", default=now)
    due_at = models.DateTimeField("مهلت")
    # What ``due_at`` was before urgency brought it forward; null while nothing does.
    promised_at = models.DateTimeField("مهلت بدون فوریت", null=True)
    # When somebody last did something about it; its opening is the first time.
    touched_at = models.DateTimeField("آخرین اقدام", default=now)
    # The day (its first moment) on which whoever has it wants to come back to it, and what for.
    follow_up_at = models.DateTimeField("زمان پیگیری", null=True)
    follow_up_words = models.CharField(
        "موضوع پیگیری", max_length=FOLLOW_UP_LIMIT, blank=True, default="", db_default=""
    )
    seen_at = models.DateTimeField("زمان مشاهده", null=True)
    # An index of all would be taken for an index of what is open, which is not closed by anything.
    closed_by = models.ForeignKey(
        "submissions.Step", models.PROTECT, null=True, db_index=False, related_name="closed"
    )
    outcome = models.CharField(
        "نتیجه", max_length=20, choices=Outcome, blank=True, default="", db_default=""
    )

    # Set on the rows of a list by submissions.staff.queue_rows.mark_rows.
    late: bool = False
    # For how many working days nobody has done anything, where they are too many.
    resting_days: int = 0

    objects = WorkItemQuerySet.as_manager()

    class Meta:
        verbose_name = "کار"
        verbose_name_plural = "کارها"
        constraints = [
            models.UniqueConstraint(
                fields=["submission", "stop"],
                condition=OPEN & Q(purpose="decide"),
                name="one_open_decision_a_stop",
            ),
            models.UniqueConstraint(
                fields=["parent", "person"],
                condition=OPEN & Q(person__isnull=False, parent__isnull=False),
                name="person_asked_once",
            ),
            models.UniqueConstraint(
                fields=["parent", "desk"],
                condition=OPEN & Q(person=None, parent__isnull=False),
                name="desk_asked_once",
            ),
            models.UniqueConstraint(
                fields=["parent", "organisation"],
                condition=OPEN & Q(organisation__isnull=False),
                name="body_asked_once",
            ),
            known_words("purpose", *Purpose.values, name="item_purpose_known"),
            known_words("outcome", "", *Outcome.values, name="item_outcome_known"),
            # What is closed says how it ended, and only that does.
            models.CheckConstraint(
                condition=Q(closed_by=None, outcome="")
                | (Q(closed_by__isnull=False) & ~Q(outcome="")),
                name="closed_item_has_outcome",
            ),
            # A decision stands at a stop; what colleagues ask each other stands below something.
            models.CheckConstraint(
                condition=(Q(purpose="decide", parent=None) & ~Q(stop=""))
                | (~Q(purpose="decide") & Q(parent__isnull=False)),
                name="decision_at_a_stop",
            ),
            models.CheckConstraint(
                condition=Q(purpose__in=["decide", "inquiry"])
                | Q(desk__isnull=False)
                | Q(person__isnull=False),
                name="asked_of_somebody",
            ),
            models.CheckConstraint(
                condition=Q(promised_at=None) | Q(promised_at__gte=models.F("due_at")),
                name="urgency_only_hastens",
            ),
            models.CheckConstraint(
                condition=Q(follow_up_at=None, follow_up_words="")
                | (Q(follow_up_at__isnull=False) & ~Q(follow_up_words="")),
                name="follow_up_has_words",
            ),
            # A body outside has an inquiry, nobody of the house; a desk watches it.
            models.CheckConstraint(
                condition=Q(
                    purpose="inquiry",
                    organisation__isnull=False,
                    asking_desk__isnull=False,
                    desk=None,
                    person=None,
                )
                | (~Q(purpose="inquiry") & Q(organisation=None, asking_desk=None)),
                name="inquiry_of_a_body",
            ),
        ]
        indexes = [
            # The queue of a desk and of a person, by due time and keyset.
            models.Index(
                fields=["desk", "due_at", "id"],
                condition=OPEN & Q(person=None),
                name="item_desk_queue",
            ),
            # What somebody of a desk has: for its colleagues and its head.
            models.Index(
                fields=["desk", "due_at", "id"],
                condition=OPEN & Q(person__isnull=False),
                name="item_desk_taken",
            ),
            models.Index(fields=["person", "due_at", "id"], condition=OPEN, name="item_my_queue"),
            # What waits for a decision anywhere, and where nobody has it (managers).
            models.Index(
                fields=["due_at", "id"],
                condition=OPEN & Q(purpose="decide"),
                name="item_decisions_by_due",
            ),
            models.Index(
                fields=["due_at", "id"],
                condition=OPEN & Q(purpose="decide", desk=None, person=None),
                name="item_without_desk",
            ),
            # What is to be followed up by now, of a person and of a desk.
            models.Index(
                fields=["person", "follow_up_at", "id"],
                condition=OPEN & Q(follow_up_at__isnull=False),
                name="item_my_follow_ups",
            ),
            models.Index(
                fields=["desk", "follow_up_at", "id"],
                condition=OPEN & Q(person=None, follow_up_at__isnull=False),
                name="item_desk_follow_ups",
            ),
            # What rests, the longest first, and how much of it at which desk (managers).
            models.Index(
                fields=["touched_at", "id", "desk"],
                condition=OPEN & Q(purpose="decide"),
                name="item_resting",
            ),
            # What bodies outside were asked: by one desk, and by all (managers).
            models.Index(
                fields=["asking_desk", "due_at", "id"],
                condition=OPEN & Q(organisation__isnull=False),
                name="item_inquiries_of_desk",
            ),
            models.Index(
                fields=["due_at", "id"],
                condition=OPEN & Q(organisation__isnull=False),
                name="item_inquiries_by_due",
            ),
            # What a step has closed.
            models.Index(
                fields=["closed_by"], condition=Q(closed_by__isnull=False), name="item_closed_by"
            ),
            # visible_to: has this submission been at one of my desks, or with me?
            models.Index(fields=["desk", "submission"], name="item_desk_reached"),
            models.Index(fields=["person", "submission"], name="item_person_reached"),
        ]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} / {self.submission_id}"

    @property
    def is_decision(self) -> bool:
        return self.purpose == Purpose.DECIDE

    @property
    def is_inquiry(self) -> bool:
        return self.organisation_id is not None

    @property
    def in_charge(self) -> WorkItem:
        """The item whose holders see to this one: of an inquiry the decision it is asked for."""
        return self.parent if self.is_inquiry and self.parent else self

    def is_theirs(self, user: User) -> bool:
        """Whether it is this user's to do, as :meth:`WorkItemQuerySet.waiting_for` has it."""
        if self.desk_id is None:
            return self.person_id == user.pk
        if self.person_id is None or self.person_id == user.pk:
            return self.desk_id in desk_ids(user)
        return self.is_of_absent(user)

    def is_of_absent(self, user: User) -> bool:
        """Whether somebody has it for whom the user stands in today at this desk."""
        held = (self.desk_id, self.person_id)
        return any(held == (seat.desk_id, seat.user_id) for seat in stood_in_for(user))

    def is_asked_by(self, user: User) -> bool:
        """Whether this user asked for it, of a colleague or a desk."""
        return self.purpose in REFERRED and self.opened_by.by_id == user.pk
