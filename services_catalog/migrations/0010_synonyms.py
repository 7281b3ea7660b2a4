"""Words that mean the same to whoever searches; `init` and `load_demo` bring a first set."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("services_catalog", "0009_one_name_in_a_place"),
    ]

    operations = [
        migrations.CreateModel(
            name="Synonyms",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "words",
                    models.CharField(
                        help_text="با «،» از هم جدا شوند؛ مانند «رمز عبور، گذرواژه، پسورد». جستجوی هر یک، نتایج بقیه را نیز نمایش می\u200cدهد.",
                        max_length=500,
                        unique=True,
                        verbose_name="واژه\u200cهای هم\u200cمعنی",
                    ),
                ),
            ],
            options={
                "verbose_name": "واژه\u200cهای هم\u200cمعنی",
                "verbose_name_plural": "واژه\u200cهای هم\u200cمعنی",
                "ordering": ["words"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("words", ""), _negated=True),
                        name="synonyms_say_something",
                    )
                ],
            },
        ),
    ]
