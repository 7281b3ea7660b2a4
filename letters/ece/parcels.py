"""What lies in a mail: who it is from, its ECE file, or the news that one of ours did not arrive."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage, MIMEPart
from email.policy import default
from email.utils import getaddresses

from django.conf import settings

from letters.ece.verdicts import is_vouched_for
from persian.text import clean_text

# Parts that are looked at; a mail of ten thousand parts is none of ours.
MOST_PARTS = 50
# Of visible ASCII: nothing else is the name of a mail, or text that every database takes.
_ID = re.compile(rb"^message-id:\s*(<[!-;=?-~]{3,190}>)", re.IGNORECASE | re.MULTILINE)
# What the parser of the standard library raises over some headers of strangers.
_STUMBLES = (ValueError, LookupError, AttributeError, TypeError)


@dataclass(frozen=True)
class Parcel:
    """``files`` are its XML files; ``bounced`` the Message-ID that a bounce names."""

    message_id: str
    sender: str
    subject: str
    is_genuine: bool
    files: tuple[bytes, ...] = ()
    bounced: str = ""


def open_parcel(content: bytes) -> Parcel:
    """What lies in the mail; whatever its bytes are, nothing is raised."""
    mail = message_from_bytes(content, policy=default)
    if not isinstance(mail, EmailMessage):
        return Parcel("", "", "", is_genuine=False)
    parts, is_report = _parts_of(mail), _type_of(mail) == "multipart/report"
    return Parcel(
        message_id=_header_of(mail, "Message-ID")[:255],
        sender=_sender_of(mail),
        subject=clean_text(_header_of(mail, "Subject"))[:500],
        is_genuine=_is_genuine(mail),
        # What a report brings back is our own letter.
        files=() if is_report else tuple(filter(None, map(_xml_of, parts))),
        bounced=_bounced_id(mail, content) if is_report and _tells_failure(mail, parts) else "",
    )


def _parts_of(mail: EmailMessage) -> list[EmailMessage]:
    found = []
    for part in mail.walk():
        found.append(part)
        if len(found) == MOST_PARTS:
            break
    return found


def _header_of(mail: MIMEPart, name: str) -> str:
    """The header as text; a malformed one as far as it can be read."""
    try:
        told = str(mail.get(name, "")).replace("\0", "").strip()
        return told.encode("utf-8", "replace").decode()
    except _STUMBLES:
        return ""


def _type_of(part: MIMEPart) -> str:
    try:
        return part.get_content_type()
    except _STUMBLES:
        return ""


def _name_of(part: MIMEPart) -> str:
    """The name of the file that the part is, in small letters."""
    try:
        return (part.get_filename() or "").lower()
    except _STUMBLES:
        return ""


def _sender_of(mail: EmailMessage) -> str:
    """The one address that it says it is from; nothing when it names several."""
    try:
        found = [address for _, address in getaddresses([_header_of(mail, "From")]) if address]
    except (ValueError, IndexError):
        return ""
    return found[0][:254] if len(found) == 1 else ""


def _is_genuine(mail: EmailMessage) -> bool:
    """What our own server says of the sender, where the settings tell its name."""
    if not (server := settings.ECE_AUTH_SERVER):
        return True
    # As they stand: encoded words would be read into what the sender has chosen.
    told = [value for name, value in mail.raw_items() if name.lower() == "authentication-results"]
    return is_vouched_for(list(map(str, told)), server, _sender_of(mail).rpartition("@")[2])


def _xml_of(part: EmailMessage) -> bytes:
    if part.is_multipart() or not (
        _name_of(part).endswith(".xml") or _type_of(part) in ("application/xml", "text/xml")
    ):
        return b""
    try:
        content = part.get_payload(decode=True)
    except (ValueError, LookupError):
        return b""
    return content if isinstance(content, bytes) else b""


def _tells_failure(mail: EmailMessage, parts: list[EmailMessage]) -> bool:
    """Whether the report (RFC 3464) says that somebody other than ourselves has not got the mail.

    Reports tell of delays, deliveries and readers as well; of our own copy we hear otherwise.
    """
    try:
        told = str(mail.get_param("report-type", "")).lower()
    except _STUMBLES:
        return False
    if told != "delivery-status":
        return False
    statuses = [part for part in parts if _type_of(part) == "message/delivery-status"]
    return any(_is_failure(block) for part in statuses for block in part.iter_parts())


def _is_failure(block: MIMEPart) -> bool:
    if _header_of(block, "Action").lower() != "failed":
        return False
    named = _header_of(block, "Original-Recipient") or _header_of(block, "Final-Recipient")
    return named.rpartition(";")[2].strip().lower() != settings.ECE_ADDRESS.lower()


def _bounced_id(mail: EmailMessage, content: bytes) -> str:
    """The Message-ID of the mail that a report of a mail server is about."""
    known = _header_of(mail, "Message-ID").encode("utf-8", "replace")
    others = [found for found in _ID.findall(content) if found != known]
    return others[-1].decode("ascii", "replace") if others else ""
