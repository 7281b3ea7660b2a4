"""Reports of errors to Sentry, or to whatever speaks its language; off unless SENTRY_DSN is given.

What leaves the house names nobody: no user, no form, no cookie, no header, no address, no values of
variables, and the numbers of people are blotted out of every text, as in the log.
"""

import importlib
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from work.logs import blot_people
from work.tracing import current_id

# Of a request, what an error report may tell.
TOLD = {"method"}
# What people typed, or what the program held in its hands when it broke.
NEVER_TOLD = ("user", "extra", "breadcrumbs", "modules")


def start_reports() -> None:
    """Report errors from now on, if SENTRY_DSN says where to.

    Raises ImproperlyConfigured when sentry-sdk is not installed.
    """
    if not settings.SENTRY_DSN:
        return
    # Loaded only where it is wanted: the portal does without it.
    try:
        sdk = importlib.import_module("sentry_sdk")
    except ImportError as error:
        raise ImproperlyConfigured(
            "SENTRY_DSN is given, and sentry-sdk is not installed: "
            ".venv/bin/pip install --require-hashes -r requirements-sentry.txt"
        ) from error
    sdk.init(
        dsn=settings.SENTRY_DSN,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        before_send=clean_report,
    )


def clean_report(event: dict[str, Any], hint: dict[str, Any]) -> dict[str, Any]:
    """The report without anybody in it, and with the number of the request as a tag."""
    kept = {name: value for name, value in event.items() if name not in NEVER_TOLD}
    if "request" in kept:
        kept["request"] = {name: kept["request"][name] for name in TOLD & set(kept["request"])}
    cleaned: dict[str, Any] = _blot(kept)
    if current_id():
        cleaned["tags"] = {**(cleaned.get("tags") or {}), "request_id": current_id()}
    return cleaned


def _blot(value: Any) -> Any:
    if isinstance(value, str):
        return blot_people(value)
    if isinstance(value, dict):
        return {name: _blot(inner) for name, inner in value.items()}
    return [_blot(inner) for inner in value] if isinstance(value, list | tuple) else value
