"""A signing step keeps the digest of the letter that was signed; the head of a desk initials one."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0010_access_tokens"),
        ("services_catalog", "0015_refusal_letters"),
        ("submissions", "0030_without_references"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="step",
            name="step_name_known",
        ),
        migrations.AddField(
            model_name="step",
            name="letter_digest",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
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
                    ("recall_return", "لغو عودت"),
                    ("take_back", "بازپس گرفتن درخواست"),
                    ("take", "برداشتن"),
                    ("assign", "سپردن به همکار"),
                    ("put_back", "برگرداندن به میز"),
                    ("hand_over", "تحویل کار"),
                    ("set_urgency", "تعیین فوریت"),
                    ("set_follow_up", "تعیین زمان پیگیری"),
                    ("end_follow_up", "پایان پیگیری"),
                    ("inquire", "استعلام"),
                    ("answer_inquiry", "ثبت پاسخ استعلام"),
                    ("recall_inquiry", "لغو استعلام"),
                    ("initial", "پاراف نامه"),
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
                            "recall_return",
                            "take_back",
                            "take",
                            "assign",
                            "put_back",
                            "hand_over",
                            "set_urgency",
                            "set_follow_up",
                            "end_follow_up",
                            "inquire",
                            "answer_inquiry",
                            "recall_inquiry",
                            "initial",
                        ),
                    )
                ),
                name="step_name_known",
                violation_error_message="این مقدار معتبر نیست.",
            ),
        ),
    ]
