"""Templates that are retired while requests are under way: said before it, and at every stop after it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from letters.models import LetterDesign
from letters.seed import load_letter_templates
from services_catalog.models import Service
from services_catalog.publish_checks import Unfinished
from submissions.models import Submission
from tests import cast
from tests.api.caller import Caller
from tests.letters.designing import address_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[Client, User], Client]
MAX_QUERIES = 15
SAID = "الگوی نامهٔ رد مشخص نیست"


@pytest.fixture
def writing(client: Client, manager: User, signed_in: SignIn, house: None) -> Client:
    return signed_in(client, manager)


@pytest.fixture
def under_way(two_ways: Service, maryam: User, staff: dict[str, User]) -> Submission:
    """At its first desk, of a service that promises a letter of refusal; every kind has its template."""
    load_letter_templates()
    Service.objects.filter(pk=two_ways.pk).update(refusal_letter=True)
    service = Service.objects.get(pk=two_ways.pk)
    service.save_revision().publish()
    return cast.step(cast.begin(maryam, service, answers={"polluting": True}), "submit", maryam)


@pytest.mark.parametrize(
    ("kind", "without", "general"),
    [
        (
            "refusal",
            "۱ درخواست بررسی‌نشده بدون الگوی نامهٔ رد می‌ماند",
            "نامهٔ رد ۱ درخواست بررسی‌نشده، در صورت رد، با الگوی عمومی",
        ),
        (
            "inquiry",
            "استعلام‌های بعدی ۱ درخواست بررسی‌نشده بدون نامه ثبت می‌شود",
            "استعلام‌های بعدی ۱ درخواست بررسی‌نشده با الگوی عمومی",
        ),
    ],
)
def test_a_retirement_says_first_which_refusals_and_inquiries_it_touches(
    writing: Client,
    under_way: Submission,
    kind: str,
    without: str,
    general: str,
    manager: User,
) -> None:
    own = LetterDesign.objects.create(
        kind=kind, service_code=under_way.facts.code, title="ویژه", live=False,
        body=[{"type": "paragraph", "value": {"text": "متن"}}],
    )  # fmt: skip
    of_all = LetterDesign.objects.get(kind=kind, service_code="")
    # Both name what is touched: the page, and the API to whoever has not confirmed it.
    assert without in writing.get(address_of("unpublish", of_all)).content.decode()
    answer = Caller(manager).post(f"staff/letter-templates/{of_all.pk}/retire/", {"expecting": 0})
    assert without in answer.json()["touches"][0]

    own.save_revision().publish()
    assert general in writing.get(address_of("unpublish", own)).content.decode()
    # A request whose service has its own is not touched by what becomes of the others'.
    page = writing.get(address_of("unpublish", of_all)).content.decode()
    assert "درخواست بررسی‌نشده" not in page
    of_all.unpublish()
    assert without in writing.get(address_of("unpublish", own)).content.decode()


def test_a_service_that_promises_no_refusal_is_not_touched_by_its_template(
    writing: Client, submitted: Submission
) -> None:
    load_letter_templates()
    design = LetterDesign.objects.get(kind="refusal")
    page = writing.get(address_of("unpublish", design)).content.decode()
    assert "درخواست بررسی‌نشده" not in page


def test_a_service_is_not_published_with_a_letter_of_refusal_that_nothing_words(
    service: Service,
) -> None:
    service.refusal_letter = True
    with pytest.raises(Unfinished, match="برای نامهٔ رد درخواست الگویی منتشر نشده است"):
        service.save_revision().publish()
    load_letter_templates()
    service.save_revision().publish()


def pages_of(case: Submission) -> list[str]:
    """The page of a request, and the one on which it is refused."""
    return [
        reverse("submissions_submission_modeladmin_inspect", args=[case.pk]),
        reverse("submissions_submission_modeladmin_step", args=[case.pk, "reject"]),
    ]


def test_a_missing_template_of_refusals_is_said_at_every_stop_before_anybody_refuses(
    under_way: Submission,
    staff: dict[str, User],
    client: Client,
    signed_in: SignIn,
    django_assert_max_num_queries: Any,
) -> None:
    first, *_ = pages_of(under_way)
    api = f"submissions/{under_way.tracking_code}/letter-draft/"
    signed_in(client, staff["desk"])
    assert SAID not in client.get(first).content.decode()
    assert Caller(staff["desk"]).get(api).json()["missing"] == []

    LetterDesign.objects.get(kind="refusal").unpublish()
    # Already where nobody refuses yet.
    assert SAID in client.get(first).content.decode()
    told = Caller(staff["desk"]).get(api).json()
    assert [missing["code"] for missing in told["missing"]] == ["no_refusal_template"]
    assert told["digest"], "the letter of an approval lacks nothing"

    case = cast.pass_desks(under_way, staff, "desk")
    signed_in(client, staff["env"])
    for page in pages_of(case):
        with django_assert_max_num_queries(MAX_QUERIES):
            shown = client.get(page).content.decode()
        assert SAID in shown
    refused = Caller(staff["env"]).step(
        case.tracking_code, "reject", expecting=case.last_seq, note="ممکن نیست."
    )
    assert (refused.status_code, refused.json()["code"]) == (409, "no_refusal_template")

    case = cast.step(cast.again(case), "pass_on", staff["env"])
    case = cast.step(case, "approve", staff["deputy"])
    assert Caller(staff["deputy"]).get(api).json()["missing"] == [], "it is refused no more"


def test_a_service_that_promises_no_letter_of_refusal_misses_none(
    two_ways: Service, maryam: User, staff: dict[str, User], client: Client, signed_in: SignIn
) -> None:
    case = cast.begin(maryam, two_ways, answers={"polluting": True})
    case = cast.pass_desks(cast.step(case, "submit", maryam), staff, "desk")
    signed_in(client, staff["env"])
    for page in pages_of(case):
        assert SAID not in client.get(page).content.decode()
