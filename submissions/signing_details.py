"""What an agreement, an initial or a refusal needs beside its words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SignDetail:
    """The digest of the letter that was shown to whoever signs or initials it.

    None: whoever calls has shown it to nobody, and what stands there now is signed; pages and API
    never say that. Empty: none was shown. ``letter_number``: as in ``NumberDetail``.
    """

    letter_digest: str | None = None
    letter_number: str = ""


@dataclass(frozen=True)
class NumberDetail:
    """The number of the letter that comes of it, where a system outside numbers; else empty."""

    letter_number: str = ""
