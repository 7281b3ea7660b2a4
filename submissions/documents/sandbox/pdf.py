"""What a PDF is: fine, broken, protected by a password, or one that runs something."""

from __future__ import annotations

import logging
from io import BytesIO
from typing import Any, Final

from pypdf.errors import DependencyError, FileNotDecryptedError, LimitReachedError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from submissions.documents.sandbox import ACTIVE, BROKEN, COMPLEX, FINE, PROGRAM, PROTECTED
from submissions.documents.sandbox.actions import KEYS, Action, Trigger, parts_of, runs_something
from submissions.documents.sandbox.attachments import attached_files, is_program
from submissions.documents.sandbox.reader import Reader

# Viewers look for the beginning so far; what stands before it counts for nothing.
HEAD: Final = 1024
MARK: Final = b"%PDF-"
# A usual file has some hundred; a search that would go beyond is given up, and said to be.
MOST_OBJECTS: Final = 20_000
MOST_PARTS: Final = 400_000
# A PDF attached to one that is attached to one is looked into as well, and no further.
MOST_NESTED: Final = 3


class Ambiguous(logging.Handler):
    """Notes a dictionary that says twice what it does: readers differ in which one counts."""

    def __init__(self) -> None:
        super().__init__()
        self.seen = False

    def emit(self, record: logging.LogRecord) -> None:
        said = record.args
        if isinstance(said, dict) and str(record.msg).startswith("Multiple definitions"):
            self.seen = self.seen or str(said.get("key")) in KEYS


def inspect_pdf(file: BytesIO, nested: int = 0) -> str:
    """The verdict on a whole file, and on the PDFs that are attached to it."""
    ambiguous = Ambiguous()
    logging.getLogger("pypdf").addHandler(ambiguous)
    try:
        verdict = _look_into(_without_preface(file), nested)
    except (MemoryError, RecursionError, LimitReachedError):
        return COMPLEX
    except (FileNotDecryptedError, DependencyError):
        return PROTECTED
    except Exception:
        # A damaged file leads the reader into every kind of error; all mean the same here.
        return BROKEN
    finally:
        logging.getLogger("pypdf").removeHandler(ambiguous)
    return COMPLEX if verdict == FINE and ambiguous.seen else verdict


def _without_preface(file: BytesIO) -> BytesIO:
    """The file from its mark on: places in it are counted from there."""
    start = file.getvalue()[: HEAD + len(MARK)].find(MARK)
    return BytesIO(file.getvalue()[start:]) if start > 0 else file


def _look_into(file: BytesIO, nested: int) -> str:
    reader = Reader(file)
    if not _has_page(reader):
        return BROKEN
    return Search(reader, nested).verdict()


def _has_page(reader: Reader) -> bool:
    """Whether the tree of pages has a leaf. No branch is gone twice."""
    waiting: list[Any] = [reader.root_object.get("/Pages")]
    seen: set[int] = set()
    while waiting and len(seen) < MOST_OBJECTS:
        node = waiting.pop()
        if isinstance(node, IndirectObject):
            if node.idnum in seen:
                continue
            seen.add(node.idnum)
            node = node.get_object() if reader.has(node) else None
        if not isinstance(node, DictionaryObject):
            continue
        if "/Kids" not in node:
            return True
        kids = node["/Kids"]
        waiting.extend(reversed(kids) if isinstance(kids, ArrayObject) else ())
    return False


class Search:
    """Goes through all that a viewer may come to, for what runs and what is attached.

    Browsers run such scripts in a cage; whoever saves the file and opens it elsewhere has none.
    """

    def __init__(self, reader: Reader, nested: int) -> None:
        self.reader = reader
        self.nested = nested
        self.waiting: list[tuple[Any, Trigger]] = [(reader.root_object, Trigger.FOLLOWED)]
        self.seen: set[tuple[int, int, Trigger]] = set()

    def verdict(self) -> str:
        # The list grows while it is gone through: what its viewer runs at once is met first.
        for looked_at, (part, trigger) in enumerate(self.waiting):
            if len(self.seen) > MOST_OBJECTS or looked_at > MOST_PARTS:
                return COMPLEX
            found = self._fetch(part, trigger)
            if isinstance(found, DictionaryObject):
                if bad := self._judge(found, trigger):
                    return bad
                self.waiting.extend(parts_of(found, trigger))
            elif isinstance(found, ArrayObject):
                self.waiting.extend((item, trigger) for item in found)
        return FINE

    def _fetch(self, part: Any, trigger: Trigger) -> Any:
        """The part itself; nothing when it was seen already or is nowhere in the file."""
        if not isinstance(part, IndirectObject):
            return part
        place = (part.idnum, part.generation, trigger)
        if place in self.seen:
            return None
        self.seen.add(place)
        return part.get_object() if self.reader.has(part) else None

    def _judge(self, found: DictionaryObject, trigger: Trigger) -> str:
        if runs_something(Action(found), trigger):
            return ACTIVE
        for name, content in attached_files(found):
            if is_program(name, content):
                return PROGRAM
            if content.startswith(MARK) and (bad := self._look_inside(content)):
                return bad
        return ""

    def _look_inside(self, content: bytes) -> str:
        if self.nested >= MOST_NESTED:
            return COMPLEX
        verdict = inspect_pdf(BytesIO(content), self.nested + 1)
        # One that does not open does nothing either.
        return verdict if verdict in (ACTIVE, PROGRAM, COMPLEX) else ""
