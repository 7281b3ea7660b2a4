"""What a person was told is kept with the correction; older ones take today's words."""

from django.db import migrations, models


def copy_words(apps, schema_editor):
    db = schema_editor.connection.alias
    corrections = apps.get_model("submissions", "Correction").objects.using(db)
    reasons = apps.get_model("services_catalog", "ReturnReason").objects.using(db)
    for reason in reasons.iterator():
        corrections.filter(reason=reason.code, reason_title="").update(
            reason_title=reason.title, reason_advice=reason.advice
        )


class Migration(migrations.Migration):
    dependencies = [
        ("services_catalog", "0006_open_list_of_kinds"),
        ("submissions", "0007_invariants"),
    ]

    operations = [
        migrations.AddField(
            model_name="correction",
            name="reason_advice",
            field=models.TextField(blank=True, default="", verbose_name="راهنمای متقاضی"),
        ),
        migrations.AddField(
            model_name="correction",
            name="reason_title",
            field=models.CharField(
                blank=True, default="", max_length=150, verbose_name="عنوان دلیل"
            ),
        ),
        migrations.RunPython(copy_words, migrations.RunPython.noop),
    ]
