"""Words of Wagtail's own lists and forms that no catalogue of translations can reach.

Wagtail makes them of the English names of fields where it gives no label.
"""

from __future__ import annotations

from django import forms
from wagtail.admin.forms import choosers, workflows
from wagtail.contrib.redirects.forms import ConfirmImportForm
from wagtail.images import fields
from wagtail.models import Site
from wagtail.sites.views import IndexView as SiteListView
from wagtail.users.forms import PagePermissionsForm
from wagtail.users.views.bulk_actions.assign_role import RoleForm

from persian.templatetags.persian import file_size

WORDS = {
    "body": "متن",
    "content_types": "انواع قطعه",
    "email_address": "نشانی ایمیل",
    "link_text": "متن پیوند",
    "page": "صفحه",
    "permanent": "دائمی",
    "permissions": "مجوزها",
    "phone_number": "شماره تلفن",
    "role": "نقش",
    "subject": "موضوع",
}
WITHOUT_LABELS: tuple[type[forms.BaseForm], ...] = (
    ConfirmImportForm,
    PagePermissionsForm,
    RoleForm,
    choosers.AnchorLinkChooserForm,
    choosers.EmailLinkChooserForm,
    choosers.ExternalLinkChooserForm,
    choosers.PhoneLinkChooserForm,
    workflows.WorkflowContentTypeForm,
    workflows.WorkflowPageForm,
)


def weigh_pictures() -> None:
    """Tell how heavy a picture may be in Persian digits; Wagtail does so before a language is known."""
    fields.filesizeformat = file_size


def name_columns() -> None:
    """Give the columns of sites the names of their fields."""
    columns = {field.name: field for field in Site._meta.fields}
    for column in SiteListView.columns:
        if column.label == column.name.replace("_", " ").capitalize():
            column.label = columns[column.name].verbose_name


def name_fields() -> None:
    """Give the fields of Wagtail's forms that have no label their Persian one."""
    for form in WITHOUT_LABELS:
        for name, field in form.base_fields.items():  # type: ignore[attr-defined]
            if field.label is None and name in WORDS:
                field.label = WORDS[name]
