"""URLs below ``/accounts/``: django-allauth's names, and our own pages.

Only what is listed here can be reached: its other pages (sign-up, e-mail, password
reset, change of number) are not mounted. Those of the second factor are the staff's.
"""

from allauth.account import views as allauth
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.webauthn import views as passkeys
from django.urls import include, path
from django.views.generic import TemplateView

from signin import code_views, dolat_views, password_views, sessions
from signin.staff import idle, second_factor
from signin.staff.second_factor import staff_only
from signin.tokens import views as tokens

app = (
    [
        path("new/", code_views.NewUserView.as_view(), name="new_user"),
        path("acting/", code_views.act_for, name="act_for"),
        path("login/password/", password_views.PasswordSignInView.as_view(), name="by_password"),
        path("password/new/", password_views.NewPasswordView.as_view(), name="new_password"),
        path("id/", password_views.NationalIdView.as_view(), name="national_id"),
        path("recovery/", password_views.RecoveryView.as_view(), name="recovery"),
        path("recovery/sent/", password_views.RecoverySentView.as_view(), name="recovery_sent"),
        path("dolat/", dolat_views.start_dolat, name="dolat"),
        path("dolat/callback/", dolat_views.take_callback, name="dolat_callback"),
        path("security/", sessions.show_sessions, name="security"),
        path("security/end/", sessions.end_session, name="end_session"),
        path("tokens/", tokens.show_tokens, name="tokens"),
        path("tokens/<int:pk>/end/", tokens.end_token, name="end_token"),
        path("staff/session/", idle.tell_session, name="staff_session"),
        path("staff/set-up/", second_factor.SetUpView.as_view(), name="second_factor"),
    ],
    "accounts",
)

of_the_second_factor = [
    path("authenticate/", mfa.authenticate, name="mfa_authenticate"),
    path("confirm/", staff_only(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("password/", staff_only(allauth.reauthenticate), name="account_reauthenticate"),
    path("", staff_only(mfa.index), name="mfa_index"),
    path(
        "recovery-codes/",
        staff_only(recovery_codes.view_recovery_codes),
        name="mfa_view_recovery_codes",
    ),
    path(
        "recovery-codes/new/",
        staff_only(recovery_codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path("passkeys/", staff_only(passkeys.list_webauthn), name="mfa_list_webauthn"),
    path("passkeys/add/", staff_only(passkeys.add_webauthn), name="mfa_add_webauthn"),
    path(
        "passkeys/confirm/",
        staff_only(passkeys.reauthenticate_webauthn),
        name="mfa_reauthenticate_webauthn",
    ),
    path(
        "passkeys/<int:pk>/remove/",
        staff_only(passkeys.remove_webauthn),
        name="mfa_remove_webauthn",
    ),
]

urlpatterns = [
    path("login/", code_views.SignInView.as_view(), name="account_login"),
    # The page of the second factor asks for this name; it is the same page.
    path("login/", code_views.SignInView.as_view(), name="account_request_login_code"),
    path(
        "login/code/confirm/",
        code_views.ConfirmCodeView.as_view(),
        name="account_confirm_login_code",
    ),
    path("logout/", allauth.logout, name="account_logout"),
    path(
        "inactive/",
        TemplateView.as_view(template_name="account/account_inactive.html"),
        name="account_inactive",
    ),
    path("dolat/cancelled/", dolat_views.show_cancelled, name="socialaccount_login_cancelled"),
    path("staff/", include(of_the_second_factor)),
    path("", include(app)),
]
