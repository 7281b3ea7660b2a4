"""What stands around each page of the admin is kept in the process, and still is each reader's own."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.template import Context, Template
from django.test import Client
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy, override
from wagtail.models import Locale
from wagtail.users.models import UserProfile

from accounts.models import User
from services_catalog.models import Seat
from submissions.models import Submission

pytestmark = pytest.mark.django_db
SignIn = Callable[[Client, User], Client]

QUEUE = "/admin/submissions/submission/"
HAND_OVERS = "/admin/hand-over/"
IMAGES = "/admin/letter-images/"
MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)"


@pytest.fixture
def at_desk(client: Client, staff: dict[str, User], signed_in: SignIn) -> Client:
    return signed_in(client, staff["desk"])


def told(page: str, element_id: str) -> Any:
    """What the page hands to a script as JSON."""
    found = re.search(rf'id="{element_id}" type="application/json">(.*?)</script>', page)
    assert found is not None
    return json.loads(found[1])


def addresses(client: Client, page: str = QUEUE) -> set[str]:
    """The addresses in the menu of a page."""
    menu = json.dumps(told(client.get(page).content.decode(), "wagtail-sidebar-props"))
    return set(re.findall(r'"url": "([^"]+)"', menu))


def right_to(model: str, action: str) -> Permission:
    return Permission.objects.get(content_type__model=model, codename=f"{action}_{model}")


def test_a_right_that_is_given_or_taken_is_seen_in_the_menu_of_the_next_page(
    at_desk: Client, staff: dict[str, User]
) -> None:
    sara, images = staff["desk"], right_to("letterimage", "add")
    assert IMAGES not in addresses(at_desk)
    assert at_desk.get(IMAGES).status_code != 200

    sara.user_permissions.add(images)
    assert IMAGES in addresses(at_desk)
    assert at_desk.get(IMAGES).status_code == 200

    sara.user_permissions.remove(images)
    assert IMAGES not in addresses(at_desk)
    assert at_desk.get(IMAGES).status_code != 200


def test_a_right_of_a_role_and_the_role_itself_are_seen_at_once_as_well(
    at_desk: Client, staff: dict[str, User], manager: User
) -> None:
    sara, managers = staff["desk"], manager.groups.get(name="manager")
    assert HAND_OVERS not in addresses(at_desk)

    sara.groups.add(managers)
    assert HAND_OVERS in addresses(at_desk)

    sara.groups.remove(managers)
    assert HAND_OVERS not in addresses(at_desk)
    sara.is_superuser = True
    sara.save()
    assert {HAND_OVERS, IMAGES} <= addresses(at_desk)


def test_a_seat_that_is_left_ends_what_its_desk_sees(
    at_desk: Client, staff: dict[str, User], submitted: Submission
) -> None:
    name = submitted.party.name
    assert name in at_desk.get(QUEUE).content.decode()

    Seat.objects.filter(user=staff["desk"]).delete()

    assert name not in at_desk.get(QUEUE).content.decode()


def test_each_reader_of_one_menu_is_called_by_name_and_has_a_token_of_their_own(
    staff: dict[str, User], signed_in: SignIn
) -> None:
    names, tokens = [], []
    for who in ("desk", "subs", "desk"):
        page = signed_in(Client(), staff[who]).get(QUEUE).content.decode()
        menu = json.dumps(told(page, "wagtail-sidebar-props"), ensure_ascii=False)
        names.append(staff[who].first_name in menu)
        assert menu.count('"avatarUrl"') == 1
        tokens.append(told(page, "wagtail-config")["CSRF_TOKEN"])

    assert names == [True] * 3
    assert all(tokens)
    assert len(set(tokens)) == 3


def test_the_names_of_the_reader_change_with_the_reader(
    at_desk: Client, staff: dict[str, User]
) -> None:
    for name in ("سارا", "ثریا"):
        User.objects.filter(pk=staff["desk"].pk).update(first_name=name)
        menu = told(at_desk.get(QUEUE).content.decode(), "wagtail-sidebar-props")
        assert f"'{name}'" in str(menu)


@pytest.mark.django_db(transaction=True)
def test_what_is_told_to_scripts_follows_the_rows_and_the_readers_choice(
    at_desk: Client, staff: dict[str, User]
) -> None:
    def config() -> Any:
        return told(at_desk.get(QUEUE).content.decode(), "wagtail-config")

    before = config()
    assert before["KEYBOARD_SHORTCUTS_ENABLED"] is True

    Locale.objects.create(language_code="en")
    with_another = config()
    assert len(with_another["LOCALES"]) == len(before["LOCALES"]) + 1

    UserProfile.objects.update_or_create(user=staff["desk"], defaults={"keyboard_shortcuts": False})
    assert config()["KEYBOARD_SHORTCUTS_ENABLED"] is False
    # Of each page its own, in the place where Wagtail has it.
    assert list(with_another) == list(before)
    assert with_another["CSRF_TOKEN"] != before["CSRF_TOKEN"]


def test_the_list_of_keys_is_that_of_the_readers_keyboard_and_choice(
    at_desk: Client, staff: dict[str, User]
) -> None:
    def keys(**headers: str) -> list[str]:
        page = at_desk.get(QUEUE, headers=headers).content.decode()
        return re.findall(r"<kbd>(.*?)</kbd>", page) + re.findall(r"help-(?:info|warning)", page)

    assert "Ctrl + s" in keys()
    assert "⌘ + s" in keys(**{"User-Agent": MAC})
    assert "Ctrl + s" in keys()
    assert "help-info" in keys()

    UserProfile.objects.update_or_create(user=staff["desk"], defaults={"keyboard_shortcuts": False})
    assert "help-warning" in keys()
    assert "help-info" not in keys()


def draw(**given: Any) -> str:
    words = " ".join(f"{name}={name}" for name in given)
    return Template(f"{{% load wagtailadmin_tags %}}{{% icon {words} %}}").render(Context(given))


def test_an_icon_escapes_what_it_must_whatever_was_drawn_before() -> None:
    text = "<b>نامه</b>"

    assert text in draw(name="mail", title=mark_safe(text))
    assert "&lt;b&gt;" in draw(name="mail", title=text)
    assert text in draw(name="mail", title=mark_safe(text))
    with pytest.raises(ValueError, match="icon name"):
        draw(name="")


def test_an_icon_is_called_in_the_language_of_the_page() -> None:
    title = gettext_lazy("Search")

    assert "جستجو" in draw(name="search", title=title)
    with override("en"):
        assert "Search" in draw(name="search", title=title)
    assert "جستجو" in draw(name="search", title=title)


def way(*labels: Any) -> str:
    """The breadcrumbs to a page, the last of which is where one is."""
    items = [{"url": f"/{at}/", "label": label} for at, label in enumerate(labels)]
    page = Template("{% load wagtailadmin_tags %}{% breadcrumbs items icon_name='tasks' %}")
    return page.render(Context({"items": items}))


def test_the_way_to_a_page_says_its_names_whatever_others_were_called() -> None:
    first, other = way("درخواست‌ها", "برق"), way("درخواست‌ها", "آب")
    assert "برق" in first
    assert "آب" in other
    assert "برق" not in other
    assert way("درخواست‌ها", "برق") == first

    assert "<i>برق</i>" in way(mark_safe("<i>برق</i>"))
    assert "&lt;i&gt;برق" in way("<i>برق</i>")
    with override("en"):
        assert "Breadcrumb" in way("درخواست‌ها", "برق")
    assert way("درخواست‌ها", "برق") == first
