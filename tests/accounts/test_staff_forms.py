"""The forms of people and desks stay usable whatever a row has never had or has lost."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from accounts.models import User
from services_catalog.models import Desk, Seat
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


def test_a_colleague_without_an_address_of_email_is_made_and_edited(root: Client) -> None:
    role = Group.objects.get(name="reviewer").pk
    names = {"username": "mina", "first_name": "مینا", "last_name": "راد", "groups": [role]}
    words = {"password1": cast.PASSWORD, "password2": cast.PASSWORD, "is_active": "on"}
    made = root.post(reverse("wagtailusers_users:add"), names | words)
    assert made.status_code == 302, made.context["form"].errors

    mina = User.objects.get(username="mina")
    edit = reverse("wagtailusers_users:edit", args=[mina.pk])
    answer = root.post(edit, names | {"last_name": "رادمهر", "is_active": "on"})

    assert answer.status_code == 302, answer.context["form"].errors
    assert User.objects.get(pk=mina.pk).last_name == "رادمهر"
    assert "last_name" in root.post(edit, names | {"last_name": ""}).context["form"].errors


def test_an_account_that_has_never_had_a_name_can_be_closed(root: Client, maryam: User) -> None:
    User.objects.filter(pk=maryam.pk).update(first_name="", last_name="", email="")
    edit = reverse("wagtailusers_users:edit", args=[maryam.pk])

    answer = root.post(edit, {"username": maryam.username})

    assert answer.status_code == 302, answer.context["form"].errors
    assert not User.objects.get(pk=maryam.pk).is_active


class TestSeatsOfWhoLostTheRole:
    @pytest.fixture
    def desk(self, staff: dict[str, User]) -> Desk:
        """Its colleague and a stand-in of another seat have lost their roles since."""
        desk = Desk.objects.get(unit__code="legal", province__slug="isfahan")
        cast.seat(staff["desk"], "legal", stand_in=staff["env"])
        for name in ("legal", "env"):
            staff[name].groups.clear()
        return desk

    def sent(self, desk: Desk, **changed: Any) -> dict[str, Any]:
        seats = [
            {"id": seat.pk, "user": seat.user_id, "stand_in": seat.stand_in_id or "", "DELETE": ""}
            for seat in desk.seats.order_by("pk")
        ]
        seats[0] |= changed
        said = {"unit": desk.unit_id, "open": "on", "province": desk.province_id, "park": ""}
        return nested_form_data(said | {"seats": inline_formset(seats, initial=len(seats))})

    def address(self, desk: Desk) -> str:
        return reverse("wagtailsnippets_services_catalog_desk:edit", args=[desk.pk])

    def test_the_form_says_so_and_is_saved(self, root: Client, desk: Desk) -> None:
        page = root.get(self.address(desk)).content.decode()
        assert "کاوه شریفی (بدون نقش)" in page

        answer = root.post(self.address(desk), self.sent(desk))

        assert answer.status_code == 302, answer.context["form"].formsets["seats"].errors
        assert desk.seats.count() == 2

    def test_they_can_be_taken_off(self, root: Client, desk: Desk, staff: dict[str, User]) -> None:
        root.post(self.address(desk), self.sent(desk, DELETE="on"))

        assert [seat.user for seat in desk.seats.all()] == [staff["desk"]]

    def test_a_seat_may_be_given_up_and_taken_again_at_once(
        self, root: Client, desk: Desk, staff: dict[str, User]
    ) -> None:
        seat = desk.seats.get(user=staff["desk"])
        rows = [
            {"id": seat.pk, "user": seat.user_id, "DELETE": "on"},
            {"id": "", "user": seat.user_id, "DELETE": ""},
        ]
        said = {"unit": desk.unit_id, "open": "on", "province": desk.province_id, "park": ""}
        said["seats"] = inline_formset(rows, initial=1)

        answer = root.post(self.address(desk), nested_form_data(said))

        assert answer.status_code == 302
        assert desk.seats.get(user=staff["desk"]).pk != seat.pk

    def test_nobody_without_a_role_is_seated_anew(
        self, root: Client, desk: Desk, maryam: User
    ) -> None:
        answer = root.post(self.address(desk), self.sent(desk, user=maryam.pk))

        assert answer.context["form"].formsets["seats"].errors[0]
        assert not Seat.objects.filter(user=maryam).exists()

    def test_one_person_has_one_seat(
        self, root: Client, desk: Desk, staff: dict[str, User]
    ) -> None:
        answer = root.post(self.address(desk), self.sent(desk, user=staff["desk"].pk))

        assert answer.status_code == 200
        assert not answer.context["form"].formsets["seats"].is_valid()
