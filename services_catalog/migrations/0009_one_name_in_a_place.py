"""A name stands for one province, and in a province for one park."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("services_catalog", "0008_former_names")]

    operations = [
        migrations.AddConstraint(
            model_name="park",
            constraint=models.UniqueConstraint(
                fields=["province", "name_key"],
                condition=~Q(name_key="") & Q(repeats_name=False),
                name="park_name_once_in_a_province",
            ),
        ),
        migrations.AddConstraint(
            model_name="province",
            constraint=models.UniqueConstraint(
                fields=["name_key"],
                condition=~Q(name_key="") & Q(repeats_name=False),
                name="province_name_once",
            ),
        ),
    ]
