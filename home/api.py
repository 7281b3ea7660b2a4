"""Endpoints of the whole portal: the company, the search, and who is signed in."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Query, Router, Schema

from accounts.models import Party, Scope
from guides.models import GuideIndexPage
from home.searching import search_public
from services_catalog.api import ServiceBrief, brief_of
from signin.callers import signed_in
from signin.tokens.scopes import asks_for
from web.models import OfficeSettings
from web.requests import UserRequest

site = Router(tags=["site"])
person = Router(auth=signed_in, tags=["person"])


class Office(Schema):
    """The company as every page names it, and where its guides stand."""

    name: str
    parent: str
    phone: str
    extension: str
    address: str
    site: str
    guides: str


class SearchQuery(Schema):
    q: str = ""


class FoundGuide(Schema):
    """``id``: its page at ``pages/``."""

    id: int
    title: str
    intro: str


class Found(Schema):
    """``near``: services that hold some of the words; ``suggestion``: what was probably meant."""

    services: list[ServiceBrief]
    guides: list[FoundGuide]
    near: list[ServiceBrief]
    suggestion: str


class PartyOut(Schema):
    """Somebody whom the person may act for; ``id`` goes into ``X-Acting-Party``."""

    id: int
    name: str
    kind: str
    role: str


class Person(Schema):
    """Who is signed in, and for whom they act."""

    name: str
    mobile: str
    staff: bool
    roles: list[str]
    parties: list[PartyOut]
    acting_for: PartyOut | None


@site.get("site/", response=Office, summary="مشخصات شرکت")
def show_office(request: HttpRequest) -> Office:
    """What editors keep of the company."""
    office = OfficeSettings.load(request)
    named = {name: getattr(office, name) for name in Office.model_fields if name != "guides"}
    return Office(**named, guides=GuideIndexPage.find_address(request))


@site.get("search/", response=Found, summary="جستجو")
def search_portal(request: HttpRequest, asked: Query[SearchQuery]) -> Found:
    """Guides and services that hold every word of the query, however it is spelled."""
    found = search_public(asked.q.strip()[:100])
    return Found(
        services=[brief_of(sheet) for sheet in found.services],
        guides=[FoundGuide(id=g.pk, title=g.title, intro=g.intro) for g in found.guides],
        near=[brief_of(sheet) for sheet in found.near],
        suggestion=found.suggestion,
    )


@person.get("me/", response=Person, summary="کاربر واردشده")
@asks_for(Scope.ACCOUNT_READ)
def show_person(request: UserRequest) -> Person:
    """The person of the session."""
    user = request.user
    acting = user.acting_for
    return Person(
        name=str(user),
        mobile=user.mobile or "",
        staff=user.is_staff_member,
        roles=sorted(user.role_names),
        parties=[_party(party) for party in user.parties],
        acting_for=_party(acting) if acting else None,
    )


def _party(party: Party) -> PartyOut:
    return PartyOut(id=party.pk, name=party.name, kind=party.kind, role=party.role)
