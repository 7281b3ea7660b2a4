"""How people come in: passwords sent once, wishes for recovery, the list of sign-ins."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_sms_texts"),
    ]

    operations = [
        migrations.CreateModel(
            name="RecoveryRequest",
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
                    "not_before",
                    models.DateTimeField(
                        blank=True, editable=False, null=True, verbose_name="نه پیش از"
                    ),
                ),
                (
                    "last_error",
                    models.TextField(blank=True, editable=False, verbose_name="آخرین خطا"),
                ),
                ("mobile", models.CharField(max_length=11, verbose_name="شماره موبایل")),
                (
                    "created_at",
                    models.DateTimeField(
                        db_index=True, default=django.utils.timezone.now, editable=False
                    ),
                ),
                ("done_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "درخواست بازیابی",
                "verbose_name_plural": "درخواست\u200cهای بازیابی",
            },
        ),
        migrations.AddField(
            model_name="user",
            name="must_prove_id",
            field=models.BooleanField(
                default=False,
                help_text="وقتی استعلام مالکیت شماره ناسازگار بوده است؛ پس از یک پاسخ درست برداشته می\u200cشود.",
                verbose_name="پرسیدن شناسه در ورود بعدی",
            ),
        ),
        migrations.CreateModel(
            name="OneTimePassword",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("digest", models.CharField(max_length=64, unique=True)),
                (
                    "created_at",
                    models.DateTimeField(default=django.utils.timezone.now, editable=False),
                ),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(blank=True, null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="one_time_passwords",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "گذرواژه یک\u200cبارمصرف",
                "verbose_name_plural": "گذرواژه\u200cهای یک\u200cبارمصرف",
            },
        ),
        migrations.CreateModel(
            name="SignIn",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="زمان"
                    ),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("code", "کد پیامکی"),
                            ("password", "نام کاربری و گذرواژه"),
                            ("dolat", "دولت من"),
                            ("other", "راه دیگر"),
                        ],
                        max_length=10,
                        verbose_name="راه ورود",
                    ),
                ),
                ("second_factor", models.BooleanField(default=False, verbose_name="با مرحله دوم")),
                (
                    "address",
                    models.GenericIPAddressField(blank=True, null=True, verbose_name="نشانی شبکه"),
                ),
                ("device", models.CharField(blank=True, max_length=200, verbose_name="دستگاه")),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sign_ins",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "ورود",
                "verbose_name_plural": "ورودها",
                "indexes": [models.Index(fields=["user", "-at"], name="sign_ins_of_a_user")],
            },
        ),
    ]
