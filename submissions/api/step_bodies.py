"""What is sent to take a step: one shape for each row of the step table, told apart by ``name``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any, Literal

from django.utils.timezone import now
from ninja import Schema
from pydantic import AfterValidator, ConfigDict, Field, create_model

from accounts.models import User
from persian.digits import to_ascii
from persian.text import clean_text
from services_catalog.models import Desk, Organisation
from submissions.inquiry_details import AnswerInquiryDetail, InquireDetail
from submissions.models import Submission, WorkItem
from submissions.refusals import NoColleague
from submissions.signing_details import NumberDetail, SignDetail
from submissions.states import REFERRED, Purpose, StepName, Urgency, Verdict
from submissions.step_details import (
    AssignDetail,
    FollowUpDetail,
    Mend,
    NoDetail,
    ReferDetail,
    ReopenDetail,
    ReturnDetail,
    StepDetail,
    UrgencyDetail,
)
from submissions.step_table import STEP_TABLE, Actor, StepSpec
from submissions.workflow.deadlines import PromiseClock
from submissions.workflow.inquiring import USUAL_DAYS, due_after
from submissions.workflow.referring import due_on

#: Words of people, cleaned like those of the forms.
Words = Annotated[str, Field(max_length=4000), AfterValidator(clean_text)]
ShortWords = Annotated[str, Field(max_length=500), AfterValidator(clean_text)]
#: The number that a system outside gave a letter.
Number = Annotated[str, Field(max_length=40), AfterValidator(to_ascii)]
#: The key of a row, as far as databases count.
Key = Annotated[int, Field(ge=1, lt=2**63)]


class StrictSchema(Schema):
    """Takes nothing that it does not know: a mistyped name is told, not dropped."""

    model_config = ConfigDict(extra="forbid")


class DetailBody(StrictSchema):
    """What a step needs beside its note."""

    def detail(self, submission: Submission, item: WorkItem | None) -> StepDetail:
        """The same as the step table has it; ``item``: what the step is taken on, if it was named."""
        raise NotImplementedError


class NothingBody(DetailBody):
    """Nothing beside the note."""

    def detail(self, submission: Submission, item: WorkItem | None) -> StepDetail:
        return NoDetail()


class MendBody(StrictSchema):
    """One thing to be mended; ``code``: of the question or the document."""

    kind: Literal["answer", "description", "document"]
    code: str = ""
    note: ShortWords = ""


class ReturnBody(DetailBody):
    """``reason``: the code of a reason of returns; without ``mend`` all may be mended."""

    reason: str
    mend: list[MendBody] = Field(default=[], max_length=200)

    def detail(self, submission: Submission, item: WorkItem | None) -> StepDetail:
        return ReturnDetail(self.reason, tuple(Mend(m.kind, m.code, m.note) for m in self.mend))


class ReferBody(DetailBody):
    """Keys of colleagues and desks; ``due``: the last day of the answer, the asker's by default."""

    people: list[Key] = Field(default=[], max_length=50)
    desks: list[Key] = Field(default=[], max_length=50)
    purpose: Literal[tuple(purpose.value for purpose in REFERRED)] = "opinion"  # type: ignore[valid-type]
    due: date | None = None

    def detail(self, submission: Submission, item: WorkItem | None) -> StepDetail:
        people = tuple(User.objects.filter(pk__in=self.people))
        desks = tuple(Desk.objects.filter(pk__in=self.desks).select_related("unit"))
        if len(people) + len(desks) < len({*self.people}) + len({*self.desks}):
            raise NoColleague
        due_at = due_on(submission, item, self.due) if self.due else None
        return ReferDetail(people, desks, Purpose(self.purpose), due_at)


class ReopenBody(DetailBody):
    """``stop``: the code of the stop at which it goes on; the first one by default."""

    stop: str = ""

    def detail(self, submission: Submission, item: WorkItem | None) -> StepDetail:
        return ReopenDetail(self.stop)


class AssignBody(DetailBody):
    """``person``: the key of the colleague who is to have it."""

    person: Key

    def detail(self, submission: Submission, item: WorkItem | None) -> StepDetail:
        return AssignDetail(User.objects.filter(pk=self.person).first())


class UrgencyBody(DetailBody):
    """How urgent it is from now on."""

    urgency: Urgency

    def detail(self, submission: Submission, item: WorkItem | None) -> StepDetail:
        return UrgencyDetail(self.urgency)


class FollowUpBody(DetailBody):
    """The day on which the item is to be looked at again."""

    day: date

    def detail(self, submission: Submission, item: WorkItem | None) -> StepDetail:
        return FollowUpDetail(self.day)


class InquireBody(DetailBody):
    """The key of the body outside; ``due``: the last day of its answer, the usual term by default."""

    organisation: Key
    due: date | None = None
    letter_number: Number = ""

    def detail(self, submission: Submission, item: WorkItem | None) -> StepDetail:
        body = Organisation.objects.filter(pk=self.organisation).first()
        clock = PromiseClock(submission)
        due = clock.closing_of(self.due) if self.due else due_after(submission, now(), USUAL_DAYS)
        return InquireDetail(body, due, self.letter_number)


class AnswerInquiryBody(DetailBody):
    """That a body has not answered; an answer comes with its paper, on the page of the staff."""

    verdict: Literal["no_answer"] = "no_answer"

    def detail(self, submission: Submission, item: WorkItem | None) -> StepDetail:
        return AnswerInquiryDetail(Verdict(self.verdict))


class SignBody(DetailBody):
    """``letter_digest``: of the letter that was shown, where a letter is signed or initialled."""

    letter_digest: str = Field(default="", max_length=64)
    letter_number: Number = ""

    def detail(self, submission: Submission, item: WorkItem | None) -> StepDetail:
        return SignDetail(self.letter_digest, self.letter_number)


class NumberBody(DetailBody):
    """``letter_number``: of the letter that comes of it, where a system outside numbers."""

    letter_number: Number = ""

    def detail(self, submission: Submission, item: WorkItem | None) -> StepDetail:
        return NumberDetail(self.letter_number)


BODIES: Mapping[type[StepDetail], type[DetailBody]] = {
    NoDetail: NothingBody,
    ReturnDetail: ReturnBody,
    ReferDetail: ReferBody,
    ReopenDetail: ReopenBody,
    AssignDetail: AssignBody,
    UrgencyDetail: UrgencyBody,
    FollowUpDetail: FollowUpBody,
    InquireDetail: InquireBody,
    AnswerInquiryDetail: AnswerInquiryBody,
    SignDetail: SignBody,
    NumberDetail: NumberBody,
}


class StepBody(StrictSchema):
    """What all steps have in common.

    ``expecting``: the ``last_seq`` of what was shown to whoever decides; 409 when something has
    happened since. ``item``: the work item it is taken on, needed where one has several in hand.
    """

    name: str
    detail: DetailBody
    expecting: Annotated[int, Field(ge=0, lt=2**31)]
    note: Words = ""
    item: Key | None = None


def _body_of(spec: StepSpec) -> type[StepBody]:
    detail = BODIES[spec.detail]
    usual = detail() if detail in (NothingBody, SignBody, NumberBody) else ...
    fields: dict[str, Any] = {
        "name": (Literal[spec.name.value], ...),
        "detail": (detail, usual),
    }
    title = "".join(part.capitalize() for part in spec.name.value.split("_"))
    return create_model(f"{title}Step", __base__=StepBody, **fields)


#: Every step that a person takes; a new row of the table is here without another word.
BY_NAME: Mapping[StepName, type[StepBody]] = {
    name: _body_of(spec) for name, spec in STEP_TABLE.items() if spec.actor is not Actor.SYSTEM
}
join: Callable[[Any, Any], Any] = or_
if TYPE_CHECKING:
    AnyStep = StepBody
else:
    AnyStep = Annotated[reduce(join, BY_NAME.values()), Field(discriminator="name")]
