"""Papers of a claim that nobody asked for are no longer kept as refused by the applicant.

Until now the system wrote them down as «not mine» when the claim was handed in.
"""

from django.db import migrations


def forget_what_nobody_said(apps, schema_editor):
    db = schema_editor.connection.alias
    of_claims = {"Submission": {"kind": "contract"}, "Filing": {"submission__kind": "contract"}}
    for model, where in of_claims.items():
        rows = apps.get_model("submissions", model).objects.using(db)
        rows.filter(**where).exclude(declined=[]).update(declined=[])


class Migration(migrations.Migration):
    dependencies = [("submissions", "0012_holder_questions")]

    operations = [migrations.RunPython(forget_what_nobody_said, migrations.RunPython.noop)]
