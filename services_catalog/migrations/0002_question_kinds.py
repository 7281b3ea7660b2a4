from django.db import migrations, models


class Migration(migrations.Migration):
    """Questions whose answers have a rule of their own: names, numbers of people, dates."""

    dependencies = [("services_catalog", "0001_initial")]

    operations = [
        migrations.AlterField(
            model_name="question",
            name="kind",
            field=models.CharField(
                choices=[
                    ("text", "متن کوتاه"),
                    ("long_text", "متن بلند"),
                    ("number", "عدد صحیح"),
                    ("decimal", "عدد اعشاری"),
                    ("date", "تاریخ"),
                    ("choice", "انتخاب از فهرست"),
                    ("yes_no", "بله / خیر"),
                    ("person_name", "نام شخص"),
                    ("company_name", "نام شرکت"),
                    ("national_code", "کد ملی"),
                    ("legal_id", "شناسه ملی شخص حقوقی"),
                    ("mobile", "شماره موبایل"),
                    ("postal_code", "کد پستی"),
                    ("past_date", "تاریخ گذشته"),
                    ("future_date", "تاریخ آینده"),
                ],
                max_length=20,
                verbose_name="نوع پاسخ",
            ),
        ),
    ]
