"""What in a PDF runs: actions, by what sets them off, scripts, and moving pictures.

Following a link does no harm, and neither does what a form does within itself: formatting,
checking and computing its fields, and a key that sends it when somebody presses it. What starts a
program, opens another file, sends something or runs a script outside the fields is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum, auto
from typing import Any, Final

from pypdf.generic import ArrayObject, DictionaryObject, StreamObject


class Trigger(Enum):
    """What sets an action off."""

    FOLLOWED = auto()  # somebody clicks
    UNASKED = auto()  # the document or a page is opened, printed, closed
    FIELD = auto()  # somebody fills in a field of a form
    BUTTON = auto()  # somebody presses a button of a form


RUNNING: Final = {
    "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE",
    "/Rendition", "/Movie", "/RichMediaExecute",
}  # fmt: skip
# Scripts aside. A page of the network that opens by itself is no link.
REFUSED: Final = {
    Trigger.FOLLOWED: RUNNING,
    Trigger.UNASKED: RUNNING | {"/URI"},
    Trigger.FIELD: RUNNING,
    Trigger.BUTTON: RUNNING - {"/SubmitForm"},
}
MOVING: Final = {"/RichMedia", "/Movie", "/3D"}

# When a field acts: keystroke, format, validate, calculate; focus, blur, enter, exit, down, up.
OF_A_FIELD: Final = {"/K", "/F", "/V", "/C", "/Fo", "/Bl", "/E", "/X", "/D", "/U"}
PRESSED: Final = {"/D", "/U"}

# Where the bulk of a file lies, and no action: what is read stays in memory.
WITHOUT_ACTIONS: Final = {
    "/Resources", "/DR", "/Contents", "/StructTreeRoot", "/Metadata", "/EF", "/AP", "/Dests",
    "/PageLabels", "/OCProperties", "/OutputIntents", "/PieceInfo", "/Thumb",
}  # fmt: skip
# What decides over a file's fate; said twice, it may mean one thing here and another elsewhere.
KEYS: Final = {
    "/S", "/JS", "/A", "/AA", "/Next", "/OpenAction", "/Names", "/JavaScript", "/EmbeddedFiles",
    "/EF", "/Annots", "/AcroForm", "/Fields", "/XFA", "/Outlines", "/Kids", "/Pages", "/Root",
    "/Subtype",
}  # fmt: skip

# A script of a field that reaches beyond its form, or hides what it does.
REACHING: Final = re.compile(
    r"\b(?:eval|Function|unescape|fromCharCode|submitForm|mail(?:Doc|Form|Msg)|launchURL|getURL"
    r"|openDoc|newDoc|browseForDoc|saveAs|exec(?:MenuItem|Dialog)|addScript|setAction|setTimeOut"
    r"|setInterval|beginPriv|hostContainer|import(?:An[XF]\w+|DataObject|TextData|Icon)|trusted\w+"
    r"|export(?:As\w+|DataObject|XFAData)|createDataObject|SOAP|Net|ADBC|RSS|Collab|media)\b"
    r"""|\[\s*["']"""
)
ESCAPED: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2}))")
# What of a script is no code; and a function that is only told, to be called by the fields.
QUIET: Final = re.compile(
    r"""//[^\r\n]*|/\*.*?\*/|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'""", re.DOTALL
)
FUNCTION: Final = re.compile(r"\bfunction\s+\w+\s*\([^()]*\)\s*\{")
CALL: Final = re.compile(r"[(`]|\bnew\b|\bfunction\b")
# In a form of the XFA kind: what only checks and computes fields, then all that acts.
XFA_FIELDS: Final = re.compile(rb"<(calculate|validate)\b.*?</\1\s*>", re.DOTALL)
XFA_ACTS: Final = re.compile(rb"<(?:[\w-]+:)?(?:script\b[^>]*(?<!/)>(?!\s*</)|submit\b|execute\b)")
MOST_PARENTS: Final = 32


class Action:
    """A dictionary of the file, with its entries looked up wherever they are kept."""

    def __init__(self, entries: DictionaryObject) -> None:
        self.entries = entries

    def value(self, name: str) -> Any:
        found = self.entries.get(name)
        return None if found is None else found.get_object()

    @property
    def is_field(self) -> bool:
        return "/FT" in self.entries or self.value("/Subtype") == "/Widget"

    @property
    def is_button(self) -> bool:
        """Whether it is a button of a form, which may have that from what it belongs to."""
        holder: Any = self
        for _ in range(MOST_PARENTS):
            if kind := holder.value("/FT"):
                return bool(kind == "/Btn")
            parent = holder.value("/Parent")
            if not isinstance(parent, DictionaryObject):
                return False
            holder = Action(parent)
        return False

    @property
    def script(self) -> str:
        code = self.value("/JS")
        text = _letters_of(code.get_data()) if isinstance(code, StreamObject) else str(code)
        return ESCAPED.sub(lambda found: chr(int(found[1] or found[2], 16)), text)


def runs_something(action: Action, trigger: Trigger) -> bool:
    """Whether this dictionary, set off by ``trigger``, does what no paper needs."""
    if action.value("/S") in REFUSED[trigger] or action.value("/Subtype") in MOVING:
        return True
    if "/JS" in action.entries:
        if REACHING.search(action.script):
            return True
        return trigger not in (Trigger.FIELD, Trigger.BUTTON) and _calls_at_once(action.script)
    return "/XFA" in action.entries and _acts_beyond_fields(action.value("/XFA"))


def parts_of(found: DictionaryObject, trigger: Trigger) -> Iterator[tuple[Any, Trigger]]:
    """What hangs on a dictionary, each with what would set it off."""
    action = Action(found)
    by_itself = trigger if "/S" in found or "/JS" in found else Trigger.FOLLOWED
    for name, part in found.items():
        if name in WITHOUT_ACTIONS:
            continue
        if name == "/AA":
            yield from _additional(action)
        elif name == "/A" and action.is_field:
            yield part, Trigger.BUTTON if action.is_button else Trigger.FIELD
        elif name == "/OpenAction":
            yield part, Trigger.UNASKED
        else:
            yield part, by_itself if name == "/Next" else Trigger.FOLLOWED


def _additional(action: Action) -> Iterator[tuple[Any, Trigger]]:
    events = action.value("/AA")
    if not isinstance(events, DictionaryObject):
        return
    for event, part in events.items():
        if not action.is_field or event not in OF_A_FIELD:
            yield part, Trigger.UNASKED
        elif event in PRESSED and action.is_button:
            yield part, Trigger.BUTTON
        else:
            yield part, Trigger.FIELD


def _calls_at_once(script: str) -> bool:
    """Whether a script does more than set values and tell the functions that fields use."""
    rest = QUIET.sub("0", script)
    while head := FUNCTION.search(rest):
        depth, end = 1, head.end()
        while depth and end < len(rest):
            depth += {"{": 1, "}": -1}.get(rest[end], 0)
            end += 1
        rest = rest[: head.start()] + rest[end:]
    return bool(CALL.search(rest))


def _letters_of(code: bytes) -> str:
    wide = code.startswith((b"\xff\xfe", b"\xfe\xff"))
    return code.decode("utf-16" if wide else "latin-1", "replace").replace("\0", "")


def _acts_beyond_fields(form: Any) -> bool:
    parts = list(form) if isinstance(form, ArrayObject) else [form]
    streams = [part.get_object() for part in parts]
    text = b"".join(part.get_data() for part in streams if isinstance(part, StreamObject))
    # Written with two bytes a letter, half of them are empty.
    return bool(XFA_ACTS.search(XFA_FIELDS.sub(b"", text.replace(b"\0", b""))))
