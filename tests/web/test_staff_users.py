"""Whoever looks after the colleagues reads what the roles are called."""

import re

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group
from django.test import Client

from accounts.models import User
from signin.staff.roles import TITLES


@pytest.fixture
def page(client, admin, signed_in):
    """What stands on an admin page."""
    browser = signed_in(client, admin)

    def read(address):
        shown = browser.get(address)
        assert shown.status_code == 200
        return shown.content.decode()

    return read


@pytest.mark.parametrize(
    "address", ["/admin/users/new/", "/admin/users/", "/admin/groups/", "/admin/users/edit/{pk}/"]
)
def test_roles_are_called_by_their_titles(page, editor, address):
    html = page(address.format(pk=editor.pk))

    for name, title in TITLES.items():
        assert title in html
        # A tick, or the line of a list; in the list of people it may be somebody's user name.
        assert not re.search(rf'(value="\d+"|/groups/edit/\d+/")[^>]*>\s*{name}\s*<', html)


@pytest.fixture
def edit(client, admin, signed_in):
    """The page of one colleague is sent, with these ticks."""

    def send(user, **ticks):
        said = {
            "username": user.username,
            "email": "e@example.ir",
            "first_name": "نرگس",
            "last_name": "ویراستار",
            "is_active": "on",
            "password1": "",
            "password2": "",
        }
        sent = signed_in(client, admin).post(f"/admin/users/edit/{user.pk}/", said | ticks)
        assert sent.status_code == 302
        return User.objects.get(pk=user.pk)

    return send


def test_a_role_is_given_by_its_tick(edit, editor):
    role = Group.objects.get(name="manager")

    edit(editor, groups=[role.pk])

    assert list(editor.groups.values_list("name", flat=True)) == ["manager"]


@pytest.fixture
def at_home(signed_in):
    """A browser of somebody's own, in the list of their sessions."""

    def come_in(user):
        browser = signed_in(Client(), user)
        session = browser.session.session_key
        UserSession.objects.create(user=user, session_key=session, ip="127.0.0.1", user_agent="")
        assert browser.get("/accounts/security/").status_code == 200
        return browser

    return come_in


def test_whoever_is_made_a_superuser_signs_in_anew_by_the_staffs_own_door(edit, maryam, at_home):
    phone = at_home(maryam)

    assert edit(maryam, is_superuser="on").is_staff

    assert phone.get("/accounts/security/").status_code == 302


def test_whoever_is_no_superuser_any_more_is_no_colleague_either(edit, house, at_home):
    other = User.objects.create_superuser("other", password="x")
    desktop = at_home(other)

    assert not edit(other).is_staff

    assert desktop.get("/accounts/security/").status_code == 302
