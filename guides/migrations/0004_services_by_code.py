"""Other front ends get an embedded service by its code and title."""

import wagtail.fields
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("guides", "0003_words"),
    ]

    operations = [
        migrations.AlterField(
            model_name="guidepage",
            name="body",
            field=wagtail.fields.StreamField(
                [
                    ("heading", 0),
                    ("paragraph", 1),
                    ("steps", 5),
                    ("note", 9),
                    ("faq", 13),
                    ("service", 14),
                    ("image", 15),
                ],
                block_lookup={
                    0: (
                        "wagtail.blocks.CharBlock",
                        (),
                        {
                            "icon": "title",
                            "label": "تیتر",
                            "template": "guides/blocks/heading.html",
                        },
                    ),
                    1: (
                        "wagtail.blocks.RichTextBlock",
                        (),
                        {
                            "features": ["bold", "ul", "ol", "link"],
                            "label": "متن",
                            "template": "guides/blocks/paragraph.html",
                        },
                    ),
                    2: ("wagtail.blocks.CharBlock", (), {"label": "عنوان مرحله"}),
                    3: ("wagtail.blocks.TextBlock", (), {"label": "توضیح", "required": False}),
                    4: ("wagtail.blocks.StructBlock", [[("title", 2), ("text", 3)]], {}),
                    5: (
                        "wagtail.blocks.ListBlock",
                        (4,),
                        {
                            "icon": "list-ol",
                            "label": "مراحل",
                            "template": "guides/blocks/steps.html",
                        },
                    ),
                    6: (
                        "wagtail.blocks.ChoiceBlock",
                        [],
                        {"choices": [("info", "اطلاع"), ("warning", "نکتهٔ مهم")], "label": "نوع"},
                    ),
                    7: ("wagtail.blocks.CharBlock", (), {"label": "عنوان", "required": False}),
                    8: (
                        "wagtail.blocks.RichTextBlock",
                        (),
                        {"features": ["bold", "ul", "ol", "link"], "label": "متن"},
                    ),
                    9: (
                        "wagtail.blocks.StructBlock",
                        [[("kind", 6), ("title", 7), ("text", 8)]],
                        {},
                    ),
                    10: ("wagtail.blocks.CharBlock", (), {"label": "پرسش"}),
                    11: (
                        "wagtail.blocks.RichTextBlock",
                        (),
                        {"features": ["bold", "ul", "ol", "link"], "label": "پاسخ"},
                    ),
                    12: ("wagtail.blocks.StructBlock", [[("q", 10), ("a", 11)]], {}),
                    13: (
                        "wagtail.blocks.ListBlock",
                        (12,),
                        {
                            "icon": "help",
                            "label": "پرسش\u200cهای متداول",
                            "template": "guides/blocks/faq.html",
                        },
                    ),
                    14: (
                        "guides.blocks.ServiceBlock",
                        ("services_catalog.Service",),
                        {
                            "icon": "clipboard-list",
                            "label": "خدمت",
                            "template": "guides/blocks/service.html",
                        },
                    ),
                    15: (
                        "wagtail.images.blocks.ImageChooserBlock",
                        (),
                        {"label": "تصویر", "template": "guides/blocks/image.html"},
                    ),
                },
                verbose_name="متن",
            ),
        ),
    ]
