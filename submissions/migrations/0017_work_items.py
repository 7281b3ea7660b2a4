"""What lies on whose desk becomes a table of its own; the next migrations fill it."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("services_catalog", "0012_words"),
        ("submissions", "0016_waiting_files"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="WorkItem",
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
                            ("decide", "جهت تصمیم\u200cگیری"),
                            ("opinion", "جهت اظهار نظر"),
                            ("action", "جهت اقدام"),
                            ("information", "جهت اطلاع"),
                            ("inquiry", "استعلام"),
                        ],
                        max_length=20,
                        verbose_name="منظور",
                    ),
                ),
                ("stop", models.CharField(blank=True, max_length=60, verbose_name="مرحله")),
                (
                    "opened_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="زمان دریافت"
                    ),
                ),
                ("due_at", models.DateTimeField(verbose_name="مهلت")),
                ("seen_at", models.DateTimeField(null=True, verbose_name="زمان مشاهده")),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("passed", "تأیید شد"),
                            ("approved", "تأیید نهایی شد"),
                            ("returned", "عودت داده شد"),
                            ("rejected", "رد شد"),
                            ("answered", "پاسخ داده شد"),
                            ("recalled", "بازپس گرفته شد"),
                            ("suspended", "با عودت درخواست متوقف شد"),
                            ("withdrawn", "با انصراف متقاضی پایان یافت"),
                            ("overtaken", "با تصمیم همکار دیگر پایان یافت"),
                        ],
                        db_default="",
                        default="",
                        max_length=20,
                        verbose_name="نتیجه",
                    ),
                ),
            ],
            options={
                "verbose_name": "کار",
                "verbose_name_plural": "کارها",
            },
        ),
        migrations.AddField(
            model_name="workitem",
            name="closed_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="closed",
                to="submissions.step",
            ),
        ),
        migrations.AddField(
            model_name="workitem",
            name="desk",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="items",
                to="services_catalog.desk",
                verbose_name="میز",
            ),
        ),
        migrations.AddField(
            model_name="workitem",
            name="opened_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="opened",
                to="submissions.step",
            ),
        ),
        migrations.AddField(
            model_name="workitem",
            name="parent",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="children",
                to="submissions.workitem",
            ),
        ),
        migrations.AddField(
            model_name="workitem",
            name="person",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="work_items",
                to=settings.AUTH_USER_MODEL,
                verbose_name="همکار",
            ),
        ),
        migrations.AddField(
            model_name="workitem",
            name="submission",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="items",
                to="submissions.submission",
            ),
        ),
        migrations.AddField(
            model_name="step",
            name="item",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="steps",
                to="submissions.workitem",
            ),
        ),
        migrations.AddIndex(
            model_name="workitem",
            index=models.Index(
                condition=models.Q(("closed_by", None), ("person", None)),
                fields=["desk", "due_at", "id"],
                name="item_desk_queue",
            ),
        ),
        migrations.AddIndex(
            model_name="workitem",
            index=models.Index(
                condition=models.Q(("closed_by", None)),
                fields=["person", "due_at", "id"],
                name="item_my_queue",
            ),
        ),
        migrations.AddIndex(
            model_name="workitem",
            index=models.Index(
                condition=models.Q(("closed_by", None), ("purpose", "decide")),
                fields=["due_at", "id"],
                name="item_decisions_by_due",
            ),
        ),
        migrations.AddIndex(
            model_name="workitem",
            index=models.Index(
                condition=models.Q(
                    ("closed_by", None), ("desk", None), ("person", None), ("purpose", "decide")
                ),
                fields=["id"],
                name="item_without_desk",
            ),
        ),
        migrations.AddIndex(
            model_name="workitem",
            index=models.Index(fields=["desk", "submission"], name="item_desk_reached"),
        ),
        migrations.AddIndex(
            model_name="workitem",
            index=models.Index(fields=["person", "submission"], name="item_person_reached"),
        ),
        migrations.AddConstraint(
            model_name="workitem",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_by", None), ("purpose", "decide")),
                fields=("submission", "stop"),
                name="one_open_decision_a_stop",
            ),
        ),
        migrations.AddConstraint(
            model_name="workitem",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("closed_by", None), ("parent__isnull", False), ("person__isnull", False)
                ),
                fields=("parent", "person"),
                name="person_asked_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="workitem",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("closed_by", None), ("parent__isnull", False), ("person", None)
                ),
                fields=("parent", "desk"),
                name="desk_asked_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="workitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("purpose__in", ("decide", "opinion", "action", "information", "inquiry"))
                ),
                name="item_purpose_known",
                violation_error_message="این مقدار معتبر نیست.",
            ),
        ),
        migrations.AddConstraint(
            model_name="workitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "outcome__in",
                        (
                            "",
                            "passed",
                            "approved",
                            "returned",
                            "rejected",
                            "answered",
                            "recalled",
                            "suspended",
                            "withdrawn",
                            "overtaken",
                        ),
                    )
                ),
                name="item_outcome_known",
                violation_error_message="این مقدار معتبر نیست.",
            ),
        ),
        migrations.AddConstraint(
            model_name="workitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_by", None), ("outcome", "")),
                    models.Q(
                        ("closed_by__isnull", False),
                        models.Q(("outcome", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="closed_item_has_outcome",
            ),
        ),
        migrations.AddConstraint(
            model_name="workitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("parent", None),
                        ("purpose", "decide"),
                        models.Q(("stop", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("purpose", "decide"), _negated=True), ("parent__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="decision_at_a_stop",
            ),
        ),
        migrations.AddConstraint(
            model_name="workitem",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("purpose", "decide"),
                    ("desk__isnull", False),
                    ("person__isnull", False),
                    _connector="OR",
                ),
                name="asked_of_somebody",
            ),
        ),
    ]
