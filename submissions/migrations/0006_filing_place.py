"""A filing says for which contract and park it was handed in."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import OuterRef, Subquery


def copy_places(apps, schema_editor):
    """What was handed in so far lay where its request lies now."""
    requests = apps.get_model("submissions", "Submission").objects.filter(pk=OuterRef("submission"))
    apps.get_model("submissions", "Filing").objects.update(
        contract=Subquery(requests.values("contract")[:1]),
        park=Subquery(requests.values("park")[:1]),
    )


class Migration(migrations.Migration):
    dependencies = [
        ("services_catalog", "0003_reusable_documents"),
        ("submissions", "0005_register_search"),
    ]

    operations = [
        migrations.AddField(
            model_name="filing",
            name="contract",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="submissions.contract",
            ),
        ),
        migrations.AddField(
            model_name="filing",
            name="park",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="services_catalog.park",
            ),
        ),
        migrations.RunPython(copy_places, migrations.RunPython.noop, elidable=True),
    ]
