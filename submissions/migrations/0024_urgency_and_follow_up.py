"""How soon a request is wanted, when work is followed up, and since when it rests."""

import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Max, OuterRef, Subquery
from django.db.models.functions import Coalesce

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
]
MANY = [
    ("pass_on", "تأیید و ارسال به میز بعدی"),
    ("refer", "ارجاع به همکار"),
    ("assign", "سپردن به همکار"),
    ("put_back", "برگرداندن به میز"),
]


def note_last_acts(apps, schema_editor):
    """What is open was last touched by the last step that was taken on it, else when it came."""
    items = apps.get_model("submissions", "WorkItem").objects.filter(closed_by=None)
    steps = apps.get_model("submissions", "Step").objects.filter(item=OuterRef("pk"))
    last = steps.order_by().values("item").annotate(last=Max("at")).values("last")
    items.update(touched_at=Coalesce(Subquery(last), F("opened_at")))


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_claimed_by"),
        ("services_catalog", "0013_stops_side_by_side"),
        ("submissions", "0023_take"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="bulkact",
            name="bulk_step_known",
        ),
        migrations.RemoveConstraint(
            model_name="step",
            name="step_name_known",
        ),
        migrations.AddField(
            model_name="submission",
            name="urgency",
            field=models.CharField(
                choices=[("normal", "عادی"), ("urgent", "فوری"), ("immediate", "آنی")],
                db_default="normal",
                default="normal",
                editable=False,
                max_length=10,
                verbose_name="فوریت",
            ),
        ),
        migrations.AddField(
            model_name="workitem",
            name="follow_up_at",
            field=models.DateTimeField(null=True, verbose_name="زمان پیگیری"),
        ),
        migrations.AddField(
            model_name="workitem",
            name="follow_up_words",
            field=models.CharField(
                blank=True, db_default="", default="", max_length=200, verbose_name="موضوع پیگیری"
            ),
        ),
        migrations.AddField(
            model_name="workitem",
            name="promised_at",
            field=models.DateTimeField(null=True, verbose_name="مهلت بدون فوریت"),
        ),
        migrations.AddField(
            model_name="workitem",
            name="touched_at",
            field=models.DateTimeField(
                default=django.utils.timezone.now, verbose_name="آخرین اقدام"
            ),
        ),
        migrations.AlterField(
            model_name="bulkact",
            name="name",
            field=models.CharField(choices=MANY, max_length=30, verbose_name="اقدام"),
        ),
        migrations.AlterField(
            model_name="step",
            name="name",
            field=models.CharField(choices=STEPS, max_length=30, verbose_name="مرحله"),
        ),
        migrations.AddIndex(
            model_name="workitem",
            index=models.Index(
                condition=models.Q(("closed_by", None), ("follow_up_at__isnull", False)),
                fields=["person", "follow_up_at", "id"],
                name="item_my_follow_ups",
            ),
        ),
        migrations.AddIndex(
            model_name="workitem",
            index=models.Index(
                condition=models.Q(
                    ("closed_by", None), ("follow_up_at__isnull", False), ("person", None)
                ),
                fields=["desk", "follow_up_at", "id"],
                name="item_desk_follow_ups",
            ),
        ),
        migrations.AddIndex(
            model_name="workitem",
            index=models.Index(
                condition=models.Q(("closed_by", None), ("purpose", "decide")),
                fields=["touched_at", "id", "desk"],
                name="item_resting",
            ),
        ),
        migrations.AddConstraint(
            model_name="bulkact",
            constraint=models.CheckConstraint(
                condition=models.Q(("name__in", [code for code, _label in MANY])),
                name="bulk_step_known",
                violation_error_message="این مقدار معتبر نیست.",
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
            model_name="submission",
            constraint=models.CheckConstraint(
                condition=models.Q(("urgency__in", ("normal", "urgent", "immediate"))),
                name="submission_urgency_known",
                violation_error_message="این مقدار معتبر نیست.",
            ),
        ),
        migrations.AddConstraint(
            model_name="workitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("promised_at", None), ("promised_at__gte", models.F("due_at")), _connector="OR"
                ),
                name="urgency_only_hastens",
            ),
        ),
        migrations.AddConstraint(
            model_name="workitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("follow_up_at", None), ("follow_up_words", "")),
                    models.Q(
                        ("follow_up_at__isnull", False),
                        models.Q(("follow_up_words", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="follow_up_has_words",
            ),
        ),
        migrations.RunPython(note_last_acts, migrations.RunPython.noop),
    ]
