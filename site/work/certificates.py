"""Until when certificates hold: the one that SITE_URL is served with, and files that are named."""

import socket
import ssl
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509
from django.conf import settings

from work.watch import Figure, Values, register_figure, register_finding

SECONDS = 3
ASKED_AGAIN_AFTER = 3600
TRIED_AGAIN_AFTER = 60
SOON = 14 * 24 * 3600

# Each process asks for itself: until when an answer is good, and what it was.
_known: dict[str, tuple[float, float]] = {}
# Other apps' certificates: each tells their ends by name.
_others: list[Callable[[], Values]] = []


def watch_also(ends: Callable[[], Values]) -> None:
    """Watch certificates of another app too: ``ends`` tells when each ends, 0 for an unreadable one."""
    _others.append(ends)


def expiry_of_site() -> Values:
    """The end of SITE_URL's certificate in seconds of the epoch; 0 when nobody shows one."""
    address = urlsplit(settings.SITE_URL)
    if address.scheme != "https" or not address.hostname:
        return {}
    port = address.port or 443
    return {address.hostname: _remembered(address.hostname, port)}


def _remembered(host: str, port: int) -> float:
    good_until, ends = _known.get(f"{host}:{port}", (0.0, 0.0))
    if time.monotonic() >= good_until:
        ends = _ask_certificate(host, port)
        rest = ASKED_AGAIN_AFTER if ends else TRIED_AGAIN_AFTER
        _known[f"{host}:{port}"] = time.monotonic() + rest, ends
    return ends


def _ask_certificate(host: str, port: int) -> float:
    # When it ends is asked, not whether it is trusted: one that has ended must be read too.
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with (
            socket.create_connection((host, port), SECONDS) as line,
            context.wrap_socket(line, server_hostname=host) as secured,
        ):
            shown = secured.getpeercert(binary_form=True)
    except OSError:
        return 0.0
    return _end_of(x509.load_der_x509_certificate(shown)) if shown else 0.0


def expiry_of_files() -> Values:
    """The end of the first certificate in each file of CERTIFICATE_FILES; 0 for an unreadable one."""
    return {name: _read_expiry(Path(name)) for name in settings.CERTIFICATE_FILES}


def _read_expiry(path: Path) -> float:
    try:
        return _end_of(x509.load_pem_x509_certificate(path.read_bytes()))
    except (OSError, ValueError):
        return 0.0


def _end_of(certificate: x509.Certificate) -> float:
    return certificate.not_valid_after_utc.timestamp()


def all_expiries() -> Values:
    """When each certificate that is known of ends, by host or file."""
    known = {**expiry_of_site(), **expiry_of_files()}
    for ends in _others:
        known.update(ends())
    return known


def check_certificates() -> str:
    """Those that have ended, end soon, or cannot be read."""
    moment = time.time()
    ends = {name: end for name, end in all_expiries().items() if end - moment < SOON}
    return ", ".join(
        f"{name}: {_in_words(end - moment if end else None)}" for name, end in ends.items()
    )


def _in_words(left: float | None) -> str:
    if left is None:
        return "no certificate is shown"
    return "has ended" if left <= 0 else f"ends in {left / 86400:.0f} days"


def register_all() -> None:
    """Tell ``work.watch`` of all this; called from AppConfig.ready()."""
    register_figure(
        Figure(
            "portal_certificate_end_timestamp_seconds",
            "When each certificate ends; 0 when none is shown.",
            all_expiries,
            "certificate",
        )
    )
    register_finding(check_certificates, "certificates")
