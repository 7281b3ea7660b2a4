"""Every box of the admin for a date or a moment is read and written in the Jalali calendar."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import django_filters
import pytest
from django import forms
from django.apps import apps
from django.db import models
from django.forms.widgets import DateTimeBaseInput
from django.test import Client
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms.models import formfield_for_dbfield

from accounts.models import User
from guides.models import GuideIndexPage, GuidePage
from home.models import HomePage
from home.seed import load_front_page
from persian.jalali import TEHRAN
from persian.moments import JalaliDateTimeField, JalaliMidnightField
from web.jalali_boxes import EXPIRES_BEFORE, PAST_GO_LIVE

NOW = "2026-11-29 10:00"
SOON = dt.datetime(2026, 12, 1, 8, 30, tzinfo=TEHRAN)


def boxes(widget: forms.Widget) -> list[forms.Widget]:
    """A widget, or the boxes that it is made of."""
    return [box for part in getattr(widget, "widgets", []) for box in boxes(part)] or [widget]


def subclasses(kind: type[Any]) -> Iterator[type[Any]]:
    for below in kind.__subclasses__():
        yield below
        yield from subclasses(below)


def gregorian(fields: dict[str, forms.Field]) -> list[str]:
    return [
        name
        for name, field in fields.items()
        if any(
            isinstance(box, DateTimeBaseInput) and not isinstance(box, forms.TimeInput)
            for box in boxes(field.widget)
        )
        or type(field) in (forms.DateField, forms.DateTimeField)
    ]


# --- No box is forgotten -----------------------------------------------------------


def test_no_column_of_any_model_gets_a_gregorian_box() -> None:
    for model in apps.get_models():
        for column in model._meta.fields:
            if isinstance(column, models.DateField) and column.editable:
                field = formfield_for_dbfield(column)
                assert gregorian({column.name: field}) == [], column
                assert field.help_text


def test_the_schedule_of_every_kind_of_page_is_jalali() -> None:
    for model in (HomePage, GuideIndexPage, GuidePage):
        form = model.get_edit_handler().get_form_class()
        for name in ("go_live_at", "expire_at"):
            box = form.base_fields[name]
            assert isinstance(box, JalaliDateTimeField)
            # What Wagtail's dialog does with a box when it is closed.
            assert box.widget.attrs["data-controller"] == "w-action"
        assert gregorian(form.base_fields) == []


def test_no_filter_of_a_list_has_a_gregorian_box() -> None:
    ranges = 0
    for kind in subclasses(WagtailFilterSet):
        for name, asked in kind.base_filters.items():
            if isinstance(asked, django_filters.DateFromToRangeFilter | django_filters.DateFilter):
                assert gregorian({name: asked.field}) == [], kind
                ranges += 1
    assert ranges > 5


# --- A moment as it is typed --------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    ["1405/09/10 08:30", "۱۴۰۵/۹/۱۰ ۸:۳۰", "١٤٠٥-٠٩-١٠، ساعت ٠٨:٣٠", "14050910 8:30"],
)
def test_a_moment_is_read_in_all_digits_in_the_time_of_tehran(typed: str) -> None:
    field = JalaliDateTimeField()
    assert field.clean(typed) == SOON
    assert field.prepare_value(SOON) == SOON
    assert field.widget.format_value(SOON) == "1405/09/10 08:30"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("2026-12-01 08:30", "سال را چهاررقمی و به تقویم خورشیدی"),
        ("1278/10/10 08:30", "سال را چهاررقمی و به تقویم خورشیدی"),
        ("0005/09/10 08:30", "سال را چهاررقمی و به تقویم خورشیدی"),
        ("۱۴۰۵/۰۹/۱۰", "ساعت را نیز وارد کنید"),
        ("1405/13/01 08:30", "این روز در تقویم خورشیدی وجود ندارد"),
        ("1405/09/10 24:00", "ساعت باید از ۰۰:۰۰ تا ۲۳:۵۹ باشد."),
        ("فردا", "تاریخ را به ترتیب سال، ماه و روز وارد کنید"),
    ],
)
def test_what_is_no_moment_is_refused_in_words(typed: str, words: str) -> None:
    with pytest.raises(forms.ValidationError) as refused:
        JalaliDateTimeField().clean(typed)
    assert words in refused.value.messages[0]


def test_dates_begin_with_the_year_1900() -> None:
    assert JalaliMidnightField().clean("1278/10/11") == dt.datetime(1900, 1, 1, tzinfo=TEHRAN)


def test_seconds_that_the_box_does_not_show_are_no_change() -> None:
    stored = SOON.replace(second=31, microsecond=7)
    assert not JalaliDateTimeField().has_changed(stored, "۱۴۰۵/۰۹/۱۰ ۰۸:۳۰")
    assert JalaliDateTimeField().has_changed(stored, "۱۴۰۵/۰۹/۱۰ ۰۸:۳۱")


# --- A schedule in the admin ---------------------------------------------------------


@pytest.fixture
def front(db: None) -> HomePage:
    return load_front_page()


@pytest.fixture
def root(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


def edit(client: Client, page: HomePage, **typed: Any) -> Any:
    data = {
        "title": page.title,
        "slug": page.slug,
        "headline": page.headline,
        "intro": page.intro,
        "notice": "",
        "seo_title": "",
        "search_description": "",
        "comments-TOTAL_FORMS": "0",
        "comments-INITIAL_FORMS": "0",
        "action-publish": "1",
        **typed,
    }
    return client.post(f"/admin/pages/{page.pk}/edit/", data)


@pytest.mark.at(NOW)
def test_a_jalali_schedule_waits_for_its_day_and_is_shown_in_jalali(
    root: Client, front: HomePage
) -> None:
    response = edit(root, front, headline="تیتر فردا", go_live_at="۱۴۰۵/۰۹/۱۰ ۰۸:۳۰")

    assert response.status_code == 302
    front.refresh_from_db()
    assert front.headline != "تیتر فردا"
    assert front.scheduled_revision.approved_go_live_at == SOON
    html = root.get(f"/admin/pages/{front.pk}/edit/").content.decode()
    assert 'value="1405/09/10 08:30"' in html
    assert "۱۰ آذر ۱۴۰۵، ساعت ۰۸:۳۰" in html
    assert "initDateTimeChooser" not in html
    assert not re.search(r"2026-12-01|Dec\.? 1", html)


@pytest.mark.at(NOW)
@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"go_live_at": "1405/09/08 09:59"}, PAST_GO_LIVE),
        ({"go_live_at": "1404/09/10 08:30"}, PAST_GO_LIVE),
        ({"go_live_at": "2026-12-01 08:30"}, "سال را چهاررقمی و به تقویم خورشیدی وارد کنید"),
        ({"expire_at": "1405/09/08 09:59"}, "پایان نمایش باید در آینده باشد"),
        (
            {"go_live_at": "1405/09/10 08:30", "expire_at": "1405/09/09 08:30"},
            "تاریخ/ساعت انتشار باید پیش از تاریخ/ساعت پایان نمایش باشد",
        ),
        ({"go_live_at": "1405/09/10 08:30", "expire_at": "1405/09/10 08:30"}, EXPIRES_BEFORE),
    ],
)
def test_a_schedule_that_would_publish_at_once_or_never_is_refused(
    root: Client, front: HomePage, typed: dict[str, str], words: str
) -> None:
    response = edit(root, front, headline="تیتر فردا", **typed)

    assert response.status_code == 200
    assert words in response.content.decode()
    front.refresh_from_db()
    assert front.headline != "تیتر فردا"
    assert front.scheduled_revision is None


@pytest.mark.at(NOW)
def test_the_moment_of_an_earlier_publication_may_stay(root: Client, front: HomePage) -> None:
    front.go_live_at = dt.datetime(2026, 11, 20, 8, 30, 31, tzinfo=TEHRAN)
    front.save_revision().publish()

    response = edit(root, front, headline="تیتر امروز", go_live_at="1405/08/29 08:30")

    assert response.status_code == 302
    front.refresh_from_db()
    assert front.headline == "تیتر امروز"


@pytest.mark.at(NOW)
def test_a_report_is_narrowed_by_jalali_days(root: Client, front: HomePage) -> None:
    address = f"/admin/pages/{front.pk}/history/"
    front.save_revision(log_action=True)
    html = root.get(address).content.decode()
    assert 'data-jalali=""' in html
    assert "initDateChooser" not in html

    today = {"timestamp_from": "۱۴۰۵/۰۹/۰۸", "timestamp_to": "1405/09/08"}
    yesterday = {"timestamp_from": "1405/09/07", "timestamp_to": "1405/09/07"}
    found = root.get(address, today).context["object_list"]
    assert len(found) > 0
    assert len(root.get(address, yesterday).context["object_list"]) == 0
    assert "۸ آذر ۱۴۰۵" in root.get(address, today).content.decode()
