"""What an agreement or an initial needs beside its words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SignDetail:
    """The digest of the letter that was shown to whoever signs or initials it.

    None: whoever calls has shown it to nobody, and what stands there now is signed; pages and API
    never say that. Empty: none was shown.
    """

    letter_digest: str | None = None
