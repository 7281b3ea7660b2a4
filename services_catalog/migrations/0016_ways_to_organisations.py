"""How letters get to a body: its ways, its address on the network, its postal code."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("services_catalog", "0015_refusal_letters"),
    ]

    operations = [
        migrations.AddField(
            model_name="organisation",
            name="channel",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "پست، در صورت ثبت نشانی؛ در غیر این صورت تحویل حضوری"),
                    ("ece_email", "شبکهٔ دولت (ECE)"),
                    ("simad_manual", "سیماد (ثبت دستی)"),
                    ("post", "پست"),
                    ("hand", "تحویل حضوری"),
                ],
                db_default="",
                default="",
                max_length=16,
                verbose_name="روش ارسال نامه",
            ),
        ),
        migrations.AddField(
            model_name="organisation",
            name="channel_proved_at",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                null=True,
                verbose_name="تاریخ تأیید ارسال با نامهٔ آزمایشی",
            ),
        ),
        migrations.AddField(
            model_name="organisation",
            name="ece_address",
            field=models.EmailField(
                blank=True,
                db_default="",
                max_length=254,
                verbose_name="نشانی پست الکترونیک در شبکهٔ دولت",
            ),
        ),
        migrations.AddField(
            model_name="organisation",
            name="postal_code",
            field=models.CharField(
                blank=True,
                db_default="",
                max_length=10,
                validators=[
                    django.core.validators.RegexValidator(
                        "^[0-9]{10}$", "کد پستی باید ده رقم باشد."
                    )
                ],
                verbose_name="کد پستی",
            ),
        ),
        migrations.AddConstraint(
            model_name="organisation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("channel__in", ("", "ece_email", "simad_manual", "post", "hand"))
                ),
                name="organisation_channel_known",
                violation_error_message="این مقدار معتبر نیست.",
            ),
        ),
    ]
