"""Names and titles stand in the order of the Persian alphabet, on both databases."""

from django.db import migrations, models

from persian.collation import create_collation


class Migration(migrations.Migration):
    dependencies = [
        ("services_catalog", "0006_open_list_of_kinds"),
    ]

    operations = [
        migrations.RunPython(create_collation, migrations.RunPython.noop),
        migrations.AlterModelOptions(
            name="unit",
            options={
                "ordering": ["title", "pk"],
                "verbose_name": "واحد",
                "verbose_name_plural": "واحدها",
            },
        ),
        migrations.AlterField(
            model_name="category",
            name="title",
            field=models.CharField(db_collation="persian", max_length=100, verbose_name="عنوان"),
        ),
        migrations.AlterField(
            model_name="documenttype",
            name="title",
            field=models.CharField(db_collation="persian", max_length=200, verbose_name="عنوان"),
        ),
        migrations.AlterField(
            model_name="organisation",
            name="name",
            field=models.CharField(db_collation="persian", max_length=200, verbose_name="نام"),
        ),
        migrations.AlterField(
            model_name="park",
            name="county",
            field=models.CharField(
                blank=True, db_collation="persian", max_length=100, verbose_name="شهرستان"
            ),
        ),
        migrations.AlterField(
            model_name="park",
            name="name",
            field=models.CharField(db_collation="persian", max_length=150, verbose_name="نام"),
        ),
        migrations.AlterField(
            model_name="province",
            name="name",
            field=models.CharField(db_collation="persian", max_length=100, verbose_name="نام"),
        ),
        migrations.AlterField(
            model_name="returnreason",
            name="title",
            field=models.CharField(db_collation="persian", max_length=150, verbose_name="عنوان"),
        ),
        migrations.AlterField(
            model_name="service",
            name="title",
            field=models.CharField(db_collation="persian", max_length=200, verbose_name="عنوان"),
        ),
        migrations.AlterField(
            model_name="unit",
            name="title",
            field=models.CharField(db_collation="persian", max_length=150, verbose_name="عنوان"),
        ),
    ]
