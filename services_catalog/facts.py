"""The facts of a published service: the shape of ``ServiceVersion.facts``.

Submissions are pinned to a version, so these facts, not the editable rows, decide
which questions are asked, which documents are needed and which way a submission goes.
One rule set, on the server: a question that is not shown has no answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class FrozenFacts(BaseModel):
    """A piece of facts: never changed once it is made, nothing unknown accepted."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class QuestionKind(StrEnum):
    TEXT = "text"
    LONG_TEXT = "long_text"
    NUMBER = "number"
    DECIMAL = "decimal"
    DATE = "date"
    CHOICE = "choice"
    YES_NO = "yes_no"
    # What has a rule of its own: judged beside the field, kept in one form.
    PERSON_NAME = "person_name"
    COMPANY_NAME = "company_name"
    NATIONAL_CODE = "national_code"
    LEGAL_ID = "legal_id"
    MOBILE = "mobile"
    POSTAL_CODE = "postal_code"
    PAST_DATE = "past_date"
    FUTURE_DATE = "future_date"


class Condition(FrozenFacts):
    """True when the answer to ``question`` equals ``equals``; a hidden question has none."""

    question: str
    equals: str | bool | int

    def met_by(self, answers: Mapping[str, Any]) -> bool:
        return answers.get(self.question) == self.equals


class Choice(FrozenFacts):
    value: str
    label: str


class QuestionFacts(FrozenFacts):
    code: str
    label: str
    help: str = ""
    kind: QuestionKind
    required: bool = True
    min: float | None = None
    max: float | None = None
    unit: str = ""
    choices: tuple[Choice, ...] = ()
    shown_when: Condition | None = None


class DocumentFacts(FrozenFacts):
    """One document to be brought.

    ``declared``: needed unless the applicant says it is not theirs. ``agent``: needed of somebody
    who acts for another, not of the owner.
    """

    code: str
    type: str
    title: str
    help: str = ""
    required: Literal["always", "natural", "legal", "agent", "declared"] = "always"
    max_bytes: int

    def concerns(self, party_kind: str, *, by_agent: bool = False) -> bool:
        return self.required in ("always", "declared", party_kind, "agent" if by_agent else "")


class StopFacts(FrozenFacts):
    """One desk on the way. ``share`` is the part of the promised time, in percent.

    Neighbours with the same ``group`` are looked at side by side; None: the stop stands alone.
    ``join``: whether all of a group must agree, or any of them for the rest (its first stop says).
    ``awaits_inquiries``: whether nothing is agreed to here while a body outside has not answered.
    """

    code: str
    unit: str
    unit_title: str
    share: int | None = None
    condition: Condition | None = None
    may_reject: bool = False
    signs: bool = False
    not_same_as: tuple[str, ...] = ()
    group: int | None = None
    join: Literal["all", "any"] = "all"
    awaits_inquiries: bool = True


StopGroup = tuple[StopFacts, ...]


class ServiceFacts(FrozenFacts):
    """Everything that a published service says. Read stored ones with :func:`read_facts`."""

    schema_version: Literal[2] = 2
    code: str
    title: str = Field(min_length=1)
    kind: str
    category: str
    category_title: str
    summary: str = ""
    keywords: tuple[str, ...] = ()
    applicant: Literal["natural", "legal", "both"] = "both"
    needs_contract: bool = True
    preconditions: tuple[str, ...] = ()
    promise_days: int
    fee: Literal["free", "fixed", "computed"] = "free"
    fee_note: str = ""
    letter_kind: str = ""
    letter_subject: str = ""
    recipient: str = "applicant"
    # Whether a refusal gets a letter too («نامهٔ رد»).
    refusal_letter: bool = False
    questions: tuple[QuestionFacts, ...] = ()
    documents: tuple[DocumentFacts, ...] = ()
    route: tuple[StopFacts, ...] = Field(min_length=1)

    def visible_questions(self, answers: Mapping[str, Any]) -> list[QuestionFacts]:
        """Questions asked of somebody who answered so far; hidden ones count as unanswered."""
        seen: dict[str, Any] = {}
        shown = []
        for question in self.questions:
            if question.shown_when is None or question.shown_when.met_by(seen):
                shown.append(question)
                if question.code in answers:
                    seen[question.code] = answers[question.code]
        return shown

    def documents_for(self, party_kind: str, *, by_agent: bool = False) -> list[DocumentFacts]:
        """Documents that concern a ``natural`` or ``legal`` applicant, in their order."""
        return [d for d in self.documents if d.concerns(party_kind, by_agent=by_agent)]

    def document(self, code: str) -> DocumentFacts | None:
        return next((document for document in self.documents if document.code == code), None)

    def route_for(self, answers: Mapping[str, Any]) -> list[StopFacts]:
        """The stops a submission with these answers passes, first to last; never empty."""
        stops = [s for s in self.route if s.condition is None or s.condition.met_by(answers)]
        return stops or list(self.route[-1:])

    def groups_for(self, answers: Mapping[str, Any]) -> list[StopGroup]:
        """The same stops, those together that are looked at side by side; never empty."""
        return self.group_stops(self.route_for(answers))

    @property
    def has_groups(self) -> bool:
        """Whether any stops of the route look at a request side by side."""
        return any(stop.group is not None for stop in self.route)

    @staticmethod
    def group_stops(stops: Iterable[StopFacts]) -> list[StopGroup]:
        """Stops in their order, neighbours of one group together."""
        groups: list[list[StopFacts]] = []
        for stop in stops:
            if groups and stop.group is not None and groups[-1][0].group == stop.group:
                groups[-1].append(stop)
            else:
                groups.append([stop])
        return [tuple(group) for group in groups]

    def stop(self, code: str) -> StopFacts | None:
        return next((stop for stop in self.route if stop.code == code), None)

    def open_to(self, party_kind: str) -> bool:
        return self.applicant in ("both", party_kind)


def read_facts(content: Mapping[str, Any]) -> ServiceFacts:
    """Stored facts of any schema version, as today's.

    Rows are never rewritten: what an older version lacks is filled in here, step by step, and
    a field that came later has its default. Raises pydantic.ValidationError for what never was
    a service.
    """
    return ServiceFacts.model_validate(_as_second(content))


def _as_second(content: Mapping[str, Any]) -> Mapping[str, Any]:
    """Of the first schema every stop stands alone, which is the default of the second."""
    older = content.get("schema_version", 1) == 1
    return {**content, "schema_version": 2} if older else content
