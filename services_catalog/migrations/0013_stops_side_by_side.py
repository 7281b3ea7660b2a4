"""Stops of a route may be looked at side by side."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("services_catalog", "0012_words"),
    ]

    operations = [
        migrations.AddField(
            model_name="routestop",
            name="alongside",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "پس از مرحلهٔ قبلی"),
                    ("all", "هم\u200cزمان با مرحلهٔ قبلی (تأیید همه لازم است)"),
                    ("any", "هم\u200cزمان با مرحلهٔ قبلی (تأیید یکی کافی است)"),
                ],
                db_default="",
                default="",
                max_length=5,
                verbose_name="ترتیب بررسی",
            ),
        ),
        migrations.AddConstraint(
            model_name="routestop",
            constraint=models.CheckConstraint(
                condition=models.Q(("alongside__in", ("", "all", "any"))),
                name="stop_alongside_known",
                violation_error_message="این مقدار معتبر نیست.",
            ),
        ),
    ]
