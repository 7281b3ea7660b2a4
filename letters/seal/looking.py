"""What the seals in a file of a stranger say, in a child of a lookout (``submissions.documents.lookouts``).

As with papers that are handed in, whatever the file does to its reader ends with this process.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Sequence
from importlib import import_module
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, Final

from cryptography import x509

from letters.seal.authorities import as_asn1
from submissions.documents.sandbox.limits import hold_to_limits

# Loaded by the lookout alone: this module is imported by the portal too.
NEEDED: Final = (
    "pyhanko.pdf_utils.reader",
    "pyhanko.sign.validation",
    "pyhanko.sign.diff_analysis",
    "pyhanko_certvalidator",
)
MOST_SEALS: Final = 8
MOST_FACTS: Final = 1 << 20
# The answers: no PDF at all, one that needs a password, one that was read.
NO_PDF, CLOSED, READ = "no_pdf", "closed", "read"
# What counts for the answer of a look that was ended before it had one.
UNFINISHED: Final = "unfinished"
NOTHING_SAID: Final = json.dumps({"state": UNFINISHED, "code": "", "seals": []})


def look_into(content: bytes, roots: list[x509.Certificate]) -> dict[str, Any]:
    """What the file says of itself: the code in its facts, and each of its seals."""
    from pyhanko.pdf_utils.reader import PdfFileReader

    try:
        reader = PdfFileReader(BytesIO(content), strict=False)
        if reader.encrypted:
            return {"state": CLOSED, "code": "", "seals": []}
        seals = reader.embedded_regular_signatures[:MOST_SEALS]
        return {
            "state": READ,
            "code": _code_in_facts(reader),
            "seals": [_judge_seal(seal, roots) for seal in seals],
        }
    except Exception:
        # A damaged file leads the reader into every kind of error; all mean the same here.
        return {"state": NO_PDF, "code": "", "seals": []}


def _judge_seal(seal: Any, roots: list[x509.Certificate]) -> dict[str, Any]:
    """Whose seal, whether its bytes are what was sealed, and whether anything came behind it."""
    try:
        status = _validate(seal, roots)
        return {
            "signer": str(status.signing_cert.subject.native.get("common_name", ""))[:200],
            "ours": status.trusted or _leads_to_us(seal, status.signing_cert, roots),
            "intact": status.intact and status.valid,
            "nothing_after": _covers_all(status),
            "damaged": False,
        }
    except Exception:
        # So does a damaged seal.
        return {
            "signer": "", "ours": False, "intact": False, "nothing_after": False, "damaged": True,
        }  # fmt: skip


def _covers_all(status: Any) -> bool:
    """Whether nothing stands behind the seal but what proves it later (B-LT)."""
    from pyhanko.sign.diff_analysis import ModificationLevel
    from pyhanko.sign.validation.status import SignatureCoverageLevel

    if status.coverage == SignatureCoverageLevel.ENTIRE_FILE:
        return True
    return bool(status.modification_level == ModificationLevel.LTA_UPDATES and status.docmdp_ok)


def _validate(seal: Any, roots: list[x509.Certificate]) -> Any:
    from pyhanko.sign.validation import validate_pdf_signature

    return validate_pdf_signature(seal, _trust(seal, roots))


def _leads_to_us(seal: Any, certificate: Any, roots: list[x509.Certificate]) -> bool:
    """Whose a broken seal is: its certificate is not looked at when its bytes are not what was sealed."""
    from pyhanko_certvalidator import CertificateValidator
    from pyhanko_certvalidator.errors import PathError, ValidationError

    links = seal.other_embedded_certs
    asked = CertificateValidator(certificate, links, validation_context=_trust(seal, roots))
    try:
        asyncio.run(asked.async_validate_path())
    except (PathError, ValidationError):
        return False
    return True


def _trust(seal: Any, roots: list[x509.Certificate]) -> Any:
    from pyhanko_certvalidator import ValidationContext

    # As of when it was sealed: a certificate that has ended since was good for its letters.
    return ValidationContext(
        trust_roots=[as_asn1(root) for root in roots],
        moment=seal.self_reported_timestamp,
        allow_fetching=False,
        revocation_mode="soft-fail",
        retroactive_revinfo=True,
    )


def _code_in_facts(reader: Any) -> str:
    """The verify code in the attached ``facts.json``; empty without one."""
    for attached in reader.root.get("/AF", []):
        content = attached.get_object()["/EF"]["/F"].data
        if len(content) <= MOST_FACTS:
            found = json.loads(content)
            return str(found.get("verify_code", ""))[:16]
    return ""


def warm_up() -> None:
    """Load what a look would load."""
    for name in NEEDED:
        import_module(name)


def look(file: BinaryIO, arguments: Sequence[str]) -> str:
    """What was found, as JSON; ``arguments``: seconds of the processor, then files of our roots."""
    seconds, *roots = arguments
    hold_to_limits(int(seconds))
    logging.disable(logging.CRITICAL)
    trusted = [
        root for name in roots for root in x509.load_pem_x509_certificates(Path(name).read_bytes())
    ]
    return json.dumps(look_into(file.read(), trusted))
