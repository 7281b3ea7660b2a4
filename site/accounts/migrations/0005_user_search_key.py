"""The folded text by which the list of users finds somebody, written for those who are there."""

from django.db import migrations

from db.folded import FoldedField, fold_columns

FOUND_BY = ("first_name", "last_name", "username", "mobile", "email")
BATCH = 1000


def fold_users(apps, schema_editor):
    users = apps.get_model("accounts", "User").objects.using(schema_editor.connection.alias)
    batch = []
    for user in users.only("pk", *FOUND_BY).iterator(BATCH):
        user.search_key = fold_columns(user, FOUND_BY)
        batch.append(user)
        if len(batch) == BATCH:
            users.bulk_update(batch, ["search_key"])
            batch.clear()
    users.bulk_update(batch, ["search_key"])


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_invariants"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="search_key",
            field=FoldedField(db_default="", default="", editable=False, of=FOUND_BY),
        ),
        migrations.RunPython(fold_users, migrations.RunPython.noop),
    ]
