"""Makes a seal of our own for development and for the tests: a root, its list, the key; a time stamp.

It proves nothing to anybody who has not taken the root from us.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

BITS: Final = 2048
YEARS: Final = timedelta(days=3650)
KEY, ROOTS, REVOKED, PROOF = "seal.p12", "roots.pem", "revoked.pem", "proof.pem"


@dataclass(frozen=True)
class Issued:
    """A key and its certificate."""

    key: rsa.RSAPrivateKey
    certificate: x509.Certificate


class Authority:
    """A root of our own that issues certificates and tells which of them it has revoked."""

    # Latin alone: names of both scripts are refused by readers of certificates.
    def __init__(self, name: str, *, since: datetime | None = None) -> None:
        self.since = since or datetime.now(UTC) - timedelta(days=1)
        self.root = self._issue(name, None, days=YEARS, purpose=None)

    def issue(self, name: str, *, days: timedelta = YEARS, stamps_time: bool = False) -> Issued:
        """A key for sealing, or one of a time-stamping authority."""
        purpose = ExtendedKeyUsageOID.TIME_STAMPING if stamps_time else None
        return self._issue(name, self.root, days=days, purpose=purpose)

    def list_revoked(
        self, *revoked: Issued, days: timedelta = YEARS
    ) -> x509.CertificateRevocationList:
        """The signed list of revoked certificates; good for ``days``."""
        made = x509.CertificateRevocationListBuilder(
            self.root.certificate.subject, self.since, self.since + days
        ).add_extension(x509.CRLNumber(1), critical=False)
        for issued in revoked:
            number = issued.certificate.serial_number
            entry = x509.RevokedCertificateBuilder(number, self.since)
            made = made.add_revoked_certificate(entry.build())
        return made.sign(self.root.key, hashes.SHA256())

    def _issue(
        self,
        name: str,
        by: Issued | None,
        *,
        days: timedelta,
        purpose: x509.ObjectIdentifier | None,
    ) -> Issued:
        key = rsa.generate_private_key(65537, BITS)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        issuer = by.certificate.subject if by else subject
        built = x509.CertificateBuilder(
            issuer, subject, key.public_key(), x509.random_serial_number(), self.since,
            self.since + days,
        ).add_extension(x509.BasicConstraints(by is None, None), critical=True)  # fmt: skip
        built = built.add_extension(_usage(is_root=by is None), critical=True)
        own_id = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
        signer = by.key if by else key
        of_issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
        built = built.add_extension(own_id, critical=False).add_extension(of_issuer, critical=False)
        if purpose:
            built = built.add_extension(x509.ExtendedKeyUsage([purpose]), critical=True)
        return Issued(key, built.sign(signer, hashes.SHA256()))


def _usage(*, is_root: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_root,
        content_commitment=not is_root,
        key_cert_sign=is_root,
        crl_sign=is_root,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def write_seal(folder: Path, authority: Authority, sealing: Issued, password: str) -> None:
    """The four files that the settings name: key, roots, list, and the key of the short form."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    pem = serialization.Encoding.PEM
    _write(folder / KEY, pack_key(sealing, authority, password))
    _write(folder / ROOTS, authority.root.certificate.public_bytes(pem))
    _write(folder / REVOKED, authority.list_revoked().public_bytes(pem))
    _write(folder / PROOF, new_proof_key())


def pack_key(sealing: Issued, authority: Authority, password: str) -> bytes:
    """The key with its chain as PKCS#12."""
    lock = (
        serialization.BestAvailableEncryption(password.encode())
        if password
        else serialization.NoEncryption()
    )
    chain = [authority.root.certificate]
    return pkcs12.serialize_key_and_certificates(
        b"seal", sealing.key, sealing.certificate, chain, lock
    )


def new_proof_key() -> bytes:
    """A new key for the short form of letters, as PEM."""
    return Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def _write(path: Path, content: bytes) -> None:
    path.touch(mode=0o600)
    path.write_bytes(content)
