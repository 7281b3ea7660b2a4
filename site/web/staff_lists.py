"""Admin screens registered with wagtail-modeladmin, shown by Wagtail's own views.

modeladmin gives the menu, the addresses and the permissions. Its views are left out: they
look old, and its history asks for no permission. Every address fetches what it shows through
``get_queryset(request)``, so a scope that is written once holds for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from wagtail.admin.admin_url_finder import register_admin_url_finder
from wagtail.admin.forms.search import SearchForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.base import ViewSet
from wagtail.admin.widgets.button import HeaderButton
from wagtail_modeladmin.helpers import PermissionHelper
from wagtail_modeladmin.options import ModelAdmin

from persian.jalali import format_jalali_date
from web.pagination import KeysetPage, OwnRows, keyset_page
from web.requests import UserRequest
from web.searches.found_rows import Search, found_page

READING = ("view", "change")


class ReadingHelper(PermissionHelper):
    """Permission helper that also lists the model for who may only view it."""

    def user_can_list(self, user: Any) -> bool:
        return any(
            self.user_has_specific_permission(user, self.get_perm_codename(action))
            for action in READING
        )

    def user_can_create(self, user: Any) -> bool:
        return False


class NativeModelAdmin(ModelAdmin):
    """A list, a page for each row and its history; nothing is added, edited or deleted here.

    Subclasses narrow ``get_queryset(request)`` to what the person may see: rows outside
    answer 404 under every address, and somebody without the model's permission is led
    back to the first page of the admin. Further addresses come from ``more_urls``.
    """

    inspect_view_enabled = True
    permission_helper_class = ReadingHelper
    list_view_class: ClassVar[type[KeysetListView]]
    page_view_class: ClassVar[type[RowView]]
    history_page_class: ClassVar[type[RowView]]

    def get_admin_urls_for_registration(self) -> tuple[URLPattern, ...]:
        base = self.url_helper.base_url_path
        addresses = (
            ("index", "", self.show_by(self.list_view_class)),
            ("results", "results/", self.show_by(self.list_view_class, results_only=True)),
            ("inspect", "inspect/<int:pk>/", self.show_by(self.page_view_class)),
            ("history", "history/<int:pk>/", self.show_by(self.history_page_class)),
            *self.more_urls(),
        )
        return tuple(
            path(f"{base}/{route}", view, name=self.url_name(name))
            for name, route, view in addresses
        )

    def more_urls(self) -> tuple[tuple[str, str, Any], ...]:
        """Further addresses as (name, route below the list's, view)."""
        return ()

    def show_by(self, view: Any, **more: Any) -> Any:
        """One of Wagtail's views, told where everything of this model stands."""
        return ViewSet().construct_view(
            view,
            model=self.model,
            model_admin=self,
            index_url_name=self.url_name("index"),
            index_results_url_name=self.url_name("results"),
            inspect_url_name=self.url_name("inspect"),
            history_url_name=self.url_name("history"),
            header_icon=self.get_menu_icon(),
            **more,
        )

    def url_name(self, action: str) -> str:
        return str(self.url_helper.get_action_url_name(action))

    def row(self, request: HttpRequest, pk: int) -> Any:
        """What the person may see under this key. Raises PermissionDenied and Http404."""
        self.require_reading(request)
        return get_object_or_404(self.get_page_queryset(request), pk=pk)

    def get_page_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """The same rows for the page of one of them, with what it shows beside."""
        rows: QuerySet[Any] = self.get_queryset(request)
        return rows

    def require_reading(self, request: HttpRequest) -> None:
        """Raise PermissionDenied, which Wagtail answers by leading back to the first page."""
        if not self.permission_helper.user_can_list(request.user):
            raise PermissionDenied

    def register_admin_url_finders(self) -> None:
        """Wagtail's reports link to the page of a row, as there is nothing to edit."""
        helper, name = self.permission_helper, self.url_name("inspect")
        register_admin_url_finder(
            self.model, type("RowFinder", (_RowFinder,), {"helper": helper, "name": name})
        )


class _RowFinder:
    helper: PermissionHelper
    name: str

    def __init__(self, user: Any) -> None:
        self.user = user

    def get_edit_url(self, instance: Model) -> str | None:
        if self.user is None or self.helper.user_can_list(self.user):
            return reverse(self.name, args=[instance.pk])
        return None


class KeysetListView(generic.IndexView):
    """Wagtail's list (search, filters, results by AJAX), paged by the last row seen.

    Subclasses name the datetime column in ``keyset`` with its direction and the template
    of the rows; what ``search`` describes is shown as ``found_page`` tells.
    """

    #: What may be typed into the search, in words.
    search_words: ClassVar[str] = ""
    model_admin: NativeModelAdmin | None = None
    request: UserRequest
    list_display = ["__str__"]
    columns: ClassVar[list[Any]] = []
    any_permission_required = list(READING)
    is_searchable = True
    paginate_by = None

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        # A list of a million rows is not to be poured into a file by an address alone.
        self.is_export = False

    def get_search_form(self) -> SearchForm:
        asked = self.request.GET if self.search_kwarg in self.request.GET else None
        return SearchForm(asked, placeholder=self.search_words)

    def keyset(self) -> tuple[str, bool]:
        """The column that orders the list, and whether its newest comes first."""
        raise NotImplementedError

    def lanes(self) -> Sequence[Q]:
        """The parts that the list is merged of, each led by an index; none: it is one."""
        return ()

    def own_rows(self) -> OwnRows | None:
        """The person's rows, where those of others lie between them: see ``first_rows``."""
        return None

    @property
    def read_rows(self) -> Callable[[list[int]], list[Any]] | None:
        """What gives the rows of some keys, where they are not read with the list: see ``keyset_page``."""
        return None

    def search(self, text: str) -> Search:
        """What ``text`` looks for in this list."""
        raise NotImplementedError

    def get_base_queryset(self) -> QuerySet[Any]:
        assert self.model_admin is not None
        return self.model_admin.get_queryset(self.request)

    def get_queryset(self) -> list[Any]:
        moment, newest_first = self.keyset()
        rows = self.filter_queryset(self.get_base_queryset())
        if self.is_searching:
            sign = "-" if newest_first else ""
            ordered = rows.order_by(f"{sign}{moment}", f"{sign}pk")
            self.page: KeysetPage[Any] = found_page(
                ordered, self.search(self.search_query), **self._marks()
            )
        else:
            self.page = keyset_page(
                rows,
                moment,
                newest_first=newest_first,
                lanes=self.lanes(),
                own=self.own_rows(),
                read=self.read_rows,
                **self._marks(),
            )
        return self.page.rows

    def _marks(self) -> dict[str, Any]:
        """Where in the list its page begins or ends, as the address has it."""
        return {name: self.request.GET.get(name, "") for name in ("after", "before")}

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(*args, **kwargs)
        context["page"] = self.page
        context["kept"] = self._kept_parameters()
        return context

    def _kept_parameters(self) -> str:
        """The filters of this list as a query string, without the place in it."""
        parameters = self.request.GET.copy()
        for name in ("after", "before", "_w_filter_fragment"):
            parameters.pop(name, None)
        return parameters.urlencode()


class RowView(generic.InspectView):
    """Wagtail's page of one row, which is fetched within the person's scope."""

    model_admin: NativeModelAdmin | None = None
    object: Any
    request: UserRequest
    any_permission_required = list(READING)
    inspect_url_name = ""
    history_url_name = ""

    def get_object(self, queryset: Any = None) -> Any:
        assert self.model_admin is not None
        return self.model_admin.row(self.request, self.pk)

    @property
    def header_more_buttons(self) -> list[Any]:
        return []

    @property
    def header_buttons(self) -> list[Any]:
        href = reverse(self.history_url_name, args=[self.object.pk])
        return [HeaderButton("تاریخچه", url=href, icon_name="history")]


class JalaliDateColumn(Column):
    """A day, by its weekday and its Jalali date.

    Wagtail's own column tells how long ago it was, which of a day to come is nothing.
    """

    def get_value(self, instance: Any) -> str:
        day = super().get_value(instance)
        return format_jalali_date(day, with_weekday=True) if day else ""
