"""Words of labels, choices and refusals. No table changes."""

import datetime

from django.conf import settings
from django.db import migrations, models

import services_catalog.facts
import services_catalog.kinds


class Migration(migrations.Migration):
    dependencies = [
        ("services_catalog", "0011_documents_of_agents"),
        ("wagtailcore", "0098_apitoken"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="routestop",
            options={
                "ordering": ["sort_order"],
                "verbose_name": "مرحله",
                "verbose_name_plural": "مراحل",
            },
        ),
        migrations.AlterModelOptions(
            name="seat",
            options={"verbose_name": "همکار میز", "verbose_name_plural": "همکاران میز"},
        ),
        migrations.AlterField(
            model_name="calendarday",
            name="opens",
            field=models.TimeField(blank=True, null=True, verbose_name="شروع"),
        ),
        migrations.AlterField(
            model_name="category",
            name="retired",
            field=models.BooleanField(default=False, verbose_name="غیرفعال"),
        ),
        migrations.AlterField(
            model_name="documentrequirement",
            name="max_mb",
            field=models.PositiveSmallIntegerField(default=5, verbose_name="حداکثر حجم (مگابایت)"),
        ),
        migrations.AlterField(
            model_name="documenttype",
            name="retired",
            field=models.BooleanField(default=False, verbose_name="غیرفعال"),
        ),
        migrations.AlterField(
            model_name="documenttype",
            name="reusable_months",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="مدت استفادهٔ مجدد از مدرک پذیرفته\u200cشده برای همان قرارداد؛ صفر به معنی نامحدود و خالی به معنی بارگذاری مجدد در هر بار است.",
                null=True,
                verbose_name="مدت استفادهٔ مجدد (ماه)",
            ),
        ),
        migrations.AlterField(
            model_name="officehours",
            name="opens",
            field=models.TimeField(default=datetime.time(7, 30), verbose_name="شروع"),
        ),
        migrations.AlterField(
            model_name="organisation",
            name="ece_code",
            field=models.CharField(blank=True, max_length=50, verbose_name="کد در شبکهٔ دولت"),
        ),
        migrations.AlterField(
            model_name="organisation",
            name="retired",
            field=models.BooleanField(default=False, verbose_name="غیرفعال"),
        ),
        migrations.AlterField(
            model_name="park",
            name="former_names",
            field=models.TextField(
                blank=True,
                default="",
                help_text="هر نام در یک سطر. فایل قراردادها با این نام\u200cها نیز خوانده می\u200cشود؛ هنگام تغییر نام، نام قبلی به\u200cصورت خودکار افزوده می\u200cشود.",
                verbose_name="نام\u200cهای قبلی",
            ),
        ),
        migrations.AlterField(
            model_name="province",
            name="former_names",
            field=models.TextField(
                blank=True,
                default="",
                help_text="هر نام در یک سطر. فایل قراردادها با این نام\u200cها نیز خوانده می\u200cشود؛ هنگام تغییر نام، نام قبلی به\u200cصورت خودکار افزوده می\u200cشود.",
                verbose_name="نام\u200cهای قبلی",
            ),
        ),
        migrations.AlterField(
            model_name="question",
            name="kind",
            field=models.CharField(
                choices=[
                    (services_catalog.facts.QuestionKind["TEXT"], "متن کوتاه"),
                    (services_catalog.facts.QuestionKind["LONG_TEXT"], "متن بلند"),
                    (services_catalog.facts.QuestionKind["NUMBER"], "عدد صحیح"),
                    (services_catalog.facts.QuestionKind["DECIMAL"], "عدد اعشاری"),
                    (services_catalog.facts.QuestionKind["DATE"], "تاریخ"),
                    (services_catalog.facts.QuestionKind["CHOICE"], "انتخاب از فهرست"),
                    (services_catalog.facts.QuestionKind["YES_NO"], "بله / خیر"),
                    (services_catalog.facts.QuestionKind["PERSON_NAME"], "نام شخص"),
                    (services_catalog.facts.QuestionKind["COMPANY_NAME"], "نام شرکت"),
                    (services_catalog.facts.QuestionKind["NATIONAL_CODE"], "کد ملی"),
                    (services_catalog.facts.QuestionKind["LEGAL_ID"], "شناسهٔ ملی شخص حقوقی"),
                    (services_catalog.facts.QuestionKind["MOBILE"], "شمارهٔ موبایل"),
                    (services_catalog.facts.QuestionKind["POSTAL_CODE"], "کد پستی"),
                    (services_catalog.facts.QuestionKind["PAST_DATE"], "تاریخ گذشته"),
                    (services_catalog.facts.QuestionKind["FUTURE_DATE"], "تاریخ آینده"),
                ],
                max_length=20,
                verbose_name="نوع پاسخ",
            ),
        ),
        migrations.AlterField(
            model_name="question",
            name="max",
            field=models.FloatField(blank=True, null=True, verbose_name="حداکثر"),
        ),
        migrations.AlterField(
            model_name="question",
            name="min",
            field=models.FloatField(blank=True, null=True, verbose_name="حداقل"),
        ),
        migrations.AlterField(
            model_name="returnreason",
            name="retired",
            field=models.BooleanField(default=False, verbose_name="غیرفعال"),
        ),
        migrations.AlterField(
            model_name="routestop",
            name="not_same_as",
            field=models.JSONField(
                blank=True, default=list, verbose_name="متفاوت با تصمیم\u200cگیرندهٔ"
            ),
        ),
        migrations.AlterField(
            model_name="service",
            name="fee",
            field=models.CharField(
                choices=[
                    ("free", "بدون هزینه"),
                    ("fixed", "هزینهٔ ثابت طبق تعرفهٔ مصوب"),
                    ("computed", "بر اساس قرارداد و تعرفهٔ روز محاسبه می\u200cشود"),
                ],
                default="free",
                max_length=10,
                verbose_name="هزینه",
            ),
        ),
        migrations.AlterField(
            model_name="service",
            name="keywords",
            field=models.CharField(
                blank=True,
                help_text="با «،» از هم جدا شود.",
                max_length=300,
                verbose_name="کلیدواژه\u200cهای جستجو",
            ),
        ),
        migrations.AlterField(
            model_name="service",
            name="kind",
            field=models.CharField(
                choices=services_catalog.kinds.kind_choices,
                default="request",
                max_length=20,
                verbose_name="نوع",
            ),
        ),
        migrations.AlterField(
            model_name="service",
            name="letter_kind",
            field=models.SlugField(blank=True, verbose_name="نوع نامه"),
        ),
        migrations.AlterConstraint(
            model_name="calendarday",
            name="calendar_day_once_everywhere",
            constraint=models.UniqueConstraint(
                condition=models.Q(("province", None)),
                fields=("date",),
                name="calendar_day_once_everywhere",
                violation_error_message="این روز در تقویم ثبت شده است. لطفاً همان ردیف را ویرایش کنید.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="calendarday",
            name="calendar_day_once_in_a_province",
            constraint=models.UniqueConstraint(
                condition=models.Q(("province__isnull", False)),
                fields=("date", "province"),
                name="calendar_day_once_in_a_province",
                violation_error_message="این روز در تقویم ثبت شده است. لطفاً همان ردیف را ویرایش کنید.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="calendarday",
            name="short_day_has_hours",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "short"), _negated=True),
                    models.Q(("opens__isnull", False), ("closes__isnull", False)),
                    _connector="OR",
                ),
                name="short_day_has_hours",
                violation_error_message="برای روز با ساعت کوتاه، ساعت شروع و پایان را بنویسید.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="calendarday",
            name="day_opens_before_it_closes",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("opens", None),
                    ("closes", None),
                    ("opens__lt", models.F("closes")),
                    _connector="OR",
                ),
                name="day_opens_before_it_closes",
                violation_error_message="ساعت پایان باید پس از ساعت شروع باشد.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="calendarday",
            name="calendar_day_kind_known",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ("closed", "open", "short"))),
                name="calendar_day_kind_known",
                violation_error_message="این مقدار معتبر نیست.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="desk",
            name="one_national_desk_a_unit",
            constraint=models.UniqueConstraint(
                condition=models.Q(("park", None), ("province", None)),
                fields=("unit",),
                name="one_national_desk_a_unit",
                violation_error_message="این واحد در این محل میز دارد. لطفاً همکاران را به همان میز اضافه کنید.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="desk",
            name="one_provincial_desk_a_unit",
            constraint=models.UniqueConstraint(
                condition=models.Q(("park", None), ("province__isnull", False)),
                fields=("unit", "province"),
                name="one_provincial_desk_a_unit",
                violation_error_message="این واحد در این محل میز دارد. لطفاً همکاران را به همان میز اضافه کنید.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="desk",
            name="one_park_desk_a_unit",
            constraint=models.UniqueConstraint(
                condition=models.Q(("park__isnull", False)),
                fields=("unit", "park"),
                name="one_park_desk_a_unit",
                violation_error_message="این واحد در این محل میز دارد. لطفاً همکاران را به همان میز اضافه کنید.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="documentrequirement",
            name="requirement_required_known",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("required__in", ("always", "natural", "legal", "agent", "declared"))
                ),
                name="requirement_required_known",
                violation_error_message="این مقدار معتبر نیست.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="officehours",
            name="office_opens_before_it_closes",
            constraint=models.CheckConstraint(
                condition=models.Q(("opens__lt", models.F("closes"))),
                name="office_opens_before_it_closes",
                violation_error_message="ساعت پایان باید پس از ساعت شروع باشد.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="park",
            name="park_kind_known",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        ("shahrak", "nahiye", "mantaghe", "ghotb", "site", "mojtame", "special"),
                    )
                ),
                name="park_kind_known",
                violation_error_message="این مقدار معتبر نیست.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="question",
            name="question_kind_known",
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
                violation_error_message="این مقدار معتبر نیست.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="seat",
            name="seat_returns_after_leaving",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("away_from", None),
                    ("away_until", None),
                    ("away_until__gte", models.F("away_from")),
                    _connector="OR",
                ),
                name="seat_returns_after_leaving",
                violation_error_message="تاریخ پایان مرخصی پیش از تاریخ شروع است.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="service",
            name="service_applicant_known",
            constraint=models.CheckConstraint(
                condition=models.Q(("applicant__in", ("both", "natural", "legal"))),
                name="service_applicant_known",
                violation_error_message="این مقدار معتبر نیست.",
            ),
        ),
        migrations.AlterConstraint(
            model_name="service",
            name="service_fee_known",
            constraint=models.CheckConstraint(
                condition=models.Q(("fee__in", ("free", "fixed", "computed"))),
                name="service_fee_known",
                violation_error_message="این مقدار معتبر نیست.",
            ),
        ),
    ]
