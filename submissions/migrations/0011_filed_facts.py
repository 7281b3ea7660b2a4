"""A filing keeps what the register said of its contract, and who its applicant was.

Of filings from before nobody knows what the register said then: they take what it says at this
upgrade, wholly, so that a letter never again shows a plot of one day in a park of another. The park
that was handed in stays beside it; where the two differ, the review page says so.
"""

import django.db.models.deletion
from django.db import migrations, models

AT_ONCE = 500
OF_CONTRACT = ("number", "plot", "area", "file_number", "holder_kind", "holder_name", "holder_id")


def contract_facts(contract):
    return {
        **{name: getattr(contract, name) for name in OF_CONTRACT},
        "signed_on": contract.signed_on.isoformat() if contract.signed_on else None,
        "park": contract.park.name,
        "province": contract.park.province.name,
    }


def freeze(filing):
    party, contract = filing.submission.party, filing.contract
    place = filing.park.province if filing.park else filing.submission.province
    filing.facts = {
        "schema_version": 1,
        "party": {
            "kind": party.kind,
            "name": party.name,
            "national_id": party.national_id or "",
        },
        "contract": contract_facts(contract) if contract else None,
        "park": filing.park.name if filing.park else "",
        "province": place.name if place else "",
    }
    filing.province = contract.park.province if contract else place


def freeze_filings(apps, schema_editor):
    db = schema_editor.connection.alias
    filings = apps.get_model("submissions", "Filing").objects.using(db)
    related = filings.select_related(
        "submission__party",
        "submission__province",
        "park__province",
        "contract__park__province",
    )
    after = 0
    while some := list(related.filter(pk__gt=after).order_by("pk")[:AT_ONCE]):
        for filing in some:
            freeze(filing)
        filings.bulk_update(some, ["facts", "province"])
        after = some[-1].pk


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_invariants"),
        ("services_catalog", "0007_persian_order"),
        ("submissions", "0010_contract_key_once"),
    ]

    operations = [
        migrations.AddField(
            model_name="filing",
            name="facts",
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name="filing",
            name="province",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="services_catalog.province",
            ),
        ),
        migrations.RunPython(freeze_filings, migrations.RunPython.noop),
    ]
