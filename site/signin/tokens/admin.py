"""«توکن‌های دسترسی» in the admin: everybody's tokens, and new ones for service users.

For those who look after the users. Nobody issues a token for another person here.
"""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import FormView
from wagtail.admin import messages
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.widgets.button import HeaderButton
from wagtail.permission_policies import ModelPermissionPolicy

from accounts.models import AccessToken, User
from persian.text import fold_key
from signin.staff.second_factor import has_given_one
from signin.tokens.forms import ServiceTokenForm
from signin.tokens.issuing import issue_token, revoke_token
from web.refusals import NotNow, Refusal
from web.requests import UserRequest
from web.searches.found_rows import Search
from web.staff_lists import KeysetListView, NativeModelAdmin, ReadingHelper, RowView

RIGHT = "accounts.change_user"
TITLE = "توکن‌های دسترسی"
# Wagtail's views ask for the rights on users, whose tokens these are.
OF_USERS = ModelPermissionPolicy(User)
CHANGING = ("change",)


class OverAlready(NotNow):
    """Raised when the token works no more."""

    title = "این توکن دیگر معتبر نیست"
    message = "این توکن پیش از این باطل شده یا مهلت اعتبار آن پایان یافته است."


class KeeperHelper(ReadingHelper):
    """Lists the tokens for whoever may change users."""

    def user_can_list(self, user: Any) -> bool:
        return bool(user.has_perm(RIGHT))


class TokenListView(KeysetListView):
    """The newest first, with their owners."""

    page_title = TITLE
    search_words = "نام صاحب توکن"
    template_name = "accounts/admin/tokens/index.html"
    results_template_name = "accounts/admin/tokens/results.html"
    permission_policy = OF_USERS
    any_permission_required = list(CHANGING)

    @property
    def header_buttons(self) -> list[Any]:
        href = reverse("accounts_accesstoken_modeladmin_issue")
        return [HeaderButton("توکن جدید برای کاربر سامانه‌ای", url=href, icon_name="plus")]

    def keyset(self) -> tuple[str, bool]:
        return "created_at", True

    def search(self, text: str) -> Search:
        named = Q(user__search_key__contains=fold_key(text))
        return Search(text, named, "user__search_key")

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(*args, tokens=self.page.rows, **kwargs)


class TokenView(RowView):
    """One token: whose it is, what it opens, and the key that ends it."""

    template_name = "accounts/admin/tokens/token.html"
    page_title = "توکن دسترسی"
    permission_policy = OF_USERS
    any_permission_required = list(CHANGING)
    refusal: Refusal | None = None

    @property
    def header_buttons(self) -> list[Any]:
        return []

    def get_page_subtitle(self) -> str:
        return str(self.object)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        home = {"url": reverse(self.index_url_name), "label": TITLE}
        return [*self.breadcrumbs_items, home, {"url": "", "label": self.get_page_subtitle()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        href = reverse("accounts_accesstoken_modeladmin_revoke", args=[self.object.pk])
        return super().get_context_data(
            token=self.object, revoke_href=href, refusal=self.refusal, **kwargs
        )

    def get_fields_context(self) -> list[Any]:
        """The template shows the token itself, not a list of columns."""
        return []


class RevokeView(TokenView):
    """Ending one token."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not revoke_token(self.object, by=self.request.user):
            self.refusal = OverAlready()
            return self.render_to_response(self.get_context_data(), status=self.refusal.status)
        messages.success(request, f"توکن «{self.object.name}» باطل شد.")
        return redirect(self.index_url_name)


@method_decorator(never_cache, name="dispatch")
class IssueView(WagtailAdminTemplateMixin, FormView):
    """A token for a service user; its secret is in the answer, and nowhere else."""

    template_name = "accounts/admin/tokens/issue.html"
    page_title = "توکن جدید برای کاربر سامانه‌ای"
    header_icon = "key"
    form_class = ServiceTokenForm
    request: UserRequest

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not request.user.has_perm(RIGHT):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        home = {"url": reverse("accounts_accesstoken_modeladmin_index"), "label": TITLE}
        return [*self.breadcrumbs_items, home, {"url": "", "label": self.page_title}]

    def form_valid(self, form: ServiceTokenForm) -> HttpResponse:
        by = self.request.user
        given = has_given_one(self.request, by)
        try:
            token, secret = issue_token(
                form.cleaned_data["user"], by=by, second_factor=given, **form.said
            )
        except Refusal as refusal:
            form.add_error(None, refusal.message)
            return self.form_invalid(form)
        context = self.get_context_data(form=ServiceTokenForm(), issued=token, secret=secret)
        return self.render_to_response(context)

    def form_invalid(self, form: ServiceTokenForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


class TokenAdmin(NativeModelAdmin):
    """«توکن‌های دسترسی»"""

    model = AccessToken
    menu_label = TITLE
    menu_icon = "key"
    menu_order = 330
    permission_helper_class = KeeperHelper
    list_view_class = TokenListView
    page_view_class = TokenView
    history_page_class = TokenView

    def get_queryset(self, request: HttpRequest) -> QuerySet[AccessToken]:
        rows = AccessToken.objects.select_related("user", "party", "created_by", "revoked_by")
        return rows.prefetch_related("scopes")

    def more_urls(self) -> tuple[tuple[str, str, Any], ...]:
        return (
            ("revoke", "revoke/<int:pk>/", self.show_by(RevokeView)),
            ("issue", "issue/", IssueView.as_view()),
        )
