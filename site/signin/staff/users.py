"""Admin screens of users and groups, with Persian names of the roles.

The name of a group is a key that the code asks for; a person reads its title.
"""

from __future__ import annotations

from django import forms
from django.contrib.auth.models import Group
from wagtail.admin.ui.tables import TitleColumn
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views.groups import GroupViewSet
from wagtail.users.views.groups import IndexView as GroupIndexView
from wagtail.users.views.users import UserFilterSet, UserViewSet

from accounts.models import User
from accounts.roles import ROLES
from signin.staff.roles import settle_staff

# Wagtail brings two groups of its own with every installation.
TITLES = {**ROLES, "Editors": "ویراستاران صفحه‌ها", "Moderators": "ناظران صفحه‌ها"}


def title_of(group: Group) -> str:
    """What the group is called: a role by its title, another one by its name."""
    return TITLES.get(group.name, group.name)


class RolesField(forms.ModelMultipleChoiceField):
    """Roles to be ticked, by their titles."""

    def label_from_instance(self, obj: Group) -> str:
        return title_of(obj)


def _roles_field() -> RolesField:
    return RolesField(
        Group.objects.all(),
        required=False,
        label="نقش‌ها",
        widget=forms.CheckboxSelectMultiple,
        help_text="هر نقش، بخش‌های همان کار را در مدیریت باز می‌کند.",
    )


class NewStaffForm(UserCreationForm):
    groups = _roles_field()


class StaffForm(UserEditForm):
    groups = _roles_field()

    def save(self, commit: bool = True) -> User:
        """The tick of a superuser makes a colleague as a role does, and its loss no longer one."""
        before = User.objects.filter(pk=self.instance.pk, is_staff=True).exists()
        user: User = super().save(commit)
        if commit:
            settle_staff(user, before=before)
        return user


class StaffFilterSet(UserFilterSet):
    """The filters of Wagtail, the one by group in our words."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.filters["group"].label = "نقش"
        self.filters["group"].field.label_from_instance = title_of


class StaffUserViewSet(UserViewSet):
    filterset_class = StaffFilterSet

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return StaffForm if for_update else NewStaffForm


class RoleIndexView(GroupIndexView):
    columns = [
        TitleColumn(
            "name",
            label="نقش",
            accessor=title_of,
            sort_key="name",
            url_name="wagtailusers_groups:edit",
        ),
    ]


class RoleViewSet(GroupViewSet):
    index_view_class = RoleIndexView
    menu_label = "نقش‌ها"
