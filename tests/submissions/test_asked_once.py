"""Papers that the office has accepted already, or that only somebody else has to bring."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate

from accounts.models import Membership, Party, User
from services_catalog import seed
from services_catalog.models import DocumentType
from submissions.documents import reuse, storage
from submissions.drafts import editing
from submissions.drafts.completeness import missing_in
from submissions.identity import verification
from submissions.models import Contract, KeptDocument, Submission
from submissions.refusals import Incomplete
from tests import cast
from tests.submissions import files
from tests.submissions.test_identity import NATURAL, newcomer

pytestmark = pytest.mark.django_db
AGENT = "09130000007"


def fresh(user: User) -> User:
    """The user as the next request meets them."""
    return User.objects.get(pk=user.pk)


def bring_real(case: Submission) -> None:
    """A file that the inspection takes, for every document that is asked for."""
    content = files.pdf().read()
    for needed in case.facts.documents_for(case.party.kind):
        document = cast.bring(case, needed.code, content)
        assert document.sha256 == hashlib.sha256(content).hexdigest()


def make_agent(party: Party, mobile: str = AGENT) -> User:
    agent = User.objects.create_user(f"agent-{mobile}", mobile=mobile, mobile_verified=True)
    tomorrow = localdate() + dt.timedelta(days=1)
    Membership.objects.create(user=agent, party=party, role="agent", valid_until=tomorrow)
    return agent


@pytest.fixture
def stages(house: None) -> None:
    for row in seed.stage_services():
        seed.load_service(row, 90)


@pytest.fixture
def verified(stages: None, staff: dict[str, User]) -> User:
    """Somebody whose identity was verified by their card and certificate."""
    user = newcomer()
    case = verification.begin_verification("identity", by=user, party=user.acting_for)
    case = editing.save_answers(
        case, by=user, answers=NATURAL | {"national_code": "9996543218"}
    ).submission
    bring_real(case)
    cast.step(cast.step(case, "submit", user), "approve", staff["desk"])
    return fresh(user)


@pytest.fixture
def next_request(verified: User, service: object) -> Submission:
    """Their first request for a service, on a contract whose locker is empty."""
    contract = cast.register("1404/77", verified.acting_for)
    version = service.current_version
    return editing.start_draft(version, by=verified, party=verified.acting_for, contract=contract)


def documents_page(case: Submission) -> str:
    return reverse("submissions:draft", args=[case.tracking_code, "documents"])


def test_a_paper_of_the_identity_is_offered_in_the_first_request(
    next_request: Submission, verified: User, client: Client, signed_in: Callable[..., Client]
) -> None:
    browser, address = signed_in(client, verified), documents_page(next_request)
    page = browser.get(address).content.decode()
    assert page.count("data-row-kept") == 1
    assert "?reuse=id_card" in page

    browser.post(f"{address}?reuse=id_card")

    assert next_request.documents.get().requirement == "id_card"
    assert "data-row-kept" not in browser.get(address).content.decode()


def test_the_papers_page_asks_the_database_little(
    next_request: Submission,
    verified: User,
    client: Client,
    signed_in: Callable[..., Client],
    django_assert_max_num_queries: Callable[..., object],
) -> None:
    browser = signed_in(client, verified)
    with django_assert_max_num_queries(15):
        browser.get(documents_page(next_request))


def test_a_paper_of_the_identity_has_its_validity_and_nobody_elses_request_gets_it(
    next_request: Submission, verified: User, maryam: User, draft: Submission
) -> None:
    offered = reuse.reusable_for(next_request, verified)
    assert set(offered) == {"id_card", "birth_cert"}
    assert offered["id_card"].valid_until is None
    assert not reuse.reusable_for(draft, maryam)

    DocumentType.objects.filter(code="id_card").update(reusable_months=1)
    Submission.objects.filter(kind="identity").update(
        archived_at=verified.date_joined - dt.timedelta(days=40)
    )
    assert set(reuse.reusable_for(next_request, verified)) == {"birth_cert"}


def test_using_a_paper_of_the_identity_again_does_not_make_it_valid_for_longer(
    next_request: Submission, verified: User, staff: dict[str, User]
) -> None:
    card = next_request.facts.document("id_card")
    assert card is not None
    storage.reuse_document(next_request, card, by=verified)
    reuse.keep_documents(next_request)

    assert not KeptDocument.objects.filter(type="id_card").exists()


def test_the_power_of_attorney_is_not_asked_of_the_owner(
    draft: Submission, maryam: User, client: Client, signed_in: Callable[..., Client]
) -> None:
    Submission.objects.filter(pk=draft.pk).update(declined=[])
    draft = cast.again(draft)

    page = signed_in(client, maryam).get(documents_page(draft)).content.decode()

    assert 'id="document-poa"' not in page
    assert not missing_in(draft, maryam)
    assert cast.step(draft, "submit", maryam).state == "in_review"


def test_it_is_asked_of_an_agent_who_cannot_do_without(
    draft: Submission, client: Client, signed_in: Callable[..., Client]
) -> None:
    agent = make_agent(draft.party)
    browser = signed_in(client, agent)
    browser.post("/accounts/acting/", {"party": draft.party_id})
    assert 'id="document-poa"' in browser.get(documents_page(draft)).content.decode()
    assert browser.post(documents_page(draft) + "?decline=poa").status_code == 400
    with pytest.raises(Incomplete) as refused:
        cast.step(draft, "submit", fresh(agent))
    assert [item.anchor for item in refused.value.missing] == ["document-poa"]

    cast.bring(draft, "poa")

    assert cast.step(draft, "submit", fresh(agent)).state == "in_review"


def test_what_to_have_at_hand_is_told_to_whom_it_concerns(
    maryam: User, draft: Submission, client: Client, signed_in: Callable[..., Client]
) -> None:
    contract = Contract.objects.get(party=maryam.acting_for)
    address = f"/desk/request/?service=elec-intro&contract={contract.pk}"
    paper = "وکالت‌نامهٔ رسمی"
    assert paper not in signed_in(client, maryam).get(address).content.decode()

    browser = signed_in(Client(), make_agent(draft.party))
    assert paper in browser.get(address).content.decode()


def test_an_agents_power_is_known_from_the_agency_to_that_agent_alone(
    stages: None, draft: Submission, maryam: User, staff: dict[str, User]
) -> None:
    until = (localdate() + dt.timedelta(days=30)).isoformat()
    case = verification.begin_verification("agency", by=maryam, party=maryam.acting_for)
    answers = {
        "agent_mobile": AGENT,
        "agent_first_name": "حمید",
        "agent_last_name": "صالحی",
        "agent_national_code": "9996543218",
        "letter_number": "۱۲/الف",
        "province": "isfahan",
        "valid_until": until,
    }
    case = editing.save_answers(case, by=maryam, answers=answers).submission
    bring_real(case)
    cast.step(cast.step(case, "submit", fresh(maryam)), "approve", staff["desk"])

    agent = User.objects.get(mobile=AGENT)
    assert "poa" in reuse.reusable_for(draft, agent)
    assert "poa" not in reuse.reusable_for(draft, fresh(maryam))
    assert "poa" not in reuse.reusable_for(draft, make_agent(draft.party, "09130000008"))
