"""Fills a portal with people for ``tests.bench.load`` and prints their sessions and pages as JSON.

``python -m tests.bench.load_people APPLICANTS REVIEWERS``
"""

from __future__ import annotations

import base64
import json
import sys
from typing import Any

import django

django.setup()

from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402

from accounts.models import User  # noqa: E402
from services_catalog.models import Service  # noqa: E402
from submissions.models import Submission  # noqa: E402
from tests import cast  # noqa: E402
from tests.bench.made_up import natural_code  # noqa: E402
from tests.submissions.files import pdf  # noqa: E402

# Behind the codes of the demo.
MADE_UP = 1000


def make_people(applicants: int, reviewers: int) -> dict[str, Any]:
    """Applicants with a request on its way and a draft, reviewers at its desk; all signed in."""
    service = Service.objects.get(code="elec-intro")
    asking, filed = [], []
    for number in range(applicants):
        user = _arrive(number)
        filed.append(cast.step(cast.complete_draft(user, service), "submit", user))
        asking.append(_applicant(user, filed[-1], cast.complete_draft(user, service)))
    return {
        "applicants": asking,
        "reviewers": [_reviewer(n, filed) for n in range(reviewers)],
        "paper": base64.b64encode(pdf().read()).decode(),
    }


def _arrive(number: int) -> User:
    name = f"متقاضی {number}"
    user = cast.arrive(f"0919{number:07}", "natural", natural_code(MADE_UP + number), name)
    # The file number that complete drafts of the cast have.
    cast.register(f"1404/{number}", user.parties[0], file_number="31-14021001")
    return user


def _applicant(user: User, request: Submission, draft: Submission) -> dict[str, Any]:
    writing = f"/desk/request/{draft.tracking_code}"
    return {
        "session": _sign_in(user),
        "pages": [
            *("/desk/", "/cartable/", f"/cartable/{request.tracking_code}/", "/desk/request/"),
            f"{writing}/questions/",
        ],
        "uploads": f"/cartable/{draft.tracking_code}/documents/?requirement={_first_paper(draft)}",
        "saves": {
            "path": f"{writing}/save/",
            "words": {"group": "questions", "asked": "requested_power", "requested_power": "275"},
        },
    }


def _first_paper(draft: Submission) -> str:
    return draft.facts.documents_for(draft.party.kind)[0].code


def _reviewer(number: int, filed: list[Submission]) -> dict[str, Any]:
    user = cast.hire(f"bench{number}", "reviewer", first="کارشناس", last=str(number))
    cast.seat(user, "desk")
    index = reverse("submissions_submission_modeladmin_index")
    case = reverse(
        "submissions_submission_modeladmin_inspect", args=[filed[number % len(filed)].pk]
    )
    return {"session": _sign_in(user), "pages": ["/admin/", index, case, f"{index}?list=all"]}


def _sign_in(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value


if __name__ == "__main__":
    print(json.dumps(make_people(*map(int, sys.argv[1:]))))
