import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import submissions.models.contract_import


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_people"),
        ("services_catalog", "0003_reusable_documents"),
        ("submissions", "0003_registry_checks"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ClaimRules",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "approve_same_holder",
                    models.BooleanField(
                        default=False,
                        help_text="اگر کد یا شناسهٔ ملی تأییدشدهٔ متقاضی با شناسهٔ طرف قرارداد در دفتر یکی باشد، سامانه ثبت قرارداد را بی\u200cدرنگ تأیید می\u200cکند. در حالت خاموش، همهٔ موارد را کارشناس می\u200cبیند.",
                        verbose_name="تأیید خودکار قرارداد خود متقاضی",
                    ),
                ),
            ],
            options={
                "verbose_name": "قاعدهٔ ثبت قرارداد",
            },
        ),
        migrations.CreateModel(
            name="ContractImport",
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
                (
                    "file",
                    models.FileField(
                        blank=True,
                        max_length=120,
                        storage=submissions.models.contract_import.private_storage,
                        upload_to=submissions.models.contract_import.sheet_path,
                        verbose_name="پرونده",
                    ),
                ),
                ("original_name", models.CharField(max_length=255, verbose_name="نام پرونده")),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now,
                        editable=False,
                        verbose_name="زمان بارگذاری",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("reading", "در حال خواندن و بررسی"),
                            ("checked", "بررسی شد؛ منتظر تأیید"),
                            ("merging", "در حال ثبت در دفتر"),
                            ("done", "ثبت شد"),
                            ("refused", "پذیرفته نشد"),
                            ("cancelled", "کنار گذاشته شد"),
                        ],
                        default="reading",
                        max_length=10,
                        verbose_name="وضعیت",
                    ),
                ),
                (
                    "lines_total",
                    models.PositiveIntegerField(default=0, verbose_name="سطرهای پرونده"),
                ),
                (
                    "lines_read",
                    models.PositiveIntegerField(default=0, verbose_name="سطرهای خوانده\u200cشده"),
                ),
                ("good", models.PositiveIntegerField(default=0, verbose_name="سطرهای درست")),
                ("bad", models.PositiveIntegerField(default=0, verbose_name="سطرهای نادرست")),
                ("added", models.PositiveIntegerField(default=0, verbose_name="قراردادهای تازه")),
                (
                    "changed",
                    models.PositiveIntegerField(default=0, verbose_name="قراردادهای تغییریافته"),
                ),
                ("problem", models.TextField(blank=True, verbose_name="دلیل پذیرفته نشدن")),
                (
                    "finished_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="زمان پایان"),
                ),
            ],
            options={
                "verbose_name": "ورود قراردادها",
                "verbose_name_plural": "ورودهای قراردادها",
                "ordering": ["-pk"],
            },
        ),
        migrations.CreateModel(
            name="ImportProblem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("line", models.PositiveIntegerField(verbose_name="سطر")),
                ("column", models.CharField(blank=True, max_length=60, verbose_name="ستون")),
                ("text", models.CharField(max_length=300, verbose_name="ایراد")),
            ],
            options={
                "ordering": ["line", "pk"],
            },
        ),
        migrations.CreateModel(
            name="KeptDocument",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("type", models.SlugField(max_length=60, verbose_name="نوع مدرک")),
                ("accepted_on", models.DateField(verbose_name="تاریخ پذیرش")),
                ("valid_until", models.DateField(blank=True, null=True, verbose_name="معتبر تا")),
            ],
            options={
                "verbose_name": "مدرک نگه\u200cداری\u200cشده",
                "verbose_name_plural": "مدارک نگه\u200cداری\u200cشده",
            },
        ),
        migrations.CreateModel(
            name="StagedContract",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("line", models.PositiveIntegerField()),
                ("number", models.CharField(max_length=40)),
                ("number_key", models.CharField(max_length=40)),
                ("plot", models.CharField(blank=True, max_length=40)),
                ("area", models.PositiveIntegerField(null=True)),
                ("signed_on", models.DateField(null=True)),
                ("file_number", models.CharField(blank=True, max_length=40)),
                (
                    "holder_kind",
                    models.CharField(
                        choices=[("natural", "حقیقی"), ("legal", "حقوقی")], max_length=10
                    ),
                ),
                ("holder_name", models.CharField(max_length=200)),
                ("holder_key", models.CharField(max_length=200)),
                ("holder_id", models.CharField(blank=True, max_length=11)),
            ],
        ),
        migrations.AddField(
            model_name="contract",
            name="number_key",
            field=models.CharField(db_index=True, default="", editable=False, max_length=40),
        ),
        migrations.AlterField(
            model_name="contract",
            name="park",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                to="services_catalog.park",
                verbose_name="شهرک",
            ),
        ),
        migrations.AddIndex(
            model_name="contract",
            index=models.Index(
                fields=["park", "holder_key", "number_key"], name="contract_park_holder"
            ),
        ),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("kind", "contract"), ("state__in", ["draft", "in_review", "returned"])
                ),
                fields=("contract",),
                name="one_open_claim_a_contract",
            ),
        ),
        migrations.AddField(
            model_name="contractimport",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="بارگذاری\u200cکننده",
            ),
        ),
        migrations.AddField(
            model_name="importproblem",
            name="job",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="problems",
                to="submissions.contractimport",
            ),
        ),
        migrations.AddField(
            model_name="keptdocument",
            name="contract",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="locker",
                to="submissions.contract",
            ),
        ),
        migrations.AddField(
            model_name="keptdocument",
            name="document",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="submissions.document",
            ),
        ),
        migrations.AddField(
            model_name="stagedcontract",
            name="job",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="rows",
                to="submissions.contractimport",
            ),
        ),
        migrations.AddField(
            model_name="stagedcontract",
            name="park",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="services_catalog.park",
            ),
        ),
        migrations.AddConstraint(
            model_name="keptdocument",
            constraint=models.UniqueConstraint(fields=("contract", "type"), name="kept_type_once"),
        ),
        migrations.AddConstraint(
            model_name="stagedcontract",
            constraint=models.UniqueConstraint(fields=("job", "number"), name="staged_number_once"),
        ),
    ]
