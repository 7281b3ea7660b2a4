"""The tables of people, parties, memberships, sign-ins and messages."""

from accounts.models.messages import MessageText, Notice, SmsMessage
from accounts.models.people import (
    Membership,
    OneTimePassword,
    Party,
    RecoveryRequest,
    SignIn,
    User,
    UserManager,
)
from accounts.models.tokens import AccessToken, Scope, TokenScope

__all__ = [
    "AccessToken",
    "Membership",
    "MessageText",
    "Notice",
    "OneTimePassword",
    "Party",
    "RecoveryRequest",
    "Scope",
    "SignIn",
    "SmsMessage",
    "TokenScope",
    "User",
    "UserManager",
]
