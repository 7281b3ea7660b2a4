"""Editors write the catalog, managers look after desks and calendar."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from accounts.models import User
from services_catalog.admin.service_form import ChoicesWidget, CodesWidget, ConditionWidget
from services_catalog.models import (
    CalendarDay,
    Desk,
    Park,
    Province,
    Seat,
    Service,
    ServiceVersion,
    Unit,
    WeekendRule,
)

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
        if name in IN_WORDS:
            value = IN_WORDS[name]().to_words(value)
        said[name] = "on" if value is True else "" if value in (None, False) else value
    return said | changed


IN_WORDS = {
    "choices": ChoicesWidget,
    "shown_when": ConditionWidget,
    "condition": ConditionWidget,
    "not_same_as": CodesWidget,
}
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
STOP = (
    "unit_id", "code", "may_reject", "signs", "share", "condition", "not_same_as", "alongside",
    "awaits_inquiries",
)  # fmt: skip
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
    said = form_of(service, title="عنوان جدید") | {"action-publish": "on"}

    answer = writing.post(address("service", "edit", service.pk), said)

    assert answer.status_code == 302, answer.context["form"].errors
    version = service.current_version
    assert version is not None
    assert (version.number, version.facts.title) == (2, "عنوان جدید")


WRONG = {
    "one choice": {"questions": {"phase": {"choices": "سه‌فاز"}}},
    "no choices": {"questions": {"phase": {"choices": " "}}},
    "the same choice twice": {"questions": {"phase": {"choices": "سه‌فاز\nسه‌فاز"}}},
    "a condition without an answer": {"questions": {"phase": {"shown_when": "temporary"}}},
    "a condition on no question": {"questions": {"phase": {"shown_when": "nothing = بله"}}},
    "a condition on a later question": {
        "questions": {"requested_power": {"shown_when": "phase = سه‌فاز"}}
    },
    "an answer that is no choice": {"stops": {"deputy": {"condition": "phase = دوفاز"}}},
    "an answer that is neither yes nor no": {
        "stops": {"deputy": {"condition": "temporary = شاید"}}
    },
    "limits that cross": {"questions": {"requested_power": {"min": "10", "max": "2"}}},
    "a code that another question has": {"questions": {"phase": {"code": "requested_power"}}},
    "a stop that names no other": {"stops": {"deputy": {"not_same_as": "nowhere"}}},
    "a stop on no question": {"stops": {"deputy": {"condition": "nothing = بله"}}},
    "more than all of the time": {"stops": {"deputy": {"share": "101"}}},
    "the first stop beside one before it": {"stops": {"desk": {"alongside": "all"}}},
    "two ways of joining": {
        "stops": {"subs": {"alongside": "all"}, "finance": {"alongside": "any"}}
    },
    "a way of joining that is none": {"stops": {"subs": {"alongside": "most"}}},
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


def test_what_is_kept_as_it_was_is_no_change(writing: Client, service: Service) -> None:
    writing.post(
        address("service", "edit", service.pk), form_of(service) | {"action-publish": "on"}
    )

    assert ServiceVersion.objects.filter(service=service).count() == 1


def test_questions_answers_and_units_are_named_in_words(writing: Client, service: Service) -> None:
    said = form_of(
        service,
        questions={"temporary": {"shown_when": "نوع انشعاب = سه‌فاز"}},
        stops={"deputy": {"not_same_as": "میز خدمت (امور متقاضیان)", "condition": "phase = تک‌فاز"}},
    )

    answer = writing.post(address("service", "edit", service.pk), said | {"action-publish": "on"})

    assert answer.status_code == 302, answer.context["form"].formsets["stops"].errors
    version = service.current_version
    assert version is not None
    question = next(q for q in version.facts.questions if q.code == "temporary")
    assert question.shown_when is not None
    assert (question.shown_when.question, question.shown_when.equals) == ("phase", "three")
    stop = version.facts.stop("deputy")
    assert stop is not None
    assert stop.condition is not None
    assert (stop.condition.equals, stop.not_same_as) == ("single", ("desk",))


def test_stops_side_by_side_are_written_frozen_and_shown(
    writing: Client, service: Service, client: Client
) -> None:
    beside = {"subs": {"alongside": "all"}, "technical": {"alongside": "any"}}
    said = form_of(service, stops=beside) | {"action-publish": "on"}

    answer = writing.post(address("service", "edit", service.pk), said)

    assert answer.status_code == 302, answer.context["form"].formsets["stops"].errors
    version = service.current_version
    assert version is not None
    joined = [(stop.code, stop.group, stop.join) for stop in version.facts.route]
    assert joined == [
        ("desk", 1, "all"), ("subs", 1, "all"), ("finance", 3, "any"),
        ("technical", 3, "any"), ("deputy", None, "all"), ("secretariat", None, "all"),
    ]  # fmt: skip
    assert [stage.any for stage in version.sheet.stages] == [False, True, False, False]
    preview = Service.objects.get(pk=service.pk).serve_preview(answer.wsgi_request, "")
    for page in (client.get(f"/services/{service.code}/"), preview):
        text = " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())
        first, second, third, fourth = (stop.unit_title for stop in version.facts.route[:4])
        assert f"بررسی هم‌زمان : {first} {second}".replace(" :", ":") in text
        assert f"بررسی هم‌زمان (تأیید یکی کافی است): {third} {fourth}" in text


def test_the_form_offers_the_order_of_a_stop_with_its_help(
    writing: Client, service: Service
) -> None:
    html = writing.get(address("service", "edit", service.pk)).content.decode()

    assert "ترتیب بررسی" in html
    assert "هم‌زمان با مرحلهٔ قبلی (تأیید همه لازم است)" in html
    assert "هم‌زمان با مرحلهٔ قبلی (تأیید یکی کافی است)" in html


def new_service(service: Service, **changed: Any) -> dict[str, Any]:
    """A service that nobody has written before, with its codes left for the portal to give."""
    paper = service.documents.all()[0].type_id
    desk, ceo = (Unit.objects.get(code=code).pk for code in ("desk", "ceo"))
    said = {
        "title": "گواهی حسن همکاری", "code": "good-standing", "category": service.category_id,
        "summary": "برای شرکت در مناقصه.", "keywords": "", "applicant": "both",
        "preconditions": "", "promise_days": "4", "order": "99", "fee": "free", "fee_note": "",
        "letter_kind": "certificate", "recipient": "applicant", "letter_subject": "",
        "questions": inline_formset(
            [
                {"label": "کدام مناقصه؟", "kind": "text", "required": "on"},
                {"label": "نوع مناقصه", "kind": "choice", "choices": "عمومی\nمحدود"},
                {"label": "نام دعوت‌کننده", "kind": "text", "shown_when": "نوع مناقصه = محدود"},
            ]
        ),
        "documents": inline_formset(
            [{"type": paper, "required": "always", "max_mb": "5"} for _ in range(2)]
        ),
        "stops": inline_formset([{"unit": desk}, {"unit": ceo, "signs": "on"}]),
    }  # fmt: skip
    return nested_form_data(said | changed)


def test_an_editor_writes_a_service_without_knowing_a_code(
    writing: Client, service: Service, client: Client
) -> None:
    answer = writing.post(
        address("service", "add"), new_service(service) | {"action-publish": "on"}
    )

    assert answer.status_code == 302, answer.context["form"].errors
    version = Service.objects.get(code="good-standing").current_version
    assert version is not None
    facts = version.facts
    assert [question.code for question in facts.questions] == ["q", "q-2", "q-3"]
    assert facts.questions[2].shown_when is not None
    assert facts.questions[2].shown_when.model_dump() == {"question": "q-2", "equals": "محدود"}
    first = facts.documents[0].code
    assert [document.code for document in facts.documents] == [first, f"{first}-2"]
    assert [stop.code for stop in facts.route] == ["desk", "ceo"]
    assert "گواهی حسن همکاری" in client.get("/services/good-standing/").content.decode()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"letter_kind": ""}, "letter_kind"),
        ({"title": ""}, "title"),
        ({"promise_days": "-1"}, "promise_days"),
        ({"code": "گواهی"}, "code"),
    ],
)
def test_a_new_service_that_lacks_something_is_refused_beside_the_field(
    writing: Client, service: Service, changed: dict[str, str], field: str
) -> None:
    said = new_service(service, **changed) | {"action-publish": "on"}

    answer = writing.post(address("service", "add"), said)

    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert any("\u0600" <= letter <= "\u06ff" for letter in str(answer.context["form"].errors))


def test_the_code_of_a_published_service_stays(writing: Client, service: Service) -> None:
    said = form_of(service, code="another-code") | {"action-publish": "on"}

    writing.post(address("service", "edit", service.pk), said)

    assert Service.objects.get(pk=service.pk).code == "elec-intro"


def test_a_service_is_seen_before_it_is_published(writing: Client, service: Service) -> None:
    preview = address("service", "preview_on_add")
    assert writing.post(preview, new_service(service)).json()["is_valid"]

    page = writing.get(preview).content.decode()

    assert "گواهی حسن همکاری" in page
    assert "کدام مناقصه؟" in page
    assert not Service.objects.filter(code="good-standing").exists()


def test_the_preview_of_an_unfinished_service_says_what_it_lacks(
    writing: Client, service: Service
) -> None:
    preview = address("service", "preview_on_add")
    writing.post(preview, new_service(service, letter_kind="", title=""))

    page = writing.get(preview).content.decode()

    assert "هنوز برای انتشار کامل نیست" in page or "پیش‌نمایش" in page


def test_a_document_of_no_size_is_refused(writing: Client, service: Service) -> None:
    papers = inline_formset(
        [{"type": service.documents.all()[0].type_id, "required": "always", "max_mb": "0"}]
    )
    said = new_service(service, documents=papers) | {"action-publish": "on"}

    answer = writing.post(address("service", "add"), said)

    assert answer.context["form"].formsets["documents"].errors[0].keys() == {"max_mb"}


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


def errors_of(answer: Any) -> str:
    """What is wrong, as the page says it."""
    return str(answer.context["form"].errors)


def test_a_second_desk_of_a_unit_in_a_place_is_refused_in_words(managing: Client) -> None:
    desk = Desk.objects.get(unit__code="legal", province__slug="isfahan")
    said = {"unit": desk.unit_id, "open": "on", "province": desk.province_id, "park": ""}

    answer = managing.post(
        address("desk", "add"), nested_form_data(said | {"seats": inline_formset([])})
    )

    assert "این واحد در این محل میز دارد" in errors_of(answer)
    assert Desk.objects.filter(unit=desk.unit, province=desk.province).count() == 1


def test_a_desk_of_a_park_stands_in_the_province_of_the_park(managing: Client) -> None:
    said = {
        "unit": Unit.objects.get(code="legal").pk,
        "open": "on",
        "province": Province.objects.get(slug="yazd").pk,
        "park": Park.objects.get(slug="jey").pk,
    }

    answer = managing.post(
        address("desk", "add"), nested_form_data(said | {"seats": inline_formset([])})
    )

    assert "این شهرک در استان دیگری است" in errors_of(answer)


def test_a_day_that_is_in_the_calendar_is_not_written_twice(managing: Client) -> None:
    said = {"date": "1405/01/01", "kind": "closed", "title": "نوروز", "province": ""}
    managing.post(address("calendarday", "add"), said)

    answer = managing.post(address("calendarday", "add"), said)

    assert "این روز در تقویم ثبت شده است" in errors_of(answer)
    assert CalendarDay.objects.count() == 1


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
    CalendarDay.objects.create(date=date(2027, 3, 21), kind="closed", title="نوروز")

    text = managing.get(address("calendarday", "list")).content.decode()

    assert "یکشنبه ۱ فروردین ۱۴۰۶" in text


def test_bounds_are_written_with_the_digits_of_any_keyboard(
    writing: Client, service: Service
) -> None:
    page = writing.get(address("service", "edit", service.pk)).content.decode()
    assert "30000.0" not in page
    assert "۳۰۰۰۰٫۰" not in page

    said = form_of(service, questions={"requested_power": {"min": "۲٫۵", "max": "۴۰۰۰۰"}})
    writing.post(address("service", "edit", service.pk), said | {"action-publish": "on"})

    version = service.current_version
    assert version is not None
    power = next(q for q in version.facts.questions if q.code == "requested_power")
    assert (power.min, power.max) == (2.5, 40000)


@pytest.mark.parametrize("typed", ["۲,۵", "1_000", "1e9", "۱/۲"])
def test_a_bound_that_could_be_two_numbers_is_refused_and_stays_as_typed(
    writing: Client, service: Service, typed: str
) -> None:
    said = form_of(service, questions={"requested_power": {"min": typed}})
    page = writing.post(address("service", "edit", service.pk), said).content.decode()

    assert f'value="{typed}"' in page
    assert "برای اعشار از «٫»" in page
