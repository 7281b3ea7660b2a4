"""Who sees and does what with a request: every role at every address, and nothing leaks.

One cell is one role, one address, one method and one situation of the request. All cells
of a situation are tried in one test, which lists every wrong one; whatever a cell does to
the request is undone before the next.
"""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils.timezone import localdate
from pypdf import PdfWriter

from accounts import parties
from accounts.models import Membership, Party, User
from letters.models import LetterAttachment
from persian.identifiers import new_tracking_code
from persian.jalali import jdate_numeric
from services_catalog.models import ReturnReason
from submissions.models import InquiryReply, PartialUpload, Submission
from submissions.staff.decision_forms import FORMS
from submissions.states import StepName
from tests import cast

ADMIN = "submissions_submission_modeladmin_"
LETTERS = "letters_letter_modeladmin_"
TUS = {"Tus-Resumable": "1.0.0"}
BYTES = "application/offset+octet-stream"
# Those that throw a part away come last: a file on the disk does not come back.
EVERY_METHOD = ("GET", "HEAD", "PATCH", "POST", "DELETE")
GROUPS = ("contract", "questions", "description", "documents", "check")
# Below these every address belongs to one request, or lists requests.
WATCHED = (
    *("cartable/", "desk/request/", "uploads/"),
    *("admin/submissions/", "admin/letters/letter/", "admin/letter-draft/"),
)
# One's own lists, which take no code; those of steps for many are in the matrix of pages.
LISTS_OF_ONES_OWN = {
    *("submissions:cartable", "submissions:start"),
    *("bulk_acts", "bulk_act", "bulk_act_progress", "bulk_choose"),
}
NO_SUCH_PK = 999_999

# How somebody stands to the request.
NOBODY, STRANGER, OUTSIDER, READER, ROOT, MANAGER, DESK, OWNER, HEIR, AGENT = (
    "anonymous",
    "signed in, no part of it",
    "may not open this admin",
    "may read",
    "may read and has every right",
    "may read and take up again",
    "its desk",
    "its party",
    "owns its party since",
    "acts for its party",
)
OF_ITS_PARTY = (OWNER, HEIR, AGENT)


@dataclass(frozen=True)
class Place:
    """One address: the name of its URL, what it is made of, and what is posted to it."""

    name: str
    args: Callable[[Scene], list[Any]]
    says: Callable[[Scene], dict[str, Any]] = field(default=lambda scene: {})
    query: str = ""
    label: str = ""
    methods: tuple[str, ...] = ("GET", "POST")
    tried: tuple[str, ...] = ("GET", "POST")
    headers: Callable[[Scene], dict[str, str]] = field(default=lambda scene: {})

    def address(self, scene: Scene) -> str:
        return reverse(self.name, args=self.args(scene)) + self.query

    @property
    def key(self) -> str:
        return self.label or self.name

    @property
    def is_admin(self) -> bool:
        return self.name.startswith((ADMIN, LETTERS, "submission_letter"))


@dataclass
class Scene:
    """A request in one situation, with everybody's relation to it."""

    situation: str
    case: Submission
    relations: dict[str, tuple[User | None, str]]
    real: bool = True

    @property
    def code(self) -> str:
        return self.case.tracking_code if self.real else new_tracking_code()

    @property
    def pk(self) -> int:
        return self.case.pk if self.real else NO_SUCH_PK

    @property
    def document(self) -> int:
        document = self.case.documents.first()
        assert document is not None
        return document.pk

    @property
    def inquiry(self) -> int:
        """What the power company was asked, and has answered on paper."""
        asked = self.case.items.inquiries().first()
        return asked.pk if asked and self.real else NO_SUCH_PK

    @property
    def part(self) -> str:
        """An upload on its way, begun by who filed the request."""
        begun = PartialUpload.objects.filter(submission=self.case).first()
        return str(begun.key if begun and self.real else uuid4())

    @property
    def letter(self) -> int:
        letter = self.case.letters.first()
        return letter.pk if letter and self.real else NO_SUCH_PK

    @property
    def attachment(self) -> int:
        """What goes with the letter."""
        attached = LetterAttachment.objects.filter(draft__submission=self.case).first()
        return attached.pk if attached and self.real else NO_SUCH_PK

    @property
    def letter_address(self) -> str:
        return reverse(f"{LETTERS}inspect", args=[self.letter])

    @property
    def secrets(self) -> list[str]:
        """What a page must not say to somebody who may not read."""
        names = {document.original_name for document in self.case.documents.all()}
        letters = {letter.number_text for letter in self.case.letters.all()}
        papers = InquiryReply.objects.filter(item__submission=self.case)
        names |= {paper.original_name for paper in papers}
        return [self.case.tracking_code, self.case.party.name, *names, *letters]


def by_code(scene: Scene) -> list[Any]:
    return [scene.code]


def by_pk(scene: Scene) -> list[Any]:
    return [scene.pk]


def by_letter(scene: Scene) -> list[Any]:
    return [scene.letter]


def words_of_a_step(scene: Scene) -> dict[str, Any]:
    """Enough for every step of the staff; the last step is the one they see."""
    colleague = User.objects.get(username="legal")
    reason = ReturnReason.objects.filter(retired=False).first()
    return {
        "expecting": scene.case.last_seq,
        "note": "لطفاً ملاحظه فرمایید.",
        "reason": reason.code if reason else "",
        "asked": colleague.pk,
        "purpose": "opinion",
        "person": User.objects.get(username="subs").pk,
        "body": cast.a_body().pk,
        "verdict": "no_answer",
        "stop": scene.case.route[0].code,
        "urgency": "urgent",
        "day": jdate_numeric(localdate() + timedelta(days=1)),
    }


def a_file(scene: Scene) -> dict[str, Any]:
    sheet = BytesIO()
    writer = PdfWriter()
    writer.add_blank_page(width=595, height=842)
    writer.write(sheet)
    return {"file": SimpleUploadedFile("new.pdf", sheet.getvalue(), "application/pdf")}


def beginning(scene: Scene) -> dict[str, str]:
    """What tus says when an upload begins."""
    words = {"filename": "new.pdf", "request": scene.code, "requirement": "request"}
    coded = (f"{name} {base64.b64encode(word.encode()).decode()}" for name, word in words.items())
    return TUS | {"Upload-Length": "100", "Upload-Metadata": ",".join(coded)}


def at_the_beginning(scene: Scene) -> dict[str, str]:
    return TUS | {"Upload-Offset": "0"}


PORTAL = [
    Place("submissions:report", by_code, methods=("GET",)),
    Place("submissions:copy", by_code, methods=("GET",)),
    Place("submissions:withdraw", by_code),
    Place("submissions:take_back", by_code),
    Place("submissions:opened", by_code, methods=("POST",)),
    Place("submissions:upload", by_code, a_file, "?requirement=request", methods=("POST",)),
    Place("submissions:document", lambda s: [s.code, s.document]),
    Place("submissions:waiting", lambda s: [s.code, "request"]),
    Place("submissions:autosave", by_code, lambda s: {"group": "description"}, methods=("POST",)),
    Place("submissions:done", by_code, methods=("GET",)),
    Place("letters:letter", by_code, methods=("GET",)),
    Place("letters:attachment", lambda s: [s.code, s.attachment], methods=("GET",)),
    *(
        Place("submissions:draft", lambda s, g=group: [s.code, g], label=f"draft {group}")
        for group in GROUPS
    ),
]
OFFICE = [
    Place(f"{ADMIN}index", lambda s: [], query="?list=seen", methods=("GET",)),
    Place(f"{ADMIN}results", lambda s: [], query="?list=seen", methods=("GET",)),
    Place(f"{ADMIN}inspect", by_pk, methods=("GET",)),
    Place(f"{ADMIN}history", by_pk, methods=("GET",)),
    Place(f"{ADMIN}take_next", lambda s: [], methods=("POST",)),
    Place(f"{ADMIN}note", by_pk, lambda s: {"text": "برای همکاران"}),
    Place(f"{ADMIN}seen", by_pk, methods=("POST",)),
    Place(f"{ADMIN}paper", lambda s: [s.pk, s.inquiry], methods=("GET",)),
    Place(f"{ADMIN}document", lambda s: [s.pk, s.document], methods=("GET",)),
    # The letter before its number; no block of this template is open.
    Place("submission_letter", by_pk, lambda s: {"block": 0, "revision": 0, "text": "متن"}),
    Place("submission_letter_pdf", by_pk, methods=("GET",)),
    Place(
        "submission_letter_marks",
        by_pk,
        lambda s: {"classification": "normal", "urgency": "", "revision": 0},
    ),
    # Without a file.
    Place("submission_letter_attach", by_pk),
    Place("submission_letter_attachment", lambda s: [s.pk, s.attachment], methods=("GET",)),
    Place("submission_letter_detach", lambda s: [s.pk, s.attachment]),
    *(
        Place(
            f"{ADMIN}step", lambda s, n=name: [s.pk, n.value], words_of_a_step, label=f"step {name}"
        )
        for name in StepName
    ),
]
ARCHIVE = [
    Place(f"{LETTERS}index", lambda s: [], methods=("GET",)),
    Place(f"{LETTERS}results", lambda s: [], methods=("GET",)),
    Place(f"{LETTERS}inspect", by_letter, methods=("GET",)),
    Place(f"{LETTERS}history", by_letter, methods=("GET",)),
    Place(f"{LETTERS}file", by_letter, methods=("GET",)),
    Place(f"{LETTERS}end", lambda s: [s.letter, "revoke"], lambda s: {"reason": "اشتباه در متن"}),
    Place(f"{LETTERS}ece", by_letter, methods=("GET",)),
    Place(f"{LETTERS}preheaded", by_letter, methods=("GET",)),
    Place(f"{LETTERS}attachment", lambda s: [s.letter, s.attachment], methods=("GET",)),
]
UPLOADS = [
    Place("submissions:parts", lambda s: [], methods=("POST",), headers=beginning),
    Place(
        "submissions:part",
        lambda s: [s.part],
        methods=EVERY_METHOD,
        tried=EVERY_METHOD,
        headers=at_the_beginning,
    ),
]
PLACES = [*PORTAL, *UPLOADS, *OFFICE, *ARCHIVE]

# The lists of the admin, and how to tell that the request's row is in them.
LISTS: dict[str, Callable[[Scene], str]] = {
    f"{ADMIN}index": lambda scene: scene.case.tracking_code,
    f"{ADMIN}results": lambda scene: scene.case.tracking_code,
    f"{LETTERS}index": lambda scene: scene.letter_address,
    f"{LETTERS}results": lambda scene: scene.letter_address,
}
# What the party itself is answered, in a draft, in review, and when it is completed.
OF_THE_PARTY = {
    ("submissions:report", "GET"): (200, 200, 200),
    ("submissions:copy", "GET"): (404, 200, 200),
    ("submissions:withdraw", "GET"): (200, 200, 409),
    ("submissions:withdraw", "POST"): (409, 409, 409),  # without saying what was seen
    # A desk has passed it on, and it was never returned.
    ("submissions:take_back", "GET"): (409, 409, 409),
    ("submissions:take_back", "POST"): (409, 409, 409),
    ("submissions:opened", "POST"): (409, 409, 409),
    ("submissions:upload", "POST"): (302, 409, 409),
    ("submissions:document", "GET"): (200, 200, 200),
    ("submissions:document", "POST"): (302, 409, 409),
    ("submissions:waiting", "GET"): (302, 302, 302),
    ("submissions:waiting", "POST"): (302, 409, 409),
    ("submissions:autosave", "POST"): (200, 409, 409),
    ("submissions:done", "GET"): (302, 200, 200),
    ("letters:letter", "GET"): (404, 404, 200),
    ("letters:attachment", "GET"): (404, 404, 200),
    ("draft documents", "POST"): (302, 409, 409),
    **{(f"draft {group}", "GET"): (200, 302, 302) for group in GROUPS},
    **{(f"draft {group}", "POST"): (200, 409, 409) for group in GROUPS if group != "documents"},
}
# The same for uploads in parts; ``part`` is answered to who began it alone.
OF_UPLOADS = {
    ("submissions:parts", "POST"): (201, 409, 409),
    ("submissions:part", "GET"): (200, 200, 200),
    ("submissions:part", "POST"): (302, 302, 302),
    ("submissions:part", "HEAD"): (200, 200, 200),
    # More of a file that is not whole yet; its last byte is refused (see test_tus).
    ("submissions:part", "PATCH"): (204, 204, 204),
    ("submissions:part", "DELETE"): (204, 204, 204),
}
SITUATIONS = ("draft", "in review", "completed")
# What whoever may read finds in the portal; the rest there is for the party alone.
READABLE = {"submissions:report", "submissions:copy", "letters:letter", "letters:attachment"}
OPEN_AT_THE_DESK = {
    *("pass_on", "return_for_correction", "refer", "reject", "take", "inquire"),
    *("set_urgency", "set_follow_up"),
}
OPEN_TO_MANAGERS = {
    ("reopen", "completed"),
    ("assign", "in review"),
    ("set_urgency", "in review"),
}


def expected(scene: Scene, place: Place, method: str, relation: str) -> set[int]:
    """The statuses that the table of roles allows in a cell."""
    if place.is_admin:
        return _expected_in_the_admin(scene, place, method, relation)
    if place in UPLOADS:
        return _expected_of_an_upload(scene, place, method, relation)
    if method not in place.methods:
        # Before anything is looked up: the answer is the same for every code.
        return {302, 405} if relation == NOBODY else {405}
    if relation == NOBODY:
        return {302}
    if relation in (STRANGER, OUTSIDER) or not scene.real:
        return {404}
    readable = place.key in READABLE or (place.name, method) == ("submissions:document", "GET")
    if relation in (READER, ROOT, MANAGER, DESK) and not readable:
        return {403}
    if relation == AGENT and place.name == "submissions:withdraw":
        # Giving up what was asked for is the owner's.
        return {403}
    return {OF_THE_PARTY[place.key, method][SITUATIONS.index(scene.situation)]}


def _expected_of_an_upload(scene: Scene, place: Place, method: str, relation: str) -> set[int]:
    if relation == NOBODY:
        # A script asks, which could do nothing with a page to sign in.
        return {401}
    if method not in place.methods:
        return {405}
    if relation in (STRANGER, OUTSIDER) or not scene.real:
        return {404}
    if place.name == "submissions:part" and relation != OWNER:
        return {404}
    if relation in (READER, ROOT, MANAGER, DESK):
        return {403}
    return {OF_UPLOADS[place.key, method][SITUATIONS.index(scene.situation)]}


def _expected_in_the_admin(scene: Scene, place: Place, method: str, relation: str) -> set[int]:
    if relation in (NOBODY, OUTSIDER, *OF_ITS_PARTY):
        return {302}
    action = place.name.removeprefix(ADMIN).removeprefix(LETTERS)
    if action in ("index", "results"):
        return {200} if method == "GET" else {405}
    if action == "take_next":
        # It names no request: whoever has nothing to take is led back to the list.
        return {302} if method in place.methods else {405}
    no_letter = place.name.startswith(LETTERS) and scene.situation != "completed"
    if relation == STRANGER or not scene.real or no_letter:
        return {404}
    if method not in place.methods:
        return {405}
    if action == "step":
        return _expected_of_a_step(scene, place.args(scene)[1], method, relation)
    if action.startswith("submission_letter"):
        return _expected_of_a_letter_to_come(action, method, relation)
    if action == "end":
        if relation not in (MANAGER, ROOT):
            return {403}
        return {200} if method == "GET" else {302}
    if action == "seen":
        # Whoever has nothing of it in hand has seen nothing that is theirs.
        return {302} if relation == DESK else {403}
    return {302} if action == "note" else {200}


#: What the desk is answered that has it; the block is not open, and no file is there.
AT_THE_LETTER = {
    "submission_letter": 409,
    "submission_letter_marks": 302,
    "submission_letter_attach": 422,
    "submission_letter_detach": 302,
}


def _expected_of_a_letter_to_come(action: str, method: str, relation: str) -> set[int]:
    if method == "POST":
        return {AT_THE_LETTER[action]} if relation == DESK else {403}
    leads_back = ("submission_letter_marks", "submission_letter_attach", "submission_letter_detach")
    return {302} if action in leads_back else {200}


def _expected_of_a_step(scene: Scene, name: str, method: str, relation: str) -> set[int]:
    if name not in FORMS:
        return {404}
    if relation == DESK and name in OPEN_AT_THE_DESK:
        return {200} if method == "GET" else {302}
    if relation == MANAGER and (name, scene.situation) in OPEN_TO_MANAGERS:
        return {200} if method == "GET" else {302}
    # Not one's turn, or not possible in this state.
    return {403} if method == "GET" and relation in (READER, ROOT) else {403, 409}


@pytest.fixture
def colleagues(
    staff: dict[str, User],
    yazd_desk: User,
    manager: User,
    editor: User,
    nobody_staff: User,
    admin: User,
    stranger: User,
    maryam: User,
    kavir: User,
) -> dict[str, User]:
    party = maryam.parties[0]
    Membership.objects.create(user=kavir, party=party, role=Membership.Role.AGENT)
    return {
        "own applicant": maryam,
        "other party": stranger,
        "agent": kavir,
        "agent whose time is over": agent_until_yesterday(party),
        "staff without rights": nobody_staff,
        "editor": editor,
        "desk that passed it on": staff["desk"],
        "own desk": staff["subs"],
        "desk not reached yet": staff["finance"],
        "desk off the route": staff["legal"],
        "desk of another province": yazd_desk,
        "manager": manager,
        "superuser": admin,
    }


def agent_until_yesterday(party: Party) -> User:
    """Somebody with a party of their own, who acted for ``party`` as well."""
    user = cast.arrive("09130000021", "natural", "9996543218", "سینا راد")
    until = localdate() - timedelta(days=1)
    Membership.objects.create(user=user, party=party, role=Membership.Role.AGENT, valid_until=until)
    return user


def relations_in(situation: str, people: dict[str, User]) -> dict[str, tuple[User | None, str]]:
    """How everybody stands to the request in this situation."""
    standing = dict.fromkeys(people, STRANGER)
    standing |= {"own applicant": OWNER, "other party": OUTSIDER, "agent": AGENT}
    standing["agent whose time is over"] = OUTSIDER
    standing |= {"staff without rights": OUTSIDER, "editor": OUTSIDER}
    if situation != "draft":
        standing |= {"desk that passed it on": READER, "superuser": ROOT, "manager": MANAGER}
    if situation == "in review":
        standing["own desk"] = DESK
    if situation == "completed":
        standing |= dict.fromkeys(("own desk", "desk not reached yet"), READER)
    everybody: dict[str, tuple[User | None, str]] = {"anonymous": (None, NOBODY)}
    return everybody | {role: (user, standing[role]) for role, user in people.items()}


@pytest.fixture
def scene_of(
    draft: Submission,
    staff: dict[str, User],
    maryam: User,
    colleagues: dict[str, User],
    run_tasks: Callable[[], int],
) -> Callable[[str], Scene]:
    """The request of Maryam, brought into a situation."""

    def bring(situation: str) -> Scene:
        case = draft
        if situation != "draft":
            case = cast.step(case, "submit", maryam)
            cast.attach(case, staff["desk"])
            case = cast.pass_desks(case, staff, "desk")
            case = cast.inquire_and_answer(case, staff["subs"])
        if situation == "completed":
            case = cast.pass_desks(case, staff, *cast.SIX_DESKS[1:-1])
            case = cast.step(case, "approve", staff["secretariat"])
            run_tasks()
            case = cast.again(case)
            assert case.state == "completed"
        part = PartialUpload.objects.create(
            owner=maryam,
            submission=case,
            requirement="request",
            original_name="on-its-way.pdf",
            size=100,
        )
        part.path.parent.mkdir(parents=True, exist_ok=True)
        part.path.touch()
        return Scene(situation, case, relations_in(situation, colleagues))

    return bring


@dataclass
class Matrix:
    """Tries cells and remembers the wrong ones."""

    signed_in: Callable[[Client, User], Client]
    cells: int = 0
    wrong: list[str] = field(default_factory=list)

    def try_all(self, scene: Scene) -> None:
        for role, (user, relation) in scene.relations.items():
            client = Client()
            if user is not None:
                self.signed_in(client, user)
            for place in PLACES:
                if not scene.real and place.key in LISTS:
                    continue  # they name no request
                for method in place.tried:
                    self.cells += 1
                    for fault in self._faults(scene, place, method, relation, client):
                        real = "" if scene.real else " (no such code)"
                        self.wrong.append(f"{role}: {method} {place.key}{real}: {fault}")

    def _faults(
        self, scene: Scene, place: Place, method: str, relation: str, client: Client
    ) -> Iterator[str]:
        with transaction.atomic():
            address = place.address(scene)
            response = self._answer(scene, place, method, client, address)
            body = _body(response)
            transaction.set_rollback(True)
        wanted = expected(scene, place, method, relation)
        if response.status_code not in wanted:
            yield f"answered {response.status_code}, not {sorted(wanted)}"
        if relation in (NOBODY, STRANGER, OUTSIDER) or (
            relation in OF_ITS_PARTY and place.is_admin
        ):
            yield from (f"says «{secret}»" for secret in scene.secrets if secret in body)
        if response.status_code == 302 and not _leads_where_it_may(response, place, relation):
            yield f"leads to {response['Location']}"
        if place.key in LISTS and response.status_code == 200 and scene.real:
            shown = LISTS[place.key](scene) in _digits_together(body)
            if shown != _is_listed(scene, place, relation):
                yield "shows the row" if shown else "does not show the row"

    def _answer(self, scene: Scene, place: Place, method: str, client: Client, address: str) -> Any:
        headers = place.headers(scene)
        if headers and method != "GET":
            body = {"data": b"%" if method == "PATCH" else b"", "content_type": BYTES}
            more = body if method in ("PATCH", "POST") else {}
            return getattr(client, method.lower())(address, headers=headers, **more)
        data = place.says(scene) if method == "POST" else {}
        return getattr(client, method.lower())(address, data, headers=headers)


def _is_listed(scene: Scene, place: Place, relation: str) -> bool:
    has_row = scene.situation == "completed" if place.name.startswith(LETTERS) else True
    return has_row and relation in (READER, ROOT, MANAGER, DESK)


def _body(response: HttpResponseBase) -> str:
    content = response.getvalue() if response.streaming else response.content
    return content.decode(errors="replace")


def _digits_together(body: str) -> str:
    """Codes are shown in groups of Persian digits."""
    return body.translate({ord(p): str(n) for n, p in enumerate("۰۱۲۳۴۵۶۷۸۹")}).replace(" ", "")


def _leads_where_it_may(response: HttpResponseBase, place: Place, relation: str) -> bool:
    """Strangers are sent to sign in, staff without rights to the first page of the admin."""
    target = response["Location"]
    if place.is_admin and relation in (NOBODY, OUTSIDER, *OF_ITS_PARTY):
        return target.startswith("/admin/login/") or target == "/admin/"
    return relation != NOBODY or target.startswith("/accounts/login/")


@pytest.mark.parametrize("situation", SITUATIONS)
def test_everybody_sees_and_does_what_is_theirs(
    situation: str,
    scene_of: Callable[[str], Scene],
    signed_in: Callable[[Client, User], Client],
    record_property: Callable[[str, object], None],
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    # Thousands of refusals, each with a traceback, take longer to write than to make.
    caplog.set_level(logging.CRITICAL, "django.request")
    scene = scene_of(situation)
    matrix = Matrix(signed_in)

    matrix.try_all(scene)
    if situation == "in review":
        matrix.try_all(replace(scene, real=False))
    matrix.try_all(after_a_succession(scene))

    record_property("cells", matrix.cells)
    with capsys.disabled():
        print(f" role matrix, {situation}: {matrix.cells} cells ", end="")
    assert not matrix.wrong, f"{len(matrix.wrong)} of {matrix.cells} cells:\n" + "\n".join(
        matrix.wrong
    )


def after_a_succession(scene: Scene) -> Scene:
    """Somebody else owns the party; who filed the request has become a stranger to it."""
    before = User.objects.get(pk=scene.case.filed_by_id)
    heir = User.objects.create_user("heir", mobile="09130000023", mobile_verified=True)
    approver = User.objects.get(username="legal")
    parties.hand_over_party(scene.case.party.national_id or "", successor=heir, by=approver)
    agent = scene.relations["agent"]
    return replace(
        scene,
        relations={
            "old owner": (before, OUTSIDER),
            "new owner": (heir, HEIR),
            "agent of the old and the new owner": agent,
        },
    )


def test_no_address_of_a_request_is_left_out() -> None:
    watched = {name for route, name in addresses(get_resolver()) if route.startswith(WATCHED)}

    assert watched - LISTS_OF_ONES_OWN == {place.name for place in PLACES}


def addresses(
    resolver: URLResolver, before: str = "", spaces: tuple[str, ...] = ()
) -> Iterable[tuple[str, str]]:
    """Every route of the portal with the name of its URL, namespaces included."""
    for entry in resolver.url_patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield route, ":".join((*spaces, entry.name or route))
        else:
            inner = (*spaces, entry.namespace) if entry.namespace else spaces
            yield from addresses(entry, route, inner)
