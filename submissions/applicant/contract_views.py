"""Views of «ثبت اطلاعات قرارداد» (stage one): search in the register, and the claim."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import Party
from submissions.applicant.place_forms import RegisterSearchForm
from submissions.contracts import claims, lookup
from submissions.identity.verification import identity_state
from submissions.models import Contract, Submission
from submissions.states import OPEN
from web.refusals import Refusal
from web.requests import UserRequest


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def register_contract(request: UserRequest) -> HttpResponse:
    """Place and name, then the masked list, then the chosen contract: every step is an address."""
    party = request.user.acting_for
    if party is None:
        return render(request, "submissions/draft/nobody.html")
    if request.method == "POST":
        return _claim_contract(request)
    if request.headers.get("HX-Target") == "parks":
        form = RegisterSearchForm(initial=request.GET.dict())
        return render(request, "submissions/place/parks.html", {"form": form})
    if not party.is_verified:
        context = {"party": party, "identity": identity_state(party)}
        return render(request, "submissions/contract/not_verified.html", context)
    if token := request.GET.get("choice", ""):
        return _show_chosen(request, token)
    return _show_search(request)


def _show_search(request: UserRequest) -> HttpResponse:
    form = _search_form(request)
    context: dict[str, Any] = {
        "party": request.user.acting_for,
        "form": form,
        "mine": list_claims(request.user.acting_for),
    }
    status = 200
    if form.is_bound and form.is_valid():
        status = _look_up(request, form, context)
    return render(request, "submissions/contract/search.html", context, status=status)


def _search_form(request: UserRequest) -> RegisterSearchForm:
    """What is looked for; before it is sent, what the address or the party's place says."""
    if "search" in request.GET or request.GET.get("q"):
        return RegisterSearchForm(request.GET)
    return RegisterSearchForm(initial=request.GET.dict() or {"province": _home_province(request)})


def _home_province(request: UserRequest) -> str:
    """The province that the party has named before: most often this contract's as well."""
    own = Submission.objects.of(request.user.acting_for).exclude(province=None)
    return own.order_by("-pk").values_list("province__slug", flat=True).first() or ""


def _look_up(request: UserRequest, form: RegisterSearchForm, context: dict[str, Any]) -> int:
    """Put what was found into the context, or why nothing was looked for; the status."""
    park = form.cleaned_data["park"]
    try:
        context["found"] = lookup.find_contracts(park, form.cleaned_data["q"], by=request.user)
    except Refusal as refusal:
        form.add_error("q" if refusal.status == lookup.TooShort.status else None, refusal.message)
        return refusal.status
    context |= {"searched": True, "park": park, "most": lookup.MOST}
    return 200


def list_claims(party: Party | None) -> list[Submission]:
    """The party's newest claims that are still under way."""
    own = Submission.objects.of(party).filter(kind=claims.KIND, state__in=OPEN)
    shown = own.select_related("contract", "version", "party", "park").with_open_items()
    return list(shown.order_by("-pk")[:5])


def _show_chosen(request: UserRequest, token: str) -> HttpResponse:
    chosen, party = lookup.reveal_contract(token, by=request.user), request.user.acting_for
    assert party is not None  # nobody else has a choice
    return render(
        request,
        "submissions/contract/chosen.html",
        {
            "party": party,
            "contract": chosen,
            "is_holder": (is_holder := chosen.holder.is_party(party)),
            "holder_name": chosen.holder_name
            if is_holder
            else lookup.mask_name(chosen.holder_name),
            "token": token,
            "back": _search_again(chosen),
        },
    )


def _search_again(chosen: Contract) -> str:
    province = chosen.park.province.slug
    return f"{reverse('submissions:contract')}?province={province}&park={chosen.park_id}"


def _claim_contract(request: UserRequest) -> HttpResponse:
    chosen = lookup.take_contract(request.POST.get("choice", ""), by=request.user)
    assert request.user.acting_for is not None  # nobody else has a choice
    submission = claims.claim_contract(chosen, by=request.user, party=request.user.acting_for)
    return redirect("submissions:done", tracking_code=submission.tracking_code)
