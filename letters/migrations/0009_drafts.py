"""Letters before their number: reworded, signed, frozen; and what letters are for."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("letters", "0008_without_references"),
        ("submissions", "0031_letter_digest"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="LetterDraft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("result", "نتیجه"),
                            ("refusal", "رد درخواست"),
                            ("inquiry", "استعلام"),
                        ],
                        default="result",
                        max_length=10,
                        verbose_name="منظور",
                    ),
                ),
                ("texts", models.JSONField(default=dict)),
                ("revision", models.PositiveIntegerField(default=0)),
                ("frozen", models.JSONField(null=True)),
                ("digest", models.CharField(blank=True, default="", max_length=64)),
            ],
            options={
                "verbose_name": "پیش\u200cنویس نامه",
                "verbose_name_plural": "پیش\u200cنویس\u200cهای نامه",
            },
        ),
        migrations.CreateModel(
            name="LetterRevision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("block", models.PositiveSmallIntegerField()),
                ("before", models.TextField()),
                ("after", models.TextField()),
                ("stop", models.CharField(max_length=60)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "verbose_name": "تغییر متن نامه",
                "verbose_name_plural": "تغییرهای متن نامه",
                "ordering": ["number"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="letter",
            name="one_living_letter",
        ),
        migrations.AddField(
            model_name="letter",
            name="purpose",
            field=models.CharField(
                choices=[("result", "نتیجه"), ("refusal", "رد درخواست"), ("inquiry", "استعلام")],
                db_default="result",
                default="result",
                max_length=10,
                verbose_name="منظور",
            ),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.CheckConstraint(
                condition=models.Q(("purpose__in", ("result", "refusal", "inquiry"))),
                name="letter_purpose_known",
                violation_error_message="این مقدار معتبر نیست.",
            ),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.UniqueConstraint(
                condition=models.Q(("purpose__in", ["result", "refusal"]), ("state", "issued")),
                fields=("submission", "purpose"),
                name="one_living_letter_a_purpose",
            ),
        ),
        migrations.AddField(
            model_name="letterdraft",
            name="submission",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="letter_drafts",
                to="submissions.submission",
            ),
        ),
        migrations.AddField(
            model_name="letterdraft",
            name="template",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, to="letters.lettertemplate"
            ),
        ),
        migrations.AddField(
            model_name="letterrevision",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="letterrevision",
            name="draft",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="revisions",
                to="letters.letterdraft",
            ),
        ),
        migrations.AddField(
            model_name="letterrevision",
            name="standing_in_for",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="letterdraft",
            constraint=models.UniqueConstraint(
                fields=("submission", "purpose"), name="one_draft_a_purpose"
            ),
        ),
        migrations.AddConstraint(
            model_name="letterdraft",
            constraint=models.CheckConstraint(
                condition=models.Q(("purpose__in", ("result", "refusal", "inquiry"))),
                name="draft_purpose_known",
                violation_error_message="این مقدار معتبر نیست.",
            ),
        ),
        migrations.AddConstraint(
            model_name="letterdraft",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("digest", ""), ("frozen", None)),
                    models.Q(
                        ("frozen__isnull", False),
                        ("template__isnull", False),
                        models.Q(("digest", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="frozen_draft_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="letterrevision",
            constraint=models.UniqueConstraint(
                fields=("draft", "number"), name="draft_revision_once"
            ),
        ),
    ]
