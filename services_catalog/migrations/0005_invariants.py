"""The words of the catalog and of the calendar, kept by the database."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("services_catalog", "0004_calendar_rules"),
        ("wagtailcore", "0098_apitoken"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="calendarday",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ("closed", "open", "short"))),
                name="calendar_day_kind_known",
                violation_error_message="این مقدار شناخته\u200cشده نیست.",
            ),
        ),
        migrations.AddConstraint(
            model_name="documentrequirement",
            constraint=models.CheckConstraint(
                condition=models.Q(("required__in", ("always", "natural", "legal", "declared"))),
                name="requirement_required_known",
                violation_error_message="این مقدار شناخته\u200cشده نیست.",
            ),
        ),
        migrations.AddConstraint(
            model_name="park",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        ("shahrak", "nahiye", "mantaghe", "ghotb", "site", "mojtame", "special"),
                    )
                ),
                name="park_kind_known",
                violation_error_message="این مقدار شناخته\u200cشده نیست.",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        (
                            "text",
                            "long_text",
                            "number",
                            "decimal",
                            "date",
                            "choice",
                            "yes_no",
                            "person_name",
                            "company_name",
                            "national_code",
                            "legal_id",
                            "mobile",
                            "postal_code",
                            "past_date",
                            "future_date",
                        ),
                    )
                ),
                name="question_kind_known",
                violation_error_message="این مقدار شناخته\u200cشده نیست.",
            ),
        ),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.CheckConstraint(
                condition=models.Q(("applicant__in", ("both", "natural", "legal"))),
                name="service_applicant_known",
                violation_error_message="این مقدار شناخته\u200cشده نیست.",
            ),
        ),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.CheckConstraint(
                condition=models.Q(("fee__in", ("free", "fixed", "computed"))),
                name="service_fee_known",
                violation_error_message="این مقدار شناخته\u200cشده نیست.",
            ),
        ),
    ]
