"""Words of labels, choices and refusals. No table changes."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("web", "0002_office_of_before"),
    ]

    operations = [
        migrations.AlterField(
            model_name="officesettings",
            name="site",
            field=models.CharField(
                blank=True,
                max_length=100,
                validators=[
                    django.core.validators.RegexValidator(
                        "^([a-zA-Z0-9-]+\\.)+[a-zA-Z]{2,}$",
                        "نشانی سایت را بدون https بنویسید؛ مانند example.ir.",
                    )
                ],
                verbose_name="سایت",
            ),
        ),
    ]
