"""Who gets which status from each endpoint of a request: the refusals of the pages, as an API says them."""

from __future__ import annotations

import pytest

from accounts.models import User
from submissions.models import Submission
from tests.api.caller import Caller

pytestmark = pytest.mark.django_db

READ, ACT, QUEUE, LETTER = "read", "act", "queue", "letter"
# Reading it, passing it on, the queue, its letter (there is none yet: 404 for everybody).
EXPECTED = {
    "its desk": {READ: 200, ACT: 200, QUEUE: 200, LETTER: 404},
    "another desk": {READ: 404, ACT: 404, QUEUE: 200, LETTER: 404},
    "another province": {READ: 404, ACT: 404, QUEUE: 200, LETTER: 404},
    "no rights": {READ: 404, ACT: 404, QUEUE: 403, LETTER: 404},
    "manager": {READ: 200, ACT: 403, QUEUE: 200, LETTER: 404},
    "superuser": {READ: 200, ACT: 403, QUEUE: 200, LETTER: 404},
    "editor": {READ: 404, ACT: 404, QUEUE: 403, LETTER: 404},
    "owner": {READ: 200, ACT: 403, QUEUE: 403, LETTER: 404},
    "stranger": {READ: 404, ACT: 404, QUEUE: 403, LETTER: 404},
    "anonymous": {READ: 401, ACT: 401, QUEUE: 401, LETTER: 401},
}


@pytest.fixture
def people(
    staff: dict[str, User],
    yazd_desk: User,
    nobody_staff: User,
    manager: User,
    admin: User,
    editor: User,
    maryam: User,
    stranger: User,
) -> dict[str, User | None]:
    return {
        "its desk": staff["desk"],
        "another desk": staff["legal"],
        "another province": yazd_desk,
        "no rights": nobody_staff,
        "manager": manager,
        "superuser": admin,
        "editor": editor,
        "owner": maryam,
        "stranger": stranger,
        "anonymous": None,
    }


@pytest.mark.parametrize("person", EXPECTED)
def test_every_role_at_every_endpoint(
    person: str, people: dict[str, User | None], submitted: Submission
) -> None:
    caller, code = Caller(people[person]), submitted.tracking_code

    found = {
        READ: caller.get(f"submissions/{code}/"),
        QUEUE: caller.get("staff/queue/"),
        LETTER: caller.get(f"submissions/{code}/letter/"),
        ACT: caller.step(code, "pass_on", expecting=submitted.last_seq),
    }

    assert {name: answer.status_code for name, answer in found.items()} == EXPECTED[person]
    for answer in found.values():
        assert answer.status_code == 200 or answer.json()["status"] == answer.status_code
