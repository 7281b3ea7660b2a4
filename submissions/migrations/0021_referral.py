"""A referral can be taken back, and an answer keeps the unit of whoever gave it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("submissions", "0020_bulk_acts")]

    operations = [
        migrations.RemoveConstraint(
            model_name="step",
            name="step_name_known",
        ),
        migrations.AddField(
            model_name="step",
            name="unit",
            field=models.CharField(blank=True, db_default="", default="", max_length=150),
        ),
        migrations.AlterField(
            model_name="step",
            name="name",
            field=models.CharField(
                choices=[
                    ("submit", "ثبت و ارسال"),
                    ("pass_on", "تأیید و ارسال به میز بعدی"),
                    ("refer", "ارجاع به همکار"),
                    ("answer", "پاسخ به ارجاع"),
                    ("recall", "بازپس\u200cگیری ارجاع"),
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
        migrations.AddConstraint(
            model_name="step",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "name__in",
                        (
                            "submit",
                            "pass_on",
                            "refer",
                            "answer",
                            "recall",
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
    ]
