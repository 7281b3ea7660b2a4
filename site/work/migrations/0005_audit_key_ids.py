"""Seals of the audit trail name their key; those of before were made by AUDIT_KEY."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("work", "0004_queue_order"),
    ]

    operations = [
        migrations.AddField(
            model_name="auditentry",
            name="key_id",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                editable=False,
                max_length=40,
                verbose_name="شناسهٔ کلید",
            ),
        ),
    ]
