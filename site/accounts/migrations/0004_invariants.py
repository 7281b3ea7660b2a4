"""The words for people, sign-ins and text messages, kept by the database."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_coming_in"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.CheckConstraint(
                condition=models.Q(("role__in", ("owner", "agent"))),
                name="membership_role_known",
                violation_error_message="این مقدار شناخته\u200cشده نیست.",
            ),
        ),
        migrations.AddConstraint(
            model_name="party",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ("natural", "legal"))),
                name="party_kind_known",
                violation_error_message="این مقدار شناخته\u200cشده نیست.",
            ),
        ),
        migrations.AddConstraint(
            model_name="signin",
            constraint=models.CheckConstraint(
                condition=models.Q(("way__in", ("code", "password", "dolat", "other"))),
                name="sign_in_way_known",
                violation_error_message="این مقدار شناخته\u200cشده نیست.",
            ),
        ),
        migrations.AddConstraint(
            model_name="smsmessage",
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
                violation_error_message="این مقدار شناخته\u200cشده نیست.",
            ),
        ),
    ]
