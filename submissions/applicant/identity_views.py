"""Views of «تأیید هویت», «جانشینی» and «نمایندگان»; the wizard shows the forms themselves."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import parties
from accounts.models import Membership, Party, User
from persian.templatetags.persian import jdate_weekday
from services_catalog.facts import DocumentFacts
from signin.acting_party import ACTING_PARTY
from submissions.identity import agency
from submissions.identity import verification as identity
from submissions.identity.succession import KIND as SUCCESSION
from submissions.models import Submission
from submissions.reports.progress import is_late
from submissions.states import OPEN, State
from web.requests import UserRequest

MOST_CASES = 10


def verified_party_required(
    view: Callable[..., HttpResponse],
) -> Callable[..., HttpResponse]:
    """The page is for a verified party; for others it says so, with the way there."""

    @wraps(view)
    def shown(request: UserRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        party = request.user.acting_for
        if party is None or not party.is_verified:
            state = identity.identity_state(party)
            context = {"refusal": identity.NotVerified(), "state": state}
            return render(request, "submissions/identity/needed.html", context, status=403)
        return view(request, *args, **kwargs)

    return shown


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def verify_identity(request: UserRequest) -> HttpResponse:
    """Where the party's verification stands; POST begins it or goes on with it."""
    party = request.user.acting_for
    if party is None:
        return render(request, "submissions/draft/nobody.html")
    if request.method == "POST" and not party.is_verified:
        return redirect(_begin_kind(request, identity.KIND, party))
    state = identity.identity_state(party)
    context = _describe_kind(identity.KIND, party) | {"state": state, "party": party}
    context["on"] = identity.href_of(state.submission) if state.submission else ""
    context["waiting"] = _describe_wait(state.submission)
    if not party.is_verified:
        context["succession"] = find_succession(request.user)
        context["may_give_up"] = state.submission is None and len(request.user.parties) > 1
    return render(request, "submissions/identity/verification.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def succeed_owner(request: UserRequest) -> HttpResponse:
    """What a succession is and needs; POST begins it from a party that is not verified yet."""
    if request.user.acting_for is None:
        return render(request, "submissions/draft/nobody.html")
    submission = find_succession(request.user)
    if request.method == "POST":
        party = submission.party if submission else parties.provisional_of(request.user)
        _act_for(request, party)
        return redirect(_begin_kind(request, SUCCESSION, party))
    context = _describe_kind(SUCCESSION, request.user.acting_for)
    context |= {
        "submission": submission,
        "waiting": _describe_wait(submission),
        "kind": request.user.acting_for.kind,
    }
    return render(request, "submissions/identity/succession.html", context)


@never_cache
@login_required
@require_POST
def start_another_party(request: UserRequest) -> HttpResponse:
    """Act from here on for a party that is still to be verified, beside those one has.

    Somebody whose last party was handed on begins again with it; the staff have no need of one.
    With ``give_up`` the one that was begun by mistake goes again.
    """
    if request.user.acting_for is None and request.user.is_staff_member:
        raise PermissionDenied
    if "give_up" in request.POST and request.user.acting_for is not None:
        identity.give_up(request.user.acting_for, by=request.user)
        messages.success(request, "متقاضی جدید حذف شد.")
        return redirect("home:desk")
    _act_for(request, parties.provisional_of(request.user))
    return redirect("submissions:identity")


@never_cache
@login_required
@require_safe
@verified_party_required
def show_agents(request: UserRequest) -> HttpResponse:
    """Who may act for the party, until when; what was asked about it. For its owner."""
    party = _get_owned_party(request)
    submissions = Submission.objects.of(party).filter(kind=agency.KIND).order_by("-pk")
    shown = [
        submission
        for submission in submissions[:MOST_CASES]
        if submission.state not in (State.WITHDRAWN,)
    ]
    today = localdate()
    rows = [
        {"membership": m, "holds": m.valid_until is None or m.valid_until >= today}
        for m in parties.agents_of(party)
    ]
    context = _describe_kind(agency.KIND, party) | {
        "party": party,
        "rows": rows,
        "submissions": shown,
    }
    return render(request, "submissions/identity/agents.html", context)


@never_cache
@login_required
@require_POST
@verified_party_required
def add_agent(request: UserRequest) -> HttpResponse:
    """Begin the request for an agent, or go on with the one under way."""
    return redirect(_begin_kind(request, agency.KIND, _get_owned_party(request)))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@verified_party_required
def end_agency(request: UserRequest, membership_id: int) -> HttpResponse:
    """Ask once, then end an agency at once."""
    party = _get_owned_party(request)
    held = Membership.objects.select_related("user", "party").filter(
        party=party, role=Membership.Role.AGENT
    )
    membership = get_object_or_404(held, pk=membership_id)
    if request.method == "POST":
        agency.end_agency(membership, by=request.user)
        messages.success(request, "نمایندگی پایان یافت و دسترسی نماینده قطع شد.")
        return redirect("submissions:agents")
    return render(request, "submissions/identity/end_agency.html", {"membership": membership})


def find_succession(user: User) -> Submission | None:
    """The succession that is with its applicant or with the desk, if there is one."""
    mine = Submission.objects.filter(party__in=user.parties, kind=SUCCESSION)
    under_way = mine.filter(state__in=OPEN).select_related("version", "party")
    return under_way.order_by("-pk").first()


def _describe_wait(submission: Submission | None) -> str:
    """What the wait is for and until when, as it was promised."""
    until = ""
    if submission is not None and submission.due_at is not None and not is_late(submission):
        until = f" تا پایان {jdate_weekday(submission.due_at)}"
    return f"پاسخ آن{until} پیامک می‌شود. تا آن زمان اقدامی از سوی شما لازم نیست."


def _get_owned_party(request: UserRequest) -> Party:
    """The acting party, when the reader owns it. Raises PermissionDenied for its agents."""
    party = request.user.acting_for
    if party is None or not request.user.acts_as_owner_of(party):
        raise PermissionDenied
    return party


def _begin_kind(request: UserRequest, kind: str, party: Party) -> str:
    return identity.href_of(identity.begin_verification(kind, by=request.user, party=party))


def _act_for(request: UserRequest, party: Party) -> None:
    request.session[ACTING_PARTY] = party.pk
    request.user.acting_choice = party.pk
    request.user.forget_parties()


def _describe_kind(kind: str, party: Party | None) -> dict[str, Any]:
    """What the service says of itself, with the documents by kind of person."""
    sheet = identity.offered_version(kind).sheet

    def papers(of: str) -> list[dict[str, Any]]:
        return [_describe_paper(needed) for needed in sheet.facts.documents_for(of)]

    return {
        "sheet": sheet,
        "papers": papers(party.kind if party else "natural"),
        "papers_by_kind": [(value, label, papers(value)) for value, label in Party.Kind.choices],
    }


def _describe_paper(needed: DocumentFacts) -> dict[str, Any]:
    """A line of a list that is for one kind of person: what concerns that kind, it must bring."""
    is_needed = needed.required in Party.Kind.values
    return {
        "title": needed.title,
        "required": "always" if is_needed else needed.required,
        "hint": needed.help.strip(" .؛"),
        "max_bytes": needed.max_bytes,
    }
