"""Everybody at once: however many come through the door, one step is taken.

Runs on the database of the settings: SQLite here, PostgreSQL through test_postgres.py.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django_fsm import TransitionNotAllowed

from accounts.models import User
from letters import tasks
from letters.models import Letter
from services_catalog import seed
from services_catalog.models import Park, Service
from submissions.contracts import claims, holders
from submissions.contracts.importer import jobs
from submissions.drafts import editing
from submissions.models import Contract, HolderDecision, Submission
from submissions.workflow.steps import take_step
from tests.cast import SIX_DESKS, again, begin, pass_desks, seat, step
from tests.patience import PATIENCE
from tests.submissions.test_import import check, row, sheet
from web.refusals import Refusal

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]

CROWD = 20


def all_at_once(calls: list[Callable[[], object]]) -> Counter[str]:
    """Make every call in a thread and connection of its own; how each ended, counted.

    A refusal is counted by its name; any other error ends the test.
    """
    barrier = threading.Barrier(len(calls))
    endings: list[str] = []

    def run(call: Callable[[], object]) -> None:
        try:
            connection.ensure_connection()
            barrier.wait(timeout=PATIENCE)
            call()
            endings.append("done")
        except (Refusal, PermissionDenied, TransitionNotAllowed) as refusal:
            endings.append(type(refusal).__name__)
        except Exception as error:
            endings.append(repr(error))
            raise
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=PATIENCE)
    return Counter(endings)


def crowd(case: Submission, name: str, by: User, note: str = "") -> list[Callable[[], object]]:
    """Twenty clicks on the same page; each browser has its own idea of who the user is."""

    def click() -> object:
        user = User.objects.get(pk=by.pk)
        return take_step(case, name, by=user, expecting=case.last_seq, note=note)

    return [click] * CROWD


@pytest.fixture
def everywhere(staff: dict[str, User]) -> User:
    """One person who sits at every desk of the road."""
    for unit in SIX_DESKS[1:]:
        seat(staff["desk"], unit)
    return staff["desk"]


@pytest.fixture
def at_the_last_desk(submitted: Submission, staff: dict[str, User]) -> Submission:
    return pass_desks(submitted, staff, *SIX_DESKS[:-1])


def test_twenty_clicks_hand_a_draft_in_once(draft, maryam, staff):
    endings = all_at_once(crowd(draft, "submit", maryam))

    assert endings == {"done": 1, "MovedMeanwhile": CROWD - 1}
    case = again(draft)
    assert (case.state, case.last_seq) == ("in_review", 1)
    assert [step.name for step in case.history.all()] == ["submit"]
    assert case.filings.count() == 1


def test_twenty_clicks_of_one_person_at_every_desk_pass_one_desk(submitted, everywhere):
    endings = all_at_once(crowd(submitted, "pass_on", everywhere))

    assert endings == {"done": 1, "MovedMeanwhile": CROWD - 1}
    case = again(submitted)
    assert (case.stop, case.last_seq) == ("subs", 2)
    assert case.history.filter(name="pass_on").count() == 1


def test_twenty_approvals_are_one_step_one_letter_one_number(at_the_last_desk, staff):
    endings = all_at_once(crowd(at_the_last_desk, "approve", staff["secretariat"]))

    assert endings == {"done": 1, "MovedMeanwhile": CROWD - 1}
    assert again(at_the_last_desk).history.filter(name="approve").count() == 1
    assert Letter.objects.get().number == 1


def test_many_requests_approved_at_once_have_numbers_without_a_gap(two_ways, maryam, staff, size):
    many = size(CROWD, 100)
    cases = []
    for _ in range(many):
        case = step(begin(maryam, two_ways, answers={"polluting": False}), "submit", maryam)
        cases.append(pass_desks(case, staff, "desk"))

    endings = all_at_once(list(approvals(cases, staff["deputy"])))

    assert endings == {"done": many}
    letters = list(Letter.objects.order_by("number"))
    assert [letter.number for letter in letters] == list(range(1, many + 1))
    dates = [letter.issued_at for letter in letters]
    assert dates == sorted(dates), "a later number never has an earlier date"


def approvals(cases: list[Submission], by: User) -> Iterator[Callable[[], object]]:
    for case in cases:

        def approve(case: Submission = case) -> object:
            user = User.objects.get(pk=by.pk)
            return take_step(case, "approve", by=user, expecting=case.last_seq)

        yield approve


def test_the_applicant_gives_up_while_the_desk_passes_on(submitted, maryam, staff):
    half = CROWD // 2
    calls = (
        crowd(submitted, "withdraw", maryam)[:half]
        + crowd(submitted, "pass_on", staff["desk"])[:half]
    )
    assert all_at_once(calls) == {"done": 1, "MovedMeanwhile": CROWD - 1}
    assert again(submitted).last_seq == 2


def test_twenty_workers_with_one_letter_issue_it_once(at_the_last_desk, staff):
    case = step(at_the_last_desk, "approve", staff["secretariat"])
    letter = case.letters.get()

    endings = all_at_once([lambda: tasks.issue_letter(letter.pk)] * CROWD)

    assert endings == {"done": CROWD}
    assert (again(case).state, case.letters.get().tries) == ("completed", 1)
    assert again(case).history.filter(name="complete").count() == 1


def test_two_parties_claim_one_contract_and_one_of_them_has_it(kavir, stranger, staff):
    stage = next(row for row in seed.stage_services() if row["kind"] == "contract")
    seed.load_service(stage, 90)
    contract = Contract.objects.create(
        number="1401/2002",
        park=Park.objects.get(slug="jey"),
        holder_kind="legal",
        holder_name="کویر",
    )
    pks = [kavir.pk, stranger.pk] * (CROWD // 2)

    def claim(pk: int) -> object:
        user = User.objects.get(pk=pk)
        return claims.claim_contract(contract, by=user, party=user.acting_for)

    endings = all_at_once([partial(claim, pk) for pk in pks])

    assert endings == {"done": CROWD // 2, "AlreadyClaimed": CROWD // 2}
    case = Submission.objects.get()
    assert (case.state, case.last_seq, case.history.count()) == ("in_review", 1, 1)


def test_twenty_decisions_on_a_contract_are_one(maryam, kavir, staff):
    contract = Contract.objects.get()
    seen = holders.standing_of(contract)
    outcomes = ["released", "moved"] * (CROWD // 2)

    def settle(outcome: str) -> object:
        to = kavir.parties[0] if outcome == "moved" else None
        settlement = holders.Settlement(outcome, "انتقال", to)
        user = User.objects.get(pk=staff["contracts"].pk)
        return holders.settle_holder(contract, settlement, by=user, seen=seen)

    seed.load_service(next(r for r in seed.stage_services() if r["kind"] == "contract"), 90)
    endings = all_at_once([partial(settle, outcome) for outcome in outcomes])

    assert endings == {"done": 1, "ContractMoved": CROWD - 1}
    decision = HolderDecision.objects.get()
    assert Contract.objects.get().party == decision.party_after


def test_a_claim_approved_while_an_import_names_another_holder_is_asked_about(maryam, staff):
    """Whichever of the two is first."""
    seed.load_service(next(r for r in seed.stage_services() if r["kind"] == "contract"), 90)
    Contract.objects.update(party=None)
    contract = Contract.objects.get()
    claim = claims.claim_contract(contract, by=maryam, party=maryam.parties[0])
    job = check(sheet(row(name="نادر بهرامی", id="9990000026")))
    jobs.confirm_import(job, by=None)

    endings = all_at_once(
        [
            lambda: take_step(again(claim), "approve", by=staff["contracts"], expecting=1),
            lambda: jobs.advance_import(job.pk),
        ]
    )

    assert endings == {"done": 2}
    contract.refresh_from_db()
    assert (contract.party, contract.holder_name) == (maryam.parties[0], "نادر بهرامی")
    assert contract.asked_since is not None


def test_what_is_handed_in_during_an_import_says_one_state_of_the_register(draft, maryam, staff):
    """It is handed in before it, wholly, or sees what has changed."""
    park = Park.objects.exclude(slug="jey").filter(province__slug="isfahan").first()
    job = check(sheet(row(park=park.name, plot="Z-1")))
    jobs.confirm_import(job, by=None)
    calls = [partial(jobs.advance_import, job.pk), *crowd(draft, "submit", maryam)[:1]]
    endings = all_at_once(calls)

    assert endings in ({"done": 2}, {"done": 1, "PlaceChanged": 1})
    for filing in again(draft).filings.all():
        said = filing.said.contract
        assert (said.plot, said.park) in (("B-12", "شهرک صنعتی جی"), ("Z-1", park.name))


def test_twenty_tabs_bring_one_draft_to_the_new_terms(draft, maryam, service):
    """Each waits for the one before it, and reads what that one has written."""
    changed = Service.objects.get(pk=service.pk)
    changed.promise_days += 1
    changed.save_revision().publish()

    def upgrade() -> object:
        return editing.upgrade_draft(draft, by=User.objects.get(pk=maryam.pk))

    assert all_at_once([upgrade] * CROWD) == {"done": CROWD}
    assert again(draft).version.number == 2


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no clients elsewhere.")
def test_postgresql_asks_after_a_host_that_says_nothing():
    # The number alone, or with its unit, as the server's version writes it.
    asked_after = {"tcp_keepalives_idle": ("10", "10s"), "tcp_user_timeout": ("15000", "15s")}
    with connection.cursor() as cursor:
        for name in asked_after:
            cursor.execute(f"SHOW {name}")
            assert cursor.fetchone()[0] in asked_after[name]
