"""Wagtail's index of references keeps no rows of requests any longer: nobody reads them."""

from django.db import migrations


def forget(apps, schema_editor):
    kinds = apps.get_model("contenttypes", "ContentType").objects
    kind = kinds.filter(app_label="submissions", model="submission").first()
    if kind is not None:
        rows = apps.get_model("wagtailcore", "ReferenceIndex").objects
        rows.filter(base_content_type=kind).delete()
        rows.filter(to_content_type=kind).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("submissions", "0029_urgency_of_many"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
