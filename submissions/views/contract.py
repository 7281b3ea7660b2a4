"""«ثبت اطلاعات قرارداد» (stage one): find one's contract in the register and claim it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from doors.refusals import Refusal
from doors.requests import UserRequest, whole_number
from services_catalog.models import Park, Province
from submissions import claims, register
from submissions.identity import identity_state
from submissions.models import Contract, State, Submission

DONE = "درخواست ثبت قرارداد شما دریافت شد."
BY_RULE = "قرارداد به نام شما ثبت شد. اکنون می‌توانید خدمات را درخواست کنید."


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def contract(request: UserRequest) -> HttpResponse:
    """Place and name, then the masked list, then the chosen contract: every step is an address."""
    party = request.user.acting_for
    if party is None:
        return render(request, "submissions/draft/nobody.html")
    if request.method == "POST":
        return _claim(request)
    if request.headers.get("HX-Target") == "parks":
        parks = _parks(_province(request))
        return render(request, "submissions/contract/parks.html", {"parks": parks})
    if not party.is_verified:
        context = {"party": party, "identity": identity_state(party)}
        return render(request, "submissions/contract/not_verified.html", context)
    if token := request.GET.get("choice", ""):
        return _show_chosen(request, token)
    return _search(request)


def _search(request: UserRequest) -> HttpResponse:
    park = _park(request)
    province = park.province if park else _province(request)
    text = request.GET.get("q", "").strip()[: register.LONGEST]
    context: dict[str, Any] = {
        "party": request.user.acting_for,
        "provinces": Province.objects.all(),
        "province": province,
        "parks": _parks(province),
        "park": park,
        "query": text,
        "mine": _mine(request),
        "errors": [],
    }
    status = 200
    if "search" in request.GET or text:
        context["errors"] = _unanswered(context)
        if not context["errors"] and park:
            status = _look(request, park, text, context)
    return render(request, "submissions/contract/search.html", context, status=status)


def _look(request: UserRequest, park: Park, text: str, context: dict[str, Any]) -> int:
    """Put what was found into the context, or why nothing was looked for; the status."""
    try:
        context["found"] = register.find(park, text, by=request.user)
    except Refusal as refusal:
        context["errors"] = [("q", refusal.message)]
        return refusal.status
    context["searched"] = True
    context["most"] = register.MOST
    return 200


def _unanswered(context: dict[str, Any]) -> list[tuple[str, str]]:
    errors = []
    if context["province"] is None:
        errors.append(("province", "لطفاً استان را انتخاب کنید."))
    if context["park"] is None:
        target = "park" if context["province"] else "province"
        errors.append((target, "لطفاً شهرک را انتخاب کنید."))
    if not context["query"]:
        errors.append(("q", "لطفاً شماره قرارداد یا بخشی از نام طرف قرارداد را بنویسید."))
    return errors


def _mine(request: UserRequest) -> list[Submission]:
    """The party's claims that are still under way."""
    own = Submission.objects.of(request.user.acting_for).filter(kind=claims.KIND)
    return list(own.filter(state__in=register.OPEN).select_related("contract").order_by("-pk")[:5])


def _show_chosen(request: UserRequest, token: str) -> HttpResponse:
    chosen = register.reveal(token, by=request.user)
    return render(
        request,
        "submissions/contract/chosen.html",
        {
            "party": request.user.acting_for,
            "contract": chosen,
            "token": token,
            "back": _search_again(chosen),
        },
    )


def _search_again(chosen: Contract) -> str:
    province = chosen.park.province.slug
    return f"{reverse('submissions:contract')}?province={province}&park={chosen.park_id}"


def _claim(request: UserRequest) -> HttpResponse:
    chosen = register.choose(request.POST.get("choice", ""), by=request.user)
    assert request.user.acting_for is not None  # nobody else has a choice
    case = claims.claim(chosen, by=request.user, party=request.user.acting_for)
    messages.success(request, BY_RULE if case.state == State.COMPLETED else DONE)
    return redirect("submissions:report", tracking_code=case.tracking_code)


def _province(request: UserRequest) -> Province | None:
    slug = request.GET.get("province", "")
    return Province.objects.filter(slug=slug).first() if slug else None


def _park(request: UserRequest) -> Park | None:
    """The chosen park, when it lies in the chosen province."""
    pk = whole_number(request.GET.get("park", ""))
    if pk is None:
        return None
    parks = Park.objects.select_related("province").filter(pk=pk)
    return parks.filter(province__slug=request.GET.get("province", "")).first()


def _parks(province: Province | None) -> Sequence[Park]:
    return list(province.parks.all()) if province else []
