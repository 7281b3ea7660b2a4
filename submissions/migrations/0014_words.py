"""Words of labels, choices and refusals. No table changes."""

import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import submissions.models.contract_import
import submissions.models.filing


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_words"),
        ("services_catalog", "0012_words"),
        ("submissions", "0013_papers_of_claims"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="step",
            options={"ordering": ["seq"], "verbose_name": "مرحله", "verbose_name_plural": "مراحل"},
        ),
        migrations.AlterField(
            model_name="claimrules",
            name="approve_same_holder",
            field=models.BooleanField(
                default=False,
                help_text="اگر کد ملی یا شناسهٔ ملی تأییدشدهٔ متقاضی با شناسهٔ طرف قرارداد در دفتر یکسان باشد، ثبت قرارداد بلافاصله تأیید می\u200cشود. در حالت غیرفعال، همهٔ موارد را کارشناس بررسی می\u200cکند.",
                verbose_name="تأیید خودکار قرارداد خود متقاضی",
            ),
        ),
        migrations.AlterField(
            model_name="contract",
            name="area",
            field=models.PositiveIntegerField(
                blank=True, null=True, verbose_name="مساحت (مترمربع)"
            ),
        ),
        migrations.AlterField(
            model_name="contract",
            name="file_number",
            field=models.CharField(blank=True, max_length=40, verbose_name="شمارهٔ پرونده"),
        ),
        migrations.AlterField(
            model_name="contract",
            name="number",
            field=models.CharField(max_length=40, unique=True, verbose_name="شمارهٔ قرارداد"),
        ),
        migrations.AlterField(
            model_name="contractimport",
            name="added",
            field=models.PositiveIntegerField(default=0, verbose_name="قراردادهای جدید"),
        ),
        migrations.AlterField(
            model_name="contractimport",
            name="asked",
            field=models.PositiveIntegerField(
                default=0, verbose_name="قراردادهایی که طرف آن\u200cها تغییر می\u200cکند"
            ),
        ),
        migrations.AlterField(
            model_name="contractimport",
            name="file",
            field=models.FileField(
                blank=True,
                max_length=120,
                storage=submissions.models.filing.private_storage,
                upload_to=submissions.models.contract_import.sheet_path,
                verbose_name="فایل",
            ),
        ),
        migrations.AlterField(
            model_name="contractimport",
            name="good",
            field=models.PositiveIntegerField(default=0, verbose_name="سطرهای صحیح"),
        ),
        migrations.AlterField(
            model_name="contractimport",
            name="lines_total",
            field=models.PositiveIntegerField(default=0, verbose_name="سطرهای فایل"),
        ),
        migrations.AlterField(
            model_name="contractimport",
            name="not_before",
            field=models.DateTimeField(
                blank=True, editable=False, null=True, verbose_name="شروع مجدد پس از"
            ),
        ),
        migrations.AlterField(
            model_name="contractimport",
            name="original_name",
            field=models.CharField(max_length=255, verbose_name="نام فایل"),
        ),
        migrations.AlterField(
            model_name="contractimport",
            name="state",
            field=models.CharField(
                choices=[
                    ("reading", "در حال خواندن و بررسی"),
                    ("checked", "بررسی شد؛ منتظر تأیید"),
                    ("merging", "در حال ثبت در دفتر"),
                    ("done", "ثبت شد"),
                    ("refused", "پذیرفته نشد"),
                    ("cancelled", "حذف شد"),
                ],
                default="reading",
                max_length=10,
                verbose_name="وضعیت",
            ),
        ),
        migrations.AlterField(
            model_name="document",
            name="original_name",
            field=models.CharField(max_length=255, verbose_name="نام فایل"),
        ),
        migrations.AlterField(
            model_name="partialupload",
            name="not_before",
            field=models.DateTimeField(
                blank=True, editable=False, null=True, verbose_name="شروع مجدد پس از"
            ),
        ),
        migrations.AlterField(
            model_name="partialupload",
            name="original_name",
            field=models.CharField(max_length=255, verbose_name="نام فایل"),
        ),
        migrations.AlterField(
            model_name="partialupload",
            name="started_at",
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name="زمان شروع"),
        ),
        migrations.AlterField(
            model_name="registrycheck",
            name="kind",
            field=models.CharField(
                choices=[("mobile", "مالکیت شمارهٔ موبایل (شاهکار)"), ("civil", "ثبت احوال")],
                max_length=10,
                verbose_name="استعلام",
            ),
        ),
        migrations.AlterField(
            model_name="registrycheck",
            name="not_before",
            field=models.DateTimeField(
                blank=True, editable=False, null=True, verbose_name="شروع مجدد پس از"
            ),
        ),
        migrations.AlterField(
            model_name="registrycheck",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[
                    ("matched", "مطابق است"),
                    ("mismatch", "مطابق نیست"),
                    ("unavailable", "پاسخ دریافت نشد"),
                    ("not_asked", "استعلام نشد"),
                ],
                max_length=12,
                verbose_name="نتیجه",
            ),
        ),
        migrations.AlterField(
            model_name="step",
            name="name",
            field=models.CharField(
                choices=[
                    ("submit", "ثبت و ارسال"),
                    ("pass_on", "تأیید و ارسال به میز بعدی"),
                    ("refer", "ارجاع برای اظهار نظر"),
                    ("answer", "پاسخ به ارجاع"),
                    ("return_for_correction", "عودت برای اصلاح"),
                    ("approve", "تأیید نهایی"),
                    ("reject", "رد درخواست"),
                    ("withdraw", "انصراف"),
                    ("complete", "صدور و خاتمه"),
                    ("reopen", "بازگشایی"),
                ],
                max_length=30,
                verbose_name="مرحله",
            ),
        ),
        migrations.AlterField(
            model_name="step",
            name="not_before",
            field=models.DateTimeField(
                blank=True, editable=False, null=True, verbose_name="شروع مجدد پس از"
            ),
        ),
        migrations.AlterField(
            model_name="submission",
            name="declined",
            field=models.JSONField(
                blank=True, default=list, verbose_name="مدارکی که شامل متقاضی نمی\u200cشود"
            ),
        ),
        migrations.AlterField(
            model_name="submission",
            name="file_number",
            field=models.CharField(blank=True, max_length=40, verbose_name="شمارهٔ پرونده"),
        ),
        migrations.AlterField(
            model_name="submission",
            name="kind",
            field=models.CharField(editable=False, max_length=20, verbose_name="نوع"),
        ),
        migrations.AlterField(
            model_name="submission",
            name="stop",
            field=models.CharField(blank=True, editable=False, max_length=60, verbose_name="مرحله"),
        ),
        migrations.AlterConstraint(
            model_name="contract",
            name="contract_holder_kind_known",
            constraint=models.CheckConstraint(
                condition=models.Q(("holder_kind__in", ("natural", "legal"))),
                name="contract_holder_kind_known",
                violation_error_message="این مقدار معتبر نیست.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="contractimport",
            name="import_state_known",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ("reading", "checked", "merging", "done", "refused", "cancelled"))
                ),
                name="import_state_known",
                violation_error_message="این مقدار معتبر نیست.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="correctionitem",
            name="correction_item_kind_known",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ("document", "answer", "description"))),
                name="correction_item_kind_known",
                violation_error_message="این مقدار معتبر نیست.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="document",
            name="document_scan_known",
            constraint=models.CheckConstraint(
                condition=models.Q(("scan__in", ("none", "clean", "infected"))),
                name="document_scan_known",
                violation_error_message="این مقدار معتبر نیست.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="holderdecision",
            name="holder_outcome_known",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ("kept", "released", "moved"))),
                name="holder_outcome_known",
                violation_error_message="این مقدار معتبر نیست.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="registrycheck",
            name="registry_check_kind_known",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ("mobile", "civil"))),
                name="registry_check_kind_known",
                violation_error_message="این مقدار معتبر نیست.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="registrycheck",
            name="registry_check_outcome_known",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("outcome__in", ("", "matched", "mismatch", "unavailable", "not_asked"))
                ),
                name="registry_check_outcome_known",
                violation_error_message="این مقدار معتبر نیست.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="stagedcontract",
            name="staged_holder_kind_known",
            constraint=models.CheckConstraint(
                condition=models.Q(("holder_kind__in", ("natural", "legal"))),
                name="staged_holder_kind_known",
                violation_error_message="این مقدار معتبر نیست.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="step",
            name="step_name_known",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "name__in",
                        (
                            "submit",
                            "pass_on",
                            "refer",
                            "answer",
                            "return_for_correction",
                            "approve",
                            "reject",
                            "withdraw",
                            "complete",
                            "reopen",
                        ),
                    )
                ),
                name="step_name_known",
                violation_error_message="این مقدار معتبر نیست.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="step",
            name="step_from_known",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "from_state__in",
                        (
                            "draft",
                            "in_review",
                            "returned",
                            "approved",
                            "completed",
                            "rejected",
                            "withdrawn",
                        ),
                    )
                ),
                name="step_from_known",
                violation_error_message="این مقدار معتبر نیست.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="step",
            name="step_to_known",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "to_state__in",
                        (
                            "draft",
                            "in_review",
                            "returned",
                            "approved",
                            "completed",
                            "rejected",
                            "withdrawn",
                        ),
                    )
                ),
                name="step_to_known",
                violation_error_message="این مقدار معتبر نیست.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="submission",
            name="submission_state_known",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        (
                            "draft",
                            "in_review",
                            "returned",
                            "approved",
                            "completed",
                            "rejected",
                            "withdrawn",
                        ),
                    )
                ),
                name="submission_state_known",
                violation_error_message="این مقدار معتبر نیست.",
            ),
        ),
    ]
