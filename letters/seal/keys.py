"""The seal's key, its chain, the roots and the lists of revoked certificates, read from their files.

Each is read once for a state of its files: a key that is replaced is used from the next letter on.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import pkcs12
from django.conf import settings
from django.utils.timezone import now

from work.watch import Values


class SealFails(Exception):
    """A letter cannot be sealed: it stays numbered, and is not given out."""


@dataclass(frozen=True)
class SealKey:
    """The private key with its certificate and the certificates between it and its root."""

    private: Any
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]

    def require_in_force(self) -> None:
        """Raise SealFails when the certificate has ended or has not begun."""
        begins, ends = self.certificate.not_valid_before_utc, self.certificate.not_valid_after_utc
        if not begins <= now() <= ends:
            raise SealFails(
                f"The seal's certificate holds from {begins:%Y-%m-%d} to {ends:%Y-%m-%d}"
            )


def require_unrevoked(key: SealKey) -> None:
    """Raise SealFails when a list has ended, its authority's is missing, or it names the seal."""
    number, lists = key.certificate.serial_number, load_revoked()
    for revoked in lists:
        if revoked.next_update_utc is None or revoked.next_update_utc < now():
            raise SealFails(f"A list of revoked certificates has ended: {revoked.issuer}")
    ours = [revoked for revoked in lists if revoked.issuer == key.certificate.issuer]
    if not ours:
        raise SealFails("SEAL_CRLS names no list of the authority that has issued the seal")
    if any(revoked.get_revoked_certificate_by_serial_number(number) for revoked in ours):
        raise SealFails("The seal's certificate is revoked")


def is_sealing() -> bool:
    """Whether letters are sealed here at all."""
    return bool(settings.SEAL_FILE)


def load_key() -> SealKey:
    """The key that SEAL_FILE holds. Raises SealFails when it cannot be read."""
    path = Path(settings.SEAL_FILE)
    return _load_key(path, settings.SEAL_PASSWORD, _state_of(path))


def load_roots() -> list[x509.Certificate]:
    """Those that seals and time stamps must lead to. Raises SealFails."""
    return [root for name in settings.SEAL_ROOTS for root in _load_roots(name, _state_of(name))]


def load_revoked() -> list[x509.CertificateRevocationList]:
    """What the authorities say is revoked, from the files of SEAL_CRLS. Raises SealFails."""
    return [_load_list(name, _state_of(name)) for name in settings.SEAL_CRLS]


def expiry_of_seal() -> Values:
    """When the seal's certificate and its lists end, in seconds of the epoch; 0 for what is unreadable."""
    if not is_sealing():
        return {}
    ends = {settings.SEAL_FILE: _end_of_key()}
    for name in settings.SEAL_CRLS:
        ends[name] = _end_of_list(name)
    return ends


def _end_of_key() -> float:
    try:
        return load_key().certificate.not_valid_after_utc.timestamp()
    except SealFails:
        return 0.0


def _end_of_list(name: str) -> float:
    try:
        ends = _load_list(name, _state_of(name)).next_update_utc
    except SealFails:
        return 0.0
    return ends.timestamp() if ends else 0.0


def _state_of(path: str | Path) -> tuple[int, int]:
    try:
        found = Path(path).stat()
    except OSError as error:
        raise SealFails(f"{path} cannot be read: {error.strerror}") from error
    return found.st_mtime_ns, found.st_size


@functools.lru_cache(maxsize=2)
def _load_key(path: Path, password: str, state: tuple[int, int]) -> SealKey:
    try:
        held = pkcs12.load_pkcs12(path.read_bytes(), password.encode() or None)
    except (OSError, ValueError) as error:
        raise SealFails(f"{path} is no PKCS#12 file that SEAL_PASSWORD opens") from error
    if held.key is None or held.cert is None:
        raise SealFails(f"{path} holds no key with a certificate")
    chain = tuple(extra.certificate for extra in held.additional_certs)
    return SealKey(held.key, held.cert.certificate, chain)


@functools.lru_cache(maxsize=8)
def _load_roots(name: str, state: tuple[int, int]) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(Path(name).read_bytes())
    except (OSError, ValueError) as error:
        raise SealFails(f"{name} holds no certificate in PEM") from error


@functools.lru_cache(maxsize=8)
def _load_list(name: str, state: tuple[int, int]) -> x509.CertificateRevocationList:
    try:
        content = Path(name).read_bytes()
        pem = content.lstrip().startswith(b"-----")
        return x509.load_pem_x509_crl(content) if pem else x509.load_der_x509_crl(content)
    except (OSError, ValueError) as error:
        raise SealFails(f"{name} holds no list of revoked certificates") from error
