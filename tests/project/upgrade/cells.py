"""What an office shows of its requests, cell by cell: everybody at every request, list and page.

Made so that it ran with the code of the day of the dump too: what it asks there is asked here.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.test import Client
from django.urls import reverse

from accounts.models import User
from submissions.models import Submission
from submissions.policies import SubmissionPolicy
from submissions.reports.report import Report

HERE = Path(__file__).parent
DESKS = "desks_before_work_items"
TOLD: dict[str, Any] = json.loads(gzip.decompress((HERE / f"{DESKS}.cells.json.gz").read_bytes()))
DESKS_MOMENT = datetime.fromisoformat(TOLD["moment"])
ADMIN = "submissions_submission_modeladmin_"
LISTS = ("mine", "open", "late", "no-desk", "seen")
Cells = dict[str, Any]


def steps_of(user: User, case: Submission, names: Iterable[str]) -> Cells:
    """Each step with the code of its refusal; empty where it is open."""
    offers = SubmissionPolicy().steps_open(user, case)
    codes = {offer.name.value: offer.refusal.code if offer.refusal else "" for offer in offers}
    return {name: codes[name] for name in names}


def people_of(case: Submission, users: Iterable[User], names: Iterable[str]) -> Cells:
    """Of everybody: whether they may read it, and what they may do."""
    told = {}
    for user in users:
        seen = Submission.objects.visible_to(user).filter(pk=case.pk).exists()
        told[user.username] = {"reads": seen} | steps_of(user, case, names)
    return told


def report_of(case: Submission) -> Cells:
    """The report as its applicant reads it."""
    report = Report(case)
    return {
        "entries": [entry_of(entry) for entry in report.entries],
        "stages": [[stage.label, stage.state] for stage in report.stages],
        "where": report.where,
        "late": report.is_late,
        "promise": str(report.desk_promise),
        "due": str(case.due_at),
        "to mend": [[point.title, point.note, point.href] for point in report.to_mend],
        "asked words": report.asked_words,
        "last words": report.last_words,
    }


def entry_of(entry: Any) -> Cells:
    plain = {name: str(getattr(entry, name)) for name in ("title", "who", "desk", "when", "note")}
    points = [[point.title, point.note] for point in entry.points]
    return plain | {"reason": str(entry.reason), "points": points, "changes": len(entry.changes)}


def lists_of(user: User) -> dict[str, list[str]]:
    """The requests on each list of the queue, in the order of its pages."""
    client = Client()
    client.force_login(user)
    return {name: listed(client, name) for name in LISTS}


def listed(client: Client, name: str) -> list[str]:
    codes: list[str] = []
    asked = {"list": name}
    while True:
        page = client.get(reverse(f"{ADMIN}index"), asked)
        if page.status_code != 200 or page.context["list_name"] != name:
            return codes
        rows = page.context["object_list"]
        codes += [row.tracking_code for row in rows]
        if not (after := page.context["page"].after):
            return codes
        asked = {"list": name, "after": after}


def pages_of(client: Client, case: Submission, names: Iterable[str]) -> list[int]:
    """How each page of the request answers who is signed in."""
    addresses = [
        reverse("submissions:report", args=[case.tracking_code]),
        reverse(f"{ADMIN}inspect", args=[case.pk]),
        reverse(f"{ADMIN}history", args=[case.pk]),
        *(reverse(f"{ADMIN}step", args=[case.pk, name]) for name in names),
    ]
    return [client.get(address).status_code for address in addresses]


def differences(told: Any, now: Any, where: str) -> list[str]:
    """Each cell that is another one, and where it stands."""
    if isinstance(told, dict) and isinstance(now, dict) and told.keys() == now.keys():
        return [d for key in told for d in differences(told[key], now[key], f"{where}, {key}")]
    if isinstance(told, list) and isinstance(now, list) and len(told) == len(now):
        pairs = enumerate(zip(told, now, strict=True))
        return [d for at, pair in pairs for d in differences(*pair, f"{where}, {at}")]
    return [] if told == now else [f"{where}: {told!r} became {now!r}"]
