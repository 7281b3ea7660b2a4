"""A service says whether a refusal gets a letter."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("services_catalog", "0014_inquiries"),
    ]

    operations = [
        migrations.AddField(
            model_name="service",
            name="refusal_letter",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="در صورت رد درخواست، نامه\u200cای با دلیل رد برای متقاضی صادر می\u200cشود.",
                verbose_name="نامهٔ رد",
            ),
        ),
    ]
