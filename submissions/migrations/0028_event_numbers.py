"""Every step gets a number in the history of all requests; those of before their keys' order."""

from django.db import migrations, models
from django.db.models import F, Q


def number_steps(apps, schema_editor):
    """What was before needs no order but that of each request, which the keys have."""
    steps = apps.get_model("submissions", "Step").objects.using(schema_editor.connection.alias)
    steps.filter(number=None).update(number=F("pk"))


class Migration(migrations.Migration):
    dependencies = [("submissions", "0027_lists_by_their_own_indexes")]

    operations = [
        migrations.AddField(
            model_name="step",
            name="number",
            field=models.BigIntegerField(
                editable=False, null=True, unique=True, verbose_name="شمارهٔ رویداد"
            ),
        ),
        migrations.AddIndex(
            model_name="step",
            index=models.Index(
                condition=Q(("number", None)), fields=["id"], name="step_unnumbered"
            ),
        ),
        migrations.RunPython(number_steps, migrations.RunPython.noop, elidable=True),
    ]
