"""Provinces and parks know their folded and their former names.

Neighbours that have one name already are kept: the first of them goes on, the others are marked
until somebody renames them. Who may sit at a desk is the form's to say, not the column's.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from persian.text import fold_key


def fold_names(apps, schema_editor):
    fold_neighbours(apps.get_model("services_catalog", "Province"), lambda place: None)
    fold_neighbours(apps.get_model("services_catalog", "Park"), lambda place: place.province_id)


def fold_neighbours(model, where):
    seen = set()
    for place in model.objects.order_by("pk"):
        place.name_key = fold_key(place.name)[:150]
        named = (where(place), place.name_key)
        place.repeats_name = named in seen
        seen.add(named)
        place.save(update_fields=["name_key", "repeats_name"])


class Migration(migrations.Migration):
    dependencies = [
        ("services_catalog", "0007_persian_order"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="park",
            name="former_names",
            field=models.TextField(
                blank=True,
                default="",
                help_text="هر نام در یک سطر. فایل قراردادها با این نام\u200cها نیز خوانده می\u200cشود؛ هنگام تغییر نام، نام قبلی به\u200cصورت خودکار افزوده می\u200cشود.",
                verbose_name="نام\u200cهای پیشین",
            ),
        ),
        migrations.AddField(
            model_name="park",
            name="name_key",
            field=models.CharField(default="", editable=False, max_length=150),
        ),
        migrations.AddField(
            model_name="park",
            name="repeats_name",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.AddField(
            model_name="province",
            name="former_names",
            field=models.TextField(
                blank=True,
                default="",
                help_text="هر نام در یک سطر. فایل قراردادها با این نام\u200cها نیز خوانده می\u200cشود؛ هنگام تغییر نام، نام قبلی به\u200cصورت خودکار افزوده می\u200cشود.",
                verbose_name="نام\u200cهای پیشین",
            ),
        ),
        migrations.AddField(
            model_name="province",
            name="name_key",
            field=models.CharField(default="", editable=False, max_length=150),
        ),
        migrations.AddField(
            model_name="province",
            name="repeats_name",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.AlterField(
            model_name="seat",
            name="stand_in",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="جانشین",
            ),
        ),
        migrations.AlterField(
            model_name="seat",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="seats",
                to=settings.AUTH_USER_MODEL,
                verbose_name="همکار",
            ),
        ),
        migrations.RunPython(fold_names, migrations.RunPython.noop),
    ]
