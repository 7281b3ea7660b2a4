"""Days, leaves and stand-ins that contradict themselves are refused."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("services_catalog", "0003_reusable_documents"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="calendarday",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("opens", None),
                    ("closes", None),
                    ("opens__lt", models.F("closes")),
                    _connector="OR",
                ),
                name="day_opens_before_it_closes",
                violation_error_message="ساعت پایان باید پس از ساعت آغاز باشد.",
            ),
        ),
        migrations.AddConstraint(
            model_name="seat",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("away_from", None),
                    ("away_until", None),
                    ("away_until__gte", models.F("away_from")),
                    _connector="OR",
                ),
                name="seat_returns_after_leaving",
                violation_error_message="پایان مرخصی پیش از آغاز آن است.",
            ),
        ),
        migrations.AddConstraint(
            model_name="seat",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("stand_in", None),
                    models.Q(("stand_in", models.F("user")), _negated=True),
                    _connector="OR",
                ),
                name="nobody_stands_in_for_themselves",
                violation_error_message="جانشین باید همکار دیگری باشد.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="calendarday",
            name="short_day_has_hours",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "short"), _negated=True),
                    models.Q(("opens__isnull", False), ("closes__isnull", False)),
                    _connector="OR",
                ),
                name="short_day_has_hours",
                violation_error_message="برای روز با ساعت کوتاه، ساعت آغاز و پایان را بنویسید.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="officehours",
            name="office_opens_before_it_closes",
            constraint=models.CheckConstraint(
                condition=models.Q(("opens__lt", models.F("closes"))),
                name="office_opens_before_it_closes",
                violation_error_message="ساعت پایان باید پس از ساعت آغاز باشد.",
            ),
        ),
    ]
