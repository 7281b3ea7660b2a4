"""Views by which the work of desks is taken up and handed over."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import MediaContainer

from accounts.models import User
from persian.digits import to_persian
from services_catalog.models import Desk
from submissions.models import HandOver, WorkItem
from submissions.staff.desk_forms import HandOverForm
from submissions.workflow.handing_over import begin_hand_over, follow_seats, sitting_at
from submissions.workflow.taking import take_next
from web.refusals import Refusal
from web.requests import UserRequest

RIGHT = "submissions.add_handover"
SHOWN = 50
TITLE = "تحویل کارها"
INDEX = "submissions_submission_modeladmin_index"


def take_the_next(request: UserRequest) -> HttpResponse:
    """«برداشتن کار بعدی» of the queue, and the page of what was taken."""
    if not request.user.has_perm("submissions.change_submission"):
        raise PermissionDenied
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    try:
        step = take_next(request.user)
    except Refusal as refusal:
        messages.warning(request, refusal.message)
        return redirect(INDEX)
    messages.success(request, "این کار را برداشتید و نزد شماست.")
    href = reverse("submissions_submission_modeladmin_inspect", args=[step.submission_id])
    return redirect(f"{href}?item={step.item_id}")


def _require_manager(request: HttpRequest) -> None:
    if not isinstance(request.user, User) or not request.user.has_perm(RIGHT):
        raise PermissionDenied


def show_hand_overs(request: UserRequest) -> HttpResponse:
    """Who has how much by name, and what was handed over."""
    _require_manager(request)
    context = _page_frame(TITLE) | {"rows": list_holders(), "orders": recent_orders()}
    return render(request, "submissions/admin/hand_over/index.html", context)


def list_holders() -> list[tuple[User, int, bool]]:
    """Who has how much by name, and whether they decide nothing any more."""
    having = WorkItem.objects.open().filter(person__isnull=False).order_by()
    counts = dict(having.values_list("person").annotate(count=Count("pk")))
    people = User.objects.filter(pk__in=counts).order_by("last_name", "first_name", "pk")
    deciding = set(User.objects.deciding().filter(pk__in=counts).values_list("pk", flat=True))
    return [(who, counts[who.pk], who.pk not in deciding) for who in people]


def recent_orders() -> QuerySet[HandOver]:
    """What was handed over last, the newest first."""
    orders = HandOver.objects.select_related("giver", "receiver", "by", "desk__unit")
    return orders.select_related("desk__park", "desk__province")[:SHOWN]


def show_hand_over(request: UserRequest, pk: int) -> HttpResponse:
    """All that one colleague has, and to whom it goes."""
    _require_manager(request)
    giver = get_object_or_404(User, pk=pk, is_staff=True)
    form = HandOverForm(request.POST or None, giver=giver)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        order = begin_hand_over(giver, said["receiver"], said["desk"], by=request.user)
        messages.success(request, _begun(order))
        return redirect("hand_overs")
    context = _page_frame(f"تحویل کارهای {giver}") | {
        "giver": giver,
        "form": form,
        "count": WorkItem.objects.open().filter(person=giver).count(),
    }
    page = "submissions/admin/hand_over/person.html"
    return render(request, page, context, status=422 if form.errors else 200)


def _begun(order: HandOver) -> str:
    target = order.receiver or "میزها"
    return f"تحویل {to_persian(order.left().count())} کار از «{order.giver}» به «{target}» شروع شد."


def _page_frame(title: str) -> dict[str, Any]:
    home = {"url": reverse("wagtailadmin_home"), "label": "خانه"}
    index = {"url": reverse("hand_overs") if title != TITLE else "", "label": TITLE}
    here = [{"url": "", "label": title}] if title != TITLE else []
    trail = [home, index, *here]
    return {"page_title": title, "breadcrumbs_items": trail, "media": MediaContainer().media}


@hooks.register("before_edit_snippet")
def note_who_sits(request: HttpRequest, instance: Any) -> None:
    """Whoever sits at a desk before its form is saved; see ``follow_who_sits``."""
    if isinstance(instance, Desk) and request.method == "POST":
        request.__dict__["sitting_before"] = sitting_at(instance)


@hooks.register("after_edit_snippet")
def follow_who_sits(request: UserRequest, instance: Any) -> None:
    """A post keeps its work: what somebody had goes to whoever has the seat now."""
    before = request.__dict__.get("sitting_before")
    if not isinstance(instance, Desk) or before is None:
        return
    for order in follow_seats(instance, before, by=request.user):
        messages.success(request, _begun(order))


class HandOverItem(MenuItem):
    """For managers; the menu stands on every page and asks for the right alone."""

    def is_shown(self, request: HttpRequest) -> bool:
        return isinstance(request.user, User) and request.user.has_perm(RIGHT)


@hooks.register("register_admin_urls")
def register_addresses() -> list[URLPattern]:
    return [
        path("hand-over/", show_hand_overs, name="hand_overs"),
        path("hand-over/<int:pk>/", show_hand_over, name="hand_over"),
    ]


@hooks.register("register_admin_menu_item")
def menu_item() -> MenuItem:
    return HandOverItem(
        TITLE, reverse("hand_overs"), name="hand-overs", icon_name="group", order=320
    )
