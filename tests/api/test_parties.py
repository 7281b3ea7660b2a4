"""Identity, agency, succession, the register and notices by the API: the functions of the pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils.timezone import localdate

from accounts.models import Membership, Notice, Party, User
from services_catalog import seed
from services_catalog.models import Park
from submissions.models import Contract, Submission
from tests.api.caller import Caller

pytestmark = pytest.mark.django_db
MAX_QUERIES = 15


@pytest.fixture
def stages(house: None) -> None:
    """The desk's own services: identity, contract, succession, agency."""
    for row in seed.stage_services():
        seed.load_service(row, 90)


@pytest.fixture
def newcomer(stages: None) -> User:
    user = User.objects.create_user("new", mobile="09130000024", mobile_verified=True)
    party = Party.objects.create(kind="natural", name="تازه‌وارد")
    Membership.objects.create(user=user, party=party)
    return user


@pytest.fixture
def contract(maryam: User) -> Contract:
    """In the register under Maryam's name and id; nobody has claimed it."""
    return Contract.objects.create(
        number="1402/2002", park=Park.objects.get(slug="jey"), holder_kind="natural",
        holder_name="مریم رضایی", holder_id="9990000018",
    )  # fmt: skip


def delete(caller: Caller, path: str) -> Any:
    return caller.client.delete(f"/api/v3/{path}")


def code_of(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


class TestIdentity:
    def test_begun_once_and_gone_on_with(self, newcomer: User) -> None:
        me = Caller(newcomer)
        assert me.get("identity/").json()["state"] == "none"
        begun = me.post("identity/", {})
        assert (begun.status_code, begun.json()["kind"]) == (201, "identity")
        again = me.post("identity/", {})
        assert again.json()["tracking_code"] == begun.json()["tracking_code"]
        told = me.get("identity/").json()
        assert (told["state"], told["tracking_code"]) == ("draft", begun.json()["tracking_code"])

    def test_who_is_verified_has_nothing_to_begin(self, stages: None, maryam: User) -> None:
        assert Caller(maryam).get("identity/").json()["state"] == "verified"
        assert code_of(Caller(maryam).post("identity/", {})) == (409, "verified_already")

    def test_succession_from_a_party_of_its_own(self, stages: None, maryam: User) -> None:
        me = Caller(maryam)
        begun = me.post("succession/", {})
        assert (begun.status_code, begun.json()["kind"]) == (201, "succession")
        assert Submission.objects.get().party != maryam.parties[0]
        again = me.post("succession/", {})
        assert again.json()["tracking_code"] == begun.json()["tracking_code"]
        assert me.get("identity/").json()["succession"] == begun.json()["tracking_code"]

    def test_another_party_and_given_up(self, stages: None, maryam: User, stranger: User) -> None:
        me = Caller(maryam)
        made = me.post("parties/", {}).json()["id"]
        assert me.post("parties/", {}).json()["id"] == made
        assert {party["id"] for party in me.get("me/").json()["parties"]} >= {made}
        assert delete(Caller(stranger), f"parties/{made}/").status_code == 404
        assert delete(me, f"parties/{maryam.parties[0].pk}/").status_code == 403
        assert delete(me, f"parties/{made}/").status_code == 204
        assert not Party.objects.filter(pk=made).exists()


class TestAgency:
    @pytest.fixture
    def agent(self, stages: None, maryam: User, kavir: User) -> Membership:
        return Membership.objects.create(
            user=kavir, party=maryam.parties[0], role=Membership.Role.AGENT,
            valid_until=localdate() + timedelta(days=30),
        )  # fmt: skip

    def test_asked_for_and_ended_by_the_owner(self, agent: Membership, maryam: User) -> None:
        me = Caller(maryam)
        (told,) = me.get("agents/").json()
        assert (told["id"], told["holds"]) == (agent.pk, True)
        assert me.post("agents/", {}).json()["kind"] == "agency"
        assert delete(me, f"agents/{agent.pk}/").status_code == 204
        assert me.get("agents/").json()[0]["holds"] is False

    def test_an_agent_and_strangers(
        self, agent: Membership, kavir: User, stranger: User, newcomer: User, maryam: User
    ) -> None:
        theirs = {"X-Acting-Party": str(maryam.parties[0].pk)}
        assert Caller(kavir).get("agents/", **theirs).status_code == 403
        assert delete(Caller(stranger), f"agents/{agent.pk}/").status_code == 404
        assert code_of(Caller(newcomer).get("agents/")) == (403, "not_verified")
        assert Caller().get("agents/").status_code == 401
        agent.refresh_from_db()
        assert agent.valid_until == localdate() + timedelta(days=30)


@pytest.mark.usefixtures("stages")
class TestRegister:
    def test_found_chosen_and_claimed(self, contract: Contract, maryam: User) -> None:
        me = Caller(maryam)
        parks = {
            park["name"]: park["id"]
            for province in Caller().get("catalog/places/").json()
            for park in province["parks"]
        }
        assert parks[contract.park.name] == contract.park_id
        (found,) = me.get(f"register/?park={contract.park_id}&q=1402/2002").json()
        assert "رضایی" not in found["holder"]
        shown = me.post("register/choice/", {"choice": found["choice"]}).json()
        assert (shown["holder"], shown["is_holder"]) == ("مریم رضایی", True)
        claim = me.post("claims/", {"choice": found["choice"]})
        assert (claim.status_code, claim.json()["kind"]) == (201, "contract")
        again = me.post("claims/", {"choice": found["choice"]})
        assert again.json()["code" if again.status_code == 409 else "tracking_code"] in (
            "contract_held", claim.json()["tracking_code"],
        )  # fmt: skip

    def test_the_refusals_of_the_page(
        self, contract: Contract, maryam: User, kavir: User, newcomer: User
    ) -> None:
        path = f"register/?park={contract.park_id}&q="
        assert code_of(Caller(newcomer).get(f"{path}1402")) == (403, "not_verified")
        assert code_of(Caller(maryam).get(f"{path}ab")) == (422, "too_short")
        (found,) = Caller(maryam).get(f"{path}1402/2002").json()
        for address in ("register/choice/", "claims/"):
            refused = Caller(kavir).post(address, {"choice": found["choice"]})
            assert code_of(refused) == (409, "choice_expired")
        (masked,) = Caller(kavir).get(f"{path}1402/2002").json()
        shown = Caller(kavir).post("register/choice/", {"choice": masked["choice"]}).json()
        assert (shown["is_holder"], "رضایی" in shown["holder"]) == (False, False)
        assert Caller().get(f"{path}1402").status_code == 401

    def test_the_claims_under_way(self, contract: Contract, kavir: User, stranger: User) -> None:
        (found,) = Caller(kavir).get(f"register/?park={contract.park_id}&q=1402/2002").json()
        claim = Caller(kavir).post("claims/", {"choice": found["choice"]}).json()
        told = Caller(kavir).get("claims/").json()
        assert [row["tracking_code"] for row in told] == [claim["tracking_code"]]
        assert Caller(stranger).get("claims/").json() == []


def test_notices_are_the_readers_own(maryam: User, stranger: User) -> None:
    for number in range(3):
        Notice.objects.create(event=f"e{number}", recipient=maryam, text=f"خبر {number}")
    told = Caller(maryam).get("notices/").json()
    assert ([row["text"] for row in told["items"]], told["unread"]) == (
        ["خبر 2", "خبر 1", "خبر 0"], 3,
    )  # fmt: skip
    ids = [row["id"] for row in told["items"][:2]]
    assert Caller(stranger).get("notices/").json()["items"] == []
    assert Caller(stranger).post("notices/read/", {"ids": ids}).status_code == 204
    assert Caller(maryam).get("notices/").json()["unread"] == 3
    assert Caller(maryam).post("notices/read/", {"ids": ids}).status_code == 204
    assert Caller(maryam).get("notices/").json()["unread"] == 1
    assert Caller().get("notices/").status_code == 401


@pytest.mark.parametrize("path", ["identity/", "agents/", "claims/", "notices/"])
def test_few_queries(
    path: str, stages: None, maryam: User, django_assert_max_num_queries: Any
) -> None:
    caller = Caller(maryam)
    caller.get(path)
    with django_assert_max_num_queries(MAX_QUERIES):
        assert caller.get(path).status_code == 200


def test_staff_have_no_party_of_their_own(stages: None, staff: dict[str, User]) -> None:
    desk = Caller(staff["desk"])
    for path in ("identity/", "succession/"):
        assert code_of(desk.post(path, {})) == (403, "not_a_member")
    assert desk.post("parties/", {}).status_code == 403
    assert desk.get("claims/").json() == []
