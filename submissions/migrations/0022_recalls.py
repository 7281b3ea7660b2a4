"""Two steps that take something back, and when an applicant has opened a return."""

from django.db import migrations, models
from django.db.models import F, OuterRef, Q, Subquery

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
]
OUTCOMES = [
    ("passed", "تأیید شد"),
    ("approved", "تأیید نهایی شد"),
    ("returned", "عودت داده شد"),
    ("rejected", "رد شد"),
    ("answered", "پاسخ داده شد"),
    ("recalled", "بازپس گرفته شد"),
    ("suspended", "با عودت درخواست متوقف شد"),
    ("withdrawn", "با انصراف متقاضی پایان یافت"),
    ("overtaken", "با تصمیم همکار دیگر پایان یافت"),
    ("taken_back", "متقاضی درخواست را بازپس گرفت"),
]


def take_as_seen(apps, schema_editor):
    """Nobody knows what was looked at before; what may have been is not taken back."""
    steps = apps.get_model("submissions", "Step").objects.filter(pk=OuterRef("opened_by"))
    corrections = apps.get_model("submissions", "Correction").objects
    corrections.filter(closed_by=None).update(seen_at=Subquery(steps.values("at")[:1]))
    items = apps.get_model("submissions", "WorkItem").objects
    items.filter(closed_by=None, purpose="decide", seen_at=None).update(seen_at=F("opened_at"))


class Migration(migrations.Migration):
    dependencies = [("submissions", "0021_referral")]

    operations = [
        migrations.AddField(
            model_name="correction",
            name="seen_at",
            field=models.DateTimeField(
                editable=False, null=True, verbose_name="زمان مشاهدهٔ متقاضی"
            ),
        ),
        migrations.AlterField(
            model_name="step",
            name="name",
            field=models.CharField(choices=STEPS, max_length=30, verbose_name="مرحله"),
        ),
        migrations.AlterField(
            model_name="workitem",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=OUTCOMES,
                db_default="",
                default="",
                max_length=20,
                verbose_name="نتیجه",
            ),
        ),
        migrations.RemoveConstraint(model_name="step", name="step_name_known"),
        migrations.AddConstraint(
            model_name="step",
            constraint=models.CheckConstraint(
                condition=Q(name__in=[code for code, _label in STEPS]),
                name="step_name_known",
                violation_error_message="این مقدار معتبر نیست.",
            ),
        ),
        migrations.RemoveConstraint(model_name="workitem", name="item_outcome_known"),
        migrations.AddConstraint(
            model_name="workitem",
            constraint=models.CheckConstraint(
                condition=Q(outcome__in=["", *(code for code, _label in OUTCOMES)]),
                name="item_outcome_known",
                violation_error_message="این مقدار معتبر نیست.",
            ),
        ),
        migrations.RunPython(take_as_seen, migrations.RunPython.noop),
    ]
