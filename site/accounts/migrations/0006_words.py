"""Words of labels, choices and refusals. No table changes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_user_search_key"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="onetimepassword",
            options={
                "verbose_name": "گذرواژهٔ یک\u200cبارمصرف",
                "verbose_name_plural": "گذرواژه\u200cهای یک\u200cبارمصرف",
            },
        ),
        migrations.AlterField(
            model_name="membership",
            name="letter_of_attorney",
            field=models.CharField(
                blank=True, max_length=100, verbose_name="شمارهٔ وکالت\u200cنامه"
            ),
        ),
        migrations.AlterField(
            model_name="party",
            name="mobile",
            field=models.CharField(blank=True, max_length=11, verbose_name="شمارهٔ موبایل"),
        ),
        migrations.AlterField(
            model_name="recoveryrequest",
            name="mobile",
            field=models.CharField(max_length=11, verbose_name="شمارهٔ موبایل"),
        ),
        migrations.AlterField(
            model_name="recoveryrequest",
            name="not_before",
            field=models.DateTimeField(
                blank=True, editable=False, null=True, verbose_name="شروع مجدد پس از"
            ),
        ),
        migrations.AlterField(
            model_name="signin",
            name="second_factor",
            field=models.BooleanField(default=False, verbose_name="با مرحلهٔ دوم"),
        ),
        migrations.AlterField(
            model_name="signin",
            name="way",
            field=models.CharField(
                choices=[
                    ("code", "کد پیامکی"),
                    ("password", "نام کاربری و گذرواژه"),
                    ("dolat", "دولت من"),
                    ("other", "روش دیگر"),
                ],
                max_length=10,
                verbose_name="روش ورود",
            ),
        ),
        migrations.AlterField(
            model_name="smsmessage",
            name="not_before",
            field=models.DateTimeField(
                blank=True, editable=False, null=True, verbose_name="شروع مجدد پس از"
            ),
        ),
        migrations.AlterField(
            model_name="smsmessage",
            name="reference",
            field=models.CharField(blank=True, max_length=64, verbose_name="شناسهٔ درگاه"),
        ),
        migrations.AlterField(
            model_name="smsmessage",
            name="settled_at",
            field=models.DateTimeField(
                blank=True, editable=False, null=True, verbose_name="زمان نتیجه"
            ),
        ),
        migrations.AlterField(
            model_name="smsmessage",
            name="state",
            field=models.CharField(
                choices=[
                    ("queued", "در صف ارسال"),
                    ("sent", "ارسال شده"),
                    ("delivered", "تحویل به گیرنده"),
                    ("undelivered", "تحویل نشده"),
                    ("blocked", "مسدود از سوی گیرنده"),
                    ("failed", "ناموفق"),
                    ("unknown", "نامشخص"),
                    ("held", "نگه\u200cداشته (آزمایشی)"),
                ],
                default="queued",
                max_length=12,
                verbose_name="وضعیت",
            ),
        ),
        migrations.AlterField(
            model_name="user",
            name="mobile",
            field=models.CharField(
                blank=True, max_length=11, null=True, unique=True, verbose_name="شمارهٔ موبایل"
            ),
        ),
        migrations.AlterField(
            model_name="user",
            name="must_prove_id",
            field=models.BooleanField(
                default=False,
                help_text="در صورت مغایرت استعلام مالکیت شماره فعال می\u200cشود و پس از پاسخ صحیح غیرفعال می\u200cشود.",
                verbose_name="دریافت شناسه در ورود بعدی",
            ),
        ),
        migrations.AlterConstraint(
            model_name="membership",
            name="membership_role_known",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", ("owner", "agent"))),
                name="membership_role_known",
                violation_error_message="این مقدار معتبر نیست.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="party",
            name="party_kind_known",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ("natural", "legal"))),
                name="party_kind_known",
                violation_error_message="این مقدار معتبر نیست.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="signin",
            name="sign_in_way_known",
            constraint=models.CheckConstraint(
                condition=models.Q(("way__in", ("code", "password", "dolat", "other"))),
                name="sign_in_way_known",
                violation_error_message="این مقدار معتبر نیست.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="smsmessage",
            name="sms_state_known",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        (
                            "queued",
                            "sent",
                            "delivered",
                            "undelivered",
                            "blocked",
                            "failed",
                            "unknown",
                            "held",
                        ),
                    )
                ),
                name="sms_state_known",
                violation_error_message="این مقدار معتبر نیست.",
            ),
        ),
    ]
