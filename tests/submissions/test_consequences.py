"""An edit says with counts what it touches before it is saved, and loses nothing typed."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from accounts.models import User
from services_catalog.models import Desk, Organisation, Park, Province, Seat
from submissions.models import Submission
from tests import cast

pytestmark = pytest.mark.django_db
QUESTION = "این تغییر هنوز ذخیره نشده است"


@pytest.fixture
def root(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


def edit(row: Any) -> str:
    table = f"wagtailsnippets_{row._meta.app_label}_{row._meta.model_name}"
    return reverse(f"{table}:edit", args=[row.pk])


def form_of(desk: Desk, *, kept: bool = True, **changed: Any) -> dict[str, Any]:
    """The desk's form as it would be sent; not ``kept``: its people are taken off."""
    seats = [
        {"id": seat.pk, "user": seat.user_id, "DELETE": "" if kept else "on"}
        for seat in desk.seats.all()
    ]
    said = {"unit": desk.unit_id, "open": "on", "province": desk.province_id, "park": ""}
    seats = inline_formset(seats, initial=len(seats))
    said = said | {"park": desk.park_id or "", "seats": seats} | changed
    return nested_form_data({name: value for name, value in said.items() if value is not None})


def asked(answer: Any) -> str:
    assert answer.status_code == 200
    page: str = answer.content.decode()
    assert QUESTION in page, page[-3000:]
    return page


class TestDesk:
    def test_the_last_person_leaves(self, root: Client, submitted: Submission) -> None:
        desk = cast.desk_of(submitted)
        assert desk is not None
        said = form_of(desk, kept=False)

        page = asked(root.post(edit(desk), said))
        assert "۱ درخواست در حال بررسی روی میزی می‌ماند" in page
        assert desk.seats.exists()

        back = root.post(edit(desk), said | {"confirmed": "back"})
        assert 'name="seats-0-DELETE"' in back.content.decode()
        assert back.context["form"].formsets["seats"].deleted_forms
        assert desk.seats.exists()

        assert root.post(edit(desk), said | {"confirmed": "yes"}).status_code == 302
        assert not desk.seats.exists()

    def test_the_question_sends_along_all_that_was_typed(
        self, root: Client, submitted: Submission
    ) -> None:
        desk = cast.desk_of(submitted)
        assert desk is not None
        said = form_of(desk, kept=False)

        sent = dict(root.post(edit(desk), said).context["sent"])

        assert sent == {name: str(value) for name, value in said.items()}

    def test_it_is_closed_while_a_wider_one_is_open(
        self, root: Client, submitted: Submission
    ) -> None:
        desk = cast.desk_of(submitted)
        assert desk is not None
        national = Desk.objects.create(unit=desk.unit)
        Seat.objects.create(desk=national, user=cast.hire("wide", "reviewer"))

        page = asked(root.post(edit(desk), form_of(desk, open=None)))

        assert "۱ درخواست در حال بررسی به میز دیگری از همان واحد منتقل می‌شود" in page

    def test_everybody_goes_on_leave(self, root: Client, submitted: Submission) -> None:
        desk = cast.desk_of(submitted)
        assert desk is not None
        seat = desk.seats.get()
        away = inline_formset(
            [{"id": seat.pk, "user": seat.user_id, "away_from": "۱۴۰۴/۰۱/۰۱", "DELETE": ""}],
            initial=1,
        )

        assert "امروز همکاری برای تصمیم‌گیری" in asked(
            root.post(edit(desk), form_of(desk, seats=away))
        )

    def test_what_touches_nothing_is_not_asked_about(
        self, root: Client, submitted: Submission
    ) -> None:
        desk = cast.desk_of(submitted)
        assert desk is not None
        assert root.post(edit(desk), form_of(desk)).status_code == 302
        empty = Desk.objects.get(unit__code="legal", province__slug="isfahan")
        assert root.post(edit(empty), form_of(empty, kept=False)).status_code == 302


class TestColleague:
    def said(self, user: User, **changed: Any) -> dict[str, Any]:
        said = {
            "username": user.username, "first_name": user.first_name,
            "last_name": user.last_name, "is_active": "on",
            "groups": list(user.groups.values_list("pk", flat=True)),
        }  # fmt: skip
        return {name: value for name, value in (said | changed).items() if value is not None}

    @pytest.mark.parametrize("changed", [{"is_active": None}, {"groups": []}])
    def test_leaves_or_loses_the_role(
        self, root: Client, submitted: Submission, staff: dict[str, User], changed: dict[str, Any]
    ) -> None:
        sara = staff["desk"]
        address = reverse("wagtailusers_users:edit", args=[sara.pk])
        said = self.said(sara, **changed)

        assert "۱ درخواست در حال بررسی" in asked(root.post(address, said))
        again = User.objects.get(pk=sara.pk)
        assert (again.is_active, again.groups.count()) == (True, 1)

        assert root.post(address, said | {"confirmed": "yes"}).status_code == 302
        again = User.objects.get(pk=sara.pk)
        assert (again.is_active, again.groups.count()) != (True, 1)

    def test_is_closed_in_the_list_among_others(
        self, root: Client, submitted: Submission, staff: dict[str, User]
    ) -> None:
        address = reverse("wagtail_bulk_action", args=["accounts", "user", "set_active_state"])
        address += "?" + "&".join(f"id={staff[unit].pk}" for unit in ("desk", "legal"))
        said = {"mark_as_active": "False"}

        assert "۱ درخواست در حال بررسی" in asked(root.post(address, said))
        assert User.objects.get(pk=staff["desk"].pk).is_active

        back = root.post(address, said | {"confirmed": "back"})
        assert back.context["form"].data["mark_as_active"] == "False"

        root.post(address, said | {"confirmed": "yes"})
        assert not User.objects.filter(pk__in=[staff["desk"].pk, staff["legal"].pk], is_active=True)

    def test_a_role_loses_the_right_to_decide(self, root: Client, submitted: Submission) -> None:
        role = Group.objects.get(name="reviewer")
        address = reverse("wagtailusers_groups:edit", args=[role.pk])
        page = root.get(address)
        said = {"name": role.name}
        for panel in page.context["permission_panels"]:
            said |= {f"{panel.prefix}-{name}_FORMS": "0" for name in ("TOTAL", "INITIAL")}

        assert "۱ درخواست در حال بررسی" in asked(root.post(address, said))


class TestLetters:
    @pytest.fixture
    def body(self, submitted: Submission) -> Organisation:
        return Organisation.objects.get(kind="elec")

    def said(self, body: Organisation, **changed: Any) -> dict[str, Any]:
        names = ("kind", "name", "addressee", "ece_code", "postal_address")
        said = {name: getattr(body, name) for name in names} | {"province": body.province_id}
        return said | changed

    @pytest.mark.parametrize("way", ["retired", "other kind", "other province"])
    def test_the_last_recipient_of_a_kind_goes(
        self, root: Client, body: Organisation, way: str
    ) -> None:
        changed = {
            "retired": {"retired": "on"},
            "other kind": {"kind": "water"},
            "other province": {"province": Province.objects.get(slug="yazd").pk},
        }[way]

        page = asked(root.post(edit(body), self.said(body, **changed)))

        assert "۱ درخواست بررسی‌نشده بدون گیرندهٔ نامه می‌ماند" in page

    def test_a_recipient_that_another_one_stands_behind_goes(
        self, root: Client, body: Organisation
    ) -> None:
        Organisation.objects.create(kind="elec", name="شرکت توانیر")

        assert root.post(edit(body), self.said(body, retired="on")).status_code == 302

    def test_a_recipient_is_renamed(self, root: Client, body: Organisation) -> None:
        page = asked(root.post(edit(body), self.said(body, name="برق منطقه‌ای اصفهان")))

        assert "نامهٔ ۱ درخواست بررسی‌نشده با مشخصات جدید" in page


class TestNames:
    def test_a_unit_is_renamed(self, root: Client, submitted: Submission) -> None:
        unit = Desk.objects.get(unit__code="deputy").unit
        said = {"code": unit.code, "title": "معاونت فنی", "signing_post": "معاون فنی"}

        page = asked(root.post(edit(unit), said))

        assert "۱ خدمت منتشرشده" in page
        assert "نامهٔ ۱ درخواست بررسی‌نشده با سمت جدید" in page

    def test_a_park_is_renamed(self, root: Client, submitted: Submission) -> None:
        park = Park.objects.get(slug="jey")
        said = {
            "province": park.province_id, "slug": "jey", "name": "رازی", "kind": park.kind,
            "county": park.county, "former_names": "",
        }  # fmt: skip

        page = asked(root.post(edit(park), said))
        assert "۱ قرارداد" in page
        assert "۱ درخواست باز" in page

        assert root.post(edit(park), said | {"confirmed": "yes"}).status_code == 302
        assert Park.objects.get(slug="jey").name == "رازی"
