"""Scripts within a page run by its nonce alone, and every page has another one."""

import re

import pytest
from django.urls import reverse

from accounts.models import User
from services_catalog.models import Service

INLINE = re.compile(r"<script(?![^>]*\bsrc=)([^>]*)>")
NONCE = re.compile(r"nonce-([^']+)'")


@pytest.fixture
def editing(client, db):
    client.force_login(User.objects.create_superuser("admin", password=None))
    return client


def nonces_in(page):
    """Of the scripts within the page; data in a script's clothes needs none."""
    tags = [tag for tag in INLINE.findall(page.content.decode()) if "application/json" not in tag]
    return {found[1] if (found := re.search(r'nonce="([^"]+)"', tag)) else tag for tag in tags}


@pytest.mark.parametrize(
    "name",
    [
        "wagtailsnippets_services_catalog_officehours:add",
        "wagtailsnippets_services_catalog_calendarday:add",
        "wagtailsnippets_services_catalog_service:add",
        "wagtailredirects:add",
    ],
)
def test_what_wagtail_writes_into_its_pages_carries_the_nonce(editing, name):
    seen = set()
    for _ in range(2):
        page = editing.get(reverse(name))
        policy = dict(
            rule.partition(" ")[::2] for rule in page["Content-Security-Policy"].split("; ")
        )
        [nonce] = NONCE.findall(policy["script-src"])
        assert nonces_in(page) == {nonce}
        assert policy["script-src"] == f"'self' 'nonce-{nonce}'"
        seen.add(nonce)
    assert len(seen) == 2


def test_a_page_without_such_scripts_allows_none(client, service: Service):
    for address in ("/", "/services/", "/accounts/login/"):
        page = client.get(address)
        assert nonces_in(page) == set()
        assert "script-src 'self';" in page["Content-Security-Policy"] + ";"
