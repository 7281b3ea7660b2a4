"""«پیامک‌ها» in the admin: sent and failed text messages, and sending one again.

For managers and superusers. A superuser who is no manager sees masked numbers, and sends
nothing. The words of codes and passwords are shown to nobody.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.timezone import now
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet

from accounts.models import SmsMessage, User
from messaging import outbox
from messaging.gateways import get_gateway
from messaging.texts import message_about, shown_to_staff
from persian.digits import to_ascii, to_persian
from web.refusals import NotNow, Refusal
from web.searches.found_rows import Search
from web.staff_lists import KeysetListView, NativeModelAdmin, RowView
from work import breakers

NUMBER_LENGTH = 11
COUNTED = timedelta(days=7)
TROUBLE, ALL = "trouble", "all"
LISTS = [(TROUBLE, "نیازمند توجه"), (ALL, "همه"), *SmsMessage.State.choices]


def is_manager(user: User) -> bool:
    return user.has_role("manager")


class NotTheirs(Refusal):
    """A reader who may not act."""

    status = 403
    code = "not_yours"
    title = "این اقدام بر عهدهٔ شما نیست"
    message = "ارسال مجدد پیامک بر عهدهٔ مدیران است."


class NotAgain(NotNow):
    """Raised when it was sent meanwhile, or is not needed any more."""

    title = "وضعیت پیامک تغییر کرده است"
    message = "این پیامک اکنون دوباره ارسال نمی‌شود. لطفاً وضعیت آن را ببینید."


class SmsFilters(WagtailFilterSet):
    """Which list is shown; what needs attention comes first."""

    list = django_filters.ChoiceFilter(
        label="فهرست", method="choose", widget=forms.RadioSelect, empty_label=None, choices=LISTS
    )

    class Meta:
        model = SmsMessage
        fields: tuple[str, ...] = ()

    @cached_property
    def chosen(self) -> str:
        asked = self.request.GET.get("list", "")
        return asked if asked in dict(LISTS) else TROUBLE

    def filter_queryset(self, queryset: QuerySet[SmsMessage]) -> QuerySet[SmsMessage]:
        rows: Any = queryset
        if self.chosen == TROUBLE:
            return rows.in_trouble()
        return rows if self.chosen == ALL else rows.filter(state=self.chosen)

    def choose(self, queryset: Any, name: str, value: str) -> Any:
        """Chosen in ``filter_queryset``, because a list is shown unasked as well."""
        return queryset


def prepare_row(message: Any, user: User) -> SmsMessage:
    """The row with what this person may see of it."""
    message.shown_number = message.recipient if is_manager(user) else message.masked_recipient
    message.title = message_about(message.key).title
    message.words = shown_to_staff(message)
    shown: SmsMessage = message
    return shown


class SmsListView(KeysetListView):
    """The newest messages first, of the list that was chosen."""

    page_title = "پیامک‌ها"
    search_words = "شمارهٔ موبایل"
    template_name = "accounts/admin/sms.html"
    results_template_name = "accounts/admin/sms_results.html"
    filterset_class = SmsFilters

    def keyset(self) -> tuple[str, bool]:
        return "created_at", True

    def filter_queryset(self, queryset: QuerySet[SmsMessage]) -> QuerySet[SmsMessage]:
        if self.is_searching:
            return queryset
        filtered: QuerySet[SmsMessage] = self.filters.filter_queryset(queryset)
        return filtered

    def search(self, text: str) -> Search:
        digits = to_ascii(text).replace(" ", "")
        # By a part of the number a masked one could be guessed digit by digit.
        enough = 4 if is_manager(self.request.user) else NUMBER_LENGTH
        is_number = digits.isascii() and digits.isdecimal()
        if not is_number or not enough <= len(digits) <= NUMBER_LENGTH:
            return Search(text, Q(pk__in=[]))
        # A range, where LIKE would read every row.
        between = (digits.ljust(NUMBER_LENGTH, "0"), digits.ljust(NUMBER_LENGTH, "9"))
        return Search(text, Q(recipient__range=between))

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(*args, **kwargs)
        counts = self._counts()
        context["lists"] = [
            {
                "name": name,
                "label": label,
                "count": counts.get(name),
                "current": name == self.filters.chosen,
            }
            for name, label in LISTS
        ]
        context["list_label"] = dict(LISTS)[self.filters.chosen]
        context["price"] = self.price
        context["silent"] = breakers.resting_gateway(get_gateway().outside)
        context["messages_shown"] = [
            prepare_row(message, self.request.user) for message in self.page.rows
        ]
        context["retry_count"] = self._retryable()
        context["retry_href"] = reverse("accounts_smsmessage_modeladmin_retry_all")
        return context

    def _counts(self) -> dict[str, int]:
        """How many messages of the last week are in each state; keeps their price."""
        rows = self.get_base_queryset().filter(created_at__gte=now() - COUNTED)
        by_state = rows.order_by().values("state").annotate(number=Count("pk"), price=Sum("price"))
        found = list(by_state)
        self.price = sum(row["price"] or 0 for row in found)
        counts = {row["state"]: row["number"] for row in found}
        trouble = sum(counts.get(state, 0) for state in SmsMessage.TROUBLES)
        return counts | {TROUBLE: trouble, ALL: sum(counts.values())}

    def _retryable(self) -> int:
        if not is_manager(self.request.user):
            return 0
        return SmsMessage.objects.retryable().count()


class SmsView(RowView):
    """One message: its words, its way and its end."""

    template_name = "accounts/admin/sms_row.html"
    page_title = "پیامک"
    refusal: Refusal | None = None

    @property
    def header_buttons(self) -> list[Any]:
        return []

    def get_page_subtitle(self) -> str:
        return message_about(self.object.key).title

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        home = {"url": reverse(self.index_url_name), "label": "پیامک‌ها"}
        return [*self.breadcrumbs_items, home, {"url": "", "label": self.get_page_subtitle()}]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may_retry = (
            is_manager(self.request.user)
            and SmsMessage.objects.retryable().filter(pk=self.object.pk).exists()
        )
        return super().get_context_data(
            sms=prepare_row(self.object, self.request.user),
            about=message_about(self.object.key),
            may_retry=may_retry,
            retry_href=reverse("accounts_smsmessage_modeladmin_retry", args=[self.object.pk]),
            refusal=self.refusal,
            **kwargs,
        )

    def get_fields_context(self) -> list[Any]:
        """The template shows the message itself, not a list of columns."""
        return []


class RetryView(SmsView):
    """Sending one message again."""

    http_method_names = ("post",)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_manager(self.request.user):
            self.refusal = NotTheirs()
        elif not outbox.retry_message(self.object.pk, by=self.request.user):
            self.refusal = NotAgain()
        if self.refusal is not None:
            return self.render_to_response(self.get_context_data(), status=self.refusal.status)
        messages.success(request, "پیامک دوباره در صف ارسال قرار گرفت.")
        return redirect("accounts_smsmessage_modeladmin_inspect", self.object.pk)


class SmsAdmin(NativeModelAdmin):
    """«پیامک‌ها»"""

    model = SmsMessage
    menu_label = "پیامک‌ها"
    menu_icon = "mail"
    menu_order = 310
    list_view_class = SmsListView
    page_view_class = SmsView
    history_page_class = SmsView

    def get_queryset(self, request: HttpRequest) -> QuerySet[SmsMessage]:
        """All for managers and superusers; for others nothing, whatever rights they were given."""
        user: Any = request.user
        rows: QuerySet[SmsMessage] = SmsMessage.objects.all()
        return rows if user.is_superuser or is_manager(user) else rows.none()

    def more_urls(self) -> tuple[tuple[str, str, Any], ...]:
        return (
            ("retry", "retry/<int:pk>/", self.show_by(RetryView)),
            ("retry_all", "retry/", self.retry_all_view),
        )

    def retry_all_view(self, request: HttpRequest) -> HttpResponse:
        """Send all again that can be: after the account was charged, for example."""
        self.require_reading(request)
        user: Any = request.user
        if request.method != "POST":
            return redirect(self.url_name("index"))
        if not is_manager(user):
            raise PermissionDenied
        count = outbox.retry_all(by=user)
        messages.success(request, f"{to_persian(count)} پیامک دوباره در صف ارسال قرار گرفت.")
        return redirect(self.url_name("index"))
