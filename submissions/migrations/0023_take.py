"""Who of a desk has something: taken, given out, put back and handed over."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

STEPS = [
    ("submit", "ثبت و ارسال"),
    ("pass_on", "تأیید و ارسال به میز بعدی"),
    ("refer", "ارجاع به همکار"),
    ("answer", "پاسخ به ارجاع"),
    ("recall", "بازپس‌گیری ارجاع"),
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
]


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_claimed_by"),
        ("services_catalog", "0013_stops_side_by_side"),
        ("submissions", "0022_recalls"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="HandOver",
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
                    "claimed_by",
                    models.CharField(
                        blank=True,
                        db_default="",
                        default="",
                        editable=False,
                        max_length=60,
                        verbose_name="در دست انجام توسط",
                    ),
                ),
                (
                    "not_before",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="شروع مجدد پس از"
                    ),
                ),
                (
                    "last_error",
                    models.TextField(blank=True, editable=False, verbose_name="آخرین خطا"),
                ),
                (
                    "only_desk",
                    models.BooleanField(default=False, verbose_name="فقط کارهای همین میز"),
                ),
                (
                    "asked_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now,
                        editable=False,
                        verbose_name="زمان درخواست",
                    ),
                ),
                (
                    "moved",
                    models.PositiveIntegerField(
                        default=0, editable=False, verbose_name="کارهای تحویل\u200cشده"
                    ),
                ),
                (
                    "done_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="زمان پایان"),
                ),
            ],
            options={
                "verbose_name": "تحویل کارها",
                "verbose_name_plural": "تحویل کارها",
                "ordering": ["-pk"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="step",
            name="step_name_known",
        ),
        migrations.AddField(
            model_name="step",
            name="standing_in_for",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="به جانشینی از",
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
                condition=models.Q(("closed_by", None), ("person__isnull", False)),
                fields=["desk", "due_at", "id"],
                name="item_desk_taken",
            ),
        ),
        migrations.AddConstraint(
            model_name="step",
            constraint=models.CheckConstraint(
                condition=models.Q(name__in=[code for code, _label in STEPS]),
                name="step_name_known",
                violation_error_message="این مقدار معتبر نیست.",
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="به دستور",
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="desk",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="services_catalog.desk",
                verbose_name="میز",
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="giver",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="تحویل\u200cدهنده",
            ),
        ),
        migrations.AddField(
            model_name="handover",
            name="receiver",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="تحویل\u200cگیرنده",
            ),
        ),
        migrations.AddIndex(
            model_name="handover",
            index=models.Index(
                condition=models.Q(("done_at", None)), fields=["queued_at"], name="hand_over_undone"
            ),
        ),
        migrations.AddConstraint(
            model_name="handover",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("receiver", None),
                    models.Q(("receiver", models.F("giver")), _negated=True),
                    _connector="OR",
                ),
                name="nobody_hands_over_to_themselves",
                violation_error_message="تحویل\u200cگیرنده باید همکار دیگری باشد.",
            ),
        ),
    ]
