"""The words of letters, their books and papers are kept by the database; what waits is found."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("letters", "0002_initial"),
        ("submissions", "0006_filing_place"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="letter",
            index=models.Index(
                condition=models.Q(("rendered_at", None)),
                fields=["queued_at"],
                name="letter_unrendered",
            ),
        ),
        migrations.RemoveConstraint(
            model_name="letter",
            name="rendered_letter_is_whole",
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ("issued", "superseded", "revoked", "void"))),
                name="letter_state_known",
                violation_error_message="این مقدار شناخته\u200cشده نیست.",
            ),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("rendered_at", None),
                    models.Q(
                        ("printed__isnull", False),
                        ("size__gt", 0),
                        models.Q(("sha256", ""), _negated=True),
                        models.Q(("file", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="rendered_letter_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="letterbook",
            constraint=models.CheckConstraint(
                condition=models.Q(("direction__in", ("outgoing", "incoming"))),
                name="book_direction_known",
                violation_error_message="این مقدار شناخته\u200cشده نیست.",
            ),
        ),
        migrations.AddConstraint(
            model_name="letterbook",
            constraint=models.CheckConstraint(
                condition=models.Q(("year__range", (1300, 1599))), name="book_year_is_jalali"
            ),
        ),
    ]
