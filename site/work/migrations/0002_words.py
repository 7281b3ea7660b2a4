"""Words of labels, choices and refusals. No table changes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("work", "0001_audit_trail"),
    ]

    operations = [
        migrations.AlterField(
            model_name="auditentry",
            name="actor_id",
            field=models.BigIntegerField(
                blank=True, editable=False, null=True, verbose_name="شناسهٔ کاربر"
            ),
        ),
        migrations.AlterField(
            model_name="auditentry",
            name="previous",
            field=models.CharField(
                blank=True, editable=False, max_length=64, verbose_name="مهر قبلی"
            ),
        ),
    ]
