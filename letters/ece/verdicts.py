"""What our own mail server says of a sender: the header Authentication-Results (RFC 8601)."""

from __future__ import annotations

import re
from dataclasses import dataclass

# What may stand in quotes and mean the same without them.
_PLAIN = re.compile(r"[\w.@+-]*", re.ASCII)
# Which of its facts tell whose domain it is that passed.
_DOMAINS = {
    "dmarc": ("header.from",),
    "dkim": ("header.d", "header.i"),
    "spf": ("smtp.mailfrom",),
}


@dataclass(frozen=True)
class _Verdict:
    """One result; ``domains`` are those that it is about."""

    method: str
    result: str
    domains: tuple[str, ...]


def is_vouched_for(headers: list[str], server: str, domain: str) -> bool:
    """Whether ``server`` says that a mail is of ``domain``; ``headers`` as they stand, topmost first.

    Only the topmost line vouches: those below it may have been written by whoever sent the mail.
    A refusal counts wherever it stands.
    """
    told = [_read_header(header, server) for header in headers]
    if any(said.method == "dmarc" and said.result == "fail" for found in told for said in found):
        return False
    return any(_vouches(said, domain) for said in told[0]) if told else False


def _vouches(said: _Verdict, domain: str) -> bool:
    """Whose domain passed is looked at: anybody's own mail passes for his own."""
    if said.result != "pass":
        return False
    # DMARC is about the sender that is shown, whether or not that is written with it.
    named = bool(said.domains) or said.method == "dmarc"
    return named and all(is_akin(told, domain) for told in said.domains)


def is_akin(one: str, other: str) -> bool:
    """Whether two domains are of the same house: equal, or one lies below the other."""
    first, second = one.lower().rstrip("."), other.lower().rstrip(".")
    if not all("." in name.strip(".") and ".." not in name for name in (first, second)):
        # «ir» is nobody's own.
        return False
    return first == second or first.endswith(f".{second}") or second.endswith(f".{first}")


def _read_header(header: str, server: str) -> list[_Verdict]:
    """What the line says, if it is of ``server``; nothing of one that cannot be made out."""
    named, *results = _bare(header).split(";")
    # A version may stand behind the name.
    if named.split()[:1] != [server.lower()]:
        return []
    return [said for result in results if (said := _read_result(result)) is not None]


def _read_result(text: str) -> _Verdict | None:
    pairs = [word.partition("=")[::2] for word in re.sub(r"\s*=\s*", "=", text).split()]
    if not pairs or (method := pairs[0][0].partition("/")[0]) not in _DOMAINS:
        return None
    told = (value for name, value in pairs[1:] if name in _DOMAINS[method])
    return _Verdict(method, pairs[0][1], tuple(value.rpartition("@")[2] for value in told))


def _bare(header: str) -> str:
    """The line in small letters without its comments, and with nothing in quotes that means anything.

    A sender chooses what stands in both of them. Nothing at all where one does not end.
    """
    bare, quoted, depth, in_quotes = [], "", 0, False
    signs = iter(header.lower())
    for sign in signs:
        escaped = sign == "\\" and (depth or in_quotes)
        if escaped:
            sign = next(signs, "")
        if in_quotes and (escaped or sign != '"'):
            quoted += " " if escaped else sign
        elif sign == '"' and not depth:
            if in_quotes:
                bare.append(quoted if _PLAIN.fullmatch(quoted) else "_")
            quoted, in_quotes = "", not in_quotes
        elif escaped:
            continue
        elif sign in "()" and (depth or sign == "("):
            depth += 1 if sign == "(" else -1
            bare.append(" ")
        elif not depth:
            bare.append(sign)
    return "" if depth or in_quotes else "".join(bare)
