"""The panels of the editors' form of a service."""

from __future__ import annotations

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
from services_catalog.validation import CHOICES_HELP, CONDITION_HELP, NOT_SAME_HELP

CODE_HELP = "با حروف کوچک انگلیسی و خط تیره؛ در نشانی صفحهٔ خدمت می‌آید و پس از انتشار تغییر نمی‌کند."
SUMMARY_HELP = "برای چه کاری است و نتیجه‌اش چیست. جملهٔ نخست در فهرست خدمات هم دیده می‌شود."
ROW_CODE_HELP = "می‌توانید خالی بگذارید. پس از انتشار بهتر است تغییر نکند."

QUESTION = [
    FieldPanel("label"),
    FieldPanel("help"),
    FieldRowPanel([FieldPanel("kind"), FieldPanel("required")]),
    FieldPanel("choices", widget=ChoicesWidget(attrs={"rows": 3}), help_text=CHOICES_HELP),
    FieldRowPanel(
        [
            FieldPanel("min", widget=PlainNumber, help_text="تنها برای عدد."),
            FieldPanel("max", widget=PlainNumber, help_text="تنها برای عدد."),
            FieldPanel("unit", help_text="مانند کیلووات."),
        ]
    ),
    FieldPanel("shown_when", widget=ConditionWidget, help_text=CONDITION_HELP),
    FieldPanel("code", help_text=ROW_CODE_HELP),
]

DOCUMENT = [
    FieldPanel("type"),
    FieldRowPanel([FieldPanel("required"), FieldPanel("max_mb")]),
    FieldPanel("help", help_text="خالی یعنی همان راهنمای نوع مدرک."),
    FieldPanel("code", help_text=ROW_CODE_HELP),
]

STOP = [
    FieldPanel("unit"),
    FieldRowPanel([FieldPanel("may_reject"), FieldPanel("signs")]),
    FieldPanel("share", help_text="خالی یعنی بخشی برابر با دیگر ایستگاه‌ها."),
    FieldPanel("condition", widget=ConditionWidget, help_text=CONDITION_HELP),
    FieldPanel("not_same_as", widget=CodesWidget, help_text=NOT_SAME_HELP),
    FieldPanel("code", help_text=ROW_CODE_HELP),
]

SERVICE = [
    MultiFieldPanel(
        [
            FieldPanel("title", help_text="چنان‌که متقاضی در فهرست خدمات می‌بیند."),
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
                    FieldPanel("promise_days", help_text="صفر یعنی تا پایان همان روز کاری."),
                    FieldPanel("order", help_text="جای خدمت در دستهٔ خود؛ عدد کوچک‌تر بالاتر."),
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
                        help_text="دستگاه همین استان از فهرست «دستگاه‌ها» برداشته می‌شود.",
                    ),
                ]
            ),
            FieldPanel("letter_subject", help_text="خالی یعنی عنوان خدمت."),
        ],
        heading="نامه",
    ),
    RowsPanel("questions", panels=QUESTION, heading="پرسش‌ها", label="پرسش"),
    RowsPanel("documents", panels=DOCUMENT, heading="مدارک لازم", label="مدرک"),
    RowsPanel("stops", panels=STOP, heading="مسیر بررسی", label="ایستگاه", min_num=1),
]
