"""Writes ECE files: strictly in the order of the DTD, UTF-8 without a mark, base64 in lines."""

from __future__ import annotations

import base64
import re
from datetime import datetime
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from django.conf import settings

from letters.ece.shapes import (
    CLASSIFICATIONS,
    FILE_TYPES,
    PRIORITIES,
    PROTOCOL,
    VERSION,
    EceFile,
    EceLetter,
    EceParty,
    EceReceipt,
)
from persian.jalali import TEHRAN

# Who made a file: the same for every office that this program serves.
SOFTWARE: Final = {
    "SoftwareDeveloper": "Miz-e Khedmat",
    "Version": "1",
    "GUID": "5b7e7a52-8f0b-4d0c-9f53-27d3b6c1a4ce",
}
# What no XML of version 1.0 may hold, however it is written.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_letter(letter: EceLetter) -> bytes:
    """The letter as a file. ValueError for one that has not exactly one PDF as its origin."""
    if [file.extension for file in letter.origins] != ["pdf"]:
        raise ValueError("A letter goes out as one PDF")
    root = _begin_file("Letter", letter.sender, letter.receiver, receive_type="Origin")
    if letter.copies:
        others = SubElement(root, "OtherReceivers")
        for party in letter.copies:
            _add_party(others, "OtherReceiver", party, "CC")
    _add_letter_number(root, letter.number, letter.at)
    _add_related(root, letter)
    _add_text(root, "Subject", letter.subject)
    _add_code(root, "Priority", letter.priority, PRIORITIES)
    _add_code(root, "Classification", letter.classification, CLASSIFICATIONS)
    if letter.keywords:
        keywords = SubElement(root, "Keywords")
        for word in letter.keywords:
            _add_text(keywords, "Keyword", word)
    _add_files(root, "Origin", letter.origins)
    if letter.attachments:
        _add_files(root, "Attachment", letter.attachments)
    return _end_file(root)


def write_receipt(receipt: EceReceipt) -> bytes:
    """The receipt as a file, in our own shape: the standard's is not published."""
    root = _begin_file("Receipt", receipt.sender, receipt.receiver)
    _add_letter_number(root, receipt.number, receipt.at)
    _add_text(root, "ReceivedNo", receipt.received_number)
    if receipt.received_at:
        _add_moment(root, "ReceivedDateTime", receipt.received_at)
    code = "1" if receipt.is_registered else "2"
    SubElement(root, "Status", {"Code": code, "Description": _legal_text(receipt.description)})
    return _end_file(root)


def _begin_file(name: str, sender: EceParty, receiver: EceParty, receive_type: str = "") -> Element:
    root = Element(name)
    SubElement(root, "Protocol", {"Name": PROTOCOL, "Version": VERSION})
    SubElement(root, "Software", SOFTWARE)
    _add_party(root, "Sender", sender)
    _add_party(root, "Receiver", receiver, receive_type)
    return root


def _end_file(root: Element) -> bytes:
    indent(root)
    return tostring(root, encoding="utf-8", xml_declaration=True)


def _add_letter_number(root: Element, number: str, at: datetime | None) -> None:
    if at is None:
        raise ValueError("A letter has its date")
    _add_text(root, "LetterNo", number)
    _add_moment(root, "LetterDateTime", at)


def _add_party(root: Element, name: str, party: EceParty, receive_type: str = "") -> None:
    facts = {
        "Organization": party.organisation,
        "Department": party.department,
        "Position": party.position,
        "Name": party.name,
        "Code": party.code,
        "ReceiveType": receive_type,
    }
    if not receive_type:
        del facts["ReceiveType"]
    SubElement(root, name, {key: _legal_text(value) for key, value in facts.items()})


def _add_related(root: Element, letter: EceLetter) -> None:
    if not letter.related:
        return
    rows = SubElement(root, "RelatedLetters")
    for related in letter.related:
        kind = {"RelationType": _legal_text(related.relation)} if related.relation else {}
        row = SubElement(rows, "RelatedLetter", kind)
        _add_text(row, "LetterNo", related.number)
        if related.at:
            _add_moment(row, "LetterDateTime", related.at)


def _add_moment(root: Element, name: str, moment: datetime) -> None:
    """In Tehran's time and by the Gregorian calendar; the attribute says how to show it."""
    written = SubElement(root, name, {"ShowAs": settings.ECE_SHOW_AS})
    written.text = moment.astimezone(TEHRAN).strftime("%Y-%m-%dT%H:%M:%S")


def _add_code(root: Element, name: str, code: str, names: tuple[str, ...]) -> None:
    SubElement(root, name, {"Code": code, "Name": names[int(code) - 1]})


def _add_files(root: Element, name: str, files: tuple[EceFile, ...]) -> None:
    rows = SubElement(root, f"{name}s")
    for file in files:
        facts = {"ContentType": FILE_TYPES[file.extension], "Extension": file.extension}
        row = SubElement(rows, name, {**facts, "Description": _legal_text(file.description)})
        row.text = "\n" + base64.encodebytes(file.content).decode("ascii")


def _add_text(root: Element, name: str, text: str) -> None:
    SubElement(root, name).text = _legal_text(text)


def _legal_text(text: str) -> str:
    return _FORBIDDEN.sub("", text)
