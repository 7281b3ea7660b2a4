"""Endpoints of tokens: for the person who signed in, never for a program with a token."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Router, Schema, Status
from pydantic import ConfigDict, Field

from accounts.models import AccessToken, Scope
from signin.callers import by_session
from signin.staff.second_factor import has_given_one
from signin.tokens.forms import TokenForm
from signin.tokens.issuing import issue_token, revoke_token
from signin.tokens.views import tokens_of
from web.api.answering_once import never_kept
from web.api.problems import answer_problem
from web.requests import UserRequest

router = Router(auth=by_session, tags=["tokens"])


class NewToken(Schema):
    """``party``: the only one that it acts for; ``days``: for how long it works."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(max_length=100)]
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=len(Scope))]
    days: Annotated[int, Field(ge=1, lt=2**31)]
    party: Annotated[int, Field(ge=1, lt=2**63)] | None = None


class TokenOut(Schema):
    """A token without its secret."""

    id: int
    name: str
    scopes: list[Scope]
    party: int | None
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None


class IssuedToken(TokenOut):
    """``secret``: told this once."""

    secret: str


@router.get("tokens/", response=list[TokenOut], summary="توکن‌های من")
def list_tokens(request: UserRequest) -> list[TokenOut]:
    """The tokens of the person that still work."""
    return [TokenOut(**_facts_of(token)) for token in tokens_of(request.user)]


@router.post("tokens/", response={201: IssuedToken}, summary="صدور توکن")
@never_kept
def issue_own_token(request: UserRequest, said: NewToken) -> Status[IssuedToken] | HttpResponse:
    """A new token of the person. 422 for what cannot be had, 409 when there are too many."""
    form = TokenForm(said.model_dump(mode="json"), owner=request.user)
    if not form.is_valid():
        faults = [
            {"pointer": f"/{name}", "code": fault["code"] or "invalid", "detail": fault["message"]}
            for name, told in form.errors.get_json_data().items()
            for fault in told
        ]
        return answer_problem(422, errors=faults)
    given = has_given_one(request, request.user)
    token, secret = issue_token(request.user, by=request.user, second_factor=given, **form.said)
    return Status(201, IssuedToken(**_facts_of(token), secret=secret))


@router.delete("tokens/{int:token_id}/", response={204: None}, summary="ابطال توکن")
def end_own_token(request: UserRequest, token_id: int) -> HttpResponse:
    """Revoke a token of one's own. 404 for any other."""
    mine = AccessToken.objects.filter(user=request.user)
    revoke_token(get_object_or_404(mine, pk=token_id), by=request.user)
    return HttpResponse(status=204)


def _facts_of(token: AccessToken) -> dict[str, Any]:
    return {
        "id": token.pk,
        "name": token.name,
        "scopes": sorted(granted.scope for granted in token.scopes.all()),
        "party": token.party_id,
        "created_at": token.created_at,
        "expires_at": token.expires_at,
        "last_used_at": token.last_used_at,
    }
