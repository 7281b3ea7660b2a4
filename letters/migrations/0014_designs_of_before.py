"""Each current template becomes a design that says the same; versions and letters stay as they are."""

from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils.timezone import now

SAME = ("kind", "service_code", "title", "salutation", "signer_post")


def design_templates(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    designs = apps.get_model("letters", "LetterDesign").objects
    templates = apps.get_model("letters", "LetterTemplate").objects
    for template in templates.filter(current=True).iterator():
        body = [{"type": "paragraph", "value": _paragraph(given)} for given in template.paragraphs]
        if template.show_answers:
            body.append({"type": "table", "value": {"title": "مشخصات درخواست"}})
        designs.create(
            **{name: getattr(template, name) for name in SAME},
            body=body,
            copies=[{"type": "copy", "value": text} for text in template.copies],
            live=True,
            first_published_at=now(),
            last_published_at=now(),
        )


def _paragraph(given: Any) -> dict[str, Any]:
    """Texts of before, or ``{"kind", "text", "open"}``; «شناسه: {party_id}» as it was always printed."""
    block = given if isinstance(given, dict) else {"text": given}
    text = str(block.get("text", "")).replace("شناسه: {party_id}", "{party_code}")
    return {"text": text, "open": bool(block.get("open", False))}


class Migration(migrations.Migration):
    dependencies = [("letters", "0013_designs")]
    operations = [migrations.RunPython(design_templates, migrations.RunPython.noop)]
