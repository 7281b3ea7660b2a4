"""Content, catalog, search, tracking and verification for whoever asks, as the pages have them."""

from __future__ import annotations

from typing import Any

import pytest
from wagtail.models import PageViewRestriction

from accounts.models import User
from guides.models import GuidePage
from guides.seed import load_guide, load_index
from home.seed import load_front_page
from services_catalog.models import Service
from submissions.models import Submission
from tests import cast
from tests.api.caller import Caller

pytestmark = pytest.mark.django_db


class TestCatalog:
    def test_services_by_the_words_that_people_use(
        self, service: Service, two_ways: Service
    ) -> None:
        caller = Caller()
        everything = caller.get("catalog/services/").json()
        assert {row["code"] for row in everything["items"]} == {service.code, two_ways.code}
        found = caller.get("catalog/services/?q=برق").json()
        assert [row["code"] for row in found["items"]] == [service.code]
        assert caller.get("catalog/services/?category=none").json()["count"] == 0

    def test_one_service_with_all_that_it_asks(self, service: Service) -> None:
        told = Caller().get(f"catalog/services/{service.code}/").json()
        assert told["open"]
        assert [stop["unit"] for stop in told["facts"]["route"]] == list(cast.SIX_DESKS)
        assert len(told["facts"]["documents"]) == 9
        assert Caller().get("catalog/services/none/").status_code == 404

    def test_what_has_not_changed_is_not_sent_again(self, service: Service) -> None:
        caller = Caller()
        first = caller.get("catalog/services/")
        again = caller.get("catalog/services/", **{"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")


@pytest.fixture
def guide(service: Service) -> GuidePage:
    """Three guides, the first with a service in it."""
    index = load_index(load_front_page())
    for slug in ("hidden", "closed"):
        load_guide(index, guide_row(slug))
    return load_guide(index, guide_row("electricity", service.code))


def guide_row(slug: str, code: str = "") -> dict[str, Any]:
    blocks = [
        {"type": "heading", "value": "پیش از شروع"},
        {"type": "paragraph", "value": "<p>به این موارد <b>نیاز</b> دارید.</p>"},
        *([{"type": "service", "value": code}] if code else []),
    ]
    words = {"title": f"راهنمای {slug}", "intro": "چکیده", "reading_minutes": 3}
    return {"slug": slug, "blocks": blocks, **words}


class TestContent:
    def test_a_guide_with_its_words(self, guide: GuidePage) -> None:
        told = Caller().get(f"pages/{guide.pk}/").json()
        assert told["intro"] == guide.intro
        heading, paragraph, service = told["body"]
        assert heading["value"] == "پیش از شروع"
        assert "<b>نیاز</b>" in paragraph["value"]
        assert service["value"]["code"] == "elec-intro"
        listed = Caller().get("pages/?type=guides.GuidePage").json()
        assert told["id"] in {row["id"] for row in listed["items"]}

    def test_what_is_not_for_everybody_is_nothing(self, guide: GuidePage) -> None:
        hidden, closed = GuidePage.objects.exclude(pk=guide.pk)[:2]
        hidden.unpublish()
        PageViewRestriction.objects.create(page=closed, restriction_type="login")
        for page in (hidden, closed):
            assert Caller().get(f"pages/{page.pk}/").status_code == 404
            assert Caller().get(f"pages/{page.pk}/?version=draft").status_code == 404

    def test_a_session_opens_no_more_of_it(self, guide: GuidePage, admin: User) -> None:
        guide.unpublish()
        assert Caller(admin).get(f"pages/{guide.pk}/").status_code == 404

    def test_nobody_writes_without_a_token(self, guide: GuidePage, admin: User) -> None:
        for caller in (Caller(), Caller(admin)):
            answer = caller.post(f"pages/{guide.pk}/actions/unpublish/", {})
            assert answer.status_code == 401
        guide.refresh_from_db()
        assert guide.live

    def test_the_search_finds_guides_and_services(self, guide: GuidePage, service: Service) -> None:
        told = Caller().get("search/?q=انشعاب برق").json()
        assert service.code in {row["code"] for row in told["services"]}
        found = Caller().get(f"search/?q={guide.title}").json()["guides"]
        assert guide.pk in {row["id"] for row in found}

    def test_the_company(self, guide: GuidePage) -> None:
        assert set(Caller().get("site/").json()) >= {"name", "phone", "address", "guides"}


class TestWithoutSigningIn:
    def test_tracking_needs_the_code_and_the_id(self, submitted: Submission) -> None:
        said = {
            "tracking_code": submitted.tracking_code,
            "national_id": submitted.party.national_id,
        }
        told = Caller().post("track/", said).json()
        assert (told["state"], told["late"]) == ("in_review", False)
        assert submitted.party.name not in str(told)
        other = Caller().post("track/", said | {"national_id": "0499370899"})
        assert (other.status_code, other.json()["code"]) == (404, "not_found")
        wrong = Caller().post("track/", said | {"national_id": "12"})
        assert wrong.json()["errors"][0]["pointer"] == "/national_id"

    def test_too_many_tries_cost_a_proof(self, submitted: Submission) -> None:
        said = {"tracking_code": submitted.tracking_code, "national_id": "0499370899"}
        answers = [Caller().post("track/", said) for _ in range(11)]
        assert [answer.status_code for answer in answers[:10]] == [404] * 10
        refused = answers[10]
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many")
        assert refused.json()["challenge"]
        assert int(refused["Retry-After"]) > 0
