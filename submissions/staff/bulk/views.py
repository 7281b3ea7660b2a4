"""One step for many: chosen in the queue, confirmed on a page, followed while the worker takes it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST, require_safe
from wagtail import hooks
from wagtail.admin.ui.components import MediaContainer

from accounts.models import User
from submissions.models import BulkAct, BulkLine, Submission, WorkItem
from submissions.staff.bulk.forms import FORMS, LABELS, PassOnForm
from submissions.states import INTERNAL, StepName
from submissions.workflow import bulk
from web.refusals import Refusal
from web.requests import UserRequest, whole_number

SHOWN = 20
QUEUE = "submissions_submission_modeladmin_index"
PERMISSION = "submissions.change_submission"


def require_reviewer(request: HttpRequest) -> User:
    """Raise PermissionDenied, which Wagtail answers by leading back to its first page."""
    user = request.user
    if not isinstance(user, User) or not user.has_perm(PERMISSION):
        raise PermissionDenied
    return user


@require_POST
def choose_many(request: UserRequest, name: str) -> HttpResponse:
    """The page that asks for the words, and the beginning of the act once they are there."""
    user = require_reviewer(request)
    if name not in FORMS:
        raise Http404
    step = StepName(name)
    chosen = _read_chosen(request, user)
    is_said = "confirmed" in request.POST
    form = FORMS[step](request.POST if is_said else None, by=user)
    refusal = None
    if not chosen or len(chosen) > bulk.MOST or (is_said and form.is_valid()):
        try:
            act = _begin(user, step, chosen, form if is_said and form.is_valid() else None)
            return redirect("bulk_act", act.pk)
        except Refusal as said:
            refusal = said
    context = page_frame(LABELS[step]) | {
        "form": form,
        "refusal": refusal,
        "chosen": [f"{item}:{seen}" for item, seen in chosen],
        "rows": _rows_of(user, step, chosen),
        "label": LABELS[step],
    }
    status = refusal.status if refusal else 422 if form.errors else 200
    return render(request, "submissions/admin/bulk/choose.html", context, status=status)


def _begin(
    user: User, step: StepName, chosen: list[tuple[int, int]], form: PassOnForm | None
) -> BulkAct:
    note = form.cleaned_data["note"] if form else ""
    detail = form.kept_detail() if form else {}
    return bulk.begin_bulk(user, step, chosen, note=note, detail=detail)


def _read_chosen(request: UserRequest, user: User) -> list[tuple[int, int]]:
    """The items that were ticked, or all that wait for the person, with what was seen of them."""
    if "all" in request.POST:
        waiting = WorkItem.objects.decides().select_related("submission")
        items = waiting.most_urgent_for(user, bulk.MOST)
        return [(item.pk, item.submission.last_seq) for item in items]
    pairs = (value.partition(":") for value in request.POST.getlist("chosen"))
    read = [(whole_number(item), whole_number(seen)) for item, _sign, seen in pairs]
    return [(item, seen) for item, seen in read if item is not None and seen is not None]


def _rows_of(user: User, step: StepName, chosen: list[tuple[int, int]]) -> list[WorkItem]:
    """Those of the chosen that the step may concern, as the page lists them.

    What is given out, or hastened, need not be the person's own.
    """
    rows = WorkItem.objects.open().filter(submission__in=Submission.objects.visible_to(user))
    if step not in INTERNAL:
        rows = WorkItem.objects.waiting_for(user)
    found = rows.filter(pk__in=[item for item, _seen in chosen]).with_submission()
    return list(found.order_by("due_at", "pk"))


@require_safe
def show_acts(request: UserRequest) -> HttpResponse:
    """What the person has done for many at once, the newest first."""
    user = require_reviewer(request)
    acts = acts_of(user).order_by("-pk")[:SHOWN]
    context = page_frame("اقدام‌های گروهی من") | {"acts": acts}
    return render(request, "submissions/admin/bulk/index.html", context)


@require_safe
def show_act(request: UserRequest, pk: int) -> HttpResponse:
    """How far an act of the person is, and what became of each of its items."""
    act = _own_act(request, pk)
    context = page_frame(LABELS[StepName(act.name)]) | _standing(act)
    return render(request, "submissions/admin/bulk/act.html", context)


@require_safe
def show_progress(request: UserRequest, pk: int) -> HttpResponse:
    """The part of the page that asks for itself again while the worker is at it."""
    return render(request, "submissions/admin/bulk/standing.html", _standing(_own_act(request, pk)))


def _own_act(request: HttpRequest, pk: int) -> BulkAct:
    return get_object_or_404(acts_of(require_reviewer(request)), pk=pk)


def acts_of(user: User) -> QuerySet[Any]:
    """What the person has done for many, each with how many items are done and refused."""
    return BulkAct.objects.filter(by=user).annotate(
        many=Count("lines"),
        done=Count("lines", filter=Q(lines__step__isnull=False)),
        refused=Count("lines", filter=~Q(lines__refusal="")),
    )


def lines_of(act: BulkAct) -> list[BulkLine]:
    """Its items; what was not done is what somebody has to look at, and comes first."""
    lines = act.lines.select_related("item__submission__party", "step")
    return sorted(lines, key=lambda line: not line.refusal)


def _standing(act: Any) -> dict[str, Any]:
    return {
        "act": act,
        "left": act.many - act.done - act.refused,
        "tried": act.done + act.refused,
        "lines": lines_of(act),
    }


def page_frame(title: str) -> dict[str, Any]:
    """What the admin's page needs: title and way back."""
    home = {"url": reverse("wagtailadmin_home"), "label": "خانه"}
    queue = {"url": reverse(QUEUE), "label": "درخواست‌ها"}
    trail = [home, queue, {"url": "", "label": title}]
    return {"page_title": title, "breadcrumbs_items": trail, "media": MediaContainer().media}


@hooks.register("register_admin_urls")
def register_addresses() -> list[URLPattern]:
    base = "submissions/bulk"
    return [
        path(f"{base}/", show_acts, name="bulk_acts"),
        path(f"{base}/<int:pk>/", show_act, name="bulk_act"),
        path(f"{base}/<int:pk>/progress/", show_progress, name="bulk_act_progress"),
        path(f"{base}/<slug:name>/", choose_many, name="bulk_choose"),
    ]
