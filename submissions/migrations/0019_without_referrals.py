"""Desk and referrals stand in the work items by now."""

from django.db import migrations


def forget_referrals(apps, schema_editor):
    """The rights on a table that is gone mean nothing."""
    types = apps.get_model("contenttypes", "ContentType")
    types.objects.filter(app_label="submissions", model="referral").delete()


class Migration(migrations.Migration):
    dependencies = [
        ("submissions", "0018_fill_work_items"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="submission",
            name="desk_only_in_review",
        ),
        migrations.RemoveIndex(
            model_name="submission",
            name="desk_queue_by_due",
        ),
        migrations.RemoveField(
            model_name="submission",
            name="desk",
        ),
        migrations.RemoveField(
            model_name="submission",
            name="stop_due_at",
        ),
        migrations.DeleteModel(
            name="Referral",
        ),
        migrations.RunPython(forget_referrals, migrations.RunPython.noop),
    ]
