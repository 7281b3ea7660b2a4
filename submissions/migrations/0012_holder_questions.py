"""The office is asked whose a contract is, and what it decides is kept.

A contract whose party is another person than the holder in the register waits for an answer from
now on: until today nobody was told when an import had named another holder.
"""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q
from django.utils.timezone import now


def ask_about_holders(apps, schema_editor):
    db = schema_editor.connection.alias
    contracts = apps.get_model("submissions", "Contract").objects.using(db)
    held = contracts.exclude(holder_id="").filter(party__national_id__isnull=False)
    others = held.filter(~Q(holder_id=F("party__national_id")) | ~Q(holder_kind=F("party__kind")))
    for contract in others.select_related("party").iterator():
        party = contract.party
        contracts.filter(pk=contract.pk).update(
            asked_since=now(),
            former_holder={"kind": party.kind, "name": party.name, "id": party.national_id},
        )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_invariants"),
        ("submissions", "0011_filed_facts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="contract",
            name="asked_since",
            field=models.DateTimeField(
                editable=False, null=True, verbose_name="زمان تغییر طرف قرارداد"
            ),
        ),
        migrations.AddField(
            model_name="contract",
            name="former_holder",
            field=models.JSONField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="contractimport",
            name="asked",
            field=models.PositiveIntegerField(
                default=0, verbose_name="قراردادهایی که طرف آنها تغییر می‌کند"
            ),
        ),
        migrations.AddIndex(
            model_name="contract",
            index=models.Index(
                condition=models.Q(("asked_since__isnull", False)),
                fields=["asked_since"],
                name="contract_asked",
            ),
        ),
        migrations.AddConstraint(
            model_name="contract",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("asked_since", None), ("party__isnull", False), _connector="OR"
                ),
                name="asked_contract_has_party",
            ),
        ),
        migrations.CreateModel(
            name="HolderDecision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("kept", "نزد همین متقاضی می‌ماند"),
                            ("released", "آزاد می‌شود تا طرف قرارداد آن را ثبت کند"),
                            ("moved", "به متقاضی دیگری منتقل می‌شود"),
                        ],
                        max_length=10,
                        verbose_name="تصمیم",
                    ),
                ),
                (
                    "holder_name",
                    models.CharField(max_length=200, verbose_name="طرف قرارداد در دفتر"),
                ),
                (
                    "at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="زمان"
                    ),
                ),
                ("note", models.TextField(verbose_name="دلیل")),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "contract",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="holder_decisions",
                        to="submissions.contract",
                    ),
                ),
                (
                    "party_after",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.party",
                    ),
                ),
                (
                    "party_before",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.party",
                    ),
                ),
            ],
            options={
                "verbose_name": "تصمیم دربارهٔ طرف قرارداد",
                "verbose_name_plural": "تصمیم‌ها دربارهٔ طرف قرارداد",
                "ordering": ["-pk"],
            },
        ),
        migrations.AddConstraint(
            model_name="holderdecision",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ("kept", "released", "moved"))),
                name="holder_outcome_known",
                violation_error_message="این مقدار شناخته‌شده نیست.",
            ),
        ),
        migrations.RunPython(ask_about_holders, migrations.RunPython.noop),
    ]
