"""Words of labels, choices and refusals. No table changes."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("letters", "0003_invariants"),
        ("submissions", "0013_papers_of_claims"),
    ]

    operations = [
        migrations.AlterField(
            model_name="letter",
            name="not_before",
            field=models.DateTimeField(
                blank=True, editable=False, null=True, verbose_name="شروع مجدد پس از"
            ),
        ),
        migrations.AlterField(
            model_name="lettertemplate",
            name="kind",
            field=models.SlugField(verbose_name="نوع نامه"),
        ),
        migrations.AlterConstraint(
            model_name="letter",
            name="letter_state_known",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ("issued", "superseded", "revoked", "void"))),
                name="letter_state_known",
                violation_error_message="این مقدار معتبر نیست.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="letterbook",
            name="book_direction_known",
            constraint=models.CheckConstraint(
                condition=models.Q(("direction__in", ("outgoing", "incoming"))),
                name="book_direction_known",
                violation_error_message="این مقدار معتبر نیست.",
            ),
        ),
    ]
