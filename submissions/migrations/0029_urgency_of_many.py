"""How soon requests are wanted can be set for many at once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("submissions", "0028_event_numbers"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="bulkact",
            name="bulk_step_known",
        ),
        migrations.AlterField(
            model_name="bulkact",
            name="name",
            field=models.CharField(
                choices=[
                    ("pass_on", "تأیید و ارسال به میز بعدی"),
                    ("refer", "ارجاع به همکار"),
                    ("assign", "سپردن به همکار"),
                    ("put_back", "برگرداندن به میز"),
                    ("set_urgency", "تعیین فوریت"),
                ],
                max_length=30,
                verbose_name="اقدام",
            ),
        ),
        migrations.AddConstraint(
            model_name="bulkact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("name__in", ("pass_on", "refer", "assign", "put_back", "set_urgency"))
                ),
                name="bulk_step_known",
                violation_error_message="این مقدار معتبر نیست.",
            ),
        ),
    ]
