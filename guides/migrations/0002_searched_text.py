"""The words of a guide are kept beside its blocks, and written for the guides that are there."""

from django.db import migrations, models


def read_guides(apps, schema_editor):
    guides = apps.get_model("guides", "GuidePage").objects.using(schema_editor.connection.alias)
    for guide in guides.iterator():
        pieces = [
            str(piece)
            for block in guide.body
            for piece in block.block.get_searchable_content(block.value)
        ]
        guides.filter(pk=guide.pk).update(searched_text=" ".join(pieces))


class Migration(migrations.Migration):
    dependencies = [
        ("guides", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="guidepage",
            name="searched_text",
            field=models.TextField(db_default="", default="", editable=False),
        ),
        migrations.RunPython(read_guides, migrations.RunPython.noop),
    ]
