"""Endpoints of webhooks, for those who look after them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema, Status
from pydantic import AfterValidator, ConfigDict, Field, model_validator

from accounts.models import Party
from persian.text import clean_text
from signin.callers import by_session
from submissions.workflow.events import EVENT_TYPES
from web.refusals import Refusal
from web.requests import UserRequest
from webhooks import subscribers
from webhooks.models import Delivery, DeliveryState, Subscriber
from webhooks.subscribers import Wanted

router = Router(auth=by_session, tags=["webhooks"])
PAGE = 50
ONE = "webhooks/{int:key}/"


def _known_event(name: str) -> str:
    if name not in EVENT_TYPES:
        raise ValueError("unknown event")
    return name


Title = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(clean_text)]
Address = Annotated[str, Field(min_length=1, max_length=500)]
Events = Annotated[
    list[Annotated[str, AfterValidator(_known_event)]], Field(max_length=len(EVENT_TYPES))
]
Number = Annotated[int, Field(ge=1, lt=2**63)]


class NoReceiver(Refusal):
    """The address of the receiver is none that can be called."""

    status = 422
    code = "bad_address"
    title = "نشانی گیرنده پذیرفته نیست"


class NoParty(Refusal):
    status = 422
    code = "unknown_party"
    title = "متقاضی یافت نشد"
    message = "متقاضی با این شناسه وجود ندارد."


class _Strict(Schema):
    model_config = ConfigDict(extra="forbid")


class NewWebhook(_Strict):
    """``events``: types of events, none for all; ``party``: of its requests alone."""

    title: Title
    url: Address
    events: Events = Field(default_factory=list)
    party: Number | None = None
    is_on: bool = True


class ChangedWebhook(_Strict):
    """What is left out stays. ``paused`` false: go on where it was stopped."""

    title: Title | None = None
    url: Address | None = None
    events: Events | None = None
    is_on: bool | None = None
    paused: bool | None = None

    @model_validator(mode="after")
    def pauses_nothing(self) -> ChangedWebhook:
        if self.paused:
            raise ValueError("only the portal pauses; is_on turns it off")
        return self


class WebhookOut(Schema):
    """``position``: up to this number of an event all were put in line."""

    id: int
    title: str
    url: str
    owner: str
    party: int | None
    events: list[str]
    is_on: bool
    paused_at: datetime | None
    position: int


class WebhookWithSecret(WebhookOut):
    """``secret`` is told here and never again."""

    secret: str


class AttemptOut(Schema):
    """``status`` 0: there was no answer."""

    at: datetime
    milliseconds: int
    request: str
    status: int
    answer: str
    error: str


class DeliveryOut(Schema):
    """An event on its way, with its tries; what was sent and came back is cut to a length."""

    number: int
    state: DeliveryState
    tries: int
    not_before: datetime | None
    settled_at: datetime | None
    attempts: list[AttemptOut]


class LogPage(Schema):
    """``before``: where to go on to what is older; 0: there is nothing."""

    items: list[DeliveryOut]
    before: int


class LogQuery(Schema):
    before: Annotated[int, Field(ge=0, lt=2**63)] = 0


class SpanBody(_Strict):
    """The numbers of the first and the last event; one alone: that one."""

    first: Number
    last: Number | None = None


class Replayed(Schema):
    count: int


@router.get("webhooks/", response=list[WebhookOut], summary="گیرندگان رویداد")
def list_webhooks(request: UserRequest) -> list[WebhookOut]:
    """All subscribers. 403 to whoever does not look after them."""
    if not request.user.has_perm("webhooks.view_subscriber"):
        raise PermissionDenied
    rows = Subscriber.objects.select_related("owner").order_by("pk")
    return [WebhookOut(**_facts(row)) for row in rows[:500]]


@router.post("webhooks/", response={201: WebhookWithSecret}, summary="ثبت گیرندهٔ رویداد")
def add_webhook(request: UserRequest, said: NewWebhook) -> Status[WebhookWithSecret]:
    """A receiver of what the caller may know of, from now on."""
    if not request.user.has_perm("webhooks.add_subscriber"):
        raise PermissionDenied
    party = Party.objects.filter(pk=said.party).first() if said.party else None
    if said.party and party is None:
        raise NoParty
    wanted = Wanted(
        said.title, said.url, request.user, party=party, events=said.events, is_on=said.is_on
    )
    try:
        made, secret = subscribers.add_subscriber(wanted, by=request.user)
    except ValidationError as error:
        raise NoReceiver(error.messages[0]) from None
    return Status(201, WebhookWithSecret(**_facts(made), secret=secret))


@router.get(ONE, response=WebhookOut, summary="یک گیرندهٔ رویداد")
def show_webhook(request: UserRequest, key: int) -> WebhookOut:
    return WebhookOut(**_facts(_find(request, key, "view")))


@router.patch(ONE, response=WebhookOut, summary="ویرایش گیرندهٔ رویداد")
def change_webhook(request: UserRequest, key: int, said: ChangedWebhook) -> WebhookOut:
    row = _find(request, key, "change")
    given = said.model_dump(exclude_unset=True, exclude_none=True)
    if given.pop("paused", None) is False:
        subscribers.resume_subscriber(row, by=request.user)
    if given:
        try:
            subscribers.change_subscriber(row, Wanted.of(row, **given), by=request.user)
        except ValidationError as error:
            raise NoReceiver(error.messages[0]) from None
    return WebhookOut(**_facts(_find(request, key, "view")))


@router.delete(ONE, response={204: None}, summary="حذف گیرندهٔ رویداد")
def delete_webhook(request: UserRequest, key: int) -> HttpResponse:
    """With what it was still to be told, and its log."""
    subscribers.delete_subscriber(_find(request, key, "delete"), by=request.user)
    return HttpResponse(status=204)


@router.post(f"{ONE}secret/", response=WebhookWithSecret, summary="صدور کلید جدید")
def renew_webhook_secret(request: UserRequest, key: int) -> WebhookWithSecret:
    """The former secret signs nothing any more."""
    row = _find(request, key, "change")
    secret = subscribers.renew_secret(row, by=request.user)
    return WebhookWithSecret(**_facts(row), secret=secret)


@router.get(f"{ONE}log/", response=LogPage, summary="سوابق ارسال")
def list_deliveries(request: UserRequest, key: int, asked: Query[LogQuery]) -> LogPage:
    """What was sent and what came back, the newest event first."""
    rows = _find(request, key, "view").deliveries.prefetch_related("attempts").order_by("-number")
    if asked.before:
        rows = rows.filter(number__lt=asked.before)
    found = list(rows[: PAGE + 1])
    items = [_delivery(row) for row in found[:PAGE]]
    return LogPage(items=items, before=items[-1].number if len(found) > PAGE else 0)


@router.post(f"{ONE}replay/", response=Replayed, summary="ارسال مجدد رویدادها")
def replay_events(request: UserRequest, key: int, said: SpanBody) -> Replayed:
    """Have one event or a span sent again, acknowledged or not."""
    row = _find(request, key, "change")
    last = said.first if said.last is None else said.last
    return Replayed(count=subscribers.send_again(row, said.first, last, by=request.user))


def _find(request: UserRequest, key: int, action: str) -> Subscriber:
    """The subscriber; 404 to whoever does not look after them."""
    rows = Subscriber.objects.select_related("owner")
    if not request.user.has_perm(f"webhooks.{action}_subscriber"):
        rows = rows.none()
    found: Subscriber = get_object_or_404(rows, pk=key if key < 2**63 else 0)
    return found


def _facts(row: Subscriber) -> dict[str, Any]:
    return {
        "id": row.pk,
        "title": row.title,
        "url": row.url,
        "owner": str(row.owner),
        "party": row.party_id,
        "events": row.events,
        "is_on": row.is_on,
        "paused_at": row.paused_at,
        "position": row.position,
    }


def _delivery(row: Delivery) -> DeliveryOut:
    attempts = [
        AttemptOut(
            at=one.at,
            milliseconds=one.milliseconds,
            request=one.request,
            status=one.status,
            answer=one.answer,
            error=one.error,
        )
        for one in row.attempts.all()
    ]
    return DeliveryOut(
        number=row.number,
        state=DeliveryState(row.state),
        tries=row.tries,
        not_before=row.not_before,
        settled_at=row.settled_at,
        attempts=attempts,
    )
