"""The front page, the site it is served on, what editors may do there; and whose portal it is."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page, Site

from guides import seed as guides
from home.models import HomePage
from web.models import OfficeSettings

DATA = Path(__file__).parent / "data"
FRONT_PAGE = {
    "title": "میز خدمت",
    "headline": "خدمات شهرک‌های صنعتی، بدون مراجعهٔ حضوری",
    "intro": "درخواست را ثبت، مدارک را یکی‌یکی بارگذاری و نامه را از همین سامانه دریافت کنید.",
}
OF_EDITORS_ON_PAGES = ("add_page", "change_page", "publish_page")
OF_EDITORS_ON_FILES = ("add_image", "choose_image", "add_document", "choose_document")


def load_front_page() -> HomePage:
    """The front page with the index of guides below it, on the site that SITE_URL names.

    Wagtail's own welcome page, if it is still there, makes way. Repeating it changes nothing.
    """
    home = HomePage.objects.first() or _make_front_page()
    _serve_home(home)
    guides.load_index(home)
    _let_editors_edit(home)
    _name_roots()
    return home


def load_office(*, reset: bool = False) -> OfficeSettings:
    """The name, the phone and the address of the file, while the office has not given its own.

    ``reset`` puts them over what managers have written.
    """
    office = OfficeSettings.load()
    if reset or not office.name:
        for name, value in json.loads((DATA / "office.json").read_text("utf-8")).items():
            setattr(office, name, value)
        office.save()
    return office


def _make_front_page() -> HomePage:
    root = Page.objects.get(depth=1)
    home: HomePage = root.add_child(instance=HomePage(slug="front", **FRONT_PAGE))
    Site.objects.filter(root_page__depth__lte=2).update(root_page=home)
    # Of Wagtail's own class: nobody has written it.
    root.get_children().exclude(pk=home.pk).filter(content_type__model="page").delete()
    home.save_revision(log_action=True).publish()
    return home


def _serve_home(home: HomePage) -> None:
    address = urlsplit(settings.SITE_URL)
    default_port = 443 if address.scheme == "https" else 80
    said = {
        "hostname": address.hostname,
        "port": address.port or default_port,
        "root_page": home,
        "site_name": settings.WAGTAIL_SITE_NAME,
    }
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
    for name, value in said.items():
        setattr(site, name, value)
    site.save()


def _name_roots() -> None:
    """What everything hangs on was named in English by Wagtail's own migrations."""
    Page.objects.filter(depth=1, title="Root").update(title="ریشه", draft_title="ریشه")
    Collection.objects.filter(depth=1, name="Root").update(name="همهٔ فایل‌ها")


def _let_editors_edit(home: HomePage) -> None:
    editors, _ = Group.objects.get_or_create(name="editor")
    for codename in OF_EDITORS_ON_PAGES:
        permission = Permission.objects.get(
            content_type__app_label="wagtailcore", codename=codename
        )
        GroupPagePermission.objects.get_or_create(group=editors, page=home, permission=permission)
    files = Permission.objects.filter(
        content_type__app_label__in=("wagtailimages", "wagtaildocs"),
        codename__in=OF_EDITORS_ON_FILES,
    )
    for permission in files:
        GroupCollectionPermission.objects.get_or_create(
            group=editors, collection=Collection.get_first_root_node(), permission=permission
        )
