"""The walk of docs/api.md, pasted block by block into a shell before a served portal."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests.browser.people import papers_for
from tests.browser.portal import Portal
from tests.patience import PATIENCE

pytestmark = [pytest.mark.browser, pytest.mark.services]

DOCUMENT = Path(settings.BASE_DIR) / "docs" / "api.md"
WALK = "## A walk with curl\n"
FENCED = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
HEADER = re.compile(r"^([\w-]+): ")
STATUS = re.compile(r"^(\d{3})(?: (.*))?$")
END = "--- end of a block ---"
ANY = "…"


@dataclass
class Answer:
    """One answer, as it was printed or as the document shows it; a header is one with the status 0."""

    status: int
    content: Any


def blocks_of(text: str) -> list[tuple[str, list[Answer]]]:
    """Each block to paste with the answers that stand below it."""
    fenced = FENCED.findall(text)
    assert [kind for kind, _ in fenced] == ["sh", "text"] * (len(fenced) // 2)
    shown = [list(_shown(text)) for kind, text in fenced if kind == "text"]
    return list(zip((text for kind, text in fenced if kind == "sh"), shown, strict=True))


def _shown(text: str) -> Iterator[Answer]:
    for line in text.splitlines():
        if header := HEADER.match(line):
            yield Answer(0, header[1])
            continue
        found = STATUS.match(line)
        assert found, f"No answer: {line}"
        yield Answer(int(found[1]), json.loads(found[2]) if found[2] else None)


def _printed(text: str) -> Iterator[Answer]:
    content = ""
    for line in text.splitlines():
        if re.fullmatch(r"\d{3}", line):
            yield Answer(int(line), json.loads(content) if content else None)
            content = ""
        elif header := HEADER.match(line):
            yield Answer(0, header[1])
        else:
            content += line
    assert not content, f"Neither an answer nor a status: {content[:500]}"


def differences(shown: Any, printed: Any, place: str = "") -> Iterator[str]:
    """Where the answer is another than the document shows; more than it shows is no difference."""
    if isinstance(shown, dict) and isinstance(printed, dict):
        yield from (f"{place}/{key}: is not there" for key in shown.keys() - printed.keys())
        for key in shown.keys() & printed.keys():
            yield from differences(shown[key], printed[key], f"{place}/{key}")
    elif isinstance(shown, list) and isinstance(printed, list):
        if bool(shown) != bool(printed):
            yield f"{place}: {len(printed)} entries"
        for one, other in zip(shown, printed, strict=False):
            yield from differences(one, other, f"{place}/0")
    elif type(shown) is not type(printed) or (
        isinstance(shown, str | bool) and shown not in (ANY, printed)
    ):
        yield f"{place}: {printed!r} instead of {shown!r}"


def paste(blocks: list[str], folder: Path, portal: Portal) -> list[str]:
    """What each block prints, in one shell, whose reader has set ``base`` and brought a paper."""
    script = folder / "walk.sh"
    script.write_text("".join(f"{block}\necho '{END}'\n" for block in blocks), "utf-8")
    done = subprocess.run(
        ["bash", str(script)],
        cwd=folder,
        env={**os.environ, "base": portal.address, "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=PATIENCE * 3,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr + done.stdout[-2000:]
    return done.stdout.split(f"{END}\n")[:-1]


def test_the_walk_answers_as_it_is_written(portal: Portal, tmp_path: Path) -> None:
    folder = tmp_path / "reader"
    folder.mkdir()
    shutil.copy(papers_for(tmp_path)["contract"], folder / "paper.pdf")
    blocks = blocks_of(DOCUMENT.read_text("utf-8").partition(WALK)[2])
    printed = paste([block for block, _ in blocks], folder, portal)
    wrong = []
    for (block, shown), text in zip(blocks, printed, strict=True):
        answers = list(_printed(text))
        told = [answer.status for answer in answers]
        assert told == [answer.status for answer in shown], f"{block}\n{text}"
        wrong += [
            f"{one.status}{fault}"
            for one, other in zip(shown, answers, strict=True)
            for fault in differences(one.content, other.content)
        ]
    assert wrong == []
    assert len(blocks) > 6


def test_no_other_block_of_the_document_is_for_curl() -> None:
    before = DOCUMENT.read_text("utf-8").partition(WALK)[0]
    assert not [text for kind, text in FENCED.findall(before) if kind == "sh" and "curl" in text]


def test_what_differs_is_found() -> None:
    shown = {"code": "gone", "title": ANY, "items": [{"id": 1}], "none": []}
    same = {"code": "gone", "title": "رفت", "items": [{"id": 7, "more": 1}], "none": [], "more": 1}
    assert list(differences(shown, same)) == []
    other = {"code": "there", "title": 3, "items": [], "none": [1]}
    assert len(list(differences(shown, other))) == 4
    assert list(differences(shown, {})) != []
