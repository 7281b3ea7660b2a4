"""Files that lie within a PDF: which of them are programs.

No viewer opens an attachment unasked, and the data of an invoice or of a letter belong to it. What
is refused is what runs when somebody does open it, or hides what it holds: the kinds that Acrobat
itself does not open.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Final

from pypdf.generic import DictionaryObject, StreamObject

NAMES: Final = ("/UF", "/F", "/Unix", "/DOS", "/Mac")
# Programs and what installs them; scripts, and files that lead to one; papers with macros and pages
# with scripts; archives and discs, which hold any of these.
ENDINGS: Final = """
    exe com scr pif cpl dll sys ocx msi msp msix appx gadget apk ipa app dmg pkg deb rpm elf jar
    bat cmd ps1 psm1 vb vbs vbe js jse ws wsf wsh wsc sct hta sh bash csh ksh command py pl php
    lnk url desktop inf reg scf msc job application settingcontent-ms chm hlp xll
    docm dotm xlsm xltm xlsb xlam pptm potm ppsm ppam html htm mht mhtml xhtml svg swf
    zip zipx rar 7z gz tgz bz2 xz tar cab arj lzh ace iso img vhd vhdx
"""
PROGRAMS: Final = frozenset(ENDINGS.split())
MARKS: Final = (
    b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa", b"\xce\xfa\xed\xfe",
    b"\xcf\xfa\xed\xfe", b"L\x00\x00\x00\x01\x14\x02\x00", b"Rar!", b"7z\xbc\xaf\x27\x1c", b"MSCF",
)  # fmt: skip


def attached_files(found: DictionaryObject) -> Iterator[tuple[str, bytes]]:
    """Name and content of the file that a dictionary attaches, under each of its names."""
    if "/EF" not in found or not isinstance(held := found["/EF"], DictionaryObject):
        return
    names = [str(found[name]) for name in NAMES if name in found]
    for name in held:
        stream = held[name]
        if isinstance(stream, StreamObject):
            content = stream.get_data()
            yield from ((said, content) for said in names or [""])


def is_program(name: str, content: bytes) -> bool:
    """Whether the file runs, by its name or by its content."""
    bare = name.replace("\\", "/").rstrip(". \x00").lower()
    suffix = PurePosixPath(bare).suffix.lstrip(".")
    return suffix in PROGRAMS or content.startswith(MARKS)
