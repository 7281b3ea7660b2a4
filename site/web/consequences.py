"""What an edit in the admin touches elsewhere, said with counts before it is saved.

Apps register for their tables how many rows hang on one of them. An edit is tried in a
transaction that is taken back; where a count has grown, the person is asked first. What was
typed goes along with the question, so that neither answer loses it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db import models, transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from wagtail.admin.ui.components import MediaContainer

from persian.digits import to_persian

#: How many rows say each of some sentences, which hold «{count}». Given are the row as it was
#: stored and as it is in the trial; the database is as one of the two moments has it.
Measure = Callable[[Any, Any], Mapping[str, int]]
ANSWER, YES, BACK = "confirmed", "yes", "back"

_measures: dict[type[models.Model], list[Measure]] = {}


def register_measure(model: type[models.Model], measure: Measure) -> None:
    """Have edits of ``model`` say what ``measure`` finds. Called from AppConfig.ready()."""
    _measures.setdefault(model, []).append(measure)


def find_touched(rows: Iterable[models.Model], act: Callable[[], Any]) -> list[str]:
    """Sentences on what ``act``, tried and taken back, does to what hangs on ``rows``."""
    rows = [row for row in rows if type(row) in _measures]
    if not rows:
        return []
    stored = [type(row)._base_manager.get(pk=row.pk) for row in rows]
    before = _measure_all((row, row) for row in stored)
    with transaction.atomic():
        act()
        changed = [type(row)._base_manager.get(pk=row.pk) for row in stored]
        after = _measure_all(zip(stored, changed, strict=True))
        transaction.set_rollback(True)
    grown = {words: count for words, count in after.items() if count > before[words]}
    return [words.format(count=to_persian(count)) for words, count in grown.items()]


def find_touched_by_new(blank: models.Model, add: Callable[[], models.Model | None]) -> list[str]:
    """The same of a row that ``add`` writes, None for none; ``blank``: how it is before, unsaved."""
    with transaction.atomic():
        added = add()
        found: Counter[str] = Counter()
        if added is not None:
            found = _measure_all([(blank, type(blank)._base_manager.get(pk=added.pk))])
        transaction.set_rollback(True)
    return [words.format(count=to_persian(count)) for words, count in found.items() if count]


def _measure_all(pairs: Iterable[tuple[Any, Any]]) -> Counter[str]:
    found: Counter[str] = Counter()
    for before, now in pairs:
        for measure in _measures[type(before)]:
            found.update(measure(before, now))
    return found


def is_confirmed(request: HttpRequest) -> bool:
    """Whether the person has read what would be touched, and goes on."""
    return request.POST.get(ANSWER) == YES


def is_going_back(request: HttpRequest) -> bool:
    """Whether the person wants the form again, as it was filled in."""
    return request.POST.get(ANSWER) == BACK


def ask_first(
    request: HttpRequest, touched: list[str], title: str, typed: QueryDict | None = None
) -> HttpResponse:
    """Page with what would be touched; both its keys send along all that was ``typed``, else posted."""
    sent = [
        (name, value)
        for name, values in (request.POST if typed is None else typed).lists()
        if name not in (ANSWER, "csrfmiddlewaretoken")
        for value in values
    ]
    home = {"url": reverse("wagtailadmin_home"), "label": "خانه"}
    context = {
        "page_title": "پیش از ذخیره",
        "breadcrumbs_items": [home, {"url": "", "label": title}],
        "media": MediaContainer().media,
        "touched": touched,
        "sent": sent,
        "answer": ANSWER,
        "yes": YES,
        "back": BACK,
    }
    return render(request, "web/admin/consequences.html", context)


class SaysWhatItTouches:
    """An edit view of Wagtail that asks first when other rows are touched."""

    request: HttpRequest

    def form_valid(self, form: Any) -> HttpResponse:
        view: Any = self
        if is_going_back(self.request):
            view.form = form
            page: HttpResponse = view.render_to_response(view.get_context_data(form=form))
            return page
        if not is_confirmed(self.request):
            row = form.instance
            if touched := find_touched([row], self._try_saving):
                return ask_first(self.request, touched, str(row))
        saved: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        return saved

    def _try_saving(self) -> None:
        """Save a second form, so that the real one knows nothing of the trial."""
        view: Any = self
        given = view.get_form_kwargs()
        given["instance"] = type(view.object)._base_manager.get(pk=view.object.pk)
        trial = view.get_form_class()(**given)
        if trial.is_valid():
            trial.save()


def ask_before_bulk(
    request: HttpRequest, action_type: str, rows: list[Any], action: Any
) -> HttpResponse | None:
    """The same for an act on many rows of a list; a hook of Wagtail."""
    if is_going_back(request):
        page: HttpResponse = action.render_to_response(
            action.get_context_data(form=action.cleaned_form)
        )
        return page
    if is_confirmed(request) or action_type == "delete":
        return None
    touched = find_touched(
        rows, lambda: action.execute_action(rows, **action.get_execution_context())
    )
    return ask_first(request, touched, str(action.display_name)) if touched else None
