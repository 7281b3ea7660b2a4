"""What has no desk is read in the order of its list: PostgreSQL sorted it before."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("submissions", "0024_urgency_and_follow_up")]

    operations = [
        migrations.RemoveIndex(model_name="workitem", name="item_without_desk"),
        migrations.AddIndex(
            model_name="workitem",
            index=models.Index(
                condition=models.Q(
                    ("closed_by", None), ("desk", None), ("person", None), ("purpose", "decide")
                ),
                fields=["due_at", "id"],
                name="item_without_desk",
            ),
        ),
    ]
