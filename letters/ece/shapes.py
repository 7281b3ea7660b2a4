"""What an ECE file says: a letter of one office to another, or the receipt of one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from letters.drafts.marks import Classification

# The protocol's own name and version, as they stand in every file.
PROTOCOL: Final = "ECE"
VERSION: Final = "1.01"
# Kinds of files that a letter may bring, with what is said of them when they are given out.
FILE_TYPES: Final = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "txt": "text/plain",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
PRIORITIES: Final = ("عادی", "فوری", "آنی")
CLASSIFICATIONS: Final = tuple(str(choice.label) for choice in Classification)


@dataclass(frozen=True)
class EceParty:
    """Who writes, or to whom."""

    organisation: str
    department: str = ""
    position: str = ""
    name: str = ""
    code: str = ""


@dataclass(frozen=True)
class EceFile:
    """A file in a letter: the letter itself (origin), or what goes with it."""

    extension: str
    content: bytes = field(repr=False)
    description: str = ""


@dataclass(frozen=True)
class EceRelated:
    """A letter that this one refers to; ``relation`` is Reply or FollowUp, or what another wrote."""

    number: str
    at: datetime | None = None
    relation: str = ""


@dataclass(frozen=True)
class EceLetter:
    """A letter. ``priority`` and ``classification`` are codes of the protocol, from 1 on."""

    sender: EceParty
    receiver: EceParty
    number: str
    at: datetime | None
    subject: str
    origins: tuple[EceFile, ...]
    attachments: tuple[EceFile, ...] = ()
    copies: tuple[EceParty, ...] = ()
    related: tuple[EceRelated, ...] = ()
    priority: str = "1"
    classification: str = "1"
    keywords: tuple[str, ...] = ()
    # What a file said beside that, as it stood there: path, text and attributes.
    unknown: tuple[dict[str, object], ...] = ()
    # Files that are not given out, and why, in words for people.
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class EceReceipt:
    """What a recipient says of a letter: that it is registered there, or not taken."""

    sender: EceParty
    receiver: EceParty
    # Of the letter.
    number: str
    at: datetime | None
    # Of its registration there; empty when it was not taken.
    received_number: str
    received_at: datetime | None
    is_registered: bool
    description: str = ""
    unknown: tuple[dict[str, object], ...] = ()
