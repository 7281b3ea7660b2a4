"""The short form of a letter: a line, signed with Ed25519, that whoever has our key can check offline.

``miz1.NUMBER.DATE.DIGEST.SIGNATURE`` stands in the QR code behind ``#``. DATE is the Jalali day as it
is printed, in eight digits; DIGEST is the beginning of the SHA-512 of the attached ``facts.json``. The
verify code is signed too; it stands in the address before it. The page docs/verify-offline reads all this.
"""

from __future__ import annotations

import base64
import functools
import hashlib
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

from letters.facts import LetterFacts
from letters.rendering import attached_facts
from persian.digits import to_ascii
from persian.templatetags.persian import jdate_numeric

MARK: Final = "miz1"
DIGEST_BYTES: Final = 10


class ProofKeyFails(Exception):
    """The key of the short form cannot be read."""


def add_short_form(facts: LetterFacts) -> LetterFacts:
    """The facts with their short form; as they are where there is no key for it."""
    if not settings.PROOF_KEY_FILE:
        return facts
    return facts.model_copy(update={"short_form": make_short_form(facts)})


def make_short_form(facts: LetterFacts) -> str:
    """The signed line. The same facts and the same key always give the same. Raises ProofKeyFails."""
    day = to_ascii(str(jdate_numeric(facts.issued_at))).replace("/", "")
    digest = as_base64(hashlib.sha512(attached_facts(facts).encode()).digest()[:DIGEST_BYTES])
    signature = sign_text(f"{MARK}.{facts.number}.{day}.{facts.verify_code}.{digest}")
    return f"{MARK}.{facts.number}.{day}.{digest}.{signature}"


def sign_text(text: str) -> str:
    """The signature of a line, in base64 for addresses. Raises ProofKeyFails."""
    return as_base64(_load_private(settings.PROOF_KEY_FILE).sign(text.encode()))


def public_keys() -> list[str]:
    """The keys that are published: today's first, then those of before. Raises ProofKeyFails."""
    today = _load_private(settings.PROOF_KEY_FILE).public_key()
    former = [_load_public(name) for name in settings.PROOF_FORMER_KEYS]
    raw = serialization.Encoding.Raw, serialization.PublicFormat.Raw
    return [as_base64(key.public_bytes(*raw)) for key in (today, *former)]


def as_base64(content: bytes) -> str:
    """Base64 for addresses, without padding."""
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


@functools.lru_cache(maxsize=2)
def _load_private(name: str) -> Ed25519PrivateKey:
    try:
        key = serialization.load_pem_private_key(Path(name).read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise ProofKeyFails(f"PROOF_KEY_FILE: {name} holds no open key in PEM") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise ProofKeyFails(f"PROOF_KEY_FILE: {name} holds a key of another kind than Ed25519")
    return key


def _load_public(name: str) -> Ed25519PublicKey:
    try:
        key = serialization.load_pem_public_key(Path(name).read_bytes())
    except ValueError:
        return _load_private(name).public_key()
    except OSError as error:
        raise ProofKeyFails(f"PROOF_FORMER_KEYS: {name} cannot be read") from error
    if not isinstance(key, Ed25519PublicKey):
        raise ProofKeyFails(f"PROOF_FORMER_KEYS: {name} holds another kind of key")
    return key
