"""A document in parts through the API: with a token, in an app, in a browser, and over a line that breaks."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from accounts.models import User
from submissions.documents import resumable
from submissions.models import PartialUpload, Submission
from tests import cast
from tests.api.caller import ROOT, Caller, Program
from tests.api.signing_in import App
from tests.api.test_problems import problem
from tests.submissions.files import pdf

pytestmark = pytest.mark.django_db
BYTES = "application/offset+octet-stream"
CONTENT = pdf().read()
SIZE, HALF = len(CONTENT), len(CONTENT) // 2
TUS = {"Tus-Resumable": "1.0.0"}


@pytest.fixture
def empty(draft: Submission) -> Submission:
    """The draft without any of its files."""
    draft.documents.all().delete()
    return cast.again(draft)


@pytest.fixture
def program(maryam: User) -> Program:
    return Program(maryam, "submissions:read", "submissions:act")


def call(who: Any, method: str, address: str, content: Any = b"", **said: Any) -> Any:
    kind = said.pop("kind", BYTES)
    environ = said.pop("environ", {})
    headers = TUS | {name.replace("_", "-"): str(value) for name, value in said.items()}
    return who.client.generic(
        method, address, content, content_type=kind, headers=headers, **environ
    )


def begin(who: Any, case: Submission, size: int = SIZE, code: str = "contract", **said: Any) -> Any:
    name = base64.b64encode("قرارداد.pdf".encode()).decode()
    address = f"{ROOT}submissions/{case.tracking_code}/documents/{code}/parts/"
    metadata = {"Upload_Metadata": f"filename {name}"}
    return call(who, "POST", address, **{"Upload_Length": size} | metadata | said)


def reached(who: Any, address: str, **said: Any) -> int:
    answer = call(who, "HEAD", address, **said)
    assert (answer.status_code, answer["Upload-Length"]) == (200, str(SIZE))
    return int(answer["Upload-Offset"])


def send_in_two_pieces(who: Any, case: Submission, **said: Any) -> None:
    begun = begin(who, case, **said)
    assert (begun.status_code, begun["Tus-Resumable"]) == (201, "1.0.0"), begun.content
    address = begun["Location"]
    first = call(who, "PATCH", address, CONTENT[:HALF], Upload_Offset=0, **said)
    assert (first.status_code, first["Upload-Offset"]) == (204, str(HALF)), first.content
    assert reached(who, address, **said) == HALF
    last = call(who, "PATCH", address, CONTENT[HALF:], Upload_Offset=HALF, **said)
    assert (last.status_code, last["Upload-Offset"]) == (204, str(SIZE))
    kept = case.documents.current().get(requirement="contract")
    assert (kept.file.read(), kept.original_name) == (CONTENT, "قرارداد.pdf")
    # Whoever lost the last answer learns that nothing is left to send.
    assert reached(who, address, **said) == SIZE


def test_with_a_token(program: Program, empty: Submission) -> None:
    send_in_two_pieces(program, empty)


def test_in_an_app(empty: Submission, maryam: User) -> None:
    app = App()
    app.come_in(maryam.mobile)
    send_in_two_pieces(app, empty, X_Session_Token=app.token)


def test_in_a_browser_with_its_csrf_token(empty: Submission, maryam: User) -> None:
    browser = Caller(maryam, csrf=True)
    problem(begin(browser, empty), 403, "forbidden")
    browser.client.get(f"{ROOT}session/")
    token = browser.client.cookies["csrftoken"].value
    send_in_two_pieces(browser, empty, X_CSRFToken=token)


class BreakingLine:
    """What a server reads from a line that breaks after some bytes of more."""

    def __init__(self, content: bytes) -> None:
        self.left = content

    def read(self, size: int = -1) -> bytes:
        if not self.left:
            raise ConnectionResetError
        some, self.left = self.left[:size], self.left[size:]
        return some

    readline = read


def test_after_a_line_that_broke_it_goes_on_where_it_stopped(
    program: Program, empty: Submission
) -> None:
    address = begin(program, empty)["Location"]
    broken = {"wsgi.input": BreakingLine(CONTENT[:HALF]), "CONTENT_LENGTH": str(SIZE)}
    call(program, "PATCH", address, CONTENT, Upload_Offset=0, environ=broken)
    assert not empty.documents.exists()
    assert reached(program, address) == HALF

    answer = call(program, "PATCH", address, CONTENT, Upload_Offset=0)
    problem(answer, 409, "wrong_offset")
    rest = call(program, "PATCH", address, CONTENT[HALF:], Upload_Offset=HALF)
    assert rest.status_code == 204
    assert empty.documents.current().get().file.read() == CONTENT


def test_what_a_page_began_goes_on_here(program: Program, empty: Submission, maryam: User) -> None:
    needed = empty.version.facts.document("contract")
    assert needed
    part = resumable.begin_upload(empty, needed, name="a.pdf", size=SIZE, by=maryam)
    address = f"{ROOT}submissions/{empty.tracking_code}/documents/contract/parts/{part.key}/"
    assert call(program, "PATCH", address, CONTENT, Upload_Offset=0).status_code == 204
    assert empty.documents.current().get().original_name == "a.pdf"


def test_more_than_a_megabyte_at_once(program: Program, empty: Submission) -> None:
    """The limit of JSON is none of files."""
    address = begin(program, empty, size=3_000_000)["Location"]
    told = call(program, "PATCH", address, b"%PDF-" + b"a" * 2_000_000, Upload_Offset=0)
    assert (told.status_code, told["Upload-Offset"]) == (204, "2000005")


def test_a_file_that_is_none_is_refused_with_its_last_bytes(
    program: Program, empty: Submission
) -> None:
    address = begin(program, empty, size=10)["Location"]
    problem(call(program, "PATCH", address, b"no picture", Upload_Offset=0), 422, "wrong_type")
    problem(call(program, "PATCH", address, b"no picture", Upload_Offset=0), 404, "not_found")


def test_thrown_away(program: Program, empty: Submission) -> None:
    address = begin(program, empty)["Location"]
    assert call(program, "DELETE", address).status_code == 204
    assert call(program, "HEAD", address).status_code == 404
    assert not PartialUpload.objects.exists()


@pytest.mark.parametrize(
    ("said", "status", "code"),
    [
        ({"Tus_Resumable": "0.2"}, 412, "tus_version"),
        ({"kind": "application/json"}, 415, "unsupported_type"),
        ({"Upload_Offset": "-1"}, 422, "invalid"),
        ({"Upload_Offset": "x"}, 422, "invalid"),
        ({"Upload_Offset": "9" * 40}, 422, "invalid"),
        ({"Upload_Offset": "1"}, 409, "wrong_offset"),
        ({"content": CONTENT + b"more"}, 413, "too_large"),
    ],
)
def test_what_is_wrong_is_told_and_changes_nothing(
    program: Program, empty: Submission, said: dict[str, Any], status: int, code: str
) -> None:
    address = begin(program, empty)["Location"]
    answer = call(program, "PATCH", address, **{"content": b"abc", "Upload_Offset": 0} | said)
    problem(answer, status, code)
    if status != 415:  # turned away before the protocol is spoken
        assert answer["Tus-Resumable"] == "1.0.0"
    assert reached(program, address) == 0


@pytest.mark.parametrize(
    ("said", "status", "code"),
    [
        ({"Upload_Length": "x"}, 422, "invalid"),
        ({"Upload_Metadata": "filename !!!"}, 400, "bad_metadata"),
        ({"Upload_Metadata": "a" * 5000}, 422, "invalid"),
        ({"size": 10**12}, 422, "too_large"),
        ({"code": "nothing"}, 404, "not_found"),
    ],
)
def test_what_cannot_be_begun(
    program: Program, empty: Submission, said: dict[str, Any], status: int, code: str
) -> None:
    problem(begin(program, empty, **said), status, code)
    assert not PartialUpload.objects.exists()


def test_another_writer_is_waited_for(program: Program, empty: Submission) -> None:
    address = begin(program, empty)["Location"]
    hold = resumable.Hold.take(PartialUpload.objects.get(), 0)
    told = call(program, "PATCH", address, CONTENT, Upload_Offset=0)
    problem(told, 423, "upload_busy")
    assert int(told["Retry-After"]) > 0
    hold.give_back()
    assert call(program, "PATCH", address, CONTENT, Upload_Offset=0).status_code == 204


def test_of_others_there_is_no_part(
    program: Program, empty: Submission, maryam: User, stranger: User
) -> None:
    address = begin(program, empty)["Location"]
    scopes = ("submissions:read", "submissions:act")
    another, reader = Program(stranger, *scopes), Program(maryam, "submissions:read")
    problem(call(another, "PATCH", address, b"x", Upload_Offset=0), 404, "not_found")
    problem(call(reader, "PATCH", address, b"x", Upload_Offset=0), 403, "out_of_scope")
    problem(call(Caller(), "PATCH", address, b"x", Upload_Offset=0), 401, "not_signed_in")
    assert reached(program, address) == 0
