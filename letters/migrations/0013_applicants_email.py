from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("letters", "0012_ece")]

    operations = [
        migrations.AddField(
            model_name="dispatch",
            name="email",
            field=models.EmailField(
                blank=True,
                db_default="",
                default="",
                max_length=254,
                verbose_name="نشانی پست الکترونیک",
            ),
        ),
        migrations.AddConstraint(
            model_name="dispatch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("channel", "applicant_email"), _negated=True),
                    models.Q(("email", ""), _negated=True),
                    _connector="OR",
                ),
                name="dispatch_email_has_its_address",
            ),
        ),
    ]
