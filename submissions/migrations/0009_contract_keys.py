"""Which contracts stand twice in the register already, under two spellings of a number.

Nothing is thrown away: papers and requests may hang on either row. One of each goes on, rather the
one that somebody holds, and the others are marked. Imports that wait with two spellings in
one file are read again, by the rule that finds them.
"""

from django.db import migrations, models
from django.db.models import Count, F


def mark_repeated_keys(apps, schema_editor):
    Contract = apps.get_model("submissions", "Contract")
    twice = (
        Contract.objects.exclude(number_key="")
        .values("number_key")
        .annotate(rows=Count("pk"))
        .filter(rows__gt=1)
    )
    keys = list(twice.values_list("number_key", flat=True))
    for key in keys:
        rows = Contract.objects.filter(number_key=key).order_by(
            F("party").asc(nulls_last=True), "pk"
        )
        others = list(rows.values_list("pk", flat=True))[1:]
        Contract.objects.filter(pk__in=others).update(repeats_key=True)


def read_again(apps, schema_editor):
    ContractImport = apps.get_model("submissions", "ContractImport")
    StagedContract = apps.get_model("submissions", "StagedContract")
    ImportProblem = apps.get_model("submissions", "ImportProblem")
    twice = StagedContract.objects.values("job", "number_key").annotate(rows=Count("pk"))
    jobs = set(twice.filter(rows__gt=1).values_list("job", flat=True))
    StagedContract.objects.filter(job__in=jobs).delete()
    ImportProblem.objects.filter(job__in=jobs).delete()
    ContractImport.objects.filter(pk__in=jobs, state__in=["checked", "merging"]).update(
        state="reading"
    )
    ContractImport.objects.filter(pk__in=jobs, state="reading").update(
        lines_read=0,
        good=0,
        bad=0,
        added=0,
        changed=0,
        claimed_until=None,
        not_before=None,
        tries=0,
    )


class Migration(migrations.Migration):
    dependencies = [("submissions", "0008_words_of_returns")]

    operations = [
        migrations.AddField(
            model_name="contract",
            name="repeats_key",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.RunPython(mark_repeated_keys, migrations.RunPython.noop),
        migrations.RunPython(read_again, migrations.RunPython.noop),
    ]
