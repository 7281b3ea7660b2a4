import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    """What the registers said of people, and who wrote each answer of a draft last."""

    dependencies = [("submissions", "0002_partial_uploads")]

    operations = [
        migrations.AddField(
            model_name="submission",
            name="writers",
            field=models.JSONField(blank=True, default=dict, editable=False),
        ),
        migrations.CreateModel(
            name="RegistryCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "tries",
                    models.PositiveSmallIntegerField(
                        default=0, editable=False, verbose_name="تعداد تلاش"
                    ),
                ),
                (
                    "queued_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now,
                        editable=False,
                        verbose_name="زمان ورود به صف",
                    ),
                ),
                (
                    "claimed_until",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="در دست انجام تا"
                    ),
                ),
                (
                    "not_before",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="نه پیش از"
                    ),
                ),
                (
                    "last_error",
                    models.TextField(blank=True, editable=False, verbose_name="آخرین خطا"),
                ),
                ("filing", models.PositiveSmallIntegerField(verbose_name="نوبت")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("mobile", "مالکیت شماره موبایل (شاهکار)"),
                            ("civil", "ثبت احوال"),
                        ],
                        max_length=10,
                        verbose_name="استعلام",
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("matched", "مطابق است"),
                            ("mismatch", "مطابق نیست"),
                            ("unavailable", "پاسخ نرسید"),
                            ("not_asked", "استعلام نشد"),
                        ],
                        max_length=12,
                        verbose_name="نتیجه",
                    ),
                ),
                ("facts", models.JSONField(blank=True, default=dict)),
                ("at", models.DateTimeField(blank=True, null=True, verbose_name="زمان")),
                ("settled_at", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="registry_checks",
                        to="submissions.submission",
                    ),
                ),
            ],
            options={
                "verbose_name": "استعلام",
                "verbose_name_plural": "استعلام‌ها",
                "indexes": [
                    models.Index(
                        condition=models.Q(("settled_at", None)),
                        fields=["queued_at"],
                        name="registry_check_open",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("submission", "filing", "kind"), name="registry_check_once"
                    )
                ],
            },
        ),
    ]
