"""Writing a request: begun, answered piece by piece, looked over before it is handed in."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Schema, Status
from pydantic import AfterValidator, Field

from accounts.models import Scope
from persian.text import clean_text
from services_catalog.models import Park, ServiceVersion
from signin.callers import NotAMember
from signin.tokens.scopes import asks_for
from submissions.api.draft_answers import Answer, ask_with, faults_of, tell_conflicts
from submissions.api.one_request import CODE, find_readable
from submissions.api.shapes import SubmissionDetail, detail_of
from submissions.api.shared import router
from submissions.api.step_bodies import Key, StrictSchema
from submissions.drafts import editing
from submissions.drafts.completeness import missing_in
from submissions.drafts.edit_conflicts import texts_of
from submissions.models import Contract, Submission
from submissions.policies import may_write
from submissions.refusals import MovedMeanwhile, NotYours
from web.api.problems import answer_problem
from web.requests import UserRequest

Description = Annotated[str, Field(max_length=8000), AfterValidator(clean_text)]
# Of which page a text is: another than any window of a browser.
HAND = "api"
FileNumber = Annotated[str, Field(max_length=40), AfterValidator(clean_text)]


class ContractOut(Schema):
    """A contract of the acting party; ``id`` goes into a new request."""

    id: int
    number: str
    park: str
    plot: str


class NewRequest(StrictSchema):
    """``contract``: of the acting party, where the service needs one; ``park``: where it lies else."""

    service: Annotated[str, Field(max_length=100)]
    contract: Key | None = None
    park: Key | None = None


class DraftText(StrictSchema):
    """What is written now; what is left out stays, null clears an answer.

    Answers as they are told in the catalog (dates as ISO 8601), or as one would type them. ``seen``: the
    texts that the writer had before them, by code: what somebody else has changed since stays.
    """

    answers: Annotated[dict[str, Answer], Field(max_length=500)] = {}
    description: Description | None = None
    file_number: FileNumber | None = None
    seen: Annotated[dict[str, str], Field(max_length=500)] = {}


class MissingOut(Schema):
    """One thing that is wanting; ``code``: of the question or document."""

    group: str
    code: str
    detail: str


class DraftOut(Schema):
    """What the draft holds, by the codes of its questions, as one would type it."""

    tracking_code: str
    texts: dict[str, str]
    missing: list[MissingOut]


@router.get("contracts/", response=list[ContractOut], summary="قراردادهای من")
@asks_for(Scope.SUBMISSIONS_READ)
def list_contracts(request: UserRequest) -> list[ContractOut]:
    """The registered contracts of the acting party."""
    held = Contract.objects.filter(party=request.user.acting_for).select_related("park")
    return [
        ContractOut(id=c.pk, number=c.number, park=c.park.name if c.park else "", plot=c.plot)
        for c in (held.order_by("pk")[:200] if request.user.acting_for else ())
    ]


@router.post("submissions/", response={201: SubmissionDetail}, summary="شروع درخواست")
@asks_for(Scope.SUBMISSIONS_ACT)
def begin_request(request: UserRequest, said: NewRequest) -> Status[SubmissionDetail]:
    """A draft for the acting party; the same one again while it is still empty."""
    party = request.user.acting_for
    if party is None:
        raise NotAMember
    versions = ServiceVersion.objects.select_related("service")
    version = get_object_or_404(versions, service__code=said.service, current=True)
    held = Contract.objects.filter(party=party).select_related("park__province")
    contract = get_object_or_404(held, pk=said.contract) if said.contract else None
    parks = Park.objects.select_related("province")
    park = get_object_or_404(parks, pk=said.park) if said.park else None
    draft = editing.start_draft(version, by=request.user, party=party, park=park, contract=contract)
    return Status(201, detail_of(find_readable(request, draft.tracking_code), request.user))


@router.get(f"{CODE}draft/", response=DraftOut, summary="متن پیش‌نویس و موارد ناقص")
@asks_for(Scope.SUBMISSIONS_READ)
def show_draft(request: UserRequest, tracking_code: str) -> DraftOut:
    """What is written so far, and what is wanting before it can be handed in."""
    return _draft_of(request, find_own(request, tracking_code))


@router.patch(f"{CODE}draft/", response=DraftOut, summary="نوشتن پیش‌نویس")
@asks_for(Scope.SUBMISSIONS_ACT)
def write_draft(
    request: UserRequest, tracking_code: str, said: DraftText
) -> DraftOut | HttpResponse:
    """Write what is given. 422: nothing of it is kept; 409: all but what others have changed is."""
    submission = find_own(request, tracking_code)
    if not submission.is_editable:
        raise MovedMeanwhile(submission)
    form = ask_with(submission, said.answers)
    if faults := list(faults_of(form, said.answers)):
        return answer_problem(422, errors=faults)
    saved = editing.save_answers(
        submission,
        by=request.user,
        answers={code: form.reading.answers[code] for code in said.answers},
        typed=dict.fromkeys(said.answers, ""),
        seen=said.seen,
        on_page=HAND,
        **said.model_dump(include={"description", "file_number"}, exclude_none=True),
    )
    if saved.conflicts:
        errors = tell_conflicts(saved.conflicts)
        return answer_problem(409, code="changed_meanwhile", errors=errors)
    return _draft_of(request, find_own(request, tracking_code))


def find_own(request: UserRequest, tracking_code: str) -> Submission:
    """The request of somebody who writes for its party: 404 for strangers, 403 for readers."""
    submission = find_readable(request, tracking_code)
    if not may_write(request.user, submission):
        raise NotYours
    return submission


def _draft_of(request: UserRequest, submission: Submission) -> DraftOut:
    missing = [
        MissingOut(group=item.group, code=item.code, detail=item.text)
        for item in missing_in(submission, request.user)
    ]
    texts = texts_of(submission)
    return DraftOut(tracking_code=submission.tracking_code, texts=texts, missing=missing)
