"""The applicant's menu and the search over guides and services."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.models import Party
from db.lanes import first_keys
from home.searching import search_public
from submissions.identity.verification import identity_state
from submissions.models import Contract, Submission
from submissions.states import Box, State
from web.public_pages.ways import know_site
from web.requests import UserRequest

MOST = 20


@login_required
def show_desk(request: UserRequest) -> HttpResponse:
    """«میز خدمت و مکاتبات الکترونیکی»: where the acting party stands and what it can do next."""
    party = request.user.acting_for
    held = Contract.objects.filter(party=party).select_related("park")[:MOST] if party else []
    contracts = list(held)
    stages = _stages_of(party, bool(contracts))
    context = {
        "party": party,
        "contracts": contracts,
        "stages": stages,
        "next": next((stage for stage in stages if stage["state"] in _THEIR_TURN), None),
        "latest": _latest_of(party) if party else [],
        "may_name_agents": bool(
            party and party.is_verified and request.user.acts_as_owner_of(party)
        ),
    }
    return render(request, "home/desk.html", context)


def _latest_of(party: Party) -> list[Submission]:
    """The last that something happened to, of each box by its own index."""
    boxes = [Q(cartable_box=box.value) for box in Box]
    order = ("-updated_at", "-pk")
    keys = first_keys(Submission.objects.of(party), boxes, order, 5)
    return list(Submission.objects.filter(pk__in=keys).order_by(*order))


# How far a verification or a claim is, as the list of tasks says it.
_ON_THE_LIST = {"verified": "done", "returned": "error", "in_review": "going"}
# What the party itself has to do before it can ask for anything.
_THEIR_TURN = {"todo", "error"}


def _stages_of(party: Party | None, has_contract: bool) -> list[dict[str, str]]:
    """Identity, contract, request: how far the party is, each with the way on."""
    identity = identity_state(party)
    claim = None if has_contract else _open_claim(party)
    known = identity.is_verified
    return [
        {
            "title": "تأیید هویت",
            "hint": identity.label,
            "why": "پیش از ثبت قرارداد و درخواست خدمات، هویت متقاضی یک بار تأیید می‌شود.",
            "href": identity.href,
            "state": _ON_THE_LIST.get(identity.state, "todo"),
        },
        {
            "title": "ثبت اطلاعات قرارداد",
            "hint": _about_contract(has_contract, claim, known),
            "href": claim.report if claim else reverse("submissions:contract"),
            "state": _of_contract(has_contract, claim, known),
        },
        {
            "title": "ثبت درخواست خدمات",
            "hint": "برای هر قرارداد، در صورت نیاز به خدمت.",
            "href": reverse("submissions:start"),
            "state": "open" if has_contract else "waiting",
        },
    ]


@dataclass(frozen=True)
class _Claim:
    label: str
    report: str
    state: str


def _open_claim(party: Party | None) -> _Claim | None:
    """The claim that is being decided, if there is one."""
    claims = Submission.objects.of(party).filter(kind="contract")
    submission = claims.filter(state__in=(State.IN_REVIEW, State.RETURNED)).order_by("-pk").first()
    if submission is None:
        return None
    report = reverse("submissions:report", args=[submission.tracking_code])
    return _Claim(submission.get_state_display(), report, _ON_THE_LIST[submission.state])


def _of_contract(has_contract: bool, claim: _Claim | None, known: bool) -> str:
    if has_contract:
        return "done"
    if claim:
        return claim.state
    return "todo" if known else "waiting"


def _about_contract(has_contract: bool, claim: _Claim | None, known: bool) -> str:
    if has_contract:
        return "قرارداد به نام شما ثبت شده است؛ ثبت قرارداد دیگر نیز امکان‌پذیر است."
    if claim:
        return f"درخواست شما: {claim.label}"
    if known:
        return "یک بار برای هر قرارداد؛ پاسخ تا پایان همان روز کاری."
    return "پس از تأیید هویت."


def show_search(request: HttpRequest) -> HttpResponse:
    """Guides and services that hold every word of the query, however it is spelled.

    When there are none, the services that hold some of its words: people name what they want
    in their own words («کنتور سه‌فاز می‌خواهم»); and the query that was probably meant.
    """
    query = request.GET.get("q", "").strip()[:100]
    know_site(request)
    context = {"query": query, "found": search_public(query)}
    return render(request, "home/search.html", context)
