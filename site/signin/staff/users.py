"""Admin screens of users and groups, with Persian names of the roles.

The name of a group is a key that the code asks for; a person reads its title (:mod:`signin.staff.roles`).
"""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.db.models.functions import Collate
from django.http import HttpResponse
from django.urls import reverse
from wagtail.admin.ui.tables import TitleColumn
from wagtail.users.forms import GroupForm, UserCreationForm, UserEditForm
from wagtail.users.views.groups import DeleteView as GroupDeleteView
from wagtail.users.views.groups import EditView as GroupEditView
from wagtail.users.views.groups import GroupViewSet
from wagtail.users.views.groups import IndexView as GroupIndexView
from wagtail.users.views.users import DeleteView as UserDeleteView
from wagtail.users.views.users import EditView as UserEditView
from wagtail.users.views.users import IndexView as UserIndexView
from wagtail.users.views.users import UserFilterSet, UserViewSet

from accounts.models import User
from db.naming import is_named_by_code, refuse_new_code
from persian.collation import PERSIAN
from persian.searching import rank, read_query
from signin.staff.roles import settle_staff, title_of
from web.consequences import SaysWhatItTouches
from web.deletions import turn_away

NOT_A_PROGRAM = "کاربر سامانه‌ای شمارهٔ موبایل و دسترسی مدیر کل ندارد."


def _roles_field() -> forms.ModelMultipleChoiceField:
    return forms.ModelMultipleChoiceField(
        Group.objects.all(),
        required=False,
        label="نقش‌ها",
        widget=forms.CheckboxSelectMultiple,
        help_text="هر نقش، دسترسی به بخش‌های مربوط در مدیریت را فراهم می‌کند.",
    )


class ServiceForm(forms.ModelForm):
    """The part of a user's form that makes a program's: it has no password, phone or full rights."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound and self["is_service"].data:
            for name in ("password1", "password2", "first_name", "last_name"):
                self.fields[name].required = False

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("is_service"):
            cleaned["password1"] = cleaned["password2"] = ""
            if cleaned.get("is_superuser") or self.instance.mobile:
                self.add_error("is_service", NOT_A_PROGRAM)
        return cleaned

    def save(self, commit: bool = True) -> User:
        if self.cleaned_data.get("is_service"):
            self.instance.set_unusable_password()
        user: User = super().save(commit)
        return user


class NewStaffForm(ServiceForm, UserCreationForm):
    """Whoever has no address of e-mail works here as well."""

    groups = _roles_field()

    class Meta(UserCreationForm.Meta):
        fields = UserCreationForm.Meta.fields | {"is_service"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].required = False


class StaffForm(ServiceForm, UserEditForm):
    """What the row has never had is no reason to refuse a change of something else."""

    groups = _roles_field()

    class Meta(UserEditForm.Meta):
        fields = UserEditForm.Meta.fields | {"is_service"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].required = False
        for name in ("first_name", "last_name"):
            self.fields[name].required = bool(getattr(self.instance, name))

    def save(self, commit: bool = True) -> User:
        """The tick of a superuser makes a colleague as a role does, and its loss no longer one."""
        before = User.objects.filter(pk=self.instance.pk, is_staff=True).exists()
        user: User = super().save(commit)
        if commit:
            settle_staff(user, before=before)
        return user


class StaffFilterSet(UserFilterSet):
    """The filters of Wagtail, the one by group in our words; staff and applicants apart.

    The list is of the staff unless somebody else is asked for; a search looks at everybody.
    """

    who = django_filters.ChoiceFilter(
        label="کاربران",
        choices=[("applicants", "متقاضیان"), ("all", "همهٔ کاربران")],
        empty_label="همکاران",
        method="narrow_to",
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: object, is_searching: bool = False, **kwargs: object) -> None:
        super().__init__(*args, is_searching=is_searching, **kwargs)
        self.is_searching = is_searching
        self.filters["group"].label = "نقش"
        self.filters.move_to_end("who", last=False)

    def filter_queryset(self, queryset: QuerySet[User]) -> QuerySet[User]:
        narrowed: QuerySet[User] = super().filter_queryset(queryset)
        if self.form.cleaned_data.get("who") or self.is_searching:
            return narrowed
        return narrowed.filter(is_staff=True)

    def narrow_to(self, queryset: QuerySet[User], name: str, value: str) -> QuerySet[User]:
        return queryset.filter(is_staff=False) if value == "applicants" else queryset


class StaffIndexView(UserIndexView):
    """Wagtail's list of users, by the Persian order of their names."""

    search_fields = ("first_name", "last_name", "username", "mobile", "email")

    def order_queryset(self, queryset: QuerySet[User]) -> QuerySet[User]:
        if self.ordering not in ("name", "-name"):
            ordered: QuerySet[User] = super().order_queryset(queryset)
            return ordered
        names = [Collate(column, PERSIAN) for column in ("last_name", "first_name")]
        down = self.ordering == "-name"
        return queryset.order_by(*(name.desc() if down else name.asc() for name in names), "pk")


class StaffDeleteView(UserDeleteView):
    def run_before_hook(self) -> HttpResponse | None:
        return turn_away(self.request, [self.object], reverse(self.index_url_name))


class StaffEditView(SaysWhatItTouches, UserEditView):
    """The form of a person, which asks first when requests wait for them."""


class StaffUserViewSet(UserViewSet):
    filterset_class = StaffFilterSet
    edit_view_class = StaffEditView
    delete_view_class = StaffDeleteView
    index_view_class = StaffIndexView

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return StaffForm if for_update else NewStaffForm


class RoleIndexView(GroupIndexView):
    def search_queryset(self, queryset: QuerySet[Group]) -> QuerySet[Group] | list[Group]:
        """The few roles, by what they are called."""
        if not self.is_searching:
            return queryset
        query = read_query(self.search_query)
        return rank(queryset, query, lambda group: (title_of(group), group.name)) if query else []

    columns = [
        TitleColumn(
            "name",
            label="نقش",
            accessor=title_of,
            sort_key="name",
            url_name="wagtailusers_groups:edit",
        ),
    ]


class RoleForm(GroupForm):
    """What a role may do can be changed; the name by which the program asks for it stays."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_named_by_code(self.instance):
            title = title_of(self.instance)
            self.fields["name"].widget.attrs["readonly"] = True
            self.fields["name"].help_text = f"سامانه نقش «{title}» را با همین نام می‌شناسد."

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        name = cleaned.get("name", self.instance.name)
        refuse_new_code(Group(pk=self.instance.pk, name=name), "name")
        return cleaned


class RoleEditView(SaysWhatItTouches, GroupEditView):
    @property
    def can_delete(self) -> bool:
        return bool(super().can_delete) and not is_named_by_code(self.object)


class RoleDeleteView(GroupDeleteView):
    def run_before_hook(self) -> HttpResponse | None:
        return turn_away(self.request, [self.object], reverse(self.index_url_name))


class RoleViewSet(GroupViewSet):
    index_view_class = RoleIndexView
    edit_view_class = RoleEditView
    delete_view_class = RoleDeleteView
    menu_label = "نقش‌ها"

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return RoleForm
