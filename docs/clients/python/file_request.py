#!/usr/bin/env python3
"""Files a request with its documents, follows it and fetches its letter, by the JSON API alone.

    python3 file_request.py --portal http://127.0.0.1:8000 --mobile 09130000001 FOLDER
    MIZ_TOKEN=mk_… python3 file_request.py --portal https://miz.example.ir FOLDER

FOLDER holds ``request.json`` and, below ``documents/``, one file for each document that the service
asks for, named by its code (``contract.pdf``). What is still wanting is printed, and looked for again
in the folder until it is there; so is what the office wants mended. In the end ``letter.pdf`` lies
beside ``request.json``. Needs Python 3.11 and nothing else.

    {"search": "انشعاب برق",                    what to look for in the catalog, or "service": its code
     "contract": "1402/1001",                   where the service is for a contract
     "description": "…",
     "answers": {"requested_power": 250, "temporary": false},
     "declined": ["lease"]}                     documents that are not yours to bring
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

FAST, SLOW = 1.0, 60.0  # seconds between two looks: at the folder, at the office
TRIES = 5
# While the office has it: at its desks, or at printing the letter.
UNDER_WAY = ("in_review", "approved")
# What says by itself that the same call may be sent again.
PASSING = (429, 502, 503, 504)


class Refused(Exception):
    """The portal said no: ``code`` is for programs, the rest for people."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        self.status, self.code = status, problem.get("code", "")
        self.errors: list[dict[str, str]] = problem.get("errors", [])
        faults = "".join(f"\n  {fault['pointer']}: {fault['detail']}" for fault in self.errors)
        super().__init__(f"{problem.get('title')} — {problem.get('detail')}{faults}")


class Api:
    """The API of one portal, as one person or program."""

    def __init__(self, portal: str, token: str = "") -> None:
        self.root = f"{portal.rstrip('/')}/api/v3/"
        # A program has a scoped token; a person's session is begun with the word «new».
        self.headers = {"Authorization": f"Bearer {token}"} if token else {"X-Session-Token": "new"}

    def get(self, path: str, **query: str) -> Any:
        return self.call("GET", f"{path}?{urllib.parse.urlencode(query)}" if query else path)

    def post(self, path: str, content: Any) -> Any:
        """Something done once, even if the line breaks and it is sent again: see ``call``."""
        return self.call("POST", path, json.dumps(content).encode(), "application/json")

    def patch(self, path: str, content: Any) -> Any:
        return self.call("PATCH", path, json.dumps(content).encode(), "application/json")

    def upload(self, path: str, file: Path) -> Any:
        """One file in a form (multipart)."""
        edge = uuid.uuid4().hex
        head = (
            f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{file.name}"\r\n'
        )
        frame = (head + "Content-Type: application/octet-stream\r\n\r\n").encode()
        body = frame + file.read_bytes() + f"\r\n--{edge}--\r\n".encode()
        return self.call("POST", path, body, f"multipart/form-data; boundary={edge}")

    def call(self, method: str, path: str, body: bytes | None = None, kind: str = "") -> Any:
        """The answer: JSON as Python has it, a file as bytes. Raises Refused.

        What did not arrive, or was put off, is sent again with the same key: the portal does it once.
        """
        headers = {**self.headers, **({"Content-Type": kind} if kind else {})}
        if method == "POST":
            headers["Idempotency-Key"] = str(uuid.uuid4())
        request = urllib.request.Request(self.root + path, body, headers, method=method)
        for left in reversed(range(TRIES)):
            try:
                with urllib.request.urlopen(request, timeout=60) as answer:
                    return self._read(answer)
            except urllib.error.HTTPError as error:
                wait = error.headers.get("Retry-After", "2")
                if error.code not in PASSING or not left:
                    raise Refused(error.code, json.load(error)) from None
                time.sleep(int(wait))
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                if not left:
                    raise
                time.sleep(2)
        raise AssertionError("unreachable")

    def _read(self, answer: Any) -> Any:
        content = answer.read()
        if "json" not in answer.headers.get("Content-Type", ""):
            return content
        told = json.loads(content)
        # Signing in gives the session another name, told once.
        if isinstance(told, dict) and told.get("session_token"):
            self.headers["X-Session-Token"] = told["session_token"]
        return told


def sign_in(api: Api, mobile: str, ask: Callable[[str], str] = input) -> None:
    """By the code that comes by SMS. Who comes for the first time registers on the portal first."""
    api.post("session/code/", {"mobile": mobile})
    state = api.post("session/code/confirm/", {"code": ask(f"The code sent to {mobile}: ").strip()})
    if state["person"] is None:
        raise SystemExit(f"Please sign in on the portal once; it wants: {state['stage']}")


class Folder:
    """What the applicant has put together; read anew at every look."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.path / "request.json").read_text("utf-8"))
        return found

    def find_file(self, code: str) -> Path | None:
        return next((self.path / "documents").glob(f"{code}.*"), None)

    def save_letter(self, content: bytes) -> Path:
        path = self.path / "letter.pdf"
        path.write_bytes(content)
        return path


def find_service(api: Api, wanted: dict[str, Any]) -> str:
    """The code of the service: as it is given, or the best that the catalog finds."""
    if "service" in wanted:
        return str(wanted["service"])
    found = api.get("catalog/services/", q=wanted["search"])["items"]
    if not found:
        raise SystemExit(f"No service for «{wanted['search']}».")
    print(f"Service: {found[0]['title']}")
    return str(found[0]["code"])


def begin_draft(api: Api, wanted: dict[str, Any]) -> str:
    """A draft for the service and, where one is named, the contract; its tracking code."""
    begun: dict[str, Any] = {"service": find_service(api, wanted)}
    if "contract" in wanted:
        mine = {contract["number"]: contract["id"] for contract in api.get("contracts/")}
        if wanted["contract"] not in mine:
            raise SystemExit(f"Your contracts are: {', '.join(mine) or 'none'}")
        begun["contract"] = mine[wanted["contract"]]
    return str(api.post("submissions/", begun)["tracking_code"])


def write_draft(api: Api, code: str, folder: Folder) -> list[dict[str, str]]:
    """Send what the folder has and the portal wants; what is wanting after that."""
    place, wanted = f"submissions/{code}/", folder.read()
    missing = {item["code"] for item in api.get(f"{place}draft/")["missing"]}
    # After a return only what is to be mended can be written, so only that is sent.
    asked = {name: said for name, said in wanted.get("answers", {}).items() if name in missing}
    if asked:
        api.patch(f"{place}draft/", {"answers": asked})
        # An answer may have brought up another question.
        missing = {item["code"] for item in api.get(f"{place}draft/")["missing"]}
        more = {name: said for name, said in wanted["answers"].items() if name in missing}
        api.patch(f"{place}draft/", {"answers": more})
    if "description" in missing:
        api.patch(f"{place}draft/", {"description": wanted.get("description", "")})
    for paper in api.get(f"{place}documents/"):
        # What is looked into by the portal is there, and counts in a moment.
        if paper["code"] in missing and paper["state"] != "waiting":
            bring_paper(api, f"{place}documents/{paper['code']}/", paper, folder)
    still: list[dict[str, str]] = api.get(f"{place}draft/")["missing"]
    return still


def bring_paper(api: Api, place: str, paper: dict[str, Any], folder: Folder) -> None:
    """The folder's file, unless it is the one that is there already (as after a return)."""
    file = folder.find_file(paper["code"])
    if paper["required"] == "declared" and paper["code"] in folder.read().get("declined", []):
        api.patch(place, {"declined": True})
    elif file and hashlib.sha256(file.read_bytes()).hexdigest() != paper["sha256"]:
        api.upload(place, file)
        print(f"Sent: {file.name}")


def hand_in(api: Api, code: str, folder: Folder) -> None:
    """Submit as soon as nothing is wanting."""
    told: list[dict[str, str]] = []
    while missing := write_draft(api, code, folder):
        if missing != told:
            print(
                "Wanting:", *(f"  {item['code']}: {item['detail']}" for item in missing), sep="\n"
            )
        told = missing
        time.sleep(FAST)
    take_step(api, code, "submit")
    print(f"Handed in: {code}")


def take_step(api: Api, code: str, name: str, **said: Any) -> dict[str, Any]:
    """One step, said by somebody who sees the present state: ``expecting`` tells which that is."""
    seen = api.get(f"submissions/{code}/")["last_seq"]
    told: dict[str, Any] = api.post(
        f"submissions/{code}/steps/", {"name": name, "expecting": seen, **said}
    )
    return told


def wait_for_office(api: Api, code: str, every: float) -> dict[str, Any]:
    """The request as soon as the office has decided: returned, rejected, or done."""
    where = ""
    while (told := api.get(f"submissions/{code}/"))["state"] in UNDER_WAY:
        if told["where"] != where:
            where = told["where"]
            print(f"Now: {where}")
        time.sleep(every)
    found: dict[str, Any] = told
    return found


def read_return(api: Api, told: dict[str, Any]) -> None:
    """Tell the applicant what is to be mended, and the portal that it was seen."""
    why = next(entry for entry in told["report"] if entry["reason"])
    print(f"Returned: {why['reason']} {why['note']}", *why["mend"], sep="\n  ")
    api.post(f"submissions/{told['tracking_code']}/seen/", {})


def fetch_letter(api: Api, code: str, folder: Folder) -> None:
    """The paper, and what anybody who holds it is told of it."""
    letters = api.get(f"submissions/{code}/letters/")
    file = folder.save_letter(api.get(f"submissions/{code}/letter/"))
    said = api.get(f"verify/{letters[0]['verify_code']}/")
    if (said["state"], said["number"]) != ("issued", letters[0]["number"]):
        raise SystemExit(f"The portal says of this letter: {said['state']}")
    print(f"Letter {said['number']} to {said['recipient']}: {file}")


def walk_road(api: Api, folder: Folder, every: float) -> None:
    """From the draft to the letter, as often as the office wants something mended."""
    code = begin_draft(api, folder.read())
    hand_in(api, code, folder)
    while (told := wait_for_office(api, code, every))["state"] == "returned":
        read_return(api, told)
        hand_in(api, code, folder)
    if told["state"] != "completed":
        raise SystemExit(f"It ended as «{told['state']}»: {told['report'][0]['note']}")
    fetch_letter(api, code, folder)


def main() -> None:
    asked = argparse.ArgumentParser(description="File a request and fetch its letter.")
    asked.add_argument("folder", type=Path, help="where request.json and documents/ are")
    asked.add_argument("--portal", default="http://127.0.0.1:8000")
    asked.add_argument("--mobile", help="sign in by a code; without it MIZ_TOKEN is used")
    asked.add_argument("--every", type=float, default=SLOW, help="seconds between two looks")
    said = asked.parse_args()
    api = Api(said.portal, "" if said.mobile else os.environ.get("MIZ_TOKEN", ""))
    try:
        if said.mobile:
            sign_in(api, said.mobile)
        walk_road(api, Folder(said.folder), said.every)
    except Refused as refusal:
        sys.exit(str(refusal))


if __name__ == "__main__":
    main()
