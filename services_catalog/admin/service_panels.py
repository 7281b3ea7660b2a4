"""The panels of the editors' form of a service."""

from __future__ import annotations

from django import forms
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel

from services_catalog.admin.service_form import (
    ChoicesWidget,
    CodesWidget,
    ConditionWidget,
    LetterKindWidget,
    PlainNumber,
    RecipientWidget,
    RowsPanel,
)
from services_catalog.validation import (
    ALONGSIDE_HELP,
    AWAITS_HELP,
    CHOICES_HELP,
    CONDITION_HELP,
    NOT_SAME_HELP,
)

CODE_HELP = (
    "با حروف کوچک انگلیسی و خط تیره؛ در نشانی صفحهٔ خدمت درج می‌شود و پس از انتشار تغییر نمی‌کند."
)
SUMMARY_HELP = "موضوع و نتیجهٔ خدمت. جملهٔ اول در فهرست خدمات نیز نمایش داده می‌شود."
ROW_CODE_HELP = "اختیاری. پس از انتشار بهتر است تغییر نکند."

QUESTION = [
    FieldPanel("label"),
    FieldPanel("help"),
    FieldRowPanel([FieldPanel("kind"), FieldPanel("required")]),
    FieldPanel("choices", widget=ChoicesWidget(attrs={"rows": 3}), help_text=CHOICES_HELP),
    FieldRowPanel(
        [
            FieldPanel("min", widget=PlainNumber, help_text="فقط برای عدد."),
            FieldPanel("max", widget=PlainNumber, help_text="فقط برای عدد."),
            FieldPanel("unit", help_text="مانند کیلووات."),
        ]
    ),
    FieldPanel("shown_when", widget=ConditionWidget, help_text=CONDITION_HELP),
    FieldPanel("code", help_text=ROW_CODE_HELP),
]

DOCUMENT = [
    FieldPanel("type"),
    FieldRowPanel([FieldPanel("required"), FieldPanel("max_mb")]),
    FieldPanel("help", help_text="در صورت خالی بودن، راهنمای نوع مدرک نمایش داده می‌شود."),
    FieldPanel("code", help_text=ROW_CODE_HELP),
]

STOP = [
    FieldPanel("unit"),
    FieldPanel("alongside", widget=forms.RadioSelect, help_text=ALONGSIDE_HELP),
    FieldRowPanel([FieldPanel("may_reject"), FieldPanel("signs")]),
    FieldPanel("awaits_inquiries", help_text=AWAITS_HELP),
    FieldPanel("share", help_text="در صورت خالی بودن، سهم برابر با سایر مراحل است."),
    FieldPanel("condition", widget=ConditionWidget, help_text=CONDITION_HELP),
    FieldPanel("not_same_as", widget=CodesWidget, help_text=NOT_SAME_HELP),
    FieldPanel("code", help_text=ROW_CODE_HELP),
]

SERVICE = [
    MultiFieldPanel(
        [
            FieldPanel("title", help_text="عنوانی که در فهرست خدمات نمایش داده می‌شود."),
            FieldRowPanel([FieldPanel("category"), FieldPanel("code", help_text=CODE_HELP)]),
            FieldPanel("summary", help_text=SUMMARY_HELP),
            FieldPanel("keywords"),
        ],
        heading="معرفی خدمت",
    ),
    MultiFieldPanel(
        [
            FieldRowPanel([FieldPanel("applicant"), FieldPanel("needs_contract")]),
            FieldPanel("preconditions"),
            FieldRowPanel(
                [
                    FieldPanel("promise_days", help_text="صفر به معنی پایان همان روز کاری است."),
                    FieldPanel(
                        "order",
                        help_text="ترتیب خدمت در دستهٔ خود؛ عدد کوچک‌تر بالاتر نمایش داده می‌شود.",
                    ),
                ]
            ),
            FieldRowPanel([FieldPanel("fee"), FieldPanel("fee_note")]),
        ],
        heading="شرایط",
    ),
    MultiFieldPanel(
        [
            FieldRowPanel(
                [
                    FieldPanel("letter_kind", widget=LetterKindWidget),
                    FieldPanel(
                        "recipient",
                        widget=RecipientWidget,
                        help_text="دستگاه همان استان از فهرست «دستگاه‌ها» انتخاب می‌شود.",
                    ),
                ]
            ),
            FieldPanel("letter_subject", help_text="در صورت خالی بودن، عنوان خدمت درج می‌شود."),
            FieldPanel("refusal_letter"),
        ],
        heading="نامه",
    ),
    RowsPanel("questions", panels=QUESTION, heading="پرسش‌ها", label="پرسش"),
    RowsPanel("documents", panels=DOCUMENT, heading="مدارک لازم", label="مدرک"),
    RowsPanel("stops", panels=STOP, heading="مسیر بررسی", label="مرحله", min_num=1),
]
