"""Inspection of one PDF as a program of its own: ``pdf_sandbox.py SECONDS < file`` prints one word.

A file of a few kilobytes can keep a reader busy for hours or unpack to gigabytes. Here that costs
only this process, which the system ends when its time is up; the pages go on being served. So
nothing of the portal is imported, and a verdict that never came counts as one.
"""

from __future__ import annotations

import resource
import sys
from collections import deque
from typing import BinaryIO, Final

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

FINE: Final = "fine"
BROKEN: Final = "broken"
PROTECTED: Final = "protected"
ACTIVE: Final = "active"

MEMORY: Final = 1536 * 1024 * 1024
# What of a PDF is searched for scripts; what its viewer runs at once is met first.
MOST_OBJECTS: Final = 20_000
RUNNING: Final = ("/JavaScript", "/Launch")
# Where the bulk of a file lies, and no action: what is read stays in memory.
WITHOUT_ACTIONS: Final = (
    "/Resources", "/Contents", "/StructTreeRoot", "/Metadata", "/EF", "/AP",
)  # fmt: skip


def look_into(file: BinaryIO) -> str:
    """What the PDF is: fine, broken, protected by a password, or one that runs something."""
    try:
        reader = PdfReader(file)
        # A file that only forbids printing opens with the empty password, as in any viewer.
        if reader.is_encrypted and not _opens_without_password(reader):
            return PROTECTED
        if not len(reader.pages):
            return BROKEN
        return ACTIVE if _runs_something(reader) else FINE
    except Exception:
        # A damaged file leads the reader into every kind of error; all mean the same here.
        return BROKEN


def _runs_something(reader: PdfReader) -> bool:
    """Whether the file holds a script or starts a program.

    Browsers run such scripts in a cage; whoever saves the file and opens it elsewhere has none.
    """
    waiting: deque[object] = deque([reader.trailer.raw_get("/Root")])
    seen: set[int] = set()
    while waiting and len(seen) < MOST_OBJECTS:
        found = waiting.popleft()
        if isinstance(found, IndirectObject):
            if found.idnum in seen:
                continue
            seen.add(found.idnum)
            found = found.get_object()
        if isinstance(found, DictionaryObject):
            if "/JS" in found or found.get("/S") in RUNNING:
                return True
            waiting.extend(part for name, part in found.items() if name not in WITHOUT_ACTIONS)
        elif isinstance(found, ArrayObject):
            waiting.extend(found)
    return False


def _opens_without_password(reader: PdfReader) -> bool:
    try:
        return bool(reader.decrypt(""))
    except Exception:
        # Enciphered in a way that cannot be tried here, so it counts as closed.
        return False


def _limit_process(what: int, amount: int) -> None:
    """Hold this process to ``amount``, or to what its parent was held to before."""
    _, most = resource.getrlimit(what)
    allowed = amount if most == resource.RLIM_INFINITY else min(amount, most)
    resource.setrlimit(what, (allowed, most))


if __name__ == "__main__":
    _limit_process(resource.RLIMIT_CPU, int(sys.argv[1]))
    _limit_process(resource.RLIMIT_AS, MEMORY)
    _limit_process(resource.RLIMIT_CORE, 0)
    sys.stdout.write(look_into(sys.stdin.buffer))
