"""Endpoints of the whole portal: the company, the search, and who is signed in."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.timezone import now
from ninja import Query, Router, Schema
from pydantic import ConfigDict, Field

from accounts.models import Notice, Party, Scope
from guides.models import GuideIndexPage
from home.searching import search_public
from services_catalog.api import ServiceBrief, brief_of
from signin.callers import signed_in
from signin.tokens.scopes import asks_for
from web.models import OfficeSettings
from web.pagination import keyset_page
from web.requests import UserRequest

# The main menu as the header of every page has it (templates/components/header.html).
MENU = (
    ("services", "خدمات", "services:index"),
    ("desk", "میز خدمت", "home:desk"),
    ("track", "پیگیری", "submissions:track"),
    ("verify", "راستی‌آزمایی نامه", "letters:verify_form"),
)
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


class MenuEntry(Schema):
    """A way that every page shows; ``name`` stays as it is, ``address`` is that of our own page."""

    name: str
    title: str
    address: str


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


class NoticeQuery(Schema):
    """``after`` and ``before``: the marks that an earlier page gave."""

    after: str = ""
    before: str = ""


class NoticeOut(Schema):
    """Something that the person was told; ``address``: of the page that it is about."""

    id: int
    text: str
    address: str
    at: datetime
    read_at: datetime | None


class NoticePage(Schema):
    items: list[NoticeOut]
    unread: int
    after: str
    before: str


class ReadBody(Schema):
    """The keys of notices that were read."""

    model_config = ConfigDict(extra="forbid")

    ids: Annotated[list[Annotated[int, Field(ge=1, lt=2**63)]], Field(max_length=200)]


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


@site.get("menu/", response=list[MenuEntry], summary="منوی اصلی")
def list_menu(request: HttpRequest) -> list[MenuEntry]:
    """The main menu, in its order; the guides only where editors have published their list."""
    guides = GuideIndexPage.find_address(request)
    first = [MenuEntry(name="guides", title="راهنما", address=guides)] if guides else []
    others = [
        MenuEntry(name=name, title=title, address=reverse(address)) for name, title, address in MENU
    ]
    return [*first, *others]


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


@person.get("notices/", response=NoticePage, summary="اعلان‌های من")
@asks_for(Scope.ACCOUNT_READ)
def list_notices(request: UserRequest, asked: Query[NoticeQuery]) -> NoticePage:
    """What the person was told, the newest first."""
    own = Notice.objects.filter(recipient=request.user)
    page = keyset_page(own, "created_at", newest_first=True, after=asked.after, before=asked.before)
    items = [
        NoticeOut(id=n.pk, text=n.text, address=n.url, at=n.created_at, read_at=n.read_at)
        for n in page.rows
    ]
    unread = own.filter(read_at=None).count()
    return NoticePage(items=items, unread=unread, after=page.after, before=page.before)


@person.post("notices/read/", response={204: None}, summary="خواندن اعلان‌ها")
@asks_for(Scope.ACCOUNT_READ)
def mark_notices_read(request: UserRequest, said: ReadBody) -> HttpResponse:
    """These were read; those of others stay as they are, and so does the first time."""
    own = Notice.objects.filter(recipient=request.user, pk__in=said.ids, read_at=None)
    own.update(read_at=now())
    return HttpResponse(status=204)


def _party(party: Party) -> PartyOut:
    return PartyOut(id=party.pk, name=party.name, kind=party.kind, role=party.role)
