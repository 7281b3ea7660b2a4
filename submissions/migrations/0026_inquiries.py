"""Bodies outside are asked for a decision, and what they answer is kept with its paper."""

import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
from django.conf import settings
from django.db import migrations, models

import submissions.models.filing
import submissions.models.inquiry_reply

STEPS = [
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
]


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_claimed_by"),
        ("services_catalog", "0014_inquiries"),
        ("submissions", "0025_without_desk_by_due"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="InquiryReply",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("no_objection", "بلامانع"),
                            ("conditional", "موافقت مشروط"),
                            ("objection", "مخالفت"),
                            ("information", "اعلام اطلاعات"),
                            ("no_answer", "بدون پاسخ"),
                        ],
                        max_length=20,
                        verbose_name="نتیجهٔ استعلام",
                    ),
                ),
                (
                    "letter_number",
                    models.CharField(blank=True, max_length=40, verbose_name="شمارهٔ نامه"),
                ),
                ("letter_date", models.DateField(null=True, verbose_name="تاریخ نامه")),
                (
                    "file",
                    models.FileField(
                        blank=True,
                        max_length=120,
                        storage=submissions.models.filing.private_storage,
                        upload_to=submissions.models.inquiry_reply.paper_path,
                    ),
                ),
                (
                    "original_name",
                    models.CharField(blank=True, max_length=255, verbose_name="نام فایل"),
                ),
                ("size", models.PositiveBigIntegerField(default=0, verbose_name="حجم (بایت)")),
                (
                    "content_type",
                    models.CharField(blank=True, max_length=100, verbose_name="نوع محتوا"),
                ),
                ("sha256", models.CharField(blank=True, max_length=64)),
            ],
            options={
                "verbose_name": "پاسخ استعلام",
                "verbose_name_plural": "پاسخ\u200cهای استعلام",
            },
        ),
        migrations.RemoveConstraint(
            model_name="step",
            name="step_name_known",
        ),
        migrations.RemoveConstraint(
            model_name="workitem",
            name="asked_of_somebody",
        ),
        migrations.AddField(
            model_name="workitem",
            name="asking_desk",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="services_catalog.desk",
                verbose_name="میز استعلام\u200cکننده",
            ),
        ),
        migrations.AddField(
            model_name="workitem",
            name="organisation",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="inquiries",
                to="services_catalog.organisation",
                verbose_name="دستگاه",
            ),
        ),
        migrations.AlterField(
            model_name="step",
            name="name",
            field=models.CharField(
                choices=STEPS,
                max_length=30,
                verbose_name="مرحله",
            ),
        ),
        migrations.AddIndex(
            model_name="workitem",
            index=models.Index(
                condition=models.Q(("closed_by", None), ("organisation__isnull", False)),
                fields=["asking_desk", "due_at", "id"],
                name="item_inquiries_of_desk",
            ),
        ),
        migrations.AddIndex(
            model_name="workitem",
            index=models.Index(
                condition=models.Q(("closed_by", None), ("organisation__isnull", False)),
                fields=["due_at", "id"],
                name="item_inquiries_by_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="step",
            constraint=models.CheckConstraint(
                condition=models.Q(("name__in", [code for code, _label in STEPS])),
                name="step_name_known",
                violation_error_message="این مقدار معتبر نیست.",
            ),
        ),
        migrations.AddConstraint(
            model_name="workitem",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_by", None), ("organisation__isnull", False)),
                fields=("parent", "organisation"),
                name="body_asked_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="workitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("purpose__in", ["decide", "inquiry"]),
                    ("desk__isnull", False),
                    ("person__isnull", False),
                    _connector="OR",
                ),
                name="asked_of_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="workitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("asking_desk__isnull", False),
                        ("desk", None),
                        ("organisation__isnull", False),
                        ("person", None),
                        ("purpose", "inquiry"),
                    ),
                    models.Q(
                        models.Q(("purpose", "inquiry"), _negated=True),
                        ("asking_desk", None),
                        ("organisation", None),
                    ),
                    _connector="OR",
                ),
                name="inquiry_of_a_body",
            ),
        ),
        migrations.AddField(
            model_name="inquiryreply",
            name="item",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reply",
                to="submissions.workitem",
            ),
        ),
        migrations.AddConstraint(
            model_name="inquiryreply",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "verdict__in",
                        ("no_objection", "conditional", "objection", "information", "no_answer"),
                    )
                ),
                name="reply_verdict_known",
                violation_error_message="این مقدار معتبر نیست.",
            ),
        ),
        migrations.AddConstraint(
            model_name="inquiryreply",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        django.db.models.lookups.Exact(
                            django.db.models.functions.text.Length("sha256"), 64
                        ),
                        models.Q(("verdict", "no_answer"), _negated=True),
                        models.Q(("letter_number", ""), _negated=True),
                        models.Q(("file", ""), _negated=True),
                        ("letter_date__isnull", False),
                        ("size__gt", 0),
                    ),
                    models.Q(
                        ("file", ""),
                        ("letter_date", None),
                        ("letter_number", ""),
                        ("verdict", "no_answer"),
                    ),
                    _connector="OR",
                ),
                name="reply_has_its_letter",
            ),
        ),
    ]
