"""Persian words for coded values of services."""

from django.db import models


class Applicant(models.TextChoices):
    BOTH = "both", "حقیقی و حقوقی"
    NATURAL = "natural", "حقیقی"
    LEGAL = "legal", "حقوقی"


class Fee(models.TextChoices):
    FREE = "free", "بدون هزینه"
    FIXED = "fixed", "هزینهٔ ثابت طبق تعرفهٔ مصوب"
    COMPUTED = "computed", "بر اساس قرارداد و تعرفهٔ روز محاسبه می‌شود"


class Alongside(models.TextChoices):
    """How a stop of a route stands to the one before it."""

    AFTER = "", "پس از مرحلهٔ قبلی"
    ALL = "all", "هم‌زمان با مرحلهٔ قبلی (تأیید همه لازم است)"
    ANY = "any", "هم‌زمان با مرحلهٔ قبلی (تأیید یکی کافی است)"


# What a service ends in. The words of the letters themselves are their templates'.
LETTER_KINDS = {
    "introduction": "معرفی‌نامه یا نامه به دستگاه دیگر",
    "inquiry": "استعلام از دستگاه دیگر",
    "certificate": "گواهی",
    "permit": "مجوز یا موافقت",
    "notice": "ابلاغ به متقاضی",
}

# Where a letter goes, in words that hold for every province.
RECIPIENTS = {
    "applicant": "متقاضی",
    "answer": "مرجع به انتخاب متقاضی",
    "bank": "بانک عامل به انتخاب متقاضی",
    "elec": "شرکت توزیع نیروی برق استان",
    "gas": "شرکت گاز استان",
    "telecom": "شرکت مخابرات استان",
    "tax": "اداره کل امور مالیاتی استان",
    "sso": "اداره کل تأمین اجتماعی استان",
    "labour": "اداره کل تعاون، کار و رفاه اجتماعی استان",
    "smt": "سازمان صنعت، معدن و تجارت استان",
    "env": "اداره کل حفاظت محیط زیست استان",
    "post": "اداره کل پست استان",
    "registry": "ادارهٔ ثبت اسناد و املاک",
}
