"""Certificates as the library of seals takes them; needs no settings."""

from __future__ import annotations

import functools
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding


@functools.lru_cache(maxsize=16)
def as_asn1(certificate: x509.Certificate) -> Any:
    """A certificate as ``pyhanko`` wants it."""
    from asn1crypto import x509 as asn1

    return asn1.Certificate.load(certificate.public_bytes(Encoding.DER))
