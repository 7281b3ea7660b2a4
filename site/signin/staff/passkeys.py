"""What an authenticator is said to have answered, read with suspicion.

django-allauth foresees a wrong signature. Of what was never made by an authenticator its decoder
trips over whatever is missing, which would be told as a fault of the portal.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    ReauthenticateWebAuthnForm,
)

UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, struct.error)


def _read(reader: Callable[[], Any]) -> Any:
    try:
        return reader()
    except UNREADABLE as reason:
        raise get_adapter().validation_error("incorrect_code") from reason


class PasskeyForm(AuthenticateWebAuthnForm):
    """Signs in by a passkey."""

    def clean_credential(self) -> Any:
        return _read(super().clean_credential)


class PasskeyAgainForm(ReauthenticateWebAuthnForm):
    """The same, before something about the second factor is changed."""

    def clean_credential(self) -> Any:
        return _read(super().clean_credential)


class NewPasskeyForm(AddWebAuthnForm):
    """A further one."""

    def clean(self) -> Any:
        return _read(super().clean)
