"""Submissions and their transitions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from django.db import models
from django.db.models import Exists, Func, OuterRef, Prefetch, Q
from django.utils.functional import cached_property
from django.utils.timezone import now
from django_fsm import RETURN_VALUE, ConcurrentTransitionMixin, FSMField, transition

from accounts.models import Party, User
from db.constraints import known_words
from persian.identifiers import new_tracking_code
from services_catalog.facts import ServiceFacts
from services_catalog.kinds import KindSpec, kind_spec
from services_catalog.models import Park, Place, Province, RunningDay, ServiceVersion
from services_catalog.models.places import desk_ids
from submissions.models.contract import Contract
from submissions.models.history import Correction, Step
from submissions.models.moves_on_desks import MovedOnDesks
from submissions.models.on_route import OnItsRoute
from submissions.models.sight import Sight
from submissions.models.work_item import WorkItem
from submissions.states import BOX_OF, EDITABLE, ENDED, OPEN, Box, State, Urgency

# Written into the statement instead of being handed to it: SQLite then knows that an index of
# what is in review holds all it is asked for, and counts there without reading any row.
_IN_REVIEW = Func(template=f"'{State.IN_REVIEW.value}'", output_field=models.CharField())

# As the constraints hold them.
_ENDED = sorted(state.value for state in ENDED)
_OPEN = sorted(state.value for state in OPEN)


class SubmissionQuerySet(models.QuerySet["Submission"]):
    def of(self, party: Party | None) -> Self:
        """What the party asked for; nothing for somebody without a party."""
        return self.filter(party=party) if party else self.none()

    def visible_to(self, user: User) -> Self:
        """What a user may read: their parties', and what has reached their desks once handed in.

        Superusers and managers read everything that was handed in.
        """
        return self.visible(Sight.of(user))

    def visible(self, sight: Sight) -> Self:
        if sight.parties is not None:
            return self.filter(party__pk__in=sight.parties)
        # Few of the staff have parties; they are looked up with the rows, not before them.
        acted_for = Party.objects.acted_for_by(sight.person, sight.today)
        own = Q(party__in=acted_for.order_by().values("pk"))
        handed_in = ~Q(state=State.DRAFT) & Q(submitted_at__isnull=False)
        if sight.desks is None:
            return self.filter(own | handed_in)
        return self.filter(own | (handed_in & self._reached(sight.person, sight.desks)))

    def keys_for(self, user: User) -> models.QuerySet[Submission, tuple[int]]:
        """Keys of all that ``visible_to`` leaves to a desk, found from its side; some come twice."""
        desks = desk_ids(user)
        own = self.filter(party__in=[party.pk for party in user.parties]).values_list("pk")
        passed = Step.objects.filter(desk_id__in=desks).values_list("submission")
        lain = WorkItem.objects.filter(desk_id__in=desks).values_list("submission")
        held = WorkItem.objects.filter(person=user).values_list("submission")
        others = (passed.order_by(), lain.order_by(), held.order_by())
        return own.order_by().union(*others, all=True)

    def _reached(self, person: int, desks: list[int]) -> Q:
        here = OuterRef("pk")
        passed = Step.objects.filter(submission=here, desk__pk__in=desks)
        lain = WorkItem.objects.filter(submission=here, desk__pk__in=desks)
        held = WorkItem.objects.filter(submission=here, person=person)
        return Q(Exists(passed)) | Exists(lain) | Exists(held)

    def in_box(self, box: Box | str) -> Self:
        return self.filter(cartable_box=box)

    def waiting(self) -> Self:
        """In review: somebody's desk has them."""
        return self.filter(state=_IN_REVIEW)

    def overdue(self, day: RunningDay | None = None) -> Self:
        """In review although the day of the promised answer is over; ``day``: today by default."""
        return self.waiting().filter((day or RunningDay()).outlasted("due_at"))

    def with_open_items(self) -> Self:
        """Each with what lies on desks, in one query more: see ``Submission.open_items``."""
        joined = ("desk__unit", "person", "organisation")
        opened = WorkItem.objects.open().select_related(*joined).order_by("pk")
        return self.prefetch_related(Prefetch("items", opened, to_attr="open_items"))

    def locked(self, pk: int) -> Submission:
        """The submission as the database has it now, locked until the transaction ends.

        Locked first and read afterwards: PostgreSQL joins a row that it has waited for with what
        its relations were before, and finds nothing when one of them has changed meanwhile.
        """
        self.select_for_update().values_list("pk").get(pk=pk)
        return self.select_related(
            "version__service", "party", "park", "province", "contract__park__province"
        ).get(pk=pk)


class Submission(OnItsRoute, MovedOnDesks, ConcurrentTransitionMixin, models.Model):
    """One party's request for one service, pinned to the version it was begun with.

    The methods marked ``@transition`` say what each step means. Call them through
    :func:`submissions.workflow.steps.take_step`, which also checks, records, saves and announces.
    Never ``refresh_from_db``, ``.only()`` or ``.defer()`` a submission: fetch it again.
    """

    #: Under which number a system outside has the letter that comes of a step; for its transaction.
    typed_number: str = ""

    tracking_code = models.CharField(
        "کد رهگیری", max_length=12, unique=True, default=new_tracking_code, editable=False
    )
    version = models.ForeignKey(ServiceVersion, models.PROTECT, verbose_name="خدمت")
    kind = models.CharField("نوع", max_length=20, editable=False)
    title = models.CharField("عنوان خدمت", max_length=200, editable=False)
    # Its index is that of the cartable, which begins with it.
    party = models.ForeignKey(
        Party, models.PROTECT, db_index=False, related_name="submissions", verbose_name="متقاضی"
    )
    filed_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name="ثبت‌کننده", editable=False
    )
    contract = models.ForeignKey(
        Contract, models.PROTECT, null=True, blank=True, verbose_name="قرارداد"
    )
    park = models.ForeignKey(Park, models.PROTECT, null=True, blank=True, verbose_name="شهرک")
    province = models.ForeignKey(
        Province, models.PROTECT, null=True, blank=True, verbose_name="استان"
    )

    # What the applicant is writing; frozen into a Filing each time it is handed in.
    answers = models.JSONField("پاسخ‌ها", default=dict, blank=True)
    declined = models.JSONField("مدارکی که شامل متقاضی نمی‌شود", default=list, blank=True)
    description = models.TextField("شرح درخواست", blank=True)
    file_number = models.CharField("شمارهٔ پرونده", max_length=40, blank=True)
    # Whose hand wrote each answer last, by its code: see submissions.drafts.edit_conflicts.Hand.
    writers = models.JSONField(default=dict, blank=True, editable=False)

    state = FSMField("وضعیت", choices=State.choices, default=State.DRAFT, protected=True)
    stop = models.CharField("مرحله", max_length=60, blank=True, editable=False)
    last_seq = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField("زمان ایجاد", default=now, editable=False)
    updated_at = models.DateTimeField("آخرین تغییر", default=now, editable=False)
    submitted_at = models.DateTimeField("زمان ثبت", null=True, editable=False)
    returned_at = models.DateTimeField("زمان عودت", null=True, editable=False)
    due_at = models.DateTimeField("مهلت پاسخ", null=True, editable=False)
    # How the staff want it done; it hastens what lies on desks, never what was promised.
    urgency = models.CharField(
        "فوریت",
        max_length=10,
        choices=Urgency,
        default=Urgency.NORMAL,
        db_default=Urgency.NORMAL.value,
        editable=False,
    )
    archived_at = models.DateTimeField("زمان پایان", null=True, editable=False)
    cartable_box = models.GeneratedField(
        expression=models.Case(
            *[
                models.When(state=state.value, then=models.Value(box.value))
                for state, box in BOX_OF.items()
            ],
            default=models.Value(Box.ARCHIVE.value),
            output_field=models.CharField(max_length=20),
        ),
        output_field=models.CharField(max_length=20),
        db_persist=True,
    )

    # No row of what it refers to for each: what refers to a place or a person is shown by lists of
    # the portal, which know who may see it, and nobody asks Wagtail for it.
    wagtail_reference_index_ignore = True
    # Set on the rows of a list by submissions.reports.progress.mark_late.
    late: bool = False
    # Set on the rows of the staff's lists by submissions.staff.queue_rows.mark_rows: whose they
    # are now, and which decisions are open beside the work item of the row.
    holding: Sequence[WorkItem] = ()
    beside: Sequence[WorkItem] = ()
    # The bodies outside whose answer the work item of the row has not got yet.
    awaited: str = ""

    objects = SubmissionQuerySet.as_manager()
    history: models.Manager[Step]

    class Meta:
        verbose_name = "درخواست"
        verbose_name_plural = "درخواست‌ها"
        indexes = [
            # The cartable: one box of a party, newest first, by keyset; and its counts.
            models.Index(
                fields=["party", "cartable_box", "-updated_at", "-id"], name="cartable_box_newest"
            ),
            # How many of a party's are in each box.
            models.Index(fields=["party", "state"], name="party_by_state"),
            # What is late anywhere (managers).
            models.Index(
                fields=["due_at", "id"], condition=Q(state="in_review"), name="queue_by_due"
            ),
            # All that was handed in, newest first (managers' list).
            models.Index(fields=["-submitted_at", "-id"], name="submitted_newest"),
        ]
        constraints = [
            # The boxes of the cartable are made of the state; an unknown one would be archived.
            known_words("state", *State.values, name="submission_state_known"),
            known_words("urgency", *Urgency.values, name="submission_urgency_known"),
            # Queues sort by due_at: nothing in review may lack it, nor the stop that it is at.
            models.CheckConstraint(
                condition=~Q(state="in_review")
                | (Q(due_at__isnull=False, submitted_at__isnull=False) & ~Q(stop="")),
                name="in_review_has_due_time",
            ),
            # The clock is moved by the time that the applicant had it.
            models.CheckConstraint(
                condition=~Q(state="returned") | Q(returned_at__isnull=False),
                name="returned_has_its_time",
            ),
            # What has ended says when, and only that does: the archive is told by its days.
            models.CheckConstraint(
                condition=Q(state__in=_ENDED, archived_at__isnull=False)
                | (~Q(state__in=_ENDED) & Q(archived_at=None)),
                name="ended_has_its_time",
            ),
            # Stage one: while a claim on a contract is open, nobody else hands one in.
            models.UniqueConstraint(
                fields=["contract"],
                condition=Q(kind="contract", state__in=_OPEN),
                name="one_open_claim_a_contract",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.tracking_code})"

    @property
    def facts(self) -> ServiceFacts:
        """The service as it was when this was begun."""
        return self.version.facts

    @property
    def box(self) -> Box:
        return BOX_OF[State(self.state)]

    @property
    def place(self) -> Place:
        """Where the submission lies: its park, else its province."""
        return self.park or self.province

    @property
    def is_editable(self) -> bool:
        """Whether the applicant has it in hand, to write or to mend."""
        return self.state in EDITABLE

    @cached_property
    def open_correction(self) -> Correction | None:
        """What the return that is still open asks for; asked once of a fetched row."""
        if self.state != State.RETURNED:
            return None
        found = self.corrections.filter(closed_by=None).select_related("opened_by")
        return found.prefetch_related("items").first()

    @property
    def kind_spec(self) -> KindSpec:
        """What holds for its kind."""
        return kind_spec(self.kind)

    @transition(state, [State.DRAFT, State.RETURNED], State.IN_REVIEW)
    def submit(self) -> None:
        """The applicant hands the request in and can only read it from here on."""
        self.submitted_at = self.submitted_at or now()

    @transition(
        state,
        State.IN_REVIEW,
        State.IN_REVIEW,
        conditions=[lambda submission: not submission.ends_route],
    )
    def pass_on(self) -> None:
        """A desk has nothing against it; the next ones take over when all here have said so."""

    @transition(state, State.IN_REVIEW, State.IN_REVIEW)
    def refer(self) -> None:
        """Whoever has it in hand asks colleagues, and keeps it."""

    @transition(state, State.IN_REVIEW, State.IN_REVIEW)
    def answer(self) -> None:
        """The colleague who was asked answers."""

    @transition(state, State.IN_REVIEW, State.IN_REVIEW)
    def recall(self) -> None:
        """Whoever asked takes the question back, as long as nobody has seen it."""

    @transition(state, State.IN_REVIEW, State.RETURNED)
    def return_for_correction(self) -> None:
        """Something must be mended; the clock stands while the applicant has it."""
        self.returned_at = now()

    @transition(
        state,
        State.IN_REVIEW,
        RETURN_VALUE(State.APPROVED, State.COMPLETED),
        conditions=[lambda submission: submission.ends_route],
    )
    def approve(self) -> State:
        """The last desk agrees. A letter follows, unless the kind has none."""
        if self.kind_spec.issues_document:
            return State.APPROVED
        self.archived_at = now()
        return State.COMPLETED

    @transition(state, State.IN_REVIEW, State.REJECTED)
    def reject(self) -> None:
        """A desk that may do so says no, with the reason in the note."""
        self.archived_at = now()

    @transition(state, [State.DRAFT, State.IN_REVIEW, State.RETURNED], State.WITHDRAWN)
    def withdraw(self) -> None:
        """The applicant no longer wants it."""
        self.archived_at = now()

    @transition(state, State.APPROVED, State.COMPLETED)
    def complete(self) -> None:
        """The document has been issued."""
        self.archived_at = now()

    @transition(state, [State.COMPLETED, State.REJECTED], State.IN_REVIEW)
    def reopen(self) -> None:
        """A manager takes the submission up again at a named stop."""
        self.archived_at = None

    @transition(state, State.RETURNED, State.IN_REVIEW)
    def recall_return(self) -> None:
        """The company takes a return back that the applicant has not opened."""

    @transition(state, State.IN_REVIEW, State.IN_REVIEW)
    def initial(self) -> None:
        """The head of a desk initials the letter as it would be."""

    @transition(state, State.IN_REVIEW, State.DRAFT)
    def take_back(self) -> None:
        """The applicant takes back what nobody has looked at; it is as if never handed in."""
        self.submitted_at, self.due_at, self.stop = None, None, ""
