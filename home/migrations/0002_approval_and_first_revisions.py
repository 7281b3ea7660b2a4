"""Wagtail's approval in Persian, with people who approve; first revisions that can be reverted to."""

import uuid

from django.conf import settings
from django.db import migrations

OF_WAGTAIL = "Moderators approval"
WORKFLOW, TASK = "تأیید پیش از انتشار", "تأیید ویراستار محتوا"
# Who publishes pages also approves them; «Moderators» of Wagtail stays beside.
APPROVERS = "editor"


def name_approval(apps, schema_editor):
    using = schema_editor.connection.alias
    workflows = apps.get_model("wagtailcore", "Workflow").objects.using(using)
    tasks = apps.get_model("wagtailcore", "GroupApprovalTask").objects.using(using)
    groups = apps.get_model("auth", "Group").objects.using(using)
    for task in tasks.filter(name=OF_WAGTAIL):
        task.groups.add(groups.get_or_create(name=APPROVERS)[0])
        task.name = TASK
        task.save()
    workflows.filter(name=OF_WAGTAIL).update(name=WORKFLOW)


def log_first_revisions(apps, schema_editor):
    """What the loaders wrote stood in no history, which is where a revision is reverted to."""
    using = schema_editor.connection.alias
    revisions = apps.get_model("wagtailcore", "Revision").objects.using(using)
    of_pages = apps.get_model("wagtailcore", "PageLogEntry").objects.using(using)
    of_models = apps.get_model("wagtailcore", "ModelLogEntry").objects.using(using)
    for is_page, entries in ((True, of_pages), (False, of_models)):
        # An entry of a publication offers no way back to its revision.
        told = entries.filter(content_changed=True, revision__isnull=False)
        told = told.exclude(action="wagtail.publish").values("revision")
        kind = {"base_content_type__app_label": "wagtailcore", "base_content_type__model": "page"}
        found = revisions.filter(**kind) if is_page else revisions.exclude(**kind)
        edits = [
            entries.model(**_describe_edit(revision, is_page=is_page))
            for revision in found.exclude(pk__in=told).defer("content")
        ]
        entries.bulk_create(edits, batch_size=500)


def _describe_edit(revision, *, is_page):
    of_what = {"page_id": int(revision.object_id)} if is_page else {"object_id": revision.object_id}
    return {
        **of_what,
        "action": "wagtail.edit",
        "content_type_id": revision.content_type_id,
        "content_changed": True,
        "data": {},
        "label": revision.object_str,
        "revision_id": revision.pk,
        "timestamp": revision.created_at,
        "user_id": revision.user_id,
        "uuid": uuid.uuid4(),
    }


class Migration(migrations.Migration):
    dependencies = [
        ("home", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(name_approval, migrations.RunPython.noop),
        migrations.RunPython(log_first_revisions, migrations.RunPython.noop),
    ]
