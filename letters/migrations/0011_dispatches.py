"""Letters on their way to those they are for. Letters of before have no dispatch."""

import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

import letters.dispatch.models


class Migration(migrations.Migration):
    dependencies = [
        ("letters", "0010_registers"),
        ("services_catalog", "0016_ways_to_organisations"),
        ("submissions", "0031_letter_digest"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DispatchSettings",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "holding_minutes",
                    models.PositiveSmallIntegerField(
                        default=30,
                        help_text="در این مهلت، دبیرخانه می\u200cتواند ارسال نامه را متوقف کند. صفر یعنی ارسال بدون مهلت.",
                        verbose_name="مهلت نگهداری پیش از ارسال (دقیقه)",
                    ),
                ),
            ],
            options={
                "verbose_name": "ارسال نامه\u200cها",
                "verbose_name_plural": "ارسال نامه\u200cها",
            },
        ),
        migrations.CreateModel(
            name="PostBatch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "made_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="زمان چاپ"
                    ),
                ),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="چاپ\u200cکننده",
                    ),
                ),
            ],
            options={
                "verbose_name": "دستهٔ پستی",
                "verbose_name_plural": "دسته\u200cهای پستی",
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            name="Dispatch",
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
                    "role",
                    models.CharField(
                        choices=[
                            ("main", "گیرندهٔ اصلی"),
                            ("applicant", "متقاضی"),
                            ("copy", "رونوشت"),
                        ],
                        max_length=10,
                        verbose_name="نقش گیرنده",
                    ),
                ),
                ("name", models.CharField(max_length=300, verbose_name="گیرنده")),
                ("post", models.CharField(blank=True, max_length=150, verbose_name="سمت گیرنده")),
                ("address", models.TextField(blank=True, verbose_name="نشانی پستی")),
                (
                    "postal_code",
                    models.CharField(blank=True, max_length=10, verbose_name="کد پستی"),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("ece_email", "شبکهٔ دولت (ECE)"),
                            ("simad_manual", "سیماد (ثبت دستی)"),
                            ("post", "پست"),
                            ("hand", "تحویل حضوری"),
                            ("portal", "کارتابل متقاضی"),
                            ("applicant_email", "پست الکترونیک متقاضی"),
                        ],
                        max_length=16,
                        verbose_name="روش ارسال",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("held", "در مهلت نگهداری"),
                            ("queued", "در انتظار ارسال"),
                            ("sending", "در حال ارسال"),
                            ("sent", "ارسال شده"),
                            ("receipted", "رسید دریافت شده"),
                            ("failed", "ناموفق"),
                            ("returned", "برگشتی"),
                            ("stopped", "متوقف شده"),
                            ("in_doubt", "نامعلوم"),
                        ],
                        max_length=10,
                        verbose_name="وضعیت",
                    ),
                ),
                (
                    "created_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="زمان ایجاد"
                    ),
                ),
                ("held_until", models.DateTimeField(null=True, verbose_name="پایان مهلت نگهداری")),
                (
                    "message_id",
                    models.CharField(
                        default=letters.dispatch.models.new_message_id,
                        editable=False,
                        max_length=200,
                        unique=True,
                    ),
                ),
                ("sent_at", models.DateTimeField(null=True, verbose_name="زمان ارسال")),
                (
                    "receipt_number",
                    models.CharField(blank=True, max_length=60, verbose_name="شمارهٔ ثبت در مقصد"),
                ),
                ("receipt_at", models.DateTimeField(null=True, verbose_name="تاریخ رسید")),
                ("opened_at", models.DateTimeField(null=True, verbose_name="اولین مشاهده")),
                ("barcode", models.CharField(blank=True, max_length=24, verbose_name="بارکد پستی")),
                (
                    "handed_to",
                    models.CharField(blank=True, max_length=150, verbose_name="تحویل\u200cگیرنده"),
                ),
                ("returned_at", models.DateTimeField(null=True, verbose_name="زمان برگشت")),
                (
                    "desk",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="services_catalog.desk",
                        verbose_name="میز مسئول",
                    ),
                ),
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dispatches",
                        to="letters.letter",
                        verbose_name="نامه",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="services_catalog.organisation",
                        verbose_name="دستگاه",
                    ),
                ),
                (
                    "responsible",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="مسئول پیگیری",
                    ),
                ),
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="submissions.submission",
                        verbose_name="درخواست",
                    ),
                ),
                (
                    "batch",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="dispatches",
                        to="letters.postbatch",
                    ),
                ),
            ],
            options={
                "verbose_name": "ارسال نامه",
                "verbose_name_plural": "ارسال نامه\u200cها",
                "default_permissions": ("view", "change"),
            },
        ),
        migrations.CreateModel(
            name="DispatchAttempt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "at",
                    models.DateTimeField(default=django.utils.timezone.now, verbose_name="زمان"),
                ),
                (
                    "act",
                    models.CharField(
                        choices=[
                            ("made", "ایجاد"),
                            ("released", "پایان مهلت نگهداری"),
                            ("tried", "تلاش برای ارسال"),
                            ("stopped", "توقف"),
                            ("sent_now", "ارسال بدون انتظار"),
                            ("again", "ارسال مجدد"),
                            ("decided", "تعیین نتیجهٔ نامعلوم"),
                            ("sent", "ثبت ارسال"),
                            ("handed_over", "ثبت تحویل حضوری"),
                            ("receipt", "ثبت رسید"),
                            ("opened", "اولین مشاهده"),
                            ("returned", "ثبت برگشت"),
                            ("channel", "تغییر روش ارسال"),
                            ("printed", "چاپ برای پست"),
                            ("assigned", "تعیین مسئول پیگیری"),
                        ],
                        max_length=12,
                        verbose_name="اقدام",
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("ece_email", "شبکهٔ دولت (ECE)"),
                            ("simad_manual", "سیماد (ثبت دستی)"),
                            ("post", "پست"),
                            ("hand", "تحویل حضوری"),
                            ("portal", "کارتابل متقاضی"),
                            ("applicant_email", "پست الکترونیک متقاضی"),
                        ],
                        max_length=16,
                        verbose_name="روش ارسال",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("held", "در مهلت نگهداری"),
                            ("queued", "در انتظار ارسال"),
                            ("sending", "در حال ارسال"),
                            ("sent", "ارسال شده"),
                            ("receipted", "رسید دریافت شده"),
                            ("failed", "ناموفق"),
                            ("returned", "برگشتی"),
                            ("stopped", "متوقف شده"),
                            ("in_doubt", "نامعلوم"),
                        ],
                        max_length=10,
                        verbose_name="وضعیت پس از آن",
                    ),
                ),
                ("detail", models.TextField(blank=True, verbose_name="شرح")),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="انجام\u200cدهنده",
                    ),
                ),
                (
                    "dispatch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attempts",
                        to="letters.dispatch",
                    ),
                ),
            ],
            options={
                "verbose_name": "اقدام برای ارسال",
                "verbose_name_plural": "اقدام\u200cها برای ارسال",
                "ordering": ["pk"],
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "act__in",
                                (
                                    "made",
                                    "released",
                                    "tried",
                                    "stopped",
                                    "sent_now",
                                    "again",
                                    "decided",
                                    "sent",
                                    "handed_over",
                                    "receipt",
                                    "opened",
                                    "returned",
                                    "channel",
                                    "printed",
                                    "assigned",
                                ),
                            )
                        ),
                        name="attempt_act_known",
                        violation_error_message="این مقدار معتبر نیست.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "channel__in",
                                (
                                    "ece_email",
                                    "simad_manual",
                                    "post",
                                    "hand",
                                    "portal",
                                    "applicant_email",
                                ),
                            )
                        ),
                        name="attempt_channel_known",
                        violation_error_message="این مقدار معتبر نیست.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                (
                                    "held",
                                    "queued",
                                    "sending",
                                    "sent",
                                    "receipted",
                                    "failed",
                                    "returned",
                                    "stopped",
                                    "in_doubt",
                                ),
                            )
                        ),
                        name="attempt_state_known",
                        violation_error_message="این مقدار معتبر نیست.",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="dispatch",
            index=models.Index(fields=["state", "created_at", "id"], name="dispatch_by_state"),
        ),
        migrations.AddIndex(
            model_name="dispatch",
            index=models.Index(
                condition=models.Q(("state__in", ["queued", "sending"])),
                fields=["queued_at"],
                name="dispatch_to_hand_over",
            ),
        ),
        migrations.AddIndex(
            model_name="dispatch",
            index=models.Index(
                condition=models.Q(("state", "held")),
                fields=["held_until"],
                name="dispatch_past_holding",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispatch",
            constraint=models.UniqueConstraint(
                fields=("letter", "organisation"), name="dispatch_once_for_a_body"
            ),
        ),
        migrations.AddConstraint(
            model_name="dispatch",
            constraint=models.UniqueConstraint(
                condition=models.Q(("role", "main")), fields=("letter",), name="dispatch_one_main"
            ),
        ),
        migrations.AddConstraint(
            model_name="dispatch",
            constraint=models.UniqueConstraint(
                condition=models.Q(("role", "applicant")),
                fields=("letter",),
                name="dispatch_one_applicant",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("role", "copy"), _negated=True),
                    ("organisation__isnull", False),
                    _connector="OR",
                ),
                name="dispatch_copy_names_a_body",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispatch",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", ("main", "applicant", "copy"))),
                name="dispatch_role_known",
                violation_error_message="این مقدار معتبر نیست.",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "channel__in",
                        ("ece_email", "simad_manual", "post", "hand", "portal", "applicant_email"),
                    )
                ),
                name="dispatch_channel_known",
                violation_error_message="این مقدار معتبر نیست.",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        (
                            "held",
                            "queued",
                            "sending",
                            "sent",
                            "receipted",
                            "failed",
                            "returned",
                            "stopped",
                            "in_doubt",
                        ),
                    )
                ),
                name="dispatch_state_known",
                violation_error_message="این مقدار معتبر نیست.",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("role", "applicant"),
                    models.Q(("channel__in", ["applicant_email", "portal"]), _negated=True),
                    _connector="OR",
                ),
                name="dispatch_portal_is_the_applicants",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("sent_at__isnull", False), ("state__in", ["sent", "receipted", "returned"])
                    ),
                    models.Q(
                        models.Q(("state__in", ["sent", "receipted", "returned"]), _negated=True),
                        ("sent_at", None),
                    ),
                    _connector="OR",
                ),
                name="dispatch_sent_has_its_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("receipt_at__isnull", False), ("state", "receipted")),
                    models.Q(
                        models.Q(("state", "receipted"), _negated=True),
                        ("receipt_at", None),
                        ("receipt_number", ""),
                    ),
                    _connector="OR",
                ),
                name="dispatch_receipt_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("returned_at__isnull", False), ("state", "returned")),
                    models.Q(models.Q(("state", "returned"), _negated=True), ("returned_at", None)),
                    _connector="OR",
                ),
                name="dispatch_return_has_its_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "held"), _negated=True),
                    ("held_until__isnull", False),
                    _connector="OR",
                ),
                name="dispatch_held_until_when",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("barcode", ""),
                    django.db.models.lookups.Exact(
                        django.db.models.functions.text.Length("barcode"), 24
                    ),
                    _connector="OR",
                ),
                name="dispatch_barcode_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispatch",
            constraint=models.UniqueConstraint(
                condition=models.Q(("barcode", ""), _negated=True),
                fields=("barcode",),
                name="dispatch_barcode_once",
            ),
        ),
    ]
