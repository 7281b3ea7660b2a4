"""Login stages between the right code or password and being signed in.

Until the last of them is done nobody is signed in: what is left out in the middle
leaves no session behind.
"""

from datetime import timedelta

from allauth.account.stages import LoginStage
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.timezone import now

from accounts.models import Membership, Party, User
from web.allauth_compat import get_authentication_records

# A number that was silent so long may have been given to somebody else.
SILENCE = timedelta(days=180)
# The login's own note: the key of the one-time password that was given.
SENT_PASSWORD = "sent_password"
_REAL_FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]

Handled = tuple[HttpResponse | None, bool]


class NationalIdStage(LoginStage):
    """Stage that asks for the national id when the phone alone may be another's."""

    key = "national_id"
    urlname = "accounts:national_id"

    def handle(self) -> Handled:
        user = self.login.user
        if not self._came_by_phone() or not is_doubtful(user) or not ids_of(user):
            return None, True
        return redirect(self.urlname), True

    def _came_by_phone(self) -> bool:
        """A lasting password or «دولت من» prove the person themselves."""
        if self.login.state.get(SENT_PASSWORD):
            return True
        records = get_authentication_records(self.request, self.login.user)
        return bool(records) and records[-1]["method"] == "code"


class NewPasswordStage(LoginStage):
    """A password that came by SMS opens nothing but the page on which the next one is chosen."""

    key = "new_password"
    urlname = "accounts:new_password"

    def handle(self) -> Handled:
        if self.login.state.get(SENT_PASSWORD) is None:
            return None, True
        return redirect(self.urlname), True


class SecondFactorStage(LoginStage):
    """Staff who have no second factor yet set one up before they are let in."""

    key = "second_factor"
    urlname = "accounts:second_factor"

    def handle(self) -> Handled:
        user = self.login.user
        if not settings.STAFF_SECOND_FACTOR or not user.is_staff_member:
            return None, True
        if is_mfa_enabled(user, _REAL_FACTORS):
            return None, True
        return redirect(self.urlname), True


class NewUserStage(LoginStage):
    """Stage that makes the first party, so that every signed-in applicant has one."""

    key = "new_user"
    urlname = "accounts:new_user"

    def handle(self) -> Handled:
        user = self.login.user
        if user.parties or user.is_staff_member:
            return None, True
        return redirect(self.urlname), True


def is_doubtful(user: User) -> bool:
    """Whether the phone alone no longer proves who it is."""
    silent = user.last_login is not None and user.last_login < now() - SILENCE
    return silent or user.must_prove_id


def ids_of(user: User) -> list[str]:
    """The verified ids of the parties that ``user`` owns; any of them proves the person."""
    owned = Party.objects.verified().filter(
        memberships__user=user, memberships__role=Membership.Role.OWNER
    )
    return [number for number in owned.values_list("national_id", flat=True) if number]
