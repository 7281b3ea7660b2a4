from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("services_catalog", "0002_question_kinds"),
    ]

    operations = [
        migrations.AddField(
            model_name="documenttype",
            name="reusable_months",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="مدرک پذیرفته\u200cشده تا چند ماه برای همان قرارداد دوباره به کار می\u200cرود؛ صفر یعنی بی\u200cپایان، خالی یعنی هر بار از نو بارگذاری می\u200cشود.",
                null=True,
                verbose_name="مدت استفادهٔ دوباره (ماه)",
            ),
        ),
    ]
