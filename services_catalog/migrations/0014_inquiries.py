"""A stop says whether its decision waits for bodies outside."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("services_catalog", "0013_stops_side_by_side"),
    ]

    operations = [
        migrations.AddField(
            model_name="routestop",
            name="awaits_inquiries",
            field=models.BooleanField(
                db_default=True,
                default=True,
                verbose_name="تا دریافت پاسخ استعلام، تصمیم\u200cگیری متوقف می\u200cماند",
            ),
        ),
    ]
