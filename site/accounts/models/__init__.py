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

__all__ = [
    "Membership",
    "MessageText",
    "Notice",
    "OneTimePassword",
    "Party",
    "RecoveryRequest",
    "SignIn",
    "SmsMessage",
    "User",
    "UserManager",
]
