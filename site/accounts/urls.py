"""Below ``/accounts/``: django-allauth's names for what we offer, and our own pages.

Only what is listed here can be reached: its other pages (sign-up, e-mail, password
reset, change of number) are not mounted.
"""

from allauth.account import views as allauth
from django.urls import include, path
from django.views.generic import TemplateView

from accounts import views

app = (
    [
        path("new/", views.NewUserView.as_view(), name="new_user"),
        path("acting/", views.act_for, name="act_for"),
    ],
    "accounts",
)

urlpatterns = [
    path("login/", views.SignInView.as_view(), name="account_login"),
    path("login/code/confirm/", views.ConfirmCodeView.as_view(), name="account_confirm_login_code"),
    path("logout/", allauth.logout, name="account_logout"),
    path(
        "inactive/",
        TemplateView.as_view(template_name="account/account_inactive.html"),
        name="account_inactive",
    ),
    path("", include(app)),
]
