"""What stood in ``settings.OFFICE`` before it could be edited goes on being shown."""

from django.conf import settings
from django.db import migrations

FIELDS = ("name", "parent", "phone", "extension", "address", "site")
# As the code had it for everybody; an installation's own settings may say something else.
BEFORE = {
    "name": "شرکت شهرک‌های صنعتی استان اصفهان",
    "parent": "وزارت صنعت، معدن و تجارت",
    "phone": "۰۳۱-۳۲۶۴۷۳۰۰ تا ۲",
    "extension": "۴۴۴",
    "address": "اصفهان، شرکت شهرک‌های صنعتی استان اصفهان",
    "site": "isfahan.isipo.ir",
}


def keep_office_of_before(apps, schema_editor):
    """Only where the portal has run already: a new installation is filled by ``init``.

    The groups of the roles are made at the end of the first ``migrate``.
    """
    using = schema_editor.connection.alias
    groups = apps.get_model("auth", "Group").objects.using(using)
    offices = apps.get_model("web", "OfficeSettings").objects.using(using)
    if not groups.filter(name="manager").exists() or offices.exists():
        return
    said = BEFORE | getattr(settings, "OFFICE", {})
    offices.create(**{name: said.get(name) or "" for name in FIELDS})


class Migration(migrations.Migration):
    dependencies = [
        ("web", "0001_office_settings"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.RunPython(keep_office_of_before, migrations.RunPython.noop),
    ]
