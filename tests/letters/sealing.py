"""An authority of our own for the stories of the seal: its root, its keys, its clock over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import Any

from asn1crypto import keys, tsp
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext

from letters.seal.authorities import as_asn1
from letters.seal.making import KEY, PROOF, REVOKED, ROOTS, Authority, Issued, write_seal

PASSWORD = "a password of the office"


@cache
def our_authority() -> tuple[Authority, Issued]:
    """The root that the stories trust, and the office's key."""
    authority = Authority("Root of the Stories")
    return authority, authority.issue("Seal of the Office")


def use_seal(settings: Any, folder: Path, *made: tuple[Authority, Issued]) -> None:
    """Letters are sealed from now on, by the office's key or by the one given."""
    write_seal(folder, *(made or (our_authority(),))[0], PASSWORD)
    settings.SEAL_FILE, settings.SEAL_PASSWORD = str(folder / KEY), PASSWORD
    settings.SEAL_ROOTS, settings.SEAL_CRLS = [str(folder / ROOTS)], [str(folder / REVOKED)]
    settings.PROOF_KEY_FILE = str(folder / PROOF)


def validate(pdf: bytes, number: int = 0) -> PdfSignatureStatus:
    """What the library says of a seal, when only our root is trusted."""
    seal = PdfFileReader(BytesIO(pdf)).embedded_regular_signatures[number]
    root = as_asn1(our_authority()[0].root.certificate)
    trust = ValidationContext(trust_roots=[root], allow_fetching=False)
    return validate_pdf_signature(seal, trust)


@contextmanager
def serve_time(*, works: bool = True) -> Iterator[str]:
    """An authority of time over real HTTP (RFC 3161); without ``works`` it answers 500."""
    authority, _ = our_authority()
    clock = authority.issue("Clock of the Stories", stamps_time=True)
    pem = serialization.Encoding.DER, serialization.PrivateFormat.PKCS8
    key = keys.PrivateKeyInfo.load(clock.key.private_bytes(*pem, serialization.NoEncryption()))
    stamper = DummyTimeStamper(as_asn1(clock.certificate), key)

    class Clock(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = tsp.TimeStampReq.load(self.rfile.read(int(self.headers["Content-Length"])))
            stamp = asyncio.run(stamper.async_request_tsa_response(asked)).dump()
            self.send_response(200 if works else 500)
            self.send_header(
                "Content-Type", "application/timestamp-reply" if works else "text/plain"
            )
            self.end_headers()
            self.wfile.write(stamp if works else b"out of order")

        def log_message(self, *words: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Clock)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
