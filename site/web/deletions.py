"""Refusal of deletions of what is in use, wherever in the admin they are asked for.

The database and :mod:`db.naming` protect rows that others name. Some screens ask beforehand;
whatever comes to the deletion itself, single or in bulk, ours or Wagtail's, is answered here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db.models import Model, ProtectedError, RestrictedError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from wagtail.admin import messages
from wagtail.admin.utils import get_valid_next_url_from_request

from db.naming import NAMED_STILL, is_in_use
from persian.digits import to_persian
from web.refusals import Refusal

# What Wagtail calls the list of a model, and what the viewsets of snippets do.
_LISTS = ("index", "list")


class InUse(Refusal):
    status = 409
    code = "in_use"
    title = "حذف انجام نشد"
    message = "این مورد در سامانه در حال استفاده است و حذف نمی‌شود."


def turn_away(request: HttpRequest, rows: Iterable[Model], back: str) -> HttpResponse | None:
    """The way ``back``, with the reason said there, when one of the rows is in use; else None."""
    named = [row for row in rows if is_in_use(row)]
    if not named:
        return None
    messages.error(request, _say_in_use(named))
    return redirect(back)


def _say_in_use(named: list[Model]) -> str:
    names = "، ".join(f"«{row}»" for row in named)
    columns = {field.name for field in named[0]._meta.get_fields()}
    if "is_active" in columns:
        return (
            f"نام {names} در سوابق سامانه آمده است و حساب حذف نمی‌شود. "
            "اگر دیگر همکار نیست، حساب را غیرفعال کنید."
        )
    instead = " اگر دیگر لازم نیست، آن را غیرفعال کنید." if "retired" in columns else ""
    return f"{names} در حال استفاده است و حذف نمی‌شود.{instead}"


def answer_deletion(request: HttpRequest, error: ProtectedError | RestrictedError) -> HttpResponse:
    """Say what holds it, on the list from which the deletion was asked for."""
    refusal = InUse(_say_holders(error))
    if not request.path.startswith(reverse("wagtailadmin_home")):
        return render(request, "refusal.html", {"refusal": refusal}, status=refusal.status)
    messages.error(request, f"{refusal.title}. {refusal.message}")
    return redirect(_way_back(request))


def _say_holders(error: ProtectedError | RestrictedError) -> str:
    if error.args[0] == NAMED_STILL:
        return NAMED_STILL
    holders: Any = error.args[1]
    kinds = Counter(str(row._meta.verbose_name) for row in holders)
    words = "، ".join(f"{to_persian(count)} {kind}" for kind, count in kinds.most_common())
    return f"این مورد استفاده شده است ({words}) و حذف نمی‌شود."


def _way_back(request: HttpRequest) -> str:
    if onward := get_valid_next_url_from_request(request):
        return str(onward)
    namespace = request.resolver_match.namespace if request.resolver_match else ""
    for name in _LISTS if namespace else ():
        try:
            return reverse(f"{namespace}:{name}")
        except NoReverseMatch:
            continue
    return reverse("wagtailadmin_home")
