"""Who is answered what by which operation: the role matrix of the pages, repeated for the API.

A row is one operation with what is sent, a column one kind of person. Every operation of the document
has a row, or this fails; whatever a cell does is undone. 401: nobody has signed in. 404: it is not
there, or not for whoever asks. 403: they may read it, and not do this. 409: it has moved since.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction

from accounts.models import Membership, User
from letters.attachments.enclosed import enclosed_in
from letters.models import Letter, LetterDesign
from services_catalog.models import Seat, Service
from submissions.contracts import holders
from submissions.documents import resumable
from submissions.models import BulkAct, Contract, ContractImport, Submission, WorkItem
from tests import cast
from tests.api.caller import ROOT, Caller
from tests.api.parity import operations_of
from tests.submissions import files

pytestmark = pytest.mark.django_db

COLUMNS = (
    "anonymous", "stranger", "owner", "agent", "its desk", "another desk", "another province",
    "no rights", "editor", "manager", "superuser",
)  # fmt: skip
# Those to whom nothing of the request may be told.
OUTSIDERS = ("anonymous", "stranger", "another desk", "another province", "no rights", "editor")
EVERYBODY = "200"
NOBODY = "404"
SIGNED_IN = "401" + " 200" * 10
WRITERS = "401" + " 403" * 7 + " 200" * 3
TEMPLATE = {"title": "الگو", "blocks": [{"kind": "paragraph", "text": "به {نام متقاضی} ابلاغ شد."}]}


@dataclass(frozen=True)
class Row:
    """One operation, the statuses in the order of the columns (one for all is written once).

    ``args`` and ``says`` name things of the scene by words: see ``meant``. ``form``: sent as
    multipart.
    """

    operation: str
    statuses: str
    says: dict[str, Any] = field(default_factory=dict)
    args: dict[str, str] = field(default_factory=dict)
    form: bool = False

    def expected(self, column: str) -> int:
        found = [int(status) for status in self.statuses.split()]
        return found[0] if len(found) == 1 else found[COLUMNS.index(column)]

    @property
    def title(self) -> str:
        return f"{self.operation} {sorted(self.says)} {sorted(self.args.values())}"


# anonymous, stranger, owner, agent, its desk, another desk, another province, no rights, editor,
# manager, superuser
REPORT = "401 404 200 200 200 404 404 404 404 200 200"
OF_STAFF = "401 404 403 403 200 404 404 404 404 200 200"
LISTS = "401 403 403 403 200 200 200 403 403 200 200"
MANAGERS = "401 403 403 403 403 403 403 403 403 200 200"
INCOMING = "401 403 403 403 200 404 404 403 403 200 200"
KEEPING = "401 403 403 403 403 404 404 403 403 200 200"
DRAFT = "401 404 200 200 404 404 404 404 404 404 404"
WRITING = "401 404 409 409 403 404 404 404 404 403 403"
ONE = "submissions/{tracking_code}/"
ATTACHED = f"{ONE}letter-draft/attachments/"
AT_DRAFT, AT_DONE = {"tracking_code": "draft"}, {"tracking_code": "done"}
PAPER = {"code": "contract"}
# A file in parts, and one that the owner has begun.
PARTS = f"{ONE}documents/{{code}}/parts/"
SENDER, TUS = "401 404 200 404 404 404 404 404 404 404 404", {"key": "part"}
SAID_OF_A_PART = {"Tus-Resumable": "1.0.0", "Upload-Length": "10", "Upload-Offset": "1"}
BY_TOKEN = "401"
# Of one's own, whoever it is; and what applicants have and colleagues have not.
GONE = "401" + " 404" * 10
OF_APPLICANTS = "401 200 200 200 403 403 403 403 403 403 403"
PUBLISHERS = "401 403 403 403 403 403 403 403 200 200 200"
KEEPERS = "401 403 403 403 403 403 403 403 403 200 200"
# Whoever has signed in already has nothing to sign in by.
STAGE = "409"
NO_EVENTS = {"title": "دبیرخانه", "url": "https://example.com/events"}
NOT_SEEN = {"expecting": None}
MODERATION = "moderation/pages/{page_id}/"
ROWS = [
    Row("GET pages/", EVERYBODY),
    Row("GET pages/find/", "404", args={"?": "html_path=none"}),
    Row("GET pages/{page_id}/", NOBODY),
    Row("GET images/", EVERYBODY),
    Row("GET images/{image_id}/", NOBODY),
    Row("POST pages/", BY_TOKEN),
    Row("PATCH pages/{page_id}/", BY_TOKEN),
    Row("DELETE pages/{page_id}/", BY_TOKEN),
    Row("GET pages/{page_id}/revisions/", BY_TOKEN),
    Row("GET pages/{page_id}/revisions/{revision_id}/", BY_TOKEN),
    Row("POST pages/{page_id}/actions/publish/", BY_TOKEN),
    Row("POST pages/{page_id}/actions/unpublish/", BY_TOKEN),
    Row("POST pages/{page_id}/actions/copy/", BY_TOKEN),
    Row("POST pages/{page_id}/actions/move/", BY_TOKEN),
    Row("DELETE pages/{page_id}/actions/delete/", BY_TOKEN),
    Row("POST pages/{page_id}/actions/revert/", BY_TOKEN),
    Row("POST pages/{page_id}/actions/convert_alias/", BY_TOKEN),
    Row("POST pages/{page_id}/actions/create_alias/", BY_TOKEN),
    Row("POST pages/{page_id}/actions/copy_for_translation/", BY_TOKEN),
    Row("POST images/", BY_TOKEN, form=True),
    Row("PATCH images/{image_id}/", BY_TOKEN),
    Row("DELETE images/{image_id}/", BY_TOKEN),
    Row("GET catalog/services/", EVERYBODY),
    Row("GET catalog/services/{code}/", EVERYBODY, args={"code": "service"}),
    Row("GET site/", EVERYBODY),
    Row("GET search/", EVERYBODY),
    Row("GET verify/{code}/", EVERYBODY, args={"code": "verify"}),
    Row("POST verify/{code}/file/", EVERYBODY, args={"code": "verify"}, form=True),
    Row("GET verify/{code}/report/", EVERYBODY, args={"code": "verify"}),
    Row("POST track/", EVERYBODY, {"tracking_code": "case", "national_id": "owner id"}),
    Row("GET me/", SIGNED_IN),
    # Of the party that one acts for, whoever it is.
    Row("GET contracts/", SIGNED_IN),
    Row("GET submissions/", SIGNED_IN),
    Row(
        "POST submissions/", "401 404 201 404 403 403 403 403 403 403 403",
        {"service": "service", "contract": "contract key"},
    ),
    Row("GET submissions/{tracking_code}/", REPORT),
    Row("GET submissions/{tracking_code}/", DRAFT, args=AT_DRAFT),
    Row("GET submissions/{tracking_code}/copy/", REPORT),
    Row("GET submissions/{tracking_code}/copy/", "401" + " 404" * 10, args=AT_DRAFT),
    Row("GET submissions/{tracking_code}/letters/", REPORT, args=AT_DONE),
    Row("GET submissions/{tracking_code}/letter/", REPORT, args=AT_DONE),
    Row("GET submissions/{tracking_code}/letter/", "401" + " 404" * 10),
    Row(
        f"GET {ONE}letter/attachments/{{attachment_id}}/", REPORT,
        args=AT_DONE | {"attachment_id": "issued attachment"},
    ),
    Row("GET submissions/{tracking_code}/files/{document_id}/", REPORT),
    Row("GET submissions/{tracking_code}/draft/", DRAFT, args=AT_DRAFT),
    Row("PATCH submissions/{tracking_code}/draft/", DRAFT, {"description": "دیگر"}, AT_DRAFT),
    Row("PATCH submissions/{tracking_code}/draft/", WRITING, {"description": "دیگر"}),
    Row("GET submissions/{tracking_code}/documents/", DRAFT, args=AT_DRAFT),
    Row("POST submissions/{tracking_code}/documents/{code}/", DRAFT, args=AT_DRAFT | PAPER, form=True),
    Row("POST submissions/{tracking_code}/documents/{code}/", WRITING, args=PAPER, form=True),
    # The power of attorney is asked of agents alone, who may not do without it.
    Row(
        "PATCH submissions/{tracking_code}/documents/{code}/", DRAFT.replace("200 200", "404 400"),
        {"declined": True}, AT_DRAFT | {"code": "poa"},
    ),
    Row("DELETE submissions/{tracking_code}/documents/{code}/", DRAFT, args=AT_DRAFT | PAPER),
    Row("DELETE submissions/{tracking_code}/documents/{code}/", WRITING, args=PAPER),
    # A part is its sender's alone, here the owner's; nobody begins one once it is handed in.
    Row(f"POST {PARTS}", DRAFT.replace("200", "201"), args=AT_DRAFT | PAPER | TUS),
    Row(f"POST {PARTS}", WRITING, args=PAPER | TUS),
    Row(f"HEAD {PARTS}{{key}}/", SENDER, args=AT_DRAFT | PAPER | TUS),
    Row(f"PATCH {PARTS}{{key}}/", SENDER.replace("200", "409"), args=AT_DRAFT | PAPER | TUS),
    Row(f"DELETE {PARTS}{{key}}/", SENDER.replace("200", "204"), args=AT_DRAFT | PAPER | TUS),
    # Steps: the applicant's, the desk's, a manager's; and one that has seen an earlier state.
    Row(
        f"POST {ONE}steps/", DRAFT.replace("200 200", "200 422"),
        {"name": "submit", "expecting": "draft seen"}, AT_DRAFT,
    ),
    Row(
        f"POST {ONE}steps/", "401 404 200 403 403 404 404 404 404 403 403",
        {"name": "withdraw", "expecting": "seen"},
    ),
    Row(
        f"POST {ONE}steps/", "401 404 403 403 200 404 404 404 404 403 403",
        {"name": "pass_on", "expecting": "seen"},
    ),
    # Who decides anywhere is told first that it has moved.
    Row(
        f"POST {ONE}steps/", "401 404 403 403 409 404 404 404 404 409 409",
        {"name": "pass_on", "expecting": 1},
    ),
    Row(
        f"POST {ONE}steps/", "401 404 403 403 403 404 404 404 404 200 403",
        {"name": "reopen", "expecting": "done seen", "note": "دوباره", "detail": {}}, AT_DONE,
    ),
    Row(f"POST {ONE}seen/", "401 404 204 204 204 404 404 404 404 403 403"),
    Row(f"GET {ONE}notes/", OF_STAFF),
    Row(f"POST {ONE}notes/", OF_STAFF, {"text": "برای همکاران"}),
    Row(f"GET {ONE}case/", OF_STAFF),
    Row(f"GET {ONE}history/", OF_STAFF),
    Row(f"GET {ONE}letter-draft/", OF_STAFF),
    Row(f"GET {ONE}letter-draft/pdf/", OF_STAFF),
    # No block of this template is open.
    Row(
        f"PUT {ONE}letter-draft/blocks/{{block}}/", "401 404 403 403 409 404 404 404 404 403 403",
        {"text": "متن", "revision": 0}, {"block": "first block"},
    ),
    Row(
        f"PUT {ONE}letter-draft/marks/", "401 404 403 403 200 404 404 404 404 403 403",
        {"classification": "secret", "urgency": None, "revision": 0},
    ),
    Row(
        f"POST {ATTACHED}", "401 404 403 403 201 404 404 404 404 403 403",
        {"title": "نقشه"}, form=True,
    ),
    Row(f"GET {ATTACHED}{{attachment_id}}/", OF_STAFF),
    Row(f"DELETE {ATTACHED}{{attachment_id}}/", "401 404 403 403 200 404 404 404 404 403 403"),
    Row(f"GET {ONE}inquiries/{{item}}/paper/", OF_STAFF),
    Row(
        f"GET {ONE}steps/{{name}}/", "401 404 403 403 200 404 404 404 404 403 403",
        args={"name": "refer"},
    ),
    Row(
        f"GET {ONE}steps/{{name}}/", "401 404 403 403 403 404 404 404 404 200 403",
        args={"name": "reopen", "tracking_code": "done"},
    ),
    Row(
        f"POST {ONE}inquiries/{{item}}/answer/", "401 404 403 403 200 404 404 404 404 403 403",
        {"expecting": "asked seen", "verdict": "no_answer", "note": "پاسخی نرسید."},
        {"tracking_code": "asked", "item": "open inquiry"}, form=True,
    ),
    # Lists and acts of the staff
    Row("GET staff/queue/", LISTS),
    Row("GET staff/lists/", LISTS),
    Row("GET staff/lists/{name}/", LISTS, args={"name": "mine"}),
    Row(
        "GET staff/lists/{name}/", "401 403 403 403 404 404 404 403 403 200 200",
        args={"name": "resting"},
    ),
    Row("GET staff/search/", LISTS, args={"?": "q=1402/1001"}),
    Row("GET staff/resting/", "401 403 403 403 404 404 404 403 403 200 200"),
    # Whoever has nothing to take is told so.
    Row("POST staff/take-next/", "401 403 403 403 200 409 409 403 403 409 409"),
    Row("GET staff/letters/", LISTS),
    Row("GET staff/letters/{letter_id}/", "401 403 403 403 200 404 404 403 403 200 200"),
    Row("GET staff/letters/{letter_id}/file/", "401 403 403 403 200 404 404 403 403 200 200"),
    # Of a paper that has left, managers alone; nobody makes its number void any more.
    Row(
        "POST staff/letters/{letter_id}/revoke/", "401 403 403 403 403 404 404 403 403 200 200",
        {"reason": "اشتباه در متن"},
    ),
    Row(
        "POST staff/letters/{letter_id}/void/", "401 403 403 403 403 404 404 403 403 409 409",
        {"reason": "اشتباه در متن"},
    ),
    Row("GET staff/letters/{letter_id}/ece/", "401 403 403 403 200 404 404 403 403 200 200"),
    # Templates are written by editors and managers, and published by managers.
    Row("GET staff/letter-templates/", WRITERS),
    Row("GET staff/letter-templates/names/", WRITERS, args={"?": "kind=introduction"}),
    Row("GET staff/letter-templates/{template_id}/", WRITERS),
    Row("GET staff/letter-templates/{template_id}/preview/", WRITERS),
    Row("POST staff/letter-templates/", WRITERS, TEMPLATE | {"kind": "permit"}),
    Row("PUT staff/letter-templates/{template_id}/", WRITERS, TEMPLATE | {"expecting": 0}),
    Row(
        "POST staff/letter-templates/{template_id}/publish/", MANAGERS,
        {"expecting": 0, "confirmed": True},
    ),
    Row(
        "POST staff/letter-templates/{template_id}/retire/", MANAGERS,
        {"expecting": 0, "confirmed": True},
    ),
    # Images on letters are the managers'; a signature is shown to nobody else.
    Row("GET staff/letters/{letter_id}/preheaded/", "401 403 403 403 200 404 404 403 403 200 200"),
    Row(
        "GET staff/letters/{letter_id}/attachments/{attachment_id}/",
        "401 403 403 403 200 404 404 403 403 200 200",
        args={"attachment_id": "issued attachment"},
    ),
    Row("GET staff/letter-images/", MANAGERS),
    Row(
        "POST staff/letter-images/", MANAGERS.replace("200", "422"),
        {"kind": "emblem"}, form=True,
    ),
    Row("GET staff/letter-images/{letter_image_id}/file/", MANAGERS),
    Row("POST staff/letter-images/{letter_image_id}/retire/", MANAGERS),
    # The government network is the secretariat's and the managers'; here it is off.
    Row("GET staff/received-mails/", MANAGERS),
    Row("GET staff/received-mails/{mail_id}/", MANAGERS),
    Row("GET staff/received-mails/{mail_id}/file/", MANAGERS),
    Row(
        "GET staff/received-mails/{mail_id}/files/{part}/{index}/", MANAGERS,
        args={"part": "origin", "index": "first"},
    ),
    Row("POST staff/received-mails/{mail_id}/close/", MANAGERS, {"note": "بررسی شد"}),
    Row("GET staff/network/", MANAGERS),
    # The incoming register is kept by the same; desks read what belongs to their requests.
    Row("GET staff/incoming/", LISTS),
    Row(
        "POST staff/incoming/", MANAGERS.replace("200", "201"),
        {"subject": "پیگیری", "sender": "شهرداری", "received_on": "2024-11-20"}, form=True,
    ),
    Row("GET staff/incoming/{incoming_id}/", INCOMING),
    Row(
        "GET staff/incoming/{incoming_id}/scans/{scan_id}/", INCOMING,
        args={"scan_id": "first scan"},
    ),
    Row(
        "POST staff/incoming/{incoming_id}/correct/", KEEPING,
        {"subject": "موضوع درست", "reason": "اشتباه تایپی", "expecting": 0}, form=True,
    ),
    Row("POST staff/incoming/{incoming_id}/void/", KEEPING, {"reason": "تکراری", "expecting": 0}),
    Row(
        "POST staff/incoming/{incoming_id}/answer/",
        "401 403 403 403 200 404 404 403 403 403 403",
        {"verdict": "no_objection", "note": "بلامانع است.", "expecting": "asked seen"},
    ),
    Row("GET staff/registers/prints/", MANAGERS),
    Row(
        "POST staff/registers/prints/", MANAGERS.replace("200", "202"),
        {"direction": "outgoing", "since": "2024-11-01", "until": "2024-11-20"},
    ),
    # A print is whoever's had it made, here the manager's.
    Row("GET staff/registers/prints/{print_id}/", MANAGERS[:-3] + "404"),
    Row("GET staff/registers/prints/{print_id}/file/", MANAGERS[:-3] + "404"),
    # So is the desk at which letters are sent.
    Row("GET staff/dispatches/", MANAGERS),
    Row("GET staff/dispatches/{dispatch_id}/", MANAGERS),
    Row(
        "POST staff/dispatches/{dispatch_id}/acts/{name}/", MANAGERS,
        {"note": "گیرنده تغییر کرد"}, args={"name": "stop"},
    ),
    Row("POST staff/letters/{letter_id}/dispatches/", MANAGERS.replace("200", "409")),
    Row("GET staff/post/", MANAGERS),
    Row("POST staff/post/batches/", MANAGERS.replace("200", "422"), {"dispatches": []}),
    Row("GET staff/post/batches/{batch_id}/", MANAGERS),
    Row("GET staff/post/batches/{batch_id}/{name}/", MANAGERS, args={"name": "slip"}),
    Row("POST staff/network/{organisation_id}/test/", MANAGERS.replace("200", "409")),
    Row("GET staff/bulk/", LISTS),
    # Of what one may not read nothing is begun.
    Row(
        "POST staff/bulk/", "401 403 403 403 202 422 422 403 403 202 202",
        {"name": "pass_on", "chosen": "chosen"},
    ),
    Row(
        "POST staff/bulk/", "401 403 403 403 202 422 422 403 403 202 202",
        {"name": "set_urgency", "chosen": "chosen", "urgency": "urgent", "note": "بازدید"},
    ),
    # Its maker's alone.
    Row("GET staff/bulk/{act_id}/", "401 403 403 403 404 404 404 403 403 200 404"),
    Row("GET staff/hand-overs/", MANAGERS),
    Row("GET staff/hand-overs/{giver}/", MANAGERS),
    Row("POST staff/hand-overs/{giver}/", MANAGERS.replace("200", "202"), {"desk": "desk"}),
    Row("GET staff/imports/", MANAGERS),
    Row("POST staff/imports/", MANAGERS.replace("200", "202"), form=True),
    Row("GET staff/imports/template/{kind}/", MANAGERS, args={"kind": "csv"}),
    Row("GET staff/imports/{job_id}/", MANAGERS),
    Row("GET staff/imports/{job_id}/problems/", MANAGERS),
    Row("POST staff/imports/{job_id}/confirm/", MANAGERS.replace("200", "202")),
    Row("POST staff/imports/{job_id}/cancel/", MANAGERS),
    Row("GET staff/contracts/repeated/", MANAGERS),
    Row("POST staff/contracts/repeated/{contract}/prefer/", MANAGERS.replace("200", "204")),
    Row("POST staff/contracts/repeated/{contract}/drop/", MANAGERS.replace("200", "204")),
    # The desk of contracts decides as well, in its own place.
    Row("GET staff/contracts/holders/", MANAGERS),
    Row("GET staff/contracts/holders/{contract_id}/", MANAGERS),
    Row(
        "POST staff/contracts/holders/{contract_id}/", MANAGERS,
        {"outcome": "released", "note": "انتقال", "seen": "holder seen"},
    ),
    Row(
        "POST staff/contracts/holders/{contract_id}/", MANAGERS.replace("200", "409"),
        {"outcome": "released", "note": "انتقال", "seen": "earlier"},
    ),
    # Content and its editors
    Row("GET menu/", EVERYBODY),
    Row("GET catalog/places/", EVERYBODY),
    Row("GET catalog/schema/", EVERYBODY),
    Row("GET catalog/export/", PUBLISHERS),
    Row("POST catalog/import/check/", PUBLISHERS, {"document": "catalog"}),
    Row(
        "POST catalog/import/", PUBLISHERS.replace("200", "409"),
        {"document": "catalog", "expecting": "0"},
    ),
    Row("GET moderation/", SIGNED_IN),
    Row(f"GET {MODERATION}", GONE),
    Row(f"POST {MODERATION}submit/", GONE, NOT_SEEN),
    Row(f"POST {MODERATION}approve/", GONE, NOT_SEEN),
    Row(f"POST {MODERATION}reject/", GONE, NOT_SEEN | {"comment": "اصلاح شود."}),
    Row(f"POST {MODERATION}cancel/", GONE, NOT_SEEN),
    Row(f"POST {MODERATION}publish/", GONE, NOT_SEEN),
    Row(f"POST {MODERATION}unschedule/", GONE, NOT_SEEN),
    Row(f"POST {MODERATION}unpublish/", GONE, NOT_SEEN),
    # The applicant's own affairs
    Row("GET events/", SIGNED_IN),
    Row("GET notices/", SIGNED_IN),
    Row("POST notices/read/", SIGNED_IN.replace("200", "204"), {"ids": [1]}),
    Row("GET identity/", OF_APPLICANTS),
    Row("POST identity/", OF_APPLICANTS.replace("200", "409")),
    Row("POST succession/", OF_APPLICANTS.replace("200", "400")),
    Row("POST parties/", OF_APPLICANTS.replace("200", "201")),
    Row("DELETE parties/{party_id}/", GONE),
    Row("GET agents/", OF_APPLICANTS),
    Row("POST agents/", OF_APPLICANTS.replace("200", "400")),
    Row("DELETE agents/{agent_id}/", OF_APPLICANTS.replace("200", "404")),
    Row("GET register/", OF_APPLICANTS, args={"?": "park={park}&q=رضایی"}),
    Row("POST register/choice/", OF_APPLICANTS.replace("200", "409"), {"choice": "x"}),
    Row("GET claims/", SIGNED_IN),
    Row("POST claims/", OF_APPLICANTS.replace("200", "409"), {"choice": "x"}),
    # Programs
    Row("GET tokens/", SIGNED_IN),
    Row(
        "POST tokens/", SIGNED_IN.replace("200", "201"),
        {"name": "برنامه", "scopes": ["account:read"], "days": 1},
    ),
    Row("DELETE tokens/{token_id}/", GONE),
    Row("GET webhooks/", KEEPERS),
    Row("POST webhooks/", KEEPERS.replace("200", "201"), NO_EVENTS),
    Row("GET webhooks/{key}/", GONE),
    Row("PATCH webhooks/{key}/", GONE),
    Row("DELETE webhooks/{key}/", GONE),
    Row("GET webhooks/{key}/log/", GONE),
    Row("POST webhooks/{key}/secret/", GONE),
    Row("POST webhooks/{key}/replay/", GONE, {"first": 1}),
    # Signing in, which is for everybody, and out, which comes last
    Row("GET session/", EVERYBODY),
    Row("POST session/code/", "200" + " 409" * 10, {"mobile": "09120000098"}),
    Row("POST session/code/confirm/", STAGE, {"code": "000000"}),
    Row("POST session/password/", "422" + " 409" * 10, {"username": "x", "password": "y"}),
    Row("POST session/recovery/", EVERYBODY, {"mobile": "09120000098"}),
    Row("POST session/dolat/", STAGE),
    Row("POST session/dolat/return/", STAGE, {"state": "x", "code": "y"}),
    Row("POST session/staff/", "422" + " 409" * 10, {"username": "x", "password": "y"}),
    Row(
        "POST session/new-user/", STAGE,
        {"kind": "natural", "first_name": "نیما", "last_name": "مقدم", "consent": True},
    ),
    Row("POST session/national-id/", STAGE, {"national_id": "9990000018"}),
    Row("POST session/new-password/", STAGE, {"password": "demo-Passw0rd!"}),
    Row("POST session/second-factor/", STAGE, {"code": "000000"}),
    Row("POST session/second-factor/passkey/", STAGE, {"credential": {}}),
    Row("POST session/second-factor/passkey/challenge/", STAGE),
    Row("POST session/second-factor/seed/", STAGE),
    Row("POST session/second-factor/set-up/", STAGE, {"code": "000000"}),
    Row("PUT session/acting-party/", SIGNED_IN.replace("200", "403"), {"party": 999_999}),
    Row("POST session/presence/", SIGNED_IN),
    Row("GET sessions/", SIGNED_IN),
    Row("DELETE sessions/{session}/", GONE),
    Row("DELETE sessions/", SIGNED_IN.replace("200", "204")),
    Row("DELETE session/", EVERYBODY),
]  # fmt: skip


@pytest.fixture
def people(
    staff: dict[str, User],
    yazd_desk: User,
    nobody_staff: User,
    manager: User,
    admin: User,
    editor: User,
    maryam: User,
    kavir: User,
    stranger: User,
) -> dict[str, Caller]:
    party = maryam.parties[0]
    Membership.objects.create(user=kavir, party=party, role=Membership.Role.AGENT)
    found = {
        "anonymous": None,
        "stranger": stranger,
        "owner": maryam,
        "agent": kavir,
        "its desk": staff["desk"],
        "another desk": staff["legal"],
        "another province": yazd_desk,
        "no rights": nobody_staff,
        "editor": editor,
        "manager": manager,
        "superuser": admin,
    }
    return {column: Caller(user) for column, user in found.items()}


@pytest.fixture
def done(
    maryam: User, service: Service, staff: dict[str, User], run_tasks: Callable[[], int]
) -> Submission:
    """Another request of Maryam's, with its letter."""
    case = cast.step(cast.complete_draft(maryam, service), "submit", maryam)
    cast.attach(case, staff["desk"])
    case = cast.pass_desks(case, staff, *cast.SIX_DESKS[:-1])
    cast.step(case, "approve", staff["secretariat"])
    run_tasks()
    return cast.again(case)


@pytest.fixture
def meant(
    done: Submission,
    submitted: Submission,
    maryam: User,
    manager: User,
    service: Service,
    staff: dict[str, User],
) -> dict[str, Any]:
    """What the words of the rows and the names in the addresses stand for."""
    case = cast.inquire_and_answer(submitted, staff["desk"])
    answered = WorkItem.objects.inquiries().get(submission=case)
    waiting = cast.step(cast.complete_draft(maryam, service), "submit", maryam)
    waiting = cast.step(waiting, "inquire", staff["desk"], "؟", organisation=cast.a_body())
    asked = WorkItem.objects.inquiries().get(submission=waiting)
    draft = cast.complete_draft(maryam, service)
    contract = Contract.objects.get(number="1402/1001")
    letter = Letter.objects.get(submission=done)
    document = case.documents.first()
    assert document is not None
    sent = cast.print_for_post(letter, manager)
    needed = draft.version.facts.document("contract")
    assert needed
    part = resumable.begin_upload(draft, needed, name="a.pdf", size=10, by=maryam)
    incoming = cast.register_incoming(manager, submission=waiting, inquiry=asked)
    (issued,) = enclosed_in(letter)
    return {
        "{dispatch_id}": sent.pk,
        "{batch_id}": sent.batch_id,
        "{tracking_code}": case.tracking_code,
        "{document_id}": document.pk,
        "{item}": answered.pk,
        "{letter_id}": letter.pk,
        "{attachment_id}": cast.attach(case, staff["desk"]).pk,
        "issued attachment": issued.pk,
        "{letter_image_id}": cast.bring_signature(staff["deputy"]).pk,
        "{template_id}": LetterDesign.objects.get(kind="introduction").pk,
        "{print_id}": cast.print_register(manager).pk,
        "{incoming_id}": incoming.pk,
        "first scan": incoming.scans.get().pk,
        "{mail_id}": cast.receive_mail().pk,
        "{organisation_id}": cast.a_body().pk,
        "origin": "origin",
        "first": 0,
        "{act_id}": BulkAct.objects.create(by=manager, name="pass_on").pk,
        "{giver}": staff["finance"].pk,
        "{job_id}": ContractImport.objects.create(
            original_name="دفتر.csv", by=manager, state="checked"
        ).pk,
        "{contract_id}": contract.pk,
        "{contract}": _stands_twice(contract).pk,
        "{page_id}": 999_999,
        "{revision_id}": 999_999,
        "{image_id}": 999_999,
        "{park}": contract.park_id,
        **dict.fromkeys(("{agent_id}", "{party_id}", "{token_id}"), 999_999),
        **dict.fromkeys(("{key}", "{session}"), 999_999),
        "catalog": Caller(User.objects.get(username="editor")).get("catalog/export/").json(),
        "case": case.tracking_code,
        "draft": draft.tracking_code,
        "done": done.tracking_code,
        "seen": case.last_seq,
        "draft seen": draft.last_seq,
        "done seen": done.last_seq,
        "asked": waiting.tracking_code,
        "asked seen": waiting.last_seq,
        "open inquiry": asked.pk,
        "part": part.key,
        "first block": 0,
        "service": service.code,
        "contract key": contract.pk,
        "verify": letter.verify_code,
        "owner id": case.party.national_id,
        "desk": Seat.objects.get(user=staff["finance"]).desk_id,
        "chosen": [{"item": cast.item_of(case).pk, "expecting": case.last_seq}],
        "holder seen": holders.standing_of(contract),
    }


def _stands_twice(contract: Contract) -> Contract:
    return Contract.objects.create(
        number="1402-1001",
        park=contract.park,
        holder_kind="natural",
        holder_name="تینا کسروی",
        repeats_key=True,
    )


def send(caller: Caller, row: Row, meant: dict[str, Any]) -> Any:
    """Ask for the row as ``caller``; whatever that does is undone."""
    method, _space, path = row.operation.partition(" ")
    query = row.args.get("?", "")
    words = {f"{{{name}}}": meant.get(word, word) for name, word in row.args.items()}
    for name, word in (meant | words).items():
        if name.startswith("{"):
            path, query = path.replace(name, str(word)), query.replace(name, str(word))
    says = {
        name: meant.get(said, said) if isinstance(said, str) else said
        for name, said in row.says.items()
    }
    address = f"{ROOT}{path}?{query}"
    with transaction.atomic():
        answer = _sent(caller, method.lower(), address, says, row)
        transaction.set_rollback(True)
    return answer


def _sent(caller: Caller, method: str, address: str, says: dict[str, Any], row: Row) -> Any:
    if method == "get":
        return caller.client.get(address)
    if "/parts/" in address:
        kind = "application/offset+octet-stream"
        sends = caller.client.generic
        return sends(method.upper(), address, b"", content_type=kind, headers=SAID_OF_A_PART)
    if row.form:
        file = files.pdf("new.pdf")
        if "imports" in address:
            file = files.raw("شمارهٔ قرارداد\n1".encode(), "contracts.csv")
        named = "letter-images" in address or "/attachments/" in address
        brings = says | {"file": file} if named else says or {"file": file}
        return caller.client.post(address, brings)
    return getattr(caller.client, method)(address, says, content_type="application/json")


def faults(row: Row, column: str, answer: Any, secrets: list[str]) -> list[str]:
    """What is wrong with an answer."""
    wanted, found = row.expected(column), answer.status_code
    wrong = [] if found == wanted else [f"{found}, not {wanted}"]
    # An answer to HEAD has no body to tell anything.
    if found >= 400 and not row.operation.startswith("HEAD "):
        told = answer.json()
        if told["status"] != found or not told["code"]:
            wrong.append("no problem in the standard's form")
        if column in OUTSIDERS:
            wrong += [f"says «{secret}»" for secret in secrets if secret in str(told)]
    return [f"{column}: {row.title}: {fault}" for fault in wrong]


def test_every_role_at_every_operation(
    people: dict[str, Caller],
    meant: dict[str, Any],
    submitted: Submission,
    settings: Any,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.CRITICAL, "django.request")
    secrets = [submitted.party.name, submitted.party.national_id or "-", "their-letter.pdf"]

    wrong = [
        fault
        for row in ROWS
        for column in COLUMNS
        for fault in faults(row, column, send(people[column], row, meant), secrets)
    ]

    with capsys.disabled():
        print(f" operations of the API: {len(ROWS) * len(COLUMNS)} cells ", end="")
    assert not wrong, "\n".join(wrong)


def test_no_colleague_is_answered_without_the_second_factor_where_it_is_demanded(
    people: dict[str, Caller],
    meant: dict[str, Any],
    settings: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.CRITICAL, "django.request")
    settings.STAFF_SECOND_FACTOR = True
    wrong = [
        f"{row.title}: {found}"
        for row in ROWS
        # Ways of signing in are told that somebody has.
        if not (row.operation.startswith("POST session/") and row.expected("manager") == 409)
        if (found := send(people["manager"], row, meant).status_code) != row.expected("anonymous")
    ]
    assert wrong == []


def test_no_operation_is_left_out() -> None:
    operations = operations_of(Caller().get("openapi.json").json())
    named = {row.operation for row in ROWS}
    assert (operations - named, named - operations) == (set(), set())
