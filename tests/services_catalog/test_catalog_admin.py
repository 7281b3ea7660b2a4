"""Editors write the catalog, managers look after desks and calendar."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from accounts.models import User
from services_catalog.models import CalendarDay, Desk, Seat, Service, ServiceVersion, WeekendRule

pytestmark = pytest.mark.django_db
SignIn = Callable[[Client, User], Client]
TABLES = (
    "service", "category", "documenttype", "returnreason", "organisation",
    "desk", "unit", "province", "park", "calendarday", "officehours", "weekendrule",
)  # fmt: skip
OF_EDITORS = TABLES[:5]


@pytest.fixture
def writing(client: Client, editor: User, signed_in: SignIn) -> Client:
    return signed_in(client, editor)


@pytest.fixture
def managing(client: Client, manager: User, signed_in: SignIn, house: None) -> Client:
    return signed_in(client, manager)


def address(model: str, action: str, *arguments: Any) -> str:
    return reverse(f"wagtailsnippets_services_catalog_{model}:{action}", args=arguments)


@pytest.mark.parametrize("table", TABLES)
def test_editors_open_the_catalog_and_managers_everything(
    client: Client, editor: User, manager: User, signed_in: SignIn, service: Service, table: str
) -> None:
    def opened(user: User) -> list[int]:
        signed_in(client, user)
        return [client.get(address(table, action)).status_code for action in ("list", "add")]

    assert opened(manager) == [200, 200]
    assert opened(editor) == ([200, 200] if table in OF_EDITORS else [302, 302])


def test_a_reviewer_finds_no_door_to_the_catalog(
    client: Client, staff: dict[str, User], signed_in: SignIn
) -> None:
    signed_in(client, staff["desk"])

    assert client.get(address("service", "list"))["Location"] == "/admin/"


def row(obj: Any, names: tuple[str, ...], **changed: Any) -> dict[str, Any]:
    """One row of an inline form as the page would send it back."""
    said = {"id": obj.pk, "ORDER": obj.sort_order or 0, "DELETE": ""}
    for name in names:
        value = getattr(obj, name)
        if isinstance(value, (list, dict)) or (value is None and name in JSON_FIELDS):
            value = json.dumps(value, ensure_ascii=False)
        said[name] = "on" if value is True else "" if value in (None, False) else value
    return said | changed


JSON_FIELDS = ("choices", "shown_when", "condition", "not_same_as")
QUESTION = (
    "label",
    "code",
    "help",
    "kind",
    "required",
    "min",
    "max",
    "unit",
    "choices",
    "shown_when",
)
DOCUMENT = ("type_id", "code", "required", "max_mb", "help")
STOP = ("unit_id", "code", "may_reject", "signs", "share", "condition", "not_same_as")
FACTS = (
    "title", "code", "kind", "summary", "keywords", "applicant", "needs_contract",
    "preconditions", "promise_days", "fee", "fee_note", "letter_kind", "letter_subject",
    "recipient", "order",
)  # fmt: skip


def form_of(service: Service, **changed: Any) -> dict[str, Any]:
    """The edit page of a service as it would be sent; ``questions`` and ``stops`` change rows."""
    said: dict[str, Any] = {name: getattr(service, name) for name in FACTS}
    said |= {"category": service.category_id, "needs_contract": "on"}
    questions, stops = changed.pop("questions", {}), changed.pop("stops", {})
    asked = [row(q, QUESTION, **questions.get(q.code, {})) for q in service.questions.all()]
    papers = [row(d, DOCUMENT) | {"type": d.type_id} for d in service.documents.all()]
    route = [
        row(s, STOP, **stops.get(s.code, {})) | {"unit": s.unit_id} for s in service.stops.all()
    ]
    for name, rows in (("questions", asked), ("documents", papers), ("stops", route)):
        said[name] = inline_formset(rows, initial=len(rows))
    return nested_form_data(said | changed)


def test_a_published_change_becomes_a_new_version(writing: Client, service: Service) -> None:
    said = form_of(service, title="عنوان تازه") | {"action-publish": "on"}

    answer = writing.post(address("service", "edit", service.pk), said)

    assert answer.status_code == 302, answer.context["form"].errors
    version = service.current_version
    assert version is not None
    assert (version.number, version.facts.title) == (2, "عنوان تازه")


WRONG = {
    "choices that are no list": {"questions": {"phase": {"choices": '{"three": "سه‌فاز"}'}}},
    "choices without labels": {"questions": {"phase": {"choices": '[{"value": "three"}]'}}},
    "no choices": {"questions": {"phase": {"choices": "[]"}}},
    "no JSON at all": {"questions": {"phase": {"choices": "سه‌فاز، تک‌فاز"}}},
    "a shapeless condition": {"questions": {"phase": {"shown_when": '["temporary"]'}}},
    "a condition on no question": {
        "questions": {"phase": {"shown_when": '{"question": "nothing", "equals": true}'}}
    },
    "limits that cross": {"questions": {"requested_power": {"min": "10", "max": "2"}}},
    "a stop that names no other": {"stops": {"deputy": {"not_same_as": '["nowhere"]'}}},
    "a stop that names numbers": {"stops": {"deputy": {"not_same_as": "[1]"}}},
    "a stop on no question": {
        "stops": {"deputy": {"condition": '{"question": "nothing", "equals": true}'}}
    },
}


@pytest.mark.parametrize("fault", WRONG)
def test_what_could_not_be_published_is_refused_beside_its_field(
    writing: Client, service: Service, fault: str
) -> None:
    said = form_of(service, **WRONG[fault]) | {"action-publish": "on"}

    answer = writing.post(address("service", "edit", service.pk), said)

    assert answer.status_code == 200
    form = answer.context["form"]
    wrong = [e for name in ("questions", "stops") for e in form.formsets[name].errors if e]
    assert len(wrong) == 1
    assert any("\u0600" <= letter <= "\u06ff" for letter in str(wrong[0]))
    assert ServiceVersion.objects.filter(service=service).count() == 1


def test_a_manager_seats_a_colleague_at_a_desk(managing: Client, staff: dict[str, User]) -> None:
    desk = Desk.objects.get(unit__code="legal", province__slug="isfahan")
    seat = Seat.objects.get(desk=desk)
    seats = [
        {"id": seat.pk, "user": seat.user_id, "DELETE": ""},
        {"id": "", "user": staff["desk"].pk, "away_from": "۱۴۰۵/۰۹/۰۱", "stand_in": seat.user_id},
    ]
    said = {"unit": desk.unit_id, "open": "on", "province": desk.province_id, "park": ""}

    answer = managing.post(
        address("desk", "edit", desk.pk),
        nested_form_data(said | {"seats": inline_formset(seats, initial=1)}),
    )

    assert answer.status_code == 302, answer.context["form"].formsets["seats"].errors
    assert desk.seats.get(user=staff["desk"]).away_from == date(2026, 11, 22)


def test_applicants_are_not_offered_as_colleagues(
    managing: Client, maryam: User, staff: dict[str, User]
) -> None:
    desk = Desk.objects.first()
    assert desk is not None

    page = managing.get(address("desk", "edit", desk.pk)).content.decode()

    assert str(staff["desk"]) in page
    assert "09130000001" not in page


def test_the_calendar_is_written_in_jalali_days(managing: Client) -> None:
    managing.post(
        address("calendarday", "add"),
        {"date": "1405/01/01", "kind": "closed", "title": "نوروز", "province": ""},
    )

    assert CalendarDay.objects.get().date == date(2026, 3, 21)


def test_the_weekend_is_ticked_by_the_names_of_its_days(managing: Client) -> None:
    page = managing.get(address("weekendrule", "add")).content.decode()
    assert "پنجشنبه" in page

    managing.post(
        address("weekendrule", "add"), {"valid_from": "1405/07/01", "weekdays": ["4", "5"]}
    )

    rule = WeekendRule.objects.get(valid_from=date(2026, 9, 23))
    assert (rule.weekdays, str(rule)) == ([4, 5], "شنبه، جمعه")


def test_a_holiday_to_come_is_listed_with_its_weekday_and_its_date(managing: Client) -> None:
    CalendarDay.objects.create(date=date(2027, 3, 21), kind="holiday", title="نوروز")

    text = managing.get(address("calendarday", "list")).content.decode()

    assert "یکشنبه ۱ فروردین ۱۴۰۶" in text
