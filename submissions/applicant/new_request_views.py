"""Views of «ثبت درخواست خدمات»: choice of contract and service, and what to have at hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from accounts.models import Membership, Party
from services_catalog.facts import DocumentFacts
from services_catalog.kinds import kind_spec
from services_catalog.models import Park, ServiceVersion
from services_catalog.offered import read_sheets
from services_catalog.searching import SheetSearch
from services_catalog.sheets import Sheet
from submissions.applicant.place_forms import PlaceForm
from submissions.drafts import editing
from submissions.drafts.forms import ContractForm, in_words
from submissions.models import Contract, Submission
from submissions.refusals import Closed
from submissions.states import State
from web.requests import UserRequest, whole_number

DRAFTS_SHOWN = 3


@dataclass
class Choice:
    """The choices so far, read from the address and checked."""

    party: Party
    given: QueryDict

    @cached_property
    def contracts(self) -> list[Contract]:
        held = Contract.objects.filter(party=self.party)
        return list(held.select_related("park__province"))

    @cached_property
    def contract(self) -> Contract | None:
        """The chosen one of the party's contracts; the only one needs no choosing."""
        asked = self.given.get("contract", "")
        if not asked and len(self.contracts) == 1 and not self._asks_for_place:
            return self.contracts[0]
        return next((c for c in self.contracts if str(c.pk) == asked), None)

    @property
    def _asks_for_place(self) -> bool:
        return any(name in self.given for name in ("place", "province", "park"))

    @cached_property
    def park(self) -> Park | None:
        if self.contract:
            return self.contract.park
        pk = whole_number(self.given.get("park", ""))
        if pk is None:
            return None
        return Park.objects.select_related("province").filter(pk=pk).first()

    @cached_property
    def version(self) -> ServiceVersion | None:
        code = self.given.get("service", "")
        versions = ServiceVersion.objects.select_related("service__category")
        return versions.filter(service__code=code, current=True).first() if code else None

    def address(self, **changes: str) -> str:
        """This page with other choices; an empty one is left out."""
        query = QueryDict(mutable=True)
        chosen = {
            "service": self.version.facts.code if self.version else "",
            "contract": str(self.contract.pk) if self.contract else "",
            "park": str(self.park.pk) if self.park and not self.contract else "",
        }
        for name, value in {**chosen, **changes}.items():
            if value:
                query[name] = value
        return f"{reverse('submissions:start')}?{query.urlencode()}"

    @property
    def here(self) -> str:
        """These choices: whoever has to sign in again on the way comes back to them."""
        return self.address()

    @property
    def other_service(self) -> str:
        return self.address(service="")

    @property
    def obstacle(self) -> str:
        """Why the chosen service cannot be begun, in words; empty when it can."""
        if self.version is None:
            return ""
        if not self.version.service.live:
            return Closed.message
        facts = self.version.facts
        return "" if facts.open_to(self.party.kind) else editing.not_for(self.party)

    @property
    def needs_register(self) -> bool:
        """Whether what is wanted takes a registered contract and the party has none."""
        return not self.contracts and (self.version is None or self.version.facts.needs_contract)

    @property
    def may_begin(self) -> bool:
        return self.stage == "begin" and not self.obstacle and not self.needs_register

    @property
    def stage(self) -> str:
        """What to ask next: the place, the service, or nothing more."""
        facts = self.version.facts if self.version else None
        if facts and (self.obstacle or self.needs_register):
            return "begin"
        if self.park is None or (facts and facts.needs_contract and self.contract is None):
            return "place"
        return "begin" if facts else "service"


@never_cache
@login_required
def start_request(request: UserRequest) -> HttpResponse:
    """Choose, then begin: every step is an address, so back works and no script is needed."""
    party = request.user.acting_for
    if party is None:
        return render(request, "submissions/draft/nobody.html")
    choice = Choice(party, request.POST if request.method == "POST" else request.GET)
    if choice.version and (elsewhere := kind_spec(choice.version.facts.kind).begins_at):
        return redirect(elsewhere)
    if request.method == "POST" and choice.may_begin:
        return _begin_request(request, choice)
    if request.headers.get("HX-Target") == "parks":
        form = PlaceForm(initial=choice.given.dict())
        return render(request, "submissions/place/parks.html", {"form": form})
    if request.headers.get("HX-Target") == "found":
        return render(request, "submissions/draft/found.html", _offer_services(choice))
    return _ask_next(request, choice)


def _begin_request(request: UserRequest, choice: Choice) -> HttpResponse:
    assert choice.version is not None  # the stage says so
    submission = editing.start_draft(
        choice.version,
        by=request.user,
        party=choice.party,
        park=choice.park,
        contract=choice.contract,
    )
    group = "questions" if submission.facts.questions else "description"
    return redirect("submissions:draft", tracking_code=submission.tracking_code, group=group)


def _ask_next(request: UserRequest, choice: Choice) -> HttpResponse:
    stage = choice.stage
    context: dict[str, Any] = {
        "choice": choice,
        "stage": stage,
        "party": choice.party,
    }
    if stage == "place":
        context |= _offer_places(choice, sent=request.method == "POST" or "next" in request.GET)
    elif stage == "service":
        context |= _offer_services(choice)
    else:
        context |= _offer_start(choice)
    return render(request, f"submissions/draft/start_{stage}.html", context)


def _offer_places(choice: Choice, *, sent: bool) -> dict[str, Any]:
    """Both ways to say where: a contract, or province and park; only the one that was sent errs."""
    version = choice.version
    needs = version.facts.needs_contract if version else not _some_need_no_contract()
    by_place = "province" in choice.given or not choice.contracts
    contract = ContractForm(
        choice.given if sent and not by_place else None,
        contracts=choice.contracts,
        initial={"contract": choice.contracts[0].pk if len(choice.contracts) == 1 else None},
    )
    place = PlaceForm(
        choice.given if sent and by_place and not needs else None,
        initial=choice.given.dict(),
    )
    errors = bool(contract.errors or place.errors)
    return {"contract": contract, "elsewhere": not needs, "place": place, "form_errors": errors}


def _some_need_no_contract() -> bool:
    return any(not sheet.facts.needs_contract for sheet in read_sheets())


def _offer_services(choice: Choice) -> dict[str, Any]:
    query = choice.given.get("q", "").strip()[:100]
    sheets = [sheet for sheet in read_sheets() if choice.contract or not sheet.facts.needs_contract]
    search = SheetSearch.begin(query)
    found = search.find(sheets)
    groups: dict[str, list[dict[str, Any]]] = {}
    for sheet in found:
        groups.setdefault(sheet.category_title, []).append(_offer_service(choice, sheet))
    return {
        "groups": groups,
        "query": query,
        "count": len(found),
        "choice": choice,
        "suggestion": "" if found else search.suggest(sheets),
    }


def _offer_service(choice: Choice, sheet: Sheet) -> dict[str, Any]:
    fits = sheet.facts.open_to(choice.party.kind)
    return {
        "title": sheet.title,
        "summary": sheet.facts.summary,
        "promise": sheet.promise,
        "href": choice.address(service=sheet.code) if fits else "",
        "only_for": "" if fits else f"ویژهٔ اشخاص {sheet.applicant}",
    }


def _describe_papers(wanted: Sequence[DocumentFacts]) -> dict[str, Any]:
    """What to have at hand; what holds for all of them is said once, above them."""
    limits = {needed.max_bytes for needed in wanted}
    shared = limits.pop() if len(limits) == 1 else None
    return {
        "documents": [
            {
                "title": needed.title,
                "required": needed.required if needed.required == "declared" else "",
                "hint": needed.help,
                "max_bytes": None if shared else needed.max_bytes,
            }
            for needed in wanted
        ],
        "limit": shared,
    }


def _offer_start(choice: Choice) -> dict[str, Any]:
    assert choice.version is not None  # the stage says so
    sheet, party = choice.version.sheet, choice.party
    as_agent = party.role == Membership.Role.AGENT
    unfinished = Submission.objects.filter(
        party=party, state=State.DRAFT, version__service=choice.version.service
    ).order_by("-updated_at")[:DRAFTS_SHOWN]
    return {
        "sheet": sheet,
        **_describe_papers(sheet.facts.documents_for(party.kind, by_agent=as_agent)),
        "unfinished": list(unfinished),
        "contract_words": in_words(choice.contract) if choice.contract else "",
    }
