"""Words of labels, choices and refusals. No table changes."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("home", "0002_approval_and_first_revisions"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="homepage",
            options={"verbose_name": "صفحهٔ اصلی"},
        ),
    ]
