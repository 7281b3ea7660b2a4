"""Whoever looks after the colleagues reads what the roles are called."""

import re

import pytest
from django.contrib.auth.models import Group

from doors.staff_users import TITLES


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


def test_a_role_is_given_by_its_tick(client, admin, editor, signed_in):
    role = Group.objects.get(name="manager")
    sent = {
        "username": editor.username,
        "email": "e@example.ir",
        "first_name": "نرگس",
        "last_name": "ویراستار",
        "is_active": "on",
        "groups": [role.pk],
        "password1": "",
        "password2": "",
    }

    signed_in(client, admin).post(f"/admin/users/edit/{editor.pk}/", sent)

    assert list(editor.groups.values_list("name", flat=True)) == ["manager"]
