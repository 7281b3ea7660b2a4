"""Adapters of django-allauth: phone numbers, sending of codes, new accounts."""

from copy import copy
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.models import User
from persian.forms import MobileField
from signin import dolat, notifications
from signin.dolat import Identity
from signin.refusals import Inactive, StaffDoor
from signin.staff import seeds
from web.allauth_compat import clear_login
from web.api.middleware import is_for_api
from web.security.visitors import address_of
from work.outside_services import OutsideService, Patience

_NUMBER_IS_ANOTHERS = (
    "شمارهٔ موبایل شما در میز خدمت به نام شخص دیگری ثبت شده است و به حساب شما اضافه نشد. "
    "برای اصلاح آن، لطفاً با شرکت تماس بگیرید."
)
# Somebody's browser waits meanwhile, and up to three questions are asked one after the other.
_DOLAT_PATIENCE = Patience(total=10, connect=5, silence=5)


class AccountAdapter(DefaultAccountAdapter):
    """Mobile numbers for django-allauth; see its documentation for the meaning of each method."""

    def phone_form_field(self, **kwargs: Any) -> MobileField:
        return MobileField(label="شمارهٔ موبایل", **kwargs)

    def get_phone(self, user: User) -> tuple[str, bool] | None:
        return (user.mobile, user.mobile_verified) if user.mobile else None

    def set_phone(self, user: User, phone: str, verified: bool) -> None:
        """Only the first number is taken here; a new one goes the reviewed way."""
        user.mobile, user.mobile_verified = user.mobile or phone, verified
        user.save(update_fields=["mobile", "mobile_verified"])

    def set_phone_verified(self, user: User, phone: str) -> None:
        if not user.mobile_verified:
            self.set_phone(user, phone, True)

    def get_user_by_phone(self, phone: str) -> User | None:
        return User.objects.filter(mobile=phone).first()

    def send_verification_code_sms(self, user: User, phone: str, code: str, **kwargs: Any) -> None:
        notifications.sign_in_code(phone, code)

    def get_client_ip(self, request: HttpRequest) -> str:
        """For allauth's own limits and its list of sessions: the same address as everywhere."""
        address = address_of(request)
        if address is None:
            raise PermissionDenied
        return address

    def get_login_stages(self) -> list[str]:
        """What may come between a right answer and being signed in, in this order."""
        return [
            "allauth.account.stages.LoginByCodeStage",
            "signin.stages.NationalIdStage",
            "signin.stages.NewPasswordStage",
            "allauth.mfa.stages.AuthenticateStage",
            "signin.stages.SecondFactorStage",
            "signin.stages.NewUserStage",
        ]

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:
        """Whoever works in the admin comes by the staff's own door, which asks for more."""
        came_by_it = getattr(request, "is_staff_door", False)
        if is_for_api(request) and not user.is_active:
            clear_login(request)
            raise Inactive
        if user.is_active and user.is_staff_member and not came_by_it:
            clear_login(request)
            if is_for_api(request):
                raise StaffDoor
            messages.info(request, StaffDoor.message)
            return redirect("wagtailadmin_login")
        return super().pre_login(request, user, **kwargs)

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Nothing: our own pages say what happened, in the portal's words."""


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """«دولت من»: its one client comes from the settings, its people are found by national id."""

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        if not settings.DOLAT or provider not in (None, dolat.PROVIDER):
            return []
        return [
            SocialApp(
                provider=dolat.PROVIDER,
                provider_id=dolat.PROVIDER,
                name="دولت من",
                client_id=settings.DOLAT["client_id"],
                secret=settings.DOLAT["secret"],
                settings={},
            )
        ]

    def serialize_instance(self, instance: Model) -> Any:
        """Its columns alone: what a request has looked up of somebody is kept on the object, too."""
        bare = copy(instance)
        columns = {field.attname for field in bare._meta.concrete_fields}
        for name in [*bare.__dict__]:
            if name not in columns and not name.startswith("_"):
                del bare.__dict__[name]
        return super().serialize_instance(bare)

    def get_requests_session(self) -> OutsideService:
        """What django-allauth, and our id token, ask the provider with."""
        return OutsideService(_DOLAT_PATIENCE, gateway=dolat.PROVIDER, may_rest=True)

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Whose account it is, before django-allauth would make one of its own."""
        if sociallogin.is_existing:
            return
        identity = Identity.of(sociallogin.account.extra_data)
        user = dolat.account_of(identity)
        sociallogin.connect(request, user)
        if dolat.lost_their_number(user, identity):
            messages.warning(request, _NUMBER_IS_ANOTHERS)


class SecondFactorAdapter(DefaultMFAAdapter):
    """Our words for the second factor of the staff; its seeds are kept encrypted."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "این کد صحیح نیست. لطفاً کد فعلی برنامه را وارد کنید.",
    }

    def get_totp_label(self, user: User) -> str:
        return user.username

    def encrypt(self, text: str) -> str:
        return seeds.encrypt_seed(text)

    def decrypt(self, encrypted_text: str) -> str:
        return seeds.decrypt_seed(encrypted_text)
