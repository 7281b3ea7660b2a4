"""Template context of every page: the acting party and its counts."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.functional import cached_property

from accounts.models import Party
from db.lanes import CountSome
from db.questions import written
from guides.models import GuideIndexPage
from submissions.models import Submission
from submissions.states import Box
from web.models import OfficeSettings
from web.public_pages.kept_values import kept_values

_COUNTED = "_awaiting_count"


class Portal:
    """Lazy counts: a page that shows none of them costs no query."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        self._user = getattr(request, "user", None)

    site_url = settings.SITE_URL
    switch_url = reverse_lazy("accounts:act_for")

    @cached_property
    def _for_all(self) -> tuple[OfficeSettings, str]:
        """The office, and where the guides are listed: every page names both."""
        key = ("portal", self._request.get_host())
        return kept_values.find(key, lambda: _read_for_all(self._request))

    @property
    def office(self) -> OfficeSettings:
        return self._for_all[0]

    @property
    def guides_url(self) -> str:
        """Where the guides are listed; empty while they are not."""
        return self._for_all[1]

    @cached_property
    def acting_for(self) -> Party | None:
        user = self._user
        return user.acting_for if user is not None and user.is_authenticated else None

    @cached_property
    def parties(self) -> list[Party]:
        user = self._user
        return user.parties if user is not None and user.is_authenticated else []

    @cached_property
    def awaiting_count(self) -> int:
        """How many requests wait for the applicant, as far as ``count_some`` counts."""
        known = getattr(self._request, _COUNTED, None)
        if known is not None:
            return int(known)
        party = self.acting_for
        counted = _count_awaiting.first(party) if party else None
        return counted[0] if counted else 0


@written
def _count_awaiting(party: Any) -> QuerySet[Party, tuple[int]]:
    rows = Submission.objects.of(party).in_box(Box.AWAITING).order_by().values_list("pk")
    return Party.objects.filter(pk=party).order_by().values_list(CountSome(rows))


def note_awaiting(request: HttpRequest, count: int) -> None:
    """A view has counted what waits for the acting party; its page asks no second time."""
    setattr(request, _COUNTED, count)


def _read_for_all(request: HttpRequest) -> tuple[OfficeSettings, str]:
    return OfficeSettings.load(request), GuideIndexPage.find_address(request)


def add_portal(request: HttpRequest) -> dict[str, Portal]:
    return {"portal": Portal(request)}
