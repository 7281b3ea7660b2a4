"""Views of «طرف قراردادها»: contracts whose holder changed, and the decision on one of them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.site_summary import SummaryItem
from wagtail.admin.ui.components import MediaContainer

from accounts.models import Party, User
from persian.forms import PersianCharField
from submissions.applicant.tracking_views import NationalIdField
from submissions.contracts.holders import (
    EVERYWHERE,
    ContractMoved,
    Outcome,
    Settlement,
    decides_on_holders,
    reached_by,
    settle_holder,
    settled_by,
    standing_of,
)
from submissions.models import Contract, Submission
from submissions.models.contract import number_keys
from submissions.states import ENDED
from web import form_recovery
from web.refusals import Refusal
from web.requests import UserRequest

SHOWN = 200
DONE = {
    Outcome.KEPT: "قرارداد نزد همین متقاضی ماند.",
    Outcome.RELEASED: "قرارداد آزاد شد و طرف آن می‌تواند آن را ثبت کند.",
    Outcome.MOVED: "قرارداد به متقاضی دیگر منتقل شد.",
}


class SettlementForm(forms.Form):
    """What is to become of the contract; ``contract`` tells whether there is a question to answer."""

    use_required_attribute = False

    outcome = forms.ChoiceField(
        label="تصمیم",
        widget=forms.RadioSelect,
        error_messages={"required": "لطفاً تصمیم را انتخاب کنید."},
    )
    national_id = NationalIdField(
        label="کد ملی یا شناسهٔ ملی متقاضی جدید",
        help_text="فقط برای انتقال به متقاضی دیگر؛ هویت او باید در سامانه تأیید شده باشد.",
        required=False,
    )
    note = PersianCharField(
        label="دلیل",
        help_text="این متن در سوابق قرارداد می‌ماند و فقط به همکاران نمایش داده می‌شود.",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "لطفاً دلیل تصمیم را بنویسید."},
    )

    def __init__(self, *args: Any, contract: Contract, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [o for o in Outcome if o != Outcome.KEPT or contract.asked_since]
        self.fields["outcome"].choices = [(o.value, o.label) for o in offered]  # type: ignore[attr-defined]
        self.party: Party | None = None

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("outcome") != Outcome.MOVED:
            return given
        found = Party.objects.verified().filter(national_id=given.get("national_id") or None)
        self.party = found.first()
        if self.party is None and "national_id" not in self.errors:
            self.add_error("national_id", "متقاضی تأییدشده‌ای با این کد ملی یا شناسهٔ ملی یافت نشد.")
        return given

    @property
    def settlement(self) -> Settlement:
        said = self.cleaned_data
        return Settlement(said["outcome"], said["note"], self.party)


def _require_decider(request: HttpRequest) -> User:
    """Raise PermissionDenied, which Wagtail answers by leading back to its first page."""
    user = request.user
    if not isinstance(user, User) or not decides_on_holders(user):
        raise PermissionDenied
    return user


def show_holders(request: UserRequest) -> HttpResponse:
    """What waits for a decision, the oldest first; or the contracts that a number finds."""
    own = settled_by(_require_decider(request)).select_related("park__province", "party")
    query = request.GET.get("q", "").strip()[:100]
    context = _page_frame("طرف قراردادها") | {
        "contracts": listed_contracts(own, query),
        "query": query,
        "shown": SHOWN,
    }
    return render(request, "submissions/admin/holders/index.html", context)


def listed_contracts(own: QuerySet[Contract], query: str) -> list[Contract]:
    if query:
        return list(own.filter(number_key__in=number_keys(query))[:SHOWN])
    return list(own.filter(asked_since__isnull=False).order_by("asked_since", "pk")[:SHOWN])


def show_holder(request: UserRequest, pk: int) -> HttpResponse:
    """One contract: the register beside the party, what is under way, and the decision in two steps."""
    user = _require_decider(request)
    reached = reached_by(user) if request.method == "POST" else settled_by(user)
    contract = get_object_or_404(reached.select_related("park__province", "party"), pk=pk)
    if contract.party is None:
        raise ContractMoved
    if request.method != "POST":
        words = form_recovery.words_for(request)
        form = SettlementForm(contract=contract, initial=words.dict() if words else None)
        return _show_contract(request, contract, form)
    form = SettlementForm(request.POST, contract=contract)
    if not form.is_valid() or "back" in request.POST:
        return _show_contract(request, contract, form, status=422 if form.errors else 200)
    if "confirmed" not in request.POST:
        return _ask_to_confirm(request, contract, form)
    return _settle(request, contract, form, user)


def _settle(
    request: UserRequest, contract: Contract, form: SettlementForm, user: User
) -> HttpResponse:
    try:
        decision = settle_holder(
            contract, form.settlement, by=user, seen=request.POST.get("seen", "")
        )
    except Refusal as refusal:
        contract = Contract.objects.select_related("park__province", "party").get(pk=contract.pk)
        if contract.party is None:
            raise
        return _show_contract(request, contract, form, status=refusal.status, refusal=refusal)
    messages.success(request, DONE[Outcome(decision.outcome)])
    return redirect("contract_holders")


def _show_contract(
    request: UserRequest,
    contract: Contract,
    form: SettlementForm,
    *,
    status: int = 200,
    refusal: Refusal | None = None,
) -> HttpResponse:
    context = _describe_contract(contract) | {"form": form, "refusal": refusal}
    return render(request, "submissions/admin/holders/contract.html", context, status=status)


def _ask_to_confirm(request: UserRequest, contract: Contract, form: SettlementForm) -> HttpResponse:
    """What the decision will do, before it is done."""
    outcome = Outcome(form.cleaned_data["outcome"])
    context = _describe_contract(contract) | {"form": form, "outcome": outcome, "to": form.party}
    return render(request, "submissions/admin/holders/confirm.html", context)


def _describe_contract(contract: Contract) -> dict[str, Any]:
    about = {"contract": contract, "seen": standing_of(contract)}
    return _page_frame(f"قرارداد {contract.number}") | about | describe_standing(contract)


def describe_standing(contract: Contract) -> dict[str, Any]:
    """What is under way with a contract, and what was decided about its party before."""
    under_way = Submission.objects.filter(contract=contract).exclude(state__in=ENDED)
    decisions = contract.holder_decisions.select_related("by", "party_before", "party_after")
    return {
        "under_way": under_way.filter(submitted_at__isnull=False).select_related("party"),
        "drafts": under_way.filter(submitted_at=None).count(),
        "decisions": decisions,
    }


def _page_frame(title: str) -> dict[str, Any]:
    here = {"url": "", "label": title}
    home = {"url": reverse("wagtailadmin_home"), "label": "خانه"}
    index_item = {"url": reverse("contract_holders"), "label": "طرف قراردادها"}
    trail = [home, index_item, here] if title != index_item["label"] else [home, here]
    return {"page_title": title, "breadcrumbs_items": trail, "media": MediaContainer().media}


class HolderItem(SummaryItem):
    """The number of contracts that wait for a decision on their party, on the first page."""

    template_name = "submissions/admin/count_item.html"

    def __init__(self, request: UserRequest, count: int) -> None:
        super().__init__(request)
        self.count = count

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {
            "count": self.count,
            "words": "طرف قرارداد در انتظار تصمیم",
            "icon": "user",
            "href": reverse("contract_holders"),
            "alarm": True,
        }


@hooks.register("construct_homepage_summary_items")
def show_waiting_contracts(request: UserRequest, items: list[Any]) -> None:
    """A task for the desks that decide on claims, while there is one; for managers it is one of many."""
    user = request.user
    if user.has_perm(EVERYWHERE) or not user.has_perm("submissions.change_submission"):
        return
    if not Contract.objects.filter(asked_since__isnull=False).exists():
        return
    if count := settled_by(user).filter(asked_since__isnull=False).count():
        items.append(HolderItem(request, count))


class HoldersMenuItem(MenuItem):
    """Shown to whoever may open the page: managers, and the desks that decide on claims."""

    def is_shown(self, request: HttpRequest) -> bool:
        return isinstance(request.user, User) and decides_on_holders(request.user)


@hooks.register("register_admin_urls")
def register_addresses() -> list[URLPattern]:
    base = "contracts/holders"
    return [
        path(f"{base}/", show_holders, name="contract_holders"),
        path(f"{base}/<int:pk>/", show_holder, name="contract_holder"),
    ]


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    return HoldersMenuItem(
        "طرف قراردادها",
        reverse("contract_holders"),
        name="contract-holders",
        icon_name="user",
        order=310,
    )
