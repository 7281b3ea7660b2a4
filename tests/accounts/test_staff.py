"""The staff come in by their own door, and applicants do not."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import SmsMessage, User

from .conftest import CODE, SIGN_IN

PASSWORD = "demo-Passw0rd!"
STAFF_DOOR = "/admin/login/"


def test_the_roles_are_there_and_open_the_admin(db):
    call_command("migrate", verbosity=0)  # a second time changes nothing

    roles = Group.objects.filter(permissions__codename="access_admin")
    assert {"editor", "reviewer", "signer", "secretariat", "manager"} <= set(
        roles.values_list("name", flat=True)
    )


def test_a_role_is_asked_for_once(reza, django_assert_num_queries):
    reza = User.objects.get(pk=reza.pk)
    with django_assert_num_queries(1):
        assert reza.has_role("reviewer")
        assert not reza.has_role("manager")


def test_what_roles_and_a_person_alone_may_do_is_asked_for_once(reza, django_assert_num_queries):
    reza.user_permissions.add(Permission.objects.get(codename="view_smsmessage"))
    reza = User.objects.get(pk=reza.pk)
    with django_assert_num_queries(1):
        assert reza.has_perm("wagtailadmin.access_admin")
        assert reza.has_perm("accounts.view_smsmessage")
        assert not reza.has_perm("accounts.delete_user")
    reza.is_active = False
    assert not reza.has_perm("wagtailadmin.access_admin")


def test_staff_sign_in_by_user_name_in_any_case(browser, reza):
    came = browser.post(STAFF_DOOR, {"username": "REZA", "password": PASSWORD})

    assert (came.status_code, came.url) == (302, "/admin/")
    assert browser.get("/admin/").status_code == 200


def test_no_two_names_differ_by_case_alone(reza):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("Reza")


@pytest.mark.at("2026-11-22 10:00")
@pytest.mark.parametrize("door", [STAFF_DOOR, "/accounts/login/password/"])
def test_sixty_tries_an_hour_for_a_name_from_one_address(browser, reza, clock, door):
    for _ in range(6):
        for _ in range(10):
            browser.post(door, {"username": "reza", "password": "x"})
        clock.shift(61)

    page = browser.post(door, {"username": "reza", "password": PASSWORD})

    assert "دقیقهٔ دیگر" in page.content.decode()


def test_one_address_cannot_try_one_password_with_every_name(browser, reza):
    for number in range(120):
        browser.post(STAFF_DOOR, {"username": f"name{number}", "password": "x"})

    page = browser.post(STAFF_DOOR, {"username": "reza", "password": PASSWORD})

    assert "بیش از حد" in page.content.decode()


def test_a_phone_alone_does_not_open_the_admin(browser, reza, last_code):
    assert browser.post(SIGN_IN, {"mobile": reza.mobile}).url == CODE

    came = browser.post(CODE, {"code": last_code(reza.mobile)})

    assert came.url == STAFF_DOOR
    assert "_auth_user_id" not in browser.session


def test_an_applicant_at_the_admin_meets_the_staff_door_and_no_loop(browser, maryam):
    browser.force_login(maryam)

    page = browser.get("/admin/", follow=True)

    assert page.redirect_chain == [("/admin/login/?next=/admin/", 302)]
    assert page.status_code == 200


def test_an_anonymous_visitor_at_the_admin_meets_the_staff_door(browser):
    door = browser.get("/admin/")

    assert door.url == "/admin/login/?next=/admin/"
    assert "گذرواژه" in browser.get(door.url).content.decode()


def test_applicants_have_no_password_to_sign_in_with(browser, maryam):
    page = browser.post(STAFF_DOOR, {"username": "maryam", "password": ""})

    assert page.context["form"].errors
    assert "_auth_user_id" not in browser.session


def test_ten_tries_a_minute_for_a_name_from_one_address(browser, reza):
    for _ in range(10):
        browser.post(STAFF_DOOR, {"username": "reza", "password": "wrong"})

    refused = browser.post(STAFF_DOOR, {"username": "Reza", "password": PASSWORD})
    assert "بیش از حد" in refused.context["form"].non_field_errors()[0]

    # Nobody locks a colleague out from elsewhere, nor another name from here.
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert elsewhere.post(STAFF_DOOR, {"username": "reza", "password": PASSWORD}).url == "/admin/"
    User.objects.create_superuser("admin", password=PASSWORD)
    assert browser.post(STAFF_DOOR, {"username": "admin", "password": PASSWORD}).url == "/admin/"


def test_a_colleague_is_made_in_the_admin_and_stays_one_as_long_as_the_role(browser, admin):
    browser.force_login(admin)
    person = {
        "username": "mina", "email": "mina@example.ir", "first_name": "مینا", "last_name": "راد",
        "password1": PASSWORD, "password2": PASSWORD, "is_active": "on",
    }  # fmt: skip
    role = Group.objects.get(name="reviewer").pk
    made = browser.post("/admin/users/new/", {**person, "groups": [role]})
    assert made.status_code == 302, made.context["form"].errors

    mina = User.objects.get(username="mina")
    assert mina.is_staff, "desks and referrals are given to people with this mark only"

    mina.groups.clear()
    assert not User.objects.get(pk=mina.pk).is_staff
    mina.is_superuser = True
    mina.save()
    assert User.objects.get(pk=mina.pk).is_staff


def test_a_role_that_opens_no_admin_makes_nobody_a_colleague(maryam):
    maryam.groups.add(Group.objects.create(name="readers"))

    assert not User.objects.get(pk=maryam.pk).is_staff


def test_who_is_made_a_colleague_comes_in_again_and_who_is_one_stays(
    browser, maryam, reza, last_code
):
    browser.post(SIGN_IN, {"mobile": maryam.mobile})
    browser.post(CODE, {"code": last_code(maryam.mobile)})
    assert browser.get("/accounts/security/").status_code == 200
    maryam.groups.add(Group.objects.get(name="reviewer"))
    assert "/accounts/login/" in browser.get("/accounts/security/").url

    knocking = Client()
    knocking.post(STAFF_DOOR, {"username": "reza", "password": PASSWORD})
    reza.groups.add(Group.objects.get(name="signer"))
    assert knocking.get("/admin/").status_code == 200


def test_staff_come_and_go_without_a_party(browser, reza):
    browser.force_login(reza)

    assert browser.get("/accounts/new/").url == "/desk/"
    assert reza.acting_for is None
    assert not SmsMessage.objects.exists()


def test_staff_change_their_password_without_an_address_and_never_their_name(browser, reza):
    browser.force_login(reza)
    words = {"old_password": PASSWORD, "new_password1": "Tazeh-Passw0rd!"}
    said = {f"password-{name}": word for name, word in words.items()}
    renaming = {"name_email-first_name": "مدیر", "name_email-last_name": "عامل"}

    kept = browser.post(
        "/admin/account/",
        said | renaming | {"password-new_password2": "Tazeh-Passw0rd!", "theme-theme": "system"}
        | {"theme-contrast": "system", "theme-density": "default", "theme-keyboard_shortcuts": "on"},
    )  # fmt: skip

    again = User.objects.get(pk=reza.pk)
    assert kept.status_code == 302
    assert again.check_password("Tazeh-Passw0rd!")
    assert again.get_full_name() == reza.get_full_name()
    page = browser.get("/admin/account/")
    assert reverse("mfa_index") in page.content.decode()
    assert "no-store" in page["Cache-Control"]


def test_the_first_page_and_the_menu_lead_to_nothing_english(browser, reza):
    browser.force_login(reza)

    text = browser.get("/admin/").content.decode()

    assert "guide.wagtail.org" not in text
    assert "whats-new" not in text


def test_the_list_of_users_keeps_staff_and_applicants_apart(browser, reza, maryam):
    """The staff unless somebody else is asked for; a search looks at everybody."""
    browser.force_login(User.objects.create_superuser("root", password=None))
    listed = reverse("wagtailusers_users:index")

    def found(**asked):
        return {user.pk for user in browser.get(listed, asked).context["object_list"]}

    assert reza.pk in found()
    assert maryam.pk not in found()
    assert maryam.pk in found(who="applicants")
    assert reza.pk not in found(who="applicants")
    assert {reza.pk, maryam.pk} <= found(who="all")
    assert maryam.pk in found(q=maryam.username)


def test_users_are_listed_by_the_persian_order_of_their_names(browser, db):
    browser.force_login(User.objects.create_superuser("root", password=None))
    for number, name in enumerate(["یزدی", "گرجی", "هادی", "وفایی", "پارسا", "تهرانی", "بهار"]):
        User.objects.create_user(f"user{number}", is_staff=True, last_name=name)

    users = browser.get(reverse("wagtailusers_users:index"), {"ordering": "name"}).context

    names = [user.last_name for user in users["object_list"] if user.last_name]
    assert names == ["بهار", "پارسا", "تهرانی", "گرجی", "وفایی", "هادی", "یزدی"]
