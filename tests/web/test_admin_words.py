"""What Wagtail and Django say in English or with Latin digits, the admin says in Persian."""

from __future__ import annotations

import re
from datetime import date, time

import pytest
from django import forms
from django.contrib.auth.models import Group, Permission
from django.template.loader import render_to_string
from django.test import Client
from wagtail.blocks import StreamValue
from wagtail.models import GroupApprovalTask

from accounts.models import User
from guides.blocks import GuideBlock, NoteBlock
from home.seed import load_front_page
from services_catalog.models import OfficeHours
from web.admin_words import WITHOUT_LABELS, WORDS
from web.comparison import tell_value


@pytest.fixture
def root(client: Client, db: None) -> Client:
    client.force_login(User.objects.create_superuser(username="root", password=None))
    return client


@pytest.mark.parametrize(
    "page",
    [
        "/admin/",
        "/admin/users/",
        "/admin/pages/",
        "/admin/pages/search/",
        "/admin/sites/",
        "/admin/workflows/list/",
        "/admin/workflows/tasks/index/",
        "/admin/reports/aging-pages/",
        "/admin/reports/site-history/",
    ],
)
def test_labels_of_the_frame_are_persian(root: Client, page: str) -> None:
    load_front_page()
    html = root.get(page, {"q": "راهنما"} if "search" in page else {}).content.decode()
    for english in ('"Actions"', 'value="Search"'):
        assert english not in html
    # Told to somebody, not a class or an attribute.
    assert "None" not in re.sub(r"<script.*?</script>|<[^>]*>", " ", html, flags=re.DOTALL)


def labels_of(html: str) -> list[str]:
    found = re.findall(r"<(?:label|legend|option|h1)[^>]*>(.*?)</", html, flags=re.DOTALL)
    return [" ".join(re.sub(r"<[^>]*>", " ", label).split()) for label in found]


def test_permissions_and_roles_are_called_in_persian_also_to_who_hears_the_page(
    root: Client,
) -> None:
    load_front_page()
    roles = [Group.objects.get(name=name).pk for name in ("Editors", "reviewer")]
    task = GroupApprovalTask.objects.create(name="تأیید")
    pages = ["/admin/groups/new/", *(f"/admin/groups/edit/{pk}/" for pk in roles)]
    for page in (*pages, f"/admin/workflows/tasks/edit/{task.pk}/"):
        found = [
            label for label in labels_of(root.get(page).content.decode()) if "Wag" not in label
        ]
        assert [label for label in found if re.search("[A-Za-z]{2}", label)] == []
        assert "کارشناس بررسی" in str(found) or "groups" in page
    names = Permission.objects.filter(codename__regex="^(add|change|delete|publish|lock)_")
    assert not names.filter(name__startswith="Can").exists()


def test_the_weight_of_pictures_is_told_in_persian_digits(root: Client) -> None:
    html = root.get("/admin/images/multiple/add/").content.decode()
    assert "حداکثر حجم فایل: ۱۰" in html
    assert "10.0" not in html


def test_columns_of_sites_are_named_in_persian(root: Client) -> None:
    load_front_page()
    html = root.get("/admin/sites/results/").content.decode()
    heads = re.findall(r"<th[^>]*>(.*?)</th>", html, flags=re.DOTALL)
    words = [" ".join(re.sub(r"<[^>]*>", " ", head).split()) for head in heads]
    assert words == ["سایت", "درگاه", "نام سایت", "صفحهٔ ریشه", "پیش‌فرض؟"]


def test_forms_of_wagtail_without_labels_have_persian_ones() -> None:
    for form in WITHOUT_LABELS:
        fields = form.base_fields  # type: ignore[attr-defined]
        named = {name: field.label for name, field in fields.items() if name in WORDS}
        assert named
        assert all(named.values()), form


def test_what_nobody_did_by_hand_was_done_by_the_system() -> None:
    words = render_to_string("wagtailadmin/shared/user_avatar.html", {"user": None, "username": ""})
    assert "سامانه" in words
    assert "None" not in words


def test_office_hours_are_written_in_persian_digits() -> None:
    hours = OfficeHours(opens=time(7, 30), closes=time(14, 30))
    assert str(hours) == "۰۷:۳۰–۱۴:۳۰"


def test_too_few_rows_are_counted_in_persian() -> None:
    rows = forms.formset_factory(forms.Form, min_num=1, validate_min=True)
    data = {"form-TOTAL_FORMS": "0", "form-INITIAL_FORMS": "0"}
    assert rows(data).non_form_errors() == ["حداقل ۱ مورد وارد کنید."]


def test_a_comparison_shows_words_and_not_the_values_of_python() -> None:
    assert [tell_value(value) for value in (None, True, False, 12, date(2026, 11, 29))] == [
        "خالی", "بله", "خیر", "۱۲", "۸ آذر ۱۴۰۵",
    ]  # fmt: skip


def test_the_kind_of_a_note_is_compared_by_its_words() -> None:
    kind = NoteBlock().child_blocks["kind"]
    assert kind.render_basic("warning") == "نکتهٔ مهم"
    assert kind.render_basic(None) == ""
    assert isinstance(GuideBlock().to_python([]), StreamValue)
