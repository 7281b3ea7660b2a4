"""What every page names, kept for one state of what everybody reads: few questions, never an old word."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page, PageViewRestriction

from accounts.models import User
from guides.models import GuidePage
from services_catalog.models import Service, ServiceVersion, Synonyms
from services_catalog.models import service as services
from services_catalog.offered import read_sheets
from tests import cast
from web.models import OfficeSettings
from web.public_pages.kept_values import MOST, KeptValues, kept_values

pytestmark = pytest.mark.django_db(transaction=True)

GUIDE = "/guides/request/"


@pytest.fixture
def reading(window: None, client: Client, maryam: User) -> Client:
    """Maryam, signed in, who has read every page once."""
    client.force_login(maryam)
    for address in ("/", "/services/", "/guides/", GUIDE, "/desk/", "/cartable/"):
        assert client.get(address).status_code == 200
    return client


def questions_of(client: Client, path: str) -> list[str]:
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(path)
    assert answer.status_code == 200
    return [query["sql"] for query in asked]


@pytest.mark.parametrize(
    ("path", "most"),
    [
        (GUIDE, 9),
        ("/guides/", 8),
        ("/", 8),
        ("/services/", 7),
        ("/services/elec-intro/", 7),
        ("/desk/", 8),
        ("/desk/request/", 8),
        ("/cartable/", 7),
    ],
)
def test_a_page_of_somebody_signed_in_asks_little(reading: Client, path: str, most: int) -> None:
    asked = questions_of(reading, path)

    assert len(asked) <= most, asked
    assert not [sql for sql in asked if "wagtailcore_page" in sql or "web_officesettings" in sql]


def test_strangers_search_costs_little(reading: Client) -> None:
    stranger = Client()
    stranger.get("/search/?q=برق")

    assert len(questions_of(stranger, "/search/?q=انشعاب")) <= 5


def rename_office() -> None:
    OfficeSettings.objects.update(name="نام تازه")


def rename_guide() -> None:
    Page.objects.filter(pk=GuidePage.objects.get().pk).update(title="نام تازه")


def reword_guide() -> None:
    guide = GuidePage.objects.get()
    guide.body = [("heading", "نام تازه")]
    guide.save_revision().publish()


def rename_service() -> None:
    service = Service.objects.get()
    service.title = "نام تازه"
    service.save_revision().publish()


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (rename_office, "/cartable/"),
        (rename_guide, GUIDE),
        (reword_guide, GUIDE),
        (rename_guide, "/guides/"),
        (rename_guide, "/"),
        (rename_service, "/services/"),
        (rename_service, "/"),
        (rename_service, "/search/?q=تازه"),
    ],
)
def test_a_change_is_read_by_who_is_signed_in_at_once(
    reading: Client, change: Callable[[], None], path: str
) -> None:
    assert "نام تازه" not in reading.get(path).content.decode()

    change()

    assert "نام تازه" in reading.get(path).content.decode()


def test_a_new_synonym_finds_at_once(reading: Client) -> None:
    assert "elec-intro" not in reading.get("/search/?q=کهربا").content.decode()

    Synonyms.objects.create(words="برق، کهربا")

    assert "elec-intro" in reading.get("/search/?q=کهربا").content.decode()


def test_a_guide_that_is_taken_away_is_gone_at_once(reading: Client) -> None:
    Page.objects.filter(pk=GuidePage.objects.get().pk).update(live=False)

    assert reading.get(GUIDE).status_code == 404


def test_a_guide_that_is_closed_asks_who_comes(reading: Client) -> None:
    """Maryam has walked there before; what has changed is who may."""
    closed = PageViewRestriction.objects.create(
        page=Page.objects.get(pk=GuidePage.objects.get().pk), restriction_type="groups"
    )
    assert reading.get(GUIDE).status_code == 302
    assert Client().get(GUIDE).status_code == 302

    closed.delete()

    assert reading.get(GUIDE).status_code == 200


def test_a_renamed_address_leads_there(reading: Client) -> None:
    guide = GuidePage.objects.get()
    guide.slug = "asking"
    guide.save()

    assert reading.get("/guides/asking/").status_code == 200
    assert 'href="/guides/asking/"' in reading.get("/guides/").content.decode()


def test_each_reader_gets_a_page_object_of_their_own(reading: Client, maryam: User) -> None:
    first, second = reading.get(GUIDE), reading.get(GUIDE)

    assert first.context["page"] is not second.context["page"]
    assert first.context["page"] == second.context["page"]


def test_what_is_not_there_fills_no_memory(reading: Client) -> None:
    before = len(kept_values._values)
    for number in range(5):
        assert reading.get(f"/guides/nothing-{number}/").status_code == 404

    assert len(kept_values._values) == before


def test_a_state_that_was_taken_back_keeps_nothing(reading: Client) -> None:
    """What a transaction saw that came to nothing must not be shown to anybody."""
    with pytest.raises(Http404), transaction.atomic():
        OfficeSettings.objects.update(name="نام تازه")
        assert "نام تازه" in reading.get("/cartable/").content.decode()
        raise Http404
    for _ in range(2):
        assert "نام تازه" not in reading.get("/cartable/").content.decode()


def test_another_process_publishes(reading: Client, service: Service) -> None:
    """Two processes, each with values of its own: both read what the one has published."""
    here, there = KeptValues(), KeptValues()

    def titles() -> list[str]:
        return [version.facts.title for version in ServiceVersion.objects.offered()]

    assert here.find("titles", titles) == there.find("titles", titles)

    rename_service()

    assert here.find("titles", titles) == there.find("titles", titles) == ["نام تازه"]
    assert [sheet.title for sheet in read_sheets()] == ["نام تازه"]


def test_values_are_made_once_for_a_state_and_bounded(house: None) -> None:
    made: list[int] = []
    values = KeptValues()

    for number in range(2 * MOST):
        values.find(number % (MOST + 10), lambda: made.append(1))

    assert MOST <= len(made) < 2 * MOST
    assert len(values._values) == MOST


class TestFacts:
    """The facts of a version are read once in a process, and are those of that version."""

    def test_the_same_version_is_read_once(
        self, service: Service, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        reads: list[object] = []
        read = services.read_facts
        monkeypatch.setattr(services, "read_facts", lambda c: reads.append(c) or read(c))
        monkeypatch.setattr(services, "_facts_read", {})

        facts = [ServiceVersion.objects.get(service=service).facts for _ in range(3)]

        assert len(reads) == 1
        assert facts[0] is facts[2]

    def test_drafts_keep_their_version_when_a_new_one_is_published(
        self, service: Service, maryam: User
    ) -> None:
        draft = cast.begin(maryam, service)
        before = draft.facts.title

        rename_service()

        assert type(draft).objects.get(pk=draft.pk).facts.title == before
        assert Service.objects.get().current_version.facts.title == "نام تازه"

    def test_a_key_that_comes_again_brings_its_own_facts(
        self, service: Service, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Another database under the same process: the content decides, not the number alone."""
        version = ServiceVersion.objects.get(service=service)
        assert version.facts.title != "دیگر"

        other = ServiceVersion(pk=version.pk, content={**version.content, "title": "دیگر"})

        assert other.facts.title == "دیگر"

    def test_they_are_bounded(self, service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(services, "MOST_FACTS", 2)
        monkeypatch.setattr(services, "_facts_read", {})
        content = ServiceVersion.objects.get(service=service).content

        for number in range(1, 6):
            assert ServiceVersion(pk=number, content=content).facts.code == service.code

        assert len(services._facts_read) <= 2


def test_a_preview_shows_what_nobody_reads_yet(reading: Client) -> None:
    guide = GuidePage.objects.get()
    guide.body = [("heading", "تیتر نوشته‌شده")]

    preview = guide.make_preview_request()

    assert "تیتر نوشته‌شده" in preview.content.decode()
    assert "تیتر نوشته‌شده" not in reading.get(GUIDE).content.decode()
