"""Who opens what that belongs to no single request: one's party, one's contract, one's sign-in,
and the managers' pages. The requests themselves are in ``test_role_matrix``.

A row is one address and method, a column one kind of person; whatever a cell does is undone.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils.timezone import localdate

from accounts import parties
from accounts.models import Membership, Party, SmsMessage, User
from letters.models import Dispatch, LetterDesign
from services_catalog import seed
from services_catalog.models import Desk, Province, Seat, Unit
from submissions.contracts import holders, lookup
from submissions.models import BulkAct, Contract, ContractImport, Submission
from tests import cast
from tests.api.caller import Program
from tests.test_role_matrix import addresses
from web.models import OfficeSettings
from webhooks.models import Subscriber

SignIn = Callable[[Client, User], Client]
NAME_OF_ANOTHER = "تینا کسروی"
AGENT = "09130000002"
# Sessions of everybody may be ended by their owner only; this one is the owner's.
SESSION = "a" * 32
WATCHED = (
    *("desk/", "accounts/", "track/", "admin/accounts/", "admin/contracts/"),
    *("admin/submissions/bulk/", "admin/hand-over/", "admin/webhooks/", "admin/catalog/"),
    "admin/letter-images/",
)
# These belong to one request, and are in the other matrix.
OF_A_REQUEST = {"submissions:draft", "submissions:autosave", "submissions:done"}


@dataclass(frozen=True)
class Row:
    """An address, what is sent there, and the statuses in the order of the columns.

    «login» is a way to a page for signing in, «home» to the first page of the admin; one
    status for all columns is written once.
    """

    name: str
    method: str
    statuses: str
    args: tuple[str, ...] = ()
    says: dict[str, str] = field(default_factory=dict)

    def expected(self, columns: tuple[str, ...]) -> dict[str, str]:
        found = self.statuses.split()
        return dict(zip(columns, found * len(columns) if len(found) == 1 else found, strict=True))


APPLICANTS = (
    "anonymous", "newcomer", "owner since a succession", "owner before it", "agent",
    "agent, for a party of their own", "agent whose time is over", "stranger", "staff",
)  # fmt: skip
OF_THE_PARTY = {"owner since a succession", "agent"}
# anonymous, newcomer, owner, before, agent, own party, expired, stranger, staff
OF_APPLICANTS = [
    Row("home:desk", "GET", "login 200 200 200 200 200 200 200 200"),
    Row("submissions:cartable", "GET", "login 200 200 200 200 200 200 200 200"),
    Row("submissions:start", "GET", "login 200 200 200 200 200 200 200 200"),
    Row("submissions:track", "GET", "200"),
    # Whoever has no party is told so; a verified one has nothing to begin.
    Row("submissions:identity", "GET", "login 200 200 200 200 200 200 200 200"),
    Row("submissions:identity", "POST", "login 302 200 200 200 200 200 200 200"),
    Row("submissions:succession", "GET", "login 200 200 200 200 200 200 200 200"),
    Row("submissions:succession", "POST", "login 302 302 200 302 302 302 302 200"),
    Row("submissions:another_party", "POST", "login 302 302 302 302 302 302 302 403"),
    # The agents of a party are its owner's business; of another's party nothing is there.
    Row("submissions:agents", "GET", "login 403 200 403 403 200 200 200 403"),
    Row("submissions:add_agent", "POST", "login 403 302 403 403 302 302 302 403"),
    Row("submissions:end_agency", "GET", "login 403 200 403 403 404 404 404 403", ("agency",)),
    Row("submissions:end_agency", "POST", "login 403 302 403 403 404 404 404 403", ("agency",)),
    Row("submissions:contract", "GET", "login 200 200 200 200 200 200 200 200"),
    Row(
        "submissions:contract", "GET", "login 200 200 200 200 200 200 200 200",
        says={"province": "isfahan", "park": "park", "q": NAME_OF_ANOTHER},
    ),
    # What one has found, nobody else chooses: not even for the same party.
    Row(
        "submissions:contract", "GET", "login 200 200 200 409 409 409 409 200",
        says={"choice": "token"},
    ),
    Row(
        "submissions:contract", "POST", "login 403 302 200 409 409 409 409 200",
        says={"choice": "token"},
    ),
    Row(
        "accounts:act_for", "POST", "login 404 302 404 302 302 404 404 404",
        says={"party": "party"},
    ),
    Row("accounts:security", "GET", "login 200 200 200 200 200 200 200 200"),
    Row(
        "accounts:end_session", "POST", "login 404 302 404 404 404 404 404 404",
        says={"which": "session"},
    ),
    Row("accounts:tokens", "GET", "login 200 200 200 200 200 200 200 200"),
    Row("accounts:tokens", "POST", "login 422 422 422 422 422 422 422 422"),
    # The token of the owner; of another's there is none.
    Row("accounts:end_token", "GET", "405", ("own_token",)),
    Row("accounts:end_token", "POST", "login 404 302 404 404 404 404 404 404", ("own_token",)),
]  # fmt: skip
# Ways in, for those who are in already as well; a step that is not under way leads back.
NOT_UNDER_WAY = "login" + " 302" * 8
FOR_STAFF = "login " * 8
WAYS_IN = [
    Row("account_login", "GET", "200 302 302 302 302 302 302 302 302"),
    Row("accounts:by_password", "GET", "200 302 302 302 302 302 302 302 302"),
    Row("accounts:dolat", "GET", "200 302 302 302 302 302 302 302 302"),
    Row("accounts:dolat_callback", "GET", "404"),
    Row("socialaccount_login_cancelled", "GET", "200"),
    Row("account_confirm_login_code", "GET", NOT_UNDER_WAY),
    Row("accounts:new_user", "GET", NOT_UNDER_WAY),
    Row("accounts:new_password", "GET", NOT_UNDER_WAY),
    Row("accounts:national_id", "GET", NOT_UNDER_WAY),
    Row("accounts:second_factor", "GET", NOT_UNDER_WAY),
    Row("accounts:staff_session", "GET", "200"),
    Row("accounts:staff_session", "POST", "200"),
    Row("mfa_authenticate", "GET", NOT_UNDER_WAY),
    Row("accounts:recovery", "GET", "200"),
    Row("accounts:recovery_sent", "GET", "200"),
    Row("account_inactive", "GET", "200"),
    Row("account_logout", "GET", "302 200 200 200 200 200 200 200 200"),
    # The second factor is the staff's; changing it asks for the password once more (302).
    Row("mfa_index", "GET", f"{FOR_STAFF} 200"),
    Row("mfa_list_webauthn", "GET", f"{FOR_STAFF} 200"),
    Row("mfa_add_webauthn", "GET", f"{FOR_STAFF} 302"),
    Row("mfa_remove_webauthn", "GET", f"{FOR_STAFF} 302", ("none",)),
    Row("mfa_reauthenticate_webauthn", "GET", f"{FOR_STAFF} 302"),
    Row("mfa_reauthenticate", "GET", f"{FOR_STAFF} 302"),
    Row("account_reauthenticate", "GET", f"{FOR_STAFF} 200"),
    Row("mfa_view_recovery_codes", "GET", f"{FOR_STAFF} 404"),
    Row("mfa_generate_recovery_codes", "GET", f"{FOR_STAFF} 302"),
]

OFFICE = (
    "anonymous", "applicant", "no rights", "editor", "reviewer", "signer", "secretariat",
    "manager", "superuser", "manager, second factor demanded", "manager who has given it",
)  # fmt: skip
SMS, TEXT = "accounts_smsmessage_modeladmin_", "accounts_messagetext_modeladmin_"
# Whoever looks after the users: a superuser, or a role that was given the right.
KEEPERS = "login login home home home home home home 200 login home"
TOKEN = "accounts_accesstoken_modeladmin_"
HOOK, HOOKED = "webhooks_subscriber_modeladmin_", "https://example.com/events"
NOT_MANAGERS = "login login home home home home home"
MANAGERS = f"{NOT_MANAGERS} 200 200 login 200"
REVIEWERS = "login login home home 200 200 200 200 200 login 200"
MAILS = "letters_receivedmail_modeladmin_"
SENDING = "letters_dispatch_modeladmin_"
DESIGN = "wagtailsnippets_letters_letterdesign:"
SECRETARIAT = "login login home home home home 200 200 200 login 200"
INCOMING = "letters_incomingletter_modeladmin_"
KEEPING = "login login home home 404 404 200 200 200 login 200"
# An act for many is shown to whoever did it, here the manager.
ITS_MAKER = "login login home home 404 404 404 200 404 login 200"
# The whole catalog goes out and comes in by whoever may publish it.
PUBLISHERS = "login login home 200 home home home 200 200 login 200"
OF_THE_OFFICE = [
    Row("catalog_exchange", "GET", PUBLISHERS),
    Row("catalog_exchange", "POST", PUBLISHERS.replace("200", "422")),
    Row("catalog_export", "GET", PUBLISHERS),
    Row("catalog_bring_in", "GET", PUBLISHERS.replace("200", "302")),
    Row("catalog_bring_in", "POST", PUBLISHERS.replace("200", "422")),
    Row("bulk_acts", "GET", REVIEWERS),
    Row("bulk_acts", "POST", REVIEWERS.replace("200", "405").replace("home", "405")),
    Row("bulk_act", "GET", ITS_MAKER, ("act",)),
    Row("bulk_act_progress", "GET", ITS_MAKER, ("act",)),
    Row(
        "bulk_choose",
        "GET",
        REVIEWERS.replace("200", "405").replace("home", "405"),
        ("pass_on",),
    ),
    Row("bulk_choose", "POST", REVIEWERS.replace("200", "422"), ("pass_on",)),
    Row("bulk_choose", "POST", REVIEWERS.replace("200", "422"), ("assign",)),
    Row("bulk_choose", "POST", REVIEWERS.replace("200", "422"), ("put_back",)),
    Row("bulk_choose", "POST", REVIEWERS.replace("200", "422"), ("set_urgency",)),
    Row("bulk_choose", "POST", REVIEWERS.replace("200", "404"), ("reject",)),
    Row("wagtailadmin_home", "GET", "login login 200 200 200 200 200 200 200 login 200"),
    *(Row(f"{SMS}{name}", "GET", MANAGERS) for name in ("index", "results")),
    *(Row(f"{SMS}{name}", "GET", MANAGERS, ("sms",)) for name in ("inspect", "history")),
    Row(f"{SMS}retry", "GET", MANAGERS.replace("200", "405"), ("sms",)),
    # A superuser reads; sending again is a manager's.
    Row(f"{SMS}retry", "POST", f"{NOT_MANAGERS} 302 403 login 302", ("sms",)),
    Row(f"{SMS}retry_all", "GET", MANAGERS.replace("200", "302")),
    Row(f"{SMS}retry_all", "POST", f"{NOT_MANAGERS} 302 home login 302"),
    *(Row(f"{TOKEN}{name}", "GET", KEEPERS) for name in ("index", "results", "issue")),
    *(Row(f"{TOKEN}{name}", "GET", KEEPERS, ("token",)) for name in ("inspect", "history")),
    Row(f"{TOKEN}issue", "POST", KEEPERS.replace("200", "422")),
    Row(f"{TOKEN}revoke", "GET", KEEPERS.replace("200", "405"), ("token",)),
    Row(f"{TOKEN}revoke", "POST", KEEPERS.replace("200", "302"), ("token",)),
    Row(f"{TEXT}index", "GET", MANAGERS),
    Row(f"{TEXT}edit", "GET", MANAGERS, ("text",)),
    Row(f"{TEXT}edit", "POST", MANAGERS.replace("200", "302"), ("text",), {"action": "restore"}),
    # Editors draft templates, managers publish them; see tests/letters/test_designs.py.
    *(Row(f"{DESIGN}{name}", "GET", PUBLISHERS) for name in ("list", "list_results", "add")),
    *(
        Row(f"{DESIGN}{name}", "GET", PUBLISHERS, ("design",))
        for name in ("edit", "usage", "history", "history_results")
    ),
    Row(f"{DESIGN}unpublish", "GET", MANAGERS, ("design",)),
    Row("wagtailsettings:edit", "GET", MANAGERS, ("web", "officesettings", "office")),
    Row(
        "wagtailsettings:edit",
        "POST",
        MANAGERS.replace("200", "302"),
        ("web", "officesettings", "office"),
        {"name": "شرکت ما"},
    ),
    Row("letter_images", "GET", MANAGERS),
    Row("letter_images", "POST", MANAGERS.replace("200", "422")),
    Row("letter_image_file", "GET", MANAGERS, ("image",)),
    Row("letter_image_retire", "GET", MANAGERS.replace("200", "405"), ("image",)),
    Row("letter_image_retire", "POST", MANAGERS.replace("200", "302"), ("image",)),
    Row("contract_imports", "GET", MANAGERS),
    Row("contract_imports", "POST", MANAGERS.replace("200", "422")),
    Row("contract_repeats", "GET", MANAGERS),
    Row("contract_repeats", "POST", MANAGERS.replace("200", "404")),
    Row("contract_import", "GET", MANAGERS, ("job",)),
    Row("contract_import", "POST", MANAGERS.replace("200", "302"), ("job",), {"cancel": "1"}),
    Row("contract_import_progress", "GET", MANAGERS, ("job",)),
    Row("contract_import_template", "GET", MANAGERS, ("csv",)),
    # The desk of contracts decides as well: see the last story of this file.
    Row("contract_holders", "GET", MANAGERS),
    Row("contract_holder", "GET", MANAGERS, ("contract",)),
    Row("contract_holder", "POST", MANAGERS.replace("200", "422"), ("contract",)),
    Row(
        "contract_holder",
        "POST",
        MANAGERS,
        ("contract",),
        {"outcome": "released", "note": "انتقال"},
    ),
    Row(
        "contract_holder",
        "POST",
        MANAGERS.replace("200", "302"),
        ("contract",),
        {"outcome": "released", "note": "انتقال", "confirmed": "1", "seen": "seen"},
    ),
    # Who outside is told of events.
    *(Row(f"{HOOK}{name}", "GET", MANAGERS) for name in ("index", "create")),
    Row(f"{HOOK}create", "POST", MANAGERS.replace("200", "422")),
    *(Row(f"{HOOK}{name}", "GET", MANAGERS, ("hook",)) for name in ("inspect", "edit")),
    Row(f"{HOOK}edit", "POST", MANAGERS.replace("200", "422"), ("hook",)),
    Row(f"{HOOK}act", "GET", MANAGERS.replace("200", "405"), ("hook",)),
    Row(f"{HOOK}act", "POST", MANAGERS, ("hook",), {"act": "secret"}),
    Row(f"{HOOK}act", "POST", MANAGERS.replace("200", "422"), ("hook",), {"act": "replay"}),
    *(
        Row(f"{HOOK}act", "POST", MANAGERS.replace("200", "302"), ("hook",), {"act": act})
        for act in ("resume", "delete")
    ),
    # The government network is the secretariat's and the managers'; here it is off.
    *(Row(f"{MAILS}{name}", "GET", SECRETARIAT) for name in ("index", "results", "bodies")),
    *(Row(f"{MAILS}{name}", "GET", SECRETARIAT, ("mail",)) for name in ("inspect", "history")),
    Row(f"{MAILS}file", "GET", SECRETARIAT, ("mail",)),
    Row(f"{MAILS}part", "GET", SECRETARIAT, ("mail", "origin", "first")),
    Row(f"{MAILS}close", "POST", SECRETARIAT.replace("200", "302"), ("mail",)),
    Row(f"{MAILS}test", "POST", SECRETARIAT.replace("200", "409"), ("body",)),
    # The incoming register is kept by the same; desks read what belongs to their requests.
    *(Row(f"{INCOMING}{name}", "GET", REVIEWERS) for name in ("index", "results")),
    *(
        Row(f"{INCOMING}{name}", "GET", KEEPING, ("incoming",))
        for name in ("inspect", "history", "correct", "void")
    ),
    Row(f"{INCOMING}scan", "GET", KEEPING, ("incoming", "first scan")),
    *(
        Row(f"{INCOMING}{name}", "POST", KEEPING.replace("200", "422"), ("incoming",))
        for name in ("correct", "void")
    ),
    # It answers no inquiry.
    *(
        Row(f"{INCOMING}answer", method, KEEPING.replace("200", "409"), ("incoming",))
        for method in ("GET", "POST")
    ),
    Row("register_prints", "GET", SECRETARIAT),
    Row("register_prints", "POST", SECRETARIAT.replace("200", "422")),
    # A print is whoever's had it made, here the manager's.
    Row(
        "register_print", "GET", "login login home home home home 404 200 404 login 200", ("print",)
    ),
    Row(f"{INCOMING}register", "GET", SECRETARIAT),
    Row(f"{INCOMING}register", "POST", SECRETARIAT.replace("200", "422")),
    # So is the desk at which letters are sent.
    *(
        Row(f"{SENDING}{name}", "GET", SECRETARIAT)
        for name in ("index", "results", "post", "barcodes")
    ),
    *(Row(f"{SENDING}{name}", "GET", SECRETARIAT, ("sent",)) for name in ("inspect", "history")),
    Row(f"{SENDING}act", "GET", SECRETARIAT, ("sent", "stop")),
    Row(f"{SENDING}act", "POST", SECRETARIAT.replace("200", "422"), ("sent", "stop")),
    Row(f"{SENDING}begin", "POST", SECRETARIAT.replace("200", "409"), ("letter",)),
    Row(f"{SENDING}post", "POST", SECRETARIAT.replace("200", "422")),
    Row(f"{SENDING}batch", "GET", SECRETARIAT, ("batch",)),
    Row(f"{SENDING}paper", "GET", SECRETARIAT, ("batch", "slip")),
    Row(f"{SENDING}barcodes", "POST", SECRETARIAT.replace("200", "302")),
    # All that a colleague has goes to another by a manager's word.
    Row("hand_overs", "GET", MANAGERS),
    Row("hand_over", "GET", MANAGERS, ("colleague",)),
    Row("hand_over", "POST", MANAGERS.replace("200", "422"), ("colleague",), {"receiver": ""}),
    Row("hand_over", "POST", MANAGERS.replace("200", "302"), ("colleague",), {"desk": "desk"}),
]


@dataclass
class Sheet:
    """Tries all cells of some rows and columns."""

    columns: tuple[str, ...]
    clients: dict[str, Client]
    meant: dict[str, Any]
    secrets: list[str] = field(default_factory=list)
    strangers: frozenset[str] = frozenset()
    settings_of: Callable[[str], None] = lambda column: None
    cells: int = 0

    def wrong(self, rows: list[Row]) -> list[str]:
        return [
            f"{column}: {row.method} {row.name} {sorted(row.says)}: {fault}"
            for column in self.columns
            for row in rows
            for fault in self._faults(row, column)
        ]

    def _faults(self, row: Row, column: str) -> Iterator[str]:
        self.cells += 1
        self.settings_of(column)
        client = self.clients[column]
        kept = deepcopy(client.cookies)
        url = reverse(row.name, args=[self.meant.get(word, word) for word in row.args])
        says = {name: self.meant.get(word, word) for name, word in row.says.items()}
        with transaction.atomic():
            answer: Any = getattr(client, row.method.lower())(url, says)
            transaction.set_rollback(True)
        client.cookies = kept
        wanted = row.expected(self.columns)[column]
        if outcome(answer) != wanted:
            yield f"{outcome(answer)}, not {wanted}"
        if column in self.strangers:
            body = answer.getvalue().decode(errors="replace")
            yield from (f"says «{secret}»" for secret in self.secrets if secret in body)


def outcome(answer: Any) -> str:
    """The status, or where it leads when that is a refusal."""
    target = answer.headers.get("Location", "")
    if target.startswith(("/accounts/login/", "/admin/login/")):
        return "login"
    return "home" if target == "/admin/" else str(answer.status_code)


@pytest.fixture
def stages(house: None) -> None:
    for row in seed.stage_services():
        seed.load_service(row, 90)


def acting(client: Client, party: Party) -> Client:
    client.post(reverse("accounts:act_for"), {"party": party.pk})
    return client


@pytest.fixture
def applicants(
    stages: None,
    draft: Submission,
    maryam: User,
    kavir: User,
    stranger: User,
    staff: dict[str, User],
    signed_in: SignIn,
) -> dict[str, Client]:
    """A browser for every column; the party has changed its owner, by the door for that."""
    party = maryam.parties[0]
    before = User.objects.create_user("before", mobile="09130000022", mobile_verified=True)
    Membership.objects.create(user=before, party=party)
    parties.hand_over_party(party.national_id or "", successor=maryam, by=staff["legal"])
    Membership.objects.create(user=kavir, party=party, role=Membership.Role.AGENT)
    late = cast.arrive("09130000021", "natural", "9996543218", "سینا راد")
    yesterday = localdate() - timedelta(days=1)
    Membership.objects.create(
        user=late, party=party, role=Membership.Role.AGENT, valid_until=yesterday
    )
    newcomer = User.objects.create_user("new", mobile="09130000024", mobile_verified=True)
    Membership.objects.create(
        user=newcomer, party=Party.objects.create(kind="natural", name="تازه‌وارد")
    )
    people = {
        "newcomer": newcomer,
        "owner since a succession": maryam,
        "owner before it": before,
        "agent": kavir,
        "agent, for a party of their own": kavir,
        "agent whose time is over": late,
        "stranger": stranger,
        "staff": staff["finance"],
    }
    clients = {column: signed_in(Client(), user) for column, user in people.items()}
    acting(clients["agent"], party)
    acting(clients["agent, for a party of their own"], kavir.parties[0])
    return {"anonymous": Client()} | clients


@pytest.fixture
def meant(draft: Submission, maryam: User, kavir: User, applicants: Any) -> dict[str, Any]:
    """What the words of the rows stand for."""
    contract = Contract.objects.create(
        number="1402/7", park=draft.park, holder_kind="natural", holder_name=NAME_OF_ANOTHER
    )
    owner = User.objects.get(pk=maryam.pk)
    session = UserSession.objects.create(
        user=owner, ip="127.0.0.1", session_key=SESSION, user_agent="", data={}
    )
    return {
        "agency": Membership.objects.get(user=kavir, role=Membership.Role.AGENT).pk,
        "park": draft.park_id,
        "token": lookup._sign_token(contract, owner),
        "party": draft.party_id,
        "session": session.pk,
        "own_token": Program(owner, "account:read").token.pk,
        "none": 999_999,
    }


def test_applicants_reach_what_is_their_partys_and_their_own(
    draft: Submission,
    applicants: dict[str, Client],
    meant: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.CRITICAL, "django.request")
    sheet = Sheet(
        APPLICANTS,
        applicants,
        meant,
        secrets=[draft.tracking_code, draft.party.name, AGENT],
        strangers=frozenset(APPLICANTS) - OF_THE_PARTY - {"agent, for a party of their own"},
    )

    wrong = sheet.wrong([*OF_APPLICANTS, *WAYS_IN])

    with capsys.disabled():
        print(f" pages of applicants: {sheet.cells} cells ", end="")
    assert not wrong, "\n".join(wrong)


def test_a_list_shows_what_the_party_has_that_one_acts_for(
    draft: Submission, applicants: dict[str, Client]
) -> None:
    address = reverse("submissions:report", args=[draft.tracking_code])
    shown = {
        column
        for column, client in applicants.items()
        if f"/{draft.tracking_code}/" in client.get("/cartable/").content.decode()
    }

    assert shown == OF_THE_PARTY
    # Its page opens whomever of one's parties one acts for; only the list follows the choice.
    assert applicants["agent, for a party of their own"].get(address).status_code == 200


@pytest.fixture
def office(
    staff: dict[str, User],
    manager: User,
    editor: User,
    admin: User,
    nobody_staff: User,
    maryam: User,
    signed_in: SignIn,
) -> dict[str, Client]:
    people = {
        "applicant": maryam,
        "no rights": nobody_staff,
        "editor": editor,
        "reviewer": staff["finance"],
        "signer": staff["deputy"],
        "secretariat": staff["secretariat"],
        "manager": manager,
        "superuser": admin,
        "manager, second factor demanded": manager,
        "manager who has given it": manager,
    }
    clients = {column: signed_in(Client(), user) for column, user in people.items()}
    session = clients["manager who has given it"].session
    session["account_authentication_methods_user"] = str(manager.pk)
    session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": 1.0}]
    session.save()
    return {"anonymous": Client()} | clients


@pytest.fixture
def printed(
    submitted: Submission, staff: dict[str, User], run_tasks: Callable[[], int]
) -> Dispatch:
    """A letter that is printed for the post."""
    case = cast.pass_desks(submitted, staff, *cast.SIX_DESKS[:-1])
    cast.step(case, "approve", staff["secretariat"])
    run_tasks()
    return cast.print_for_post(case.letters.get(), staff["secretariat"])


def test_the_managers_pages_are_the_managers_with_the_second_factor_where_it_is_demanded(
    office: dict[str, Client],
    manager: User,
    printed: Dispatch,
    settings: Any,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.CRITICAL, "django.request")
    sms = SmsMessage.objects.create(
        event="e", recipient=AGENT, key="x", text="متن", state="failed", retryable=True
    )
    job = ContractImport.objects.create(original_name="دفتر.csv", by=manager, state="checked")

    contract = Contract.objects.get(number="1402/1001")
    incoming = cast.register_incoming(manager)

    def demand(column: str) -> None:
        # Each setting lies over the one before: hundreds of them would be too deep a pile.
        if (column in OFFICE[-2:]) != settings.STAFF_SECOND_FACTOR:
            settings.STAFF_SECOND_FACTOR = column in OFFICE[-2:]

    sheet = Sheet(
        OFFICE,
        office,
        {
            "sms": sms.pk,
            "job": job.pk,
            "image": cast.bring_signature(manager).pk,
            "token": Program(manager, "account:read").token.pk,
            "act": BulkAct.objects.create(by=manager, name="pass_on").pk,
            "text": "accounts/sign_in_code",
            "design": LetterDesign.objects.filter(live=True)[0].pk,
            "office": OfficeSettings.load().pk,
            "contract": contract.pk,
            "colleague": User.objects.get(username="finance").pk,
            "desk": Seat.objects.get(user__username="finance").desk_id,
            "seen": holders.standing_of(contract),
            "print": cast.print_register(manager).pk,
            "incoming": incoming.pk,
            "first scan": incoming.scans.get().pk,
            "mail": cast.receive_mail().pk,
            "origin": "origin",
            "first": 0,
            "body": cast.a_body().pk,
            "sent": printed.pk,
            "letter": printed.letter_id,
            "batch": printed.batch_id,
            "hook": Subscriber.objects.create(title="دبیرخانه", url=HOOKED, owner=manager).pk,
        },
        secrets=[AGENT, job.original_name, HOOKED],
        strangers=frozenset(OFFICE[:7]) | {"manager, second factor demanded"},
        settings_of=demand,
    )

    wrong = sheet.wrong(OF_THE_OFFICE)

    with capsys.disabled():
        print(f" pages of managers: {sheet.cells} cells ", end="")
    assert not wrong, "\n".join(wrong)


def test_the_desk_of_contracts_decides_whose_a_contract_is_in_its_own_place(
    stages: None, staff: dict[str, User], maryam: User, signed_in: SignIn
) -> None:
    contract = Contract.objects.get(number="1402/1001")
    address = reverse("contract_holder", args=[contract.pk])
    said = {
        "outcome": "released",
        "note": "انتقال",
        "confirmed": "1",
        "seen": holders.standing_of(contract),
    }
    for unit, answers in {"contracts": ("200", "302"), "finance": ("home", "home")}.items():
        page = signed_in(Client(), staff[unit])
        with transaction.atomic():
            assert (outcome(page.get(address)), outcome(page.post(address, said))) == answers
            transaction.set_rollback(True)
    # In another province there is no such contract.
    yazd = Desk.objects.create(
        unit=Unit.objects.get(code="contracts"), province=Province.objects.get(slug="yazd")
    )
    Seat.objects.create(desk=yazd, user=staff["legal"])
    page = signed_in(Client(), staff["legal"])
    assert outcome(page.get(reverse("contract_holders"))) == "200"
    assert outcome(page.get(address)) == "404"
    assert outcome(page.post(address, said)) == "404"


def test_no_page_of_these_is_left_out() -> None:
    watched = {name for route, name in addresses(get_resolver()) if route.startswith(WATCHED)}
    # Two names for one page.
    watched -= OF_A_REQUEST | {"account_request_login_code"}

    named = {row.name for row in (*OF_APPLICANTS, *WAYS_IN, *OF_THE_OFFICE)}
    assert watched - named == set()
