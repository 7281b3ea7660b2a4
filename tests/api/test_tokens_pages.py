"""«توکن‌های دسترسی»: one's own page, the office's, and the programs that are users of their own."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from accounts.models import AccessToken, Scope, User
from guides.models import GuidePage
from services_catalog.models import Desk
from submissions.desk_policy import signs_at
from submissions.models import Submission
from submissions.policies import SubmissionPolicy
from submissions.states import StepName
from submissions.workflow.steps import take_step
from tests import cast
from tests.api.caller import Caller, Program
from tests.api.test_reading import guide as guide_of_stories

pytestmark = pytest.mark.django_db
guide = guide_of_stories

PAGE = "/accounts/tokens/"
LIST = "accounts_accesstoken_modeladmin_"
SAID = {"name": "نرم‌افزار مالی", "scopes": ["submissions:read"], "days": "۳۰"}
SECRET = re.compile(r"mk_[\w-]{43}")


@pytest.fixture
def root(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


def make_service(name: str = "erp", role: str = "reviewer") -> User:
    """A program that works here."""
    user = User(username=name, is_service=True)
    user.set_unusable_password()
    user.save()
    user.groups.add(Group.objects.get(name=role))
    return User.objects.get(pk=user.pk)


class TestOwnPage:
    def test_issued_shown_once_and_revoked(self, maryam: User) -> None:
        browser = Caller(maryam).client
        page = browser.post(PAGE, SAID)
        shown = SECRET.findall(page.content.decode())
        assert page.status_code == 200
        assert len(set(shown)) == 1
        assert "no-store" in page["Cache-Control"]
        opened = Caller().get("submissions/", Authorization=f"Bearer {shown[0]}")
        assert opened.status_code == 200

        again = browser.get(PAGE).content.decode()
        assert not SECRET.search(again)
        assert "نرم‌افزار مالی" in again
        token = AccessToken.objects.get()
        assert browser.get(f"{PAGE}{token.pk}/end/").status_code == 405
        ended = browser.post(f"{PAGE}{token.pk}/end/", follow=True).content.decode()
        assert "«نرم‌افزار مالی» باطل شد" in ended
        assert "توکن معتبری ندارید" in ended

    def test_what_is_wrong_is_said_beside_it(self, maryam: User) -> None:
        browser = Caller(maryam).client
        browser.post(PAGE, SAID)
        twice = browser.post(PAGE, SAID)
        assert twice.status_code == 422
        assert "name" in twice.context["form"].errors
        nothing = browser.post(PAGE, {"days": "999"})
        assert set(nothing.context["form"].errors) == {"name", "scopes", "days"}
        assert AccessToken.objects.count() == 1

    def test_applicants_are_offered_what_is_theirs(
        self, maryam: User, staff: dict[str, User], editor: User, guide: GuidePage
    ) -> None:
        def offered(user: User) -> set[str]:
            form = Caller(user).client.get(PAGE).context["form"]
            return {scope for scope, _ in form.fields["scopes"].choices}

        assert "submissions:act" in offered(maryam)
        assert not {scope for scope in offered(maryam) if Scope(scope).is_for_staff}
        assert "staff:act" in offered(staff["desk"])
        # She edits no guides and publishes no services.
        assert not {"guides:act", "catalog:read"} & offered(staff["desk"])
        assert "guides:act" in offered(editor)
        assert {"catalog:read", "catalog:act"} <= offered(editor)

    def test_another_persons_is_not_there(self, maryam: User, stranger: User) -> None:
        program = Program(maryam, "account:read")
        answer = Caller(stranger).client.post(f"{PAGE}{program.token.pk}/end/")
        assert answer.status_code == 404
        assert program.get("me/").status_code == 200


class TestOffice:
    def test_all_are_listed_and_any_is_ended(self, root: Client, maryam: User) -> None:
        program = Program(maryam, "account:read", name="برنامهٔ مریم")
        listed = root.get(reverse(f"{LIST}index")).content.decode()
        assert "برنامهٔ مریم" in listed
        found = root.get(reverse(f"{LIST}results"), {"q": str(maryam)}).content.decode()
        assert "برنامهٔ مریم" in found
        at = reverse(f"{LIST}revoke", args=[program.token.pk])
        assert root.post(at).status_code == 302
        assert program.get("me/").status_code == 401
        again = root.post(at)
        assert again.status_code == 409
        assert "دیگر معتبر نیست" in again.content.decode()
        assert AccessToken.objects.get().revoked_by is not None

    def test_it_issues_for_programs_alone(self, root: Client, maryam: User) -> None:
        at = reverse(f"{LIST}issue")
        assert "هنوز کاربر سامانه‌ای ثبت نشده" in root.get(at).content.decode()
        service = make_service()
        refused = root.post(at, SAID | {"user": maryam.pk})
        assert (refused.status_code, AccessToken.objects.count()) == (422, 0)

        page = root.post(at, SAID | {"user": service.pk, "scopes": ["staff:read"]})

        (secret,) = set(SECRET.findall(page.content.decode()))
        assert Caller().get("staff/queue/", Authorization=f"Bearer {secret}").status_code == 200


class TestServiceUsers:
    def test_the_form_makes_one_without_a_password(self, root: Client) -> None:
        role = Group.objects.get(name="reviewer").pk
        said = {"username": "erp", "is_service": "on", "groups": [role], "is_active": "on"}
        answer = root.post(reverse("wagtailusers_users:add"), said)
        assert answer.status_code == 302, answer.context["form"].errors
        service = User.objects.get(username="erp")
        assert service.is_service
        assert not service.has_usable_password()

        edit = reverse("wagtailusers_users:edit", args=[service.pk])
        refused = root.post(edit, said | {"is_superuser": "on"})
        assert "is_service" in refused.context["form"].errors
        words = {"password1": cast.PASSWORD, "password2": cast.PASSWORD}
        assert root.post(edit, said | words).status_code == 302
        assert not User.objects.get(username="erp").has_usable_password()

    def test_nobody_with_a_phone_becomes_one(self, root: Client, maryam: User) -> None:
        edit = reverse("wagtailusers_users:edit", args=[maryam.pk])
        answer = root.post(edit, {"username": maryam.username, "is_service": "on"})
        assert "is_service" in answer.context["form"].errors
        for change in ({"is_service": True}, {"is_service": True, "mobile": None}):
            with pytest.raises(IntegrityError), transaction.atomic():
                User.objects.filter(pk=maryam.pk).update(password="x", **change)

    def test_it_decides_where_nobody_signs(self, submitted: Submission) -> None:
        service = make_service()
        cast.seat(service, "desk")
        program = Program(service, "submissions:act")
        answer = program.step(submitted.tracking_code, "pass_on", expecting=submitted.last_seq)
        assert answer.status_code == 200

    def test_it_is_told_that_it_does_not_sign(
        self, submitted: Submission, staff: dict[str, User]
    ) -> None:
        service = make_service(role="signer")
        cast.seat(service, "deputy")
        case = cast.pass_desks(submitted, staff, *cast.SIX_DESKS[:4])
        (item,) = case.open_decisions

        answer = Program(service, "submissions:act").step(
            case.tracking_code, "pass_on", expecting=case.last_seq
        )

        assert answer.status_code == 403
        assert "کاربر سامانه‌ای" in answer.json()["detail"]
        for step in (StepName.PASS_ON, StepName.TAKE):
            with pytest.raises(PermissionDenied):
                take_step(case, step, by=service, expecting=case.last_seq, item=item)
        assert service not in SubmissionPolicy().colleagues_for(case, item)
        cast.step(case, "pass_on", staff["deputy"])

    def test_where_no_stop_signs_the_last_one_does(self, submitted: Submission) -> None:
        route = submitted.route
        assert [stop.code for stop in route if signs_at(stop, submitted)] == ["deputy"]

        submitted.version._facts = submitted.facts.model_copy(
            update={"route": [stop.model_copy(update={"signs": False}) for stop in route]}
        )

        named = [stop.code for stop in submitted.route if signs_at(stop, submitted)]
        assert named == [route[-1].code]

    def test_the_form_of_a_desk_that_signs_says_so(
        self, root: Client, service: Any, staff: dict[str, User]
    ) -> None:
        program = make_service()
        stop = service.stops.filter(signs=True).first()
        desk = Desk.objects.filter(unit=stop.unit).first()
        assert desk is not None
        edit = reverse("wagtailsnippets_services_catalog_desk:edit", args=[desk.pk])
        seats = [{"user": program.pk, "id": "", "away_from": "", "away_until": "", "stand_in": ""}]
        said = nested_form_data(
            {
                "unit": desk.unit_id,
                "open": "on",
                "province": desk.province_id or "",
                "park": desk.park_id or "",
                "seats": inline_formset(seats),
            }
        )

        page = root.post(edit, said)

        assert page.status_code == 200
        assert "کاربر سامانه‌ای در میز آن قرار نمی‌گیرد" in page.content.decode()
        assert not desk.seats.filter(user=program).exists()
