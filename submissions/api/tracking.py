"""Tracking by whoever holds the code and the id of the applicant."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import ConfigDict

from submissions.applicant.tracking_views import TrackingForm, ask_tracking_door, public_facts
from submissions.states import State
from web.api.problems import answer_problem

router = Router(tags=["track"])


class TrackBody(Schema):
    """``proof``: the answer to the challenge of a refusal, once the free turns are used up."""

    model_config = ConfigDict(extra="forbid")

    tracking_code: str
    national_id: str
    proof: str = ""


class Tracked(Schema):
    """All that is told without signing in: no names, no notes."""

    tracking_code: str
    title: str
    state: State
    now: str
    changed_at: datetime | None
    promised: datetime | None
    late: bool


@router.post("track/", response=Tracked, summary="پیگیری بدون ورود")
def track_request(request: HttpRequest, said: TrackBody) -> Tracked | HttpResponse:
    """The state of one request. 404 for a pair that fits none, 429 with a challenge when too often."""
    answer = ask_tracking_door(request, said.proof)
    if answer.wait:
        refused = answer_problem(429, challenge=answer.challenge)
        refused.headers["Retry-After"] = str(answer.wait)
        return refused
    form = TrackingForm({"tracking_code": said.tracking_code, "national_id": said.national_id})
    if not form.is_valid():
        errors = [
            {"pointer": f"/{name}", "code": "invalid", "detail": str(words)}
            for name, told in form.errors.items()
            for words in told
        ]
        return answer_problem(422, errors=errors)
    submission = form.found()
    if submission is None:
        return answer_problem(404)
    facts = public_facts(submission)
    return Tracked(**{name: facts[name] for name in Tracked.model_fields})
