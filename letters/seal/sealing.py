"""Seals a letter: PAdES, with all that is needed to check it later within the file.

With TSA_URL it is B-LT: the time is vouched for by an authority. Without, it is B-B with the chain and
the lists of revoked certificates embedded, under our own clock, and is called so. The field is
invisible: what the paper shows is the letter's own matter, and nothing may change after the seal.
"""

from __future__ import annotations

import asyncio
import functools
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings

from letters.seal.authorities import as_asn1
from letters.seal.keys import SealKey, load_key, load_revoked, load_roots, require_unrevoked

if TYPE_CHECKING:
    from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer
    from pyhanko.sign.timestamps.requests_client import RequestsHTTPTimeStamper
    from pyhanko_certvalidator import ValidationContext

FIELD: Final = "Seal"
DIGEST: Final = "sha256"
# A signature with its chain takes four; the answer of an authority of time some more. Measuring it
# would mean to sign twice.
ROOM: Final = 16384
ROOM_WITH_TIME: Final = 32768
FOR_THE_TIME: Final = 10
B_B, B_LT = "b-b", "b-lt"


def level_of_seals() -> str:
    """Which kind of seal is put on letters now."""
    return B_LT if settings.TSA_URL else B_B


def seal_pdf(pdf: bytes) -> bytes:
    """The sealed file: ``pdf`` followed by its seal. Raises SealFails, and the library's errors.

    With TSA_URL it speaks to the authority of time, so it is called outside any transaction.
    """
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    key = load_key()
    key.require_in_force()
    require_unrevoked(key)
    sealed = BytesIO()
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    signing = _make_signer(key).async_sign_pdf(
        writer, bytes_reserved=ROOM_WITH_TIME if settings.TSA_URL else ROOM, output=sealed
    )
    asyncio.run(signing)
    return sealed.getvalue()


def _make_signer(key: SealKey) -> PdfSigner:
    from pyhanko.sign.signers import PdfSigner

    return PdfSigner(_describe_seal(), _signer_with(key), timestamper=_authority_of_time())


def _describe_seal() -> PdfSignatureMetadata:
    from pyhanko.sign import fields, signers
    from pyhanko.sign.signers.pdf_signer import DSSContentSettings, SigDSSPlacementPreference

    place = SigDSSPlacementPreference
    # The authority's own chain is known only after it has answered: its data come behind the seal.
    together = place.SEPARATE_REVISION if settings.TSA_URL else place.TOGETHER_WITH_SIGNATURE
    return signers.PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm=DIGEST,
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
        subfilter=fields.SigSeedSubFilter.PADES,
        embed_validation_info=True,
        validation_context=_trust(),
        dss_settings=DSSContentSettings(include_vri=False, placement=together),
    )


def _trust() -> ValidationContext:
    from pyhanko_certvalidator import ValidationContext

    # What no file says of the authority of time is asked for; of our own seal nothing ever is.
    return ValidationContext(
        trust_roots=[as_asn1(root) for root in load_roots()],
        crls=[_list_as_asn1(revoked) for revoked in load_revoked()],
        allow_fetching=bool(settings.TSA_URL),
        revocation_mode="hard-fail",
    )


def _authority_of_time() -> RequestsHTTPTimeStamper | None:
    from pyhanko.sign.timestamps.requests_client import RequestsHTTPTimeStamper

    if not settings.TSA_URL:
        return None
    return RequestsHTTPTimeStamper(settings.TSA_URL, timeout=FOR_THE_TIME)


@functools.lru_cache(maxsize=1)
def _signer_with(key: SealKey) -> Signer:
    """The library's signer with the key kept open: opening it takes longer than the seal."""
    from pyhanko.sign.signers import Signer
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    class OpenKey(Signer):
        async def async_sign_raw(
            self, data: bytes, digest_algorithm: str, dry_run: bool = False
        ) -> bytes:
            return _sign_bytes(key.private, data)

    chain = SimpleCertificateStore.from_certs([as_asn1(link) for link in key.chain])
    return OpenKey(signing_cert=as_asn1(key.certificate), cert_registry=chain)


def _sign_bytes(key: Any, data: bytes) -> bytes:
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(data, ec.ECDSA(hashes.SHA256()))
    if not hasattr(key, "decrypt"):
        raise UnsupportedAlgorithm("The seal's key is neither RSA nor of an elliptic curve")
    signature: bytes = key.sign(data, padding.PKCS1v15(), hashes.SHA256())
    return signature


def _list_as_asn1(revoked: Any) -> Any:
    from asn1crypto import crl

    return crl.CertificateList.load(revoked.public_bytes(Encoding.DER))
